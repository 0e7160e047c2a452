/* Unit tests of the tokenizer with small vocabularies of their own.
 * Equality with the reference is in test_wordpiece_gold.c.
 * SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "text/wordpiece.h"

enum { PAD, UNK, CLS, SEP, MASK, AB, ABC, H_C, H_D, A, H_A, COMMA, CJK, DOLLAR,
    Y, H_Y };

static const char small[] = "[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\nab\nabc\n"
    "##c\n##d\na\n##a\n,\n\xe4\xb8\xad\n$\n\xd1\x8f\n##\xd1\x8f\n";

static void
load(struct mr_wordpiece *w, bool lower, bool strip)
{
	const struct mr_wordpiece_opt opt = { lower, strip };
	struct mr_err err = { 0 };

	assert_int_equal(mr_wordpiece_load(w, mr_slice_of(small), "small",
	    &opt, &err), MR_OK);
	assert_int_equal(w->n, 16);
}

/* Ids of the n bytes at text, [CLS] and [SEP] taken off, as "5 7 8 ". */
static const char *
ids_of(const struct mr_wordpiece *w, const char *text, size_t n)
{
	static char line[4096];
	struct mr_wordpiece_scratch s = { 0 };
	struct mr_err err = { 0 };
	int32_t id[64];
	struct mr_wordpiece_ids out = { id, 64, -1, -1 };
	size_t at = 0;

	assert_int_equal(mr_wordpiece_encode(w, (struct mr_slice){ text, n },
	    &s, &out, &err), MR_OK);
	mr_wordpiece_scratch_free(&s);
	assert_int_equal(id[0], CLS);
	assert_int_equal(id[out.n - 1], SEP);
	assert_int_equal(out.n_full, out.n);
	line[0] = '\0';
	for (int32_t i = 1; i < out.n - 1; i++)
		at += (size_t)snprintf(line + at, sizeof line - at, "%d ",
		    (int)id[i]);
	return line;
}

#define IDS(w, literal) ids_of(w, literal, sizeof literal - 1)

static void
test_pieces(void **state)
{
	struct mr_wordpiece w = { 0 };

	(void)state;
	load(&w, true, true);
	assert_string_equal(IDS(&w, "abcd"), "6 8 ");
	assert_string_equal(IDS(&w, "ABC ab"), "6 5 ");
	assert_string_equal(IDS(&w, "abd,$a"), "5 8 11 13 9 ");
	/* No piece goes on with x: the whole word is unknown. */
	assert_string_equal(IDS(&w, "abcx a"), "1 9 ");
	assert_string_equal(IDS(&w, "x"), "1 ");
	/* A piece for inside a word does not begin one. */
	assert_string_equal(IDS(&w, "d"), "1 ");
	assert_string_equal(IDS(&w, "\xd0\xaf\xd1\x8f"), "14 15 ");
	mr_wordpiece_free(&w);
}

static void
test_edges(void **state)
{
	struct mr_wordpiece w = { 0 };

	(void)state;
	load(&w, true, true);
	assert_string_equal(IDS(&w, ""), "");
	assert_string_equal(IDS(&w, " \t\r\n\v\f \xe2\x80\xa8"), "");
	/* Dropped, not blanks: NUL, a control, U+FEFF, U+FFFD. */
	assert_string_equal(IDS(&w, "a\0b"), "5 ");
	assert_string_equal(IDS(&w, "a\x01\x62\xef\xbb\xbf\x63"), "6 ");
	assert_string_equal(IDS(&w, "a\xef\xbf\xbd\x62"), "5 ");
	/* Not UTF-8: a stray byte, a cut sequence, a surrogate. */
	assert_string_equal(IDS(&w, "a\xff\x62"), "5 ");
	assert_string_equal(IDS(&w, "ab\xe4\xb8"), "5 ");
	assert_string_equal(IDS(&w, "a\xed\xa0\x80\x62"), "5 ");
	assert_string_equal(IDS(&w, "ab\xe4\xb8\xad\xe4\xb8\xad\x61"),
	    "5 12 12 9 ");
	assert_string_equal(IDS(&w, "\xc3\x84\x42\xcc\x81 a\xcc\x81"), "5 9 ");
	mr_wordpiece_free(&w);
}

static void
test_options(void **state)
{
	struct mr_wordpiece w = { 0 };

	(void)state;
	load(&w, false, false);
	assert_string_equal(IDS(&w, "AB ab"), "1 5 ");
	assert_string_equal(IDS(&w, "\xc3\xa1\x62"), "1 ");
	mr_wordpiece_free(&w);
	load(&w, false, true);
	assert_string_equal(IDS(&w, "\xc3\xa1\x62 \xc3\x81\x62"), "5 1 ");
	mr_wordpiece_free(&w);
	load(&w, true, false);
	assert_string_equal(IDS(&w, "AB \xc3\xa1\x62"), "5 1 ");
	mr_wordpiece_free(&w);
}

