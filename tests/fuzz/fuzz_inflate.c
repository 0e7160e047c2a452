/* Fuzz target: compressed bytes, in pieces of a size that the first byte says;
 * however they come, the same text or none comes out.
 * SPDX-License-Identifier: MIT */
#include "fuzz.h"

#include "stream/inflate.h"

#define TEXT_MAX (1 << 20)	/* of what grows without end */

static int
unpack(enum mr_packed kind, struct mr_slice packed, size_t step,
    struct mr_buf *out)
{
	struct mr_slice piece = { packed.p, 0 };
	struct mr_inflate *z;
	struct mr_err err = { 0 };
	char to[8192];
	int rc = mr_inflate_open(&z, kind, &err);

	for (bool end = false; rc == MR_OK && !end && out->n < TEXT_MAX;) {
		size_t left = (size_t)(packed.p + packed.n - piece.p), got;
		bool last;

		if (piece.n == 0)
			piece.n = left < step ? left : step;
		last = piece.n == 0;
		rc = mr_inflate_step(z, &piece, last, to, sizeof to, &got,
		    "fuzz", &err);
		if (rc == MR_OK)
			rc = mr_buf_add(out, to, got, &err);
		end = last && got == 0;
	}
	check_told(rc, &err);
	mr_inflate_close(z);
	return rc;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct mr_slice all = { (const char *)data + 1, size - 1 };
	struct mr_buf whole = { 0 }, parts = { 0 };
	enum mr_packed kind;
	bool more;
	int rc;

	if (size < 2)
		return 0;
	kind = mr_inflate_kind(all.p, all.n, &more);
	if (kind == MR_PACKED_NOT)
		return 0;
	rc = unpack(kind, all, all.n, &whole);
	assert(unpack(kind, all, 1 + (size_t)data[0], &parts) == rc ||
	    whole.n >= TEXT_MAX || parts.n >= TEXT_MAX);
	if (rc == MR_OK && whole.n < TEXT_MAX)
		assert(mr_slice_eq(mr_buf_slice(&whole), mr_buf_slice(&parts)));
	mr_buf_free(&whole);
	mr_buf_free(&parts);
	return 0;
}
