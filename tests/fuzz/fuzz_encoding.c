/* Fuzz target: bytes as text of an encoding, which the first one chooses; it is
 * UTF-8 that comes out, the same from pieces of any size.
 * SPDX-License-Identifier: MIT */
#include "fuzz.h"

#include "stream/encoding.h"

static int64_t
decode(const char *name, struct mr_slice text, size_t step, size_t room,
    struct mr_buf *out)
{
	struct mr_slice from = { text.p, 0 };
	struct mr_decoder *d;
	struct mr_err err = { 0 };
	char to[4096];
	int64_t n_bad;

	if (mr_decoder_open(&d, name, &err) != MR_OK)
		return -1;
	for (;;) {
		size_t left = (size_t)(text.p + text.n - from.p), was = from.n,
		    got = mr_decoder_step(d, &from, was == left, to, room);

		assert(got <= room);
		if (mr_buf_add(out, to, got, &err) != MR_OK)
			abort();
		if (got || from.n != was)
			continue;
		if (was == left)
			break;
		from.n += left - was < step ? left - was : step;
	}
	assert(from.n == 0);
	n_bad = mr_decoder_bad(d);
	mr_decoder_close(d);
	return n_bad;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const name[] = { "UTF-16", "UTF-16LE", "UTF-16BE",
	    "UTF-32", "SHIFT_JIS", "KOI8-R", "GB18030", "EUC-KR" };
	struct mr_buf a = { 0 }, b = { 0 };
	struct mr_slice text = { (const char *)data + 1, size - 1 };
	int64_t n;

	if (size == 0)
		return 0;
	n = decode(name[data[0] % 8], text, text.n + 1, 4096, &a);
	assert(decode(name[data[0] % 8], text, 1 + data[0] / 8, 16, &b) == n);
	assert(mr_slice_eq(mr_buf_slice(&a), mr_buf_slice(&b)));
	assert(mr_utf8_bad(mr_buf_slice(&a)) == a.n);
	mr_buf_free(&a);
	mr_buf_free(&b);
	return 0;
}