static void
test_specials(void **state)
{
	struct mr_wordpiece w = { 0 };

	(void)state;
	load(&w, true, true);
	assert_string_equal(IDS(&w, "a[SEP]a [MASK]"), "9 3 9 4 ");
	assert_string_equal(IDS(&w, "[PAD][UNK][CLS]"), "0 1 2 ");
	assert_string_equal(IDS(&w, "[[CLS]"), "1 2 ");
	/* Only as they are written: '[', 'sep', ']' are three words here. */
	assert_string_equal(IDS(&w, "[sep]"), "1 1 1 ");
	assert_string_equal(IDS(&w, "[SEP"), "1 1 ");
	mr_wordpiece_free(&w);
}

static void
test_long_run(void **state)
{
	char text[1024], want[1024];
	struct mr_wordpiece w = { 0 };
	size_t at = 2;

	(void)state;
	load(&w, true, true);
	memset(text, 'a', 101);
	memcpy(want, "9 ", 2);
	for (int i = 1; i < 61; i++, at += 3)
		memcpy(want + at, "10 ", 3);
	want[at] = '\0';
	assert_string_equal(ids_of(&w, text, 61), want);
	assert_string_equal(ids_of(&w, text, 101), "1 ");
	mr_wordpiece_free(&w);
}

/* A word of 100 code points is cut, whatever its bytes; one of 101 is not. */
static void
test_word_limit(void **state)
{
	struct mr_wordpiece_scratch s = { 0 };
	struct mr_wordpiece w = { 0 };
	struct mr_err err = { 0 };
	int32_t id[2];
	struct mr_wordpiece_ids out = { id, 2, 0, 0 };
	char text[210];

	(void)state;
	load(&w, true, true);
	memset(text, 'a', 101);
	assert_int_equal(mr_wordpiece_encode(&w,
	    (struct mr_slice){ text, 100 }, &s, &out, &err), MR_OK);
	assert_int_equal(out.n_full, 102);
	assert_int_equal(out.n, 2);
	assert_int_equal(mr_wordpiece_encode(&w,
	    (struct mr_slice){ text, 101 }, &s, &out, &err), MR_OK);
	assert_int_equal(out.n_full, 3);
	for (size_t i = 0; i < 101; i++)
		memcpy(text + 2 * i, "\xd1\x8f", 2);
	assert_int_equal(mr_wordpiece_encode(&w,
	    (struct mr_slice){ text, 200 }, &s, &out, &err), MR_OK);
	assert_int_equal(out.n_full, 102);
	assert_int_equal(mr_wordpiece_encode(&w,
	    (struct mr_slice){ text, 202 }, &s, &out, &err), MR_OK);
	assert_int_equal(out.n_full, 3);
	mr_wordpiece_scratch_free(&s);
	mr_wordpiece_free(&w);
}

static void
test_truncation(void **state)
{
	const struct mr_slice text = mr_slice_of("abc ab a , x");
	const int32_t full[] = { CLS, ABC, AB, A, COMMA, UNK, SEP };
	struct mr_wordpiece_scratch s = { 0 };
	struct mr_wordpiece w = { 0 };
	struct mr_err err = { 0 };

	(void)state;
	load(&w, true, true);
	for (int32_t max = 2; max < 10; max++) {
		int32_t id[12], n = max < 7 ? max : 7;
		struct mr_wordpiece_ids out = { id, max, 0, 0 };

		id[max] = 12345;
		assert_int_equal(mr_wordpiece_encode(&w, text, &s, &out, &err),
		    MR_OK);
		assert_int_equal(out.n, n);
		assert_int_equal(out.n_full, 7);
		assert_memory_equal(id, full, sizeof *id * (size_t)(n - 1));
		assert_int_equal(id[n - 1], SEP);
		assert_int_equal(id[max], 12345);
	}
	mr_wordpiece_scratch_free(&s);
	mr_wordpiece_free(&w);
}

static void
test_no_room(void **state)
{
	struct mr_wordpiece_scratch s = { 0 };
	struct mr_wordpiece w = { 0 };
	struct mr_err err = { 0 };
	int32_t id[2];
	struct mr_wordpiece_ids out = { id, 1, 0, 0 };

	(void)state;
	load(&w, true, true);
	assert_int_equal(mr_wordpiece_encode(&w, mr_slice_of("a"), &s, &out,
	    &err), MR_EARG);
	mr_wordpiece_free(&w);
}

