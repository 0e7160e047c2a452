/* Fuzz target: titles as words: well-formed, no blank too many, and words of
 * words are the same; forms differ and are not empty.
 * SPDX-License-Identifier: MIT */
#include "fuzz.h"

#include "text/utf8_clean.h"
#include "text/utf8_title.h"

static void
check_words(struct mr_slice s)
{
	struct mr_buf a = { 0 }, b = { 0 };
	struct mr_err err = { 0 };

	if (mr_utf8_words(s, &a, &err) == MR_OK &&
	    mr_utf8_words(mr_buf_slice(&a), &b, &err) == MR_OK) {
		assert(mr_utf8_bad(mr_buf_slice(&a)) == a.n);
		assert(mr_slice_eq(mr_buf_slice(&a), mr_buf_slice(&b)));
		assert(a.n == 0 || (a.p[0] != ' ' && a.p[a.n - 1] != ' ' &&
		    !memmem(a.p, a.n, "  ", 2)));
	}
	mr_buf_free(&a);
	mr_buf_free(&b);
}

static void
check_title(struct mr_slice s)
{
	struct mr_slice form[MR_TITLE_FORMS];
	struct mr_buf out = { 0 };
	struct mr_err err = { 0 };
	int n;

	if (mr_utf8_title(s, &out, form, &n, &err) == MR_OK) {
		assert((n == 0) == (mr_slice_trim(s).n == 0));
		for (int i = 0; i < n; i++) {
			assert(form[i].n > 0);
			assert(mr_utf8_bad(form[i]) == form[i].n);
			for (int j = 0; j < i; j++)
				assert(!mr_slice_eq(form[i], form[j]));
		}
	}
	mr_buf_free(&out);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct mr_slice s = { (const char *)data, size };
	struct mr_buf clean = { 0 };
	struct mr_err err = { 0 };
	int64_t n_bad = 0;

	if (mr_utf8_repair(s, &clean, &n_bad, &err) == MR_OK) {
		check_words(mr_buf_slice(&clean));
		check_title(mr_buf_slice(&clean));
	}
	mr_buf_free(&clean);
	return 0;
}
