/* Unit tests of how code points are classed: a few by hand, and every scalar
 * value against the reference in suites/bert-tokenization, skipped where the
 * shared test data are not there.
 * SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "slurp.h"
#include "text/utf8_class.h"
#include "text/wordpiece_words.h"

static struct mr_err err;
static struct mr_wordpiece_scratch scratch;

/* Collects the words, each with a line feed after it. */
static int
collect(void *ctx, struct mr_slice word, size_t n_chars, struct mr_err *e)
{
	int rc = mr_buf_add(ctx, word.p, word.n, e);

	assert_true(n_chars > 0 && n_chars <= word.n);
	return rc ? rc : mr_buf_add(ctx, "\n", 1, e);
}

static struct mr_buf
words(const struct mr_wordpiece_opt *opt, const void *text, size_t n)
{
	struct mr_buf got = { 0 };
	const struct mr_wordpiece_sink sink = { collect, &got, SIZE_MAX };

	assert_int_equal(mr_wordpiece_words(opt,
	    (struct mr_slice){ text, n }, &scratch, &sink, &err), MR_OK);
	return got;
}

/* Every scalar value c, tested as "a" c "b". */
static bool
same_outcome(uint32_t c, struct mr_slice outcome)
{
	const struct mr_wordpiece_opt opt = MR_WORDPIECE_OPT_DEFAULT;
	char text[8] = "a", want[64], *end;
	size_t n = 1 + mr_utf8_encode(c, text + 1), w = 0;
	bool isolate = false, same;
	struct mr_buf got;

	text[n] = 'b';
	got = words(&opt, text, n + 1);
	if (mr_slice_is(outcome, "drop")) {
		w = (size_t)sprintf(want, "ab\n");
	} else if (mr_slice_is(outcome, "space")) {
		w = (size_t)sprintf(want, "a\nb\n");
	} else if (mr_slice_is(outcome, "keep")) {
		w = (size_t)sprintf(want, "%.*sb\n", (int)n, text);
	} else if (mr_slice_is(outcome, "isolate")) {
		w = (size_t)sprintf(want, "a\n%.*s\nb\n", (int)n - 1,
		    text + 1);
	} else {
		isolate = outcome.p[0] == 'i';
		outcome.n -= isolate ? 8 : 4;
		outcome.p += isolate ? 8 : 4;
		assert_true(outcome.n > 0 && outcome.n < 40);
		w = (size_t)sprintf(want, isolate ? "a\n" : "");
		/* The file writes what is not ASCII as \xhh, \uhhhh or
		 * \Uhhhhhhhh. */
		for (size_t i = 0; i < outcome.n;) {
			char digits[9] = "";
			size_t len = outcome.p[i + 1] == 'x' ? 2 :
			    outcome.p[i + 1] == 'u' ? 4 : 8;

			if (outcome.p[i] != '\\') {
				want[w++] = outcome.p[i++];
				continue;
			}
			memcpy(digits, outcome.p + i + 2, len);
			w += mr_utf8_encode((uint32_t)strtoul(digits, &end,
			    16), want + w);
			assert_int_equal(*end, '\0');
			i += 2 + len;
		}
		w += (size_t)sprintf(want + w, isolate ? "\nb\n" : "\n");
	}
	same = mr_slice_eq(mr_buf_slice(&got), (struct mr_slice){ want, w });
	mr_buf_free(&got);
	return same;
}

static void
test_codepoints(void **state)
{
	struct mr_buf file = shared(
	    "suites/bert-tokenization/gold_codepoints.tsv");
	struct mr_slice rest = mr_buf_slice(&file), line, first, last;
	int64_t n = 0, wrong = 0;

	(void)state;
	if (!file.p)
		skip();
	mr_slice_cut(&rest, '\n');
	while (rest.p && rest.n) {
		line = mr_slice_cut(&rest, '\n');
		first = mr_slice_cut(&line, '\t');
		last = mr_slice_cut(&line, '\t');
		assert_non_null(line.p);
		for (unsigned long c = strtoul(first.p, NULL, 16);
		    c <= strtoul(last.p, NULL, 16); c++) {
			if (c >= 0xd800 && c <= 0xdfff)
				continue;
			n++;
			if (same_outcome((uint32_t)c, line))
				continue;
			if (wrong++ < 20)
				printf("U+%04lX: not '%.*s'\n", c,
				    (int)line.n, line.p);
		}
	}
	mr_buf_free(&file);
	printf("bert-codepoints: %lld of %lld\n", (long long)(n - wrong),
	    (long long)n);
	assert_int_equal(n, 1112064);
	assert_int_equal(wrong, 0);
}

static void
test_classes(void **state)
{
	uint32_t out[MR_UTF8_NFD_MAX];

	(void)state;
	assert_int_equal(mr_utf8_class('$'), MR_UTF8_PUNCT);
	assert_int_equal(mr_utf8_class(0xa3), MR_UTF8_OTHER);
	assert_int_equal(mr_utf8_class(0x85), MR_UTF8_CONTROL);
	assert_int_equal(mr_utf8_class(0xa0), MR_UTF8_SPACE);
	assert_int_equal(mr_utf8_class(0x301), MR_UTF8_MARK);
	assert_int_equal(mr_utf8_class(0x378), MR_UTF8_OTHER);
	/* Punctuation, but not yet in Unicode 8.0. */
	assert_int_equal(mr_utf8_class(0x2e43), MR_UTF8_OTHER);
	assert_int_equal(mr_utf8_nfd(0x1ed6, out), 3);
	assert_int_equal(out[0], 'O');
	assert_int_equal(mr_utf8_nfd(0x11938, out), 1);
	assert_int_equal(mr_utf8_lower(0x130, out), 2);
	assert_int_equal(mr_utf8_lower(0x3a3, out), 1);
	assert_int_equal(out[0], 0x3c3);
}

static int
drop_scratch(void **state)
{
	(void)state;
	mr_wordpiece_scratch_free(&scratch);
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_classes),
		cmocka_unit_test(test_codepoints),
	};

	return cmocka_run_group_tests(tests, NULL, drop_scratch);
}