/* A megabyte without a blank, of letters or of marks, keeps little. */
static void
test_long_word(void **state)
{
	const size_t n = 1 << 20;
	struct mr_wordpiece_scratch s = { 0 };
	struct mr_wordpiece w = { 0 };
	struct mr_err err = { 0 };
	int32_t id[4];
	struct mr_wordpiece_ids out = { id, 4, 0, 0 };
	char *text = malloc(n);

	(void)state;
	assert_non_null(text);
	load(&w, true, true);
	memset(text, 'a', n);
	assert_int_equal(mr_wordpiece_encode(&w, (struct mr_slice){ text, n },
	    &s, &out, &err), MR_OK);
	assert_int_equal(out.n_full, 3);
	assert_int_equal(id[1], UNK);
	/* U+302E: class 224 and Mc, so it waits and is not dropped. */
	for (size_t i = 0; i + 3 <= n; i += 3)
		memcpy(text + i, "\xe3\x80\xae", 3);
	assert_int_equal(mr_wordpiece_encode(&w, (struct mr_slice){ text, n },
	    &s, &out, &err), MR_OK);
	assert_int_equal(out.n_full, 3);
	assert_true(s.word.cap <= 4096);
	assert_true(s.mark_cap <= 128);
	free(text);
	mr_wordpiece_scratch_free(&s);
	mr_wordpiece_free(&w);
}

static void
refused(struct mr_slice vocab, const char *message)
{
	const struct mr_wordpiece_opt opt = MR_WORDPIECE_OPT_DEFAULT;
	struct mr_wordpiece w = { 0 };
	struct mr_err err = { 0 };

	assert_int_equal(mr_wordpiece_load(&w, vocab, "v", &opt, &err),
	    MR_EFORMAT);
	assert_string_equal(err.msg, message);
	assert_null(w.token);
	assert_null(w.edge);
}

#define FOUR "[PAD]\n[UNK]\n[CLS]\n[SEP]\n"

static void
test_bad_vocab(void **state)
{
	char line[1100];

	(void)state;
	refused(mr_slice_of(""),
	    "v:0: end of file without the token [PAD]");
	refused(mr_slice_of("[PAD]\n[CLS]\n[SEP]\n"),
	    "v:3: end of file without the token [UNK]");
	refused(mr_slice_of("[PAD]\n[UNK]\n[SEP]\n"),
	    "v:3: end of file without the token [CLS]");
	refused(mr_slice_of("[PAD]\n[UNK]\n[CLS]\n"),
	    "v:3: end of file without the token [SEP]");
	refused(mr_slice_of(FOUR "a\n##a\nb\na\n"),
	    "v:8: token 'a' was already on line 5");
	refused(mr_slice_of("[PAD]\r\n[UNK]\r\n"),
	    "v:1: line ends in CR LF, expected LF");
	refused(mr_slice_of(FOUR "\na\n"),
	    "v:5: empty line, expected a token");
	refused((struct mr_slice){ FOUR "a\0b", sizeof FOUR + 2 },
	    "v:5: NUL byte in a token");
	refused(mr_slice_of(FOUR "a\xe4\xb8\n"), "v:5: not UTF-8");
	memset(line, 'a', sizeof line);
	refused((struct mr_slice){ line, 1025 },
	    "v:1: line too long, expected at most 1024 bytes");
}

static void
test_good_vocab(void **state)
{
	const struct mr_wordpiece_opt opt = MR_WORDPIECE_OPT_DEFAULT;
	struct mr_wordpiece w = { 0 };
	struct mr_err err = { 0 };

	(void)state;
	assert_int_equal(mr_wordpiece_load(&w, mr_slice_of(FOUR "a\n##a\n##"),
	    "v", &opt, &err), MR_OK);
	assert_int_equal(w.n, 7);
	assert_int_equal(w.mask, -1);
	assert_int_equal(mr_wordpiece_id(&w, mr_slice_of("##a")), 5);
	assert_int_equal(mr_wordpiece_id(&w, mr_slice_of("##")), 6);
	assert_int_equal(mr_wordpiece_id(&w, mr_slice_of("[P")), -1);
	assert_int_equal(mr_wordpiece_id(&w, mr_slice_of("")), -1);
	mr_wordpiece_free(&w);
	mr_wordpiece_free(&w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_pieces),
		cmocka_unit_test(test_edges),
		cmocka_unit_test(test_options),
		cmocka_unit_test(test_specials),
		cmocka_unit_test(test_long_run),
		cmocka_unit_test(test_word_limit),
		cmocka_unit_test(test_truncation),
		cmocka_unit_test(test_no_room),
		cmocka_unit_test(test_long_word),
		cmocka_unit_test(test_bad_vocab),
		cmocka_unit_test(test_good_vocab),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
