/* Fuzz target: repair, NFC and folding: well-formed, and done once is done
 * for good.
 * SPDX-License-Identifier: MIT */
#include "fuzz.h"

#include "text/utf8_clean.h"

static void
same(const struct mr_buf *a, const struct mr_buf *b)
{
	assert(a->n == b->n && (a->n == 0 || memcmp(a->p, b->p, a->n) == 0));
}

/* fn of s, well-formed, and fn of that the same. */
static void
twice(int (*fn)(struct mr_slice, struct mr_buf *, struct mr_err *),
    struct mr_slice s)
{
	struct mr_buf a = { 0 }, b = { 0 };
	struct mr_err err = { 0 };
	int rc = fn(s, &a, &err);

	if (rc == MR_OK) {
		assert(mr_utf8_bad(mr_buf_slice(&a)) == a.n);
		rc = fn(mr_buf_slice(&a), &b, &err);
	}
	if (rc == MR_OK)
		same(&a, &b);
	mr_buf_free(&a);
	mr_buf_free(&b);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct mr_slice s = { (const char *)data, size };
	struct mr_buf clean = { 0 }, latin = { 0 };
	struct mr_err err = { 0 };
	int64_t n_bad = 0;

	if (mr_utf8_repair(s, &clean, &n_bad, &err) == MR_OK) {
		struct mr_slice c = mr_buf_slice(&clean);

		assert(mr_utf8_bad(c) == c.n);
		assert((mr_utf8_bad(s) == s.n) == (n_bad == 0));
		twice(mr_utf8_nfc, c);
		twice(mr_utf8_fold, c);
	}
	if (mr_utf8_from_latin1(s, &latin, &err) == MR_OK)
		assert(mr_utf8_bad(mr_buf_slice(&latin)) == latin.n);
	mr_buf_free(&clean);
	mr_buf_free(&latin);
	return 0;
}
