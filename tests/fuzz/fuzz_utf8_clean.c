/* Fuzz target: repair, NFC and folding: well-formed, and done once is done
 * for good; escapes, numbers and days: what is read can be written.
 * SPDX-License-Identifier: MIT */
#include "fuzz.h"

#include <math.h>

#include "core/date.h"
#include "core/escape.h"
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

static void
check_escape(struct mr_slice s)
{
	struct mr_buf out = { 0 };
	struct mr_err err = { 0 };

	if (mr_escape_add(&out, s, &err) == MR_OK && out.n) {
		assert(!memchr(out.p, '\n', out.n));
		assert(mr_unescape(out.p, &out.n));
		assert(mr_slice_eq(s, mr_buf_slice(&out)));
	}
	mr_buf_free(&out);
}

static void
check_numbers(struct mr_slice s)
{
	char text[32];
	double d, again;
	int64_t i, day;

	if (mr_parse_f64(s, &d)) {
		assert(isfinite(d));
		assert(mr_parse_f64(mr_slice_of(mr_f64_text(d, text)),
		    &again) && again == d);
	}
	if (mr_parse_i64(s, &i) && s.n < 16)
		assert(mr_parse_f64(s, &d) && d == (double)i);
	if (mr_date_parse(s, &day))
		assert(mr_slice_is(s, mr_date_text(day, text)));
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
	if (mr_utf8_from_windows1252(s, &latin, &err) == MR_OK)
		assert(mr_utf8_bad(mr_buf_slice(&latin)) == latin.n);
	check_escape(s);
	check_numbers(s);
	mr_buf_free(&clean);
	mr_buf_free(&latin);
	return 0;
}
