/* Terms of texts, their counts and weights: known cases, and a naive count.
 * SPDX-License-Identifier: MIT */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "core/rng.h"
#include "text/stop_words.h"
#include "text/tfidf.h"
#include "text/utf8_word.h"

static struct mr_err err;

static void
assert_lower(const char *text, const char *want)
{
	struct mr_buf b = { 0 };

	assert_int_equal(mr_utf8_lower_text(mr_slice_of(text), &b, &err),
	    MR_OK);
	assert_int_equal(b.n, strlen(want));
	if (b.n)
		assert_memory_equal(b.p, want, b.n);
	mr_buf_free(&b);
}

static void
test_lower(void **state)
{
	(void)state;
	assert_lower("", "");
	assert_lower("Az_09 @[`{", "az_09 @[`{");
	assert_lower("ÉÅЖ𐐀ẞ", "éåж𐐨ß");
	assert_lower("İI", "i\xcc\x87i");	/* i, combining dot; i */
	assert_lower("ŉǅ", "ŉǆ");
	/* Sigma: final behind a cased letter and not before one. */
	assert_lower("ΟΔΟΣ", "οδος");
	assert_lower("ΟΔΟΣ ΣΑΣ", "οδος σας");
	assert_lower("Σ", "σ");
	assert_lower("ΑΣ.Β", "ασ.β");
	assert_lower("ΑΣ. Β", "ας. β");
	assert_lower("Α.Σ", "α.ς");
	assert_lower("Α Σ", "α σ");
	assert_lower("ΑΣ\xcc\x81", "ας\xcc\x81");	/* a mark is passed */
	assert_lower("ΑΣ\xcc\x81Β", "ασ\xcc\x81β");
	assert_lower("ªΣ ⅧΣ ʰΣ 1Σ", "ªς ⅷς ʰσ 1σ");
}

static void
test_word(void **state)
{
	(void)state;
	for (uint32_t c = 0; c < 0x80; c++)
		assert_int_equal(mr_utf8_is_word(c), (c >= '0' && c <= '9') ||
		    (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
		    c == '_');
	assert_true(mr_utf8_is_word(0xe9));
	assert_true(mr_utf8_is_word(0xbd));	/* one half */
	assert_true(mr_utf8_is_word(0x2167));	/* Roman eight */
	assert_true(mr_utf8_is_word(0x966));	/* Devanagari nought */
	assert_true(mr_utf8_is_word(0x6f22));
	assert_false(mr_utf8_is_word(0x301));	/* combining acute */
	assert_false(mr_utf8_is_word(0x93f));	/* Devanagari vowel sign */
	assert_false(mr_utf8_is_word(0xa0));
	assert_false(mr_utf8_is_word(0x2019));
	assert_false(mr_utf8_is_word(0x1f600));
	assert_false(mr_utf8_is_word(0x10ffff));
}

/* The terms of text, joined by |. */
static void
assert_terms(const char *text, int min_n, int max_n, const char *stop_words,
    const char *want)
{
	struct mr_ids stop = { 0 };
	struct mr_terms_rule rule = { min_n, max_n, &stop };
	struct mr_slice rest = mr_slice_of(stop_words);
	struct mr_terms t = { 0 };
	char got[400] = "";
	size_t n = 0;

	while (rest.p) {
		int32_t at;

		assert_int_equal(mr_ids_add(&stop, mr_slice_cut(&rest, ' '),
		    &at, NULL, &err), MR_OK);
	}
	/* Twice: what a text leaves must not show in the next. */
	for (int i = 0; i < 2; i++)
		assert_int_equal(mr_terms_split(&t, mr_slice_of(text), &rule,
		    &err), MR_OK);
	for (size_t i = t.first; i < t.n; i++) {
		struct mr_slice s = mr_terms_get(&t, i);

		n += (size_t)snprintf(got + n, sizeof got - n, "%.*s|",
		    (int)s.n, s.p);
	}
	assert_string_equal(got, want);
	mr_terms_free(&t);
	mr_ids_free(&stop);
}

static void
test_split(void **state)
{
	(void)state;
	assert_terms("", 1, 1, "x", "");
	assert_terms(" .!", 1, 3, "x", "");
	assert_terms("A ab abc", 1, 1, "x", "ab|abc|");
	assert_terms("We've 2 films: Jaws_2 (1978)", 1, 1, "x",
	    "we|ve|films|jaws_2|1978|");
	assert_terms("é éé 漢 漢字", 1, 1, "x", "éé|漢字|");
	assert_terms("cafe\xcc\x81s", 1, 1, "x", "cafe|");
	assert_terms("İstanbul", 1, 1, "x", "stanbul|");
	assert_terms("one two three", 1, 2, "x",
	    "one|two|three|one two|two three|");
	assert_terms("one two three", 2, 3, "x",
	    "one two|two three|one two three|");
	assert_terms("one two three", 4, 9, "x", "");
	/* Stop words go first: a term may bridge one. */
	assert_terms("Lord of THE Rings", 1, 2, "of the",
	    "lord|rings|lord rings|");
}

static void
test_stop_words(void **state)
{
	struct mr_ids words = { 0 };
	const struct mr_terms_rule rule = { .min_n = 1, .max_n = 1 };
	struct mr_terms t = { 0 };

	(void)state;
	assert_int_equal(mr_stop_words_en(&words, &err), MR_OK);
	assert_true(mr_ids_find(&words, mr_slice_of("the")) >= 0);
	assert_true(mr_ids_find(&words, mr_slice_of("yourselves")) >= 0);
	assert_int_equal(mr_ids_find(&words, mr_slice_of("fire")), -1);
	assert_int_equal(mr_ids_find(&words, mr_slice_of("seven")), -1);
	/* Each is one term, or it could never match. */
	for (int32_t i = 0; i < words.n; i++) {
		assert_int_equal(mr_terms_split(&t, mr_ids_get(&words, i),
		    &rule, &err), MR_OK);
		assert_int_equal(t.n, 1);
		assert_true(mr_slice_eq(mr_terms_get(&t, 0),
		    mr_ids_get(&words, i)));
	}
	mr_terms_free(&t);
	mr_ids_free(&words);
}

#define TEXTS 40
#define WORDS 30	/* w10 .. w39 */

/* A corpus of random words, word j rarer the higher j is. */
static void
make_corpus(struct mr_corpus *c, int count[TEXTS][WORDS])
{
	const struct mr_terms_rule rule = { .min_n = 1, .max_n = 1 };
	struct mr_terms t = { 0 };

	memset(count, 0, sizeof(int) * TEXTS * WORDS);
	for (uint64_t u = 0; u < TEXTS; u++) {
		char text[400];
		size_t n = 0;

		text[0] = '\0';
		for (uint64_t k = 0; k < u; k++) {
			double x = mr_rng_uniform(7, u, k);
			int j = (int)(x * x * WORDS);

			count[u][j]++;
			n += (size_t)snprintf(text + n, sizeof text - n,
			    "W%d ", j + 10);
		}
		assert_int_equal(mr_terms_split(&t, mr_slice_of(text), &rule,
		    &err), MR_OK);
		assert_int_equal(mr_corpus_add(c, &t, &err), MR_OK);
	}
	mr_terms_free(&t);
}

/* The counts that are left in the table, then weighed: of length 1. */
static void
check_rows(struct mr_csr *m, const struct mr_vocabulary *v,
    int count[TEXTS][WORDS])
{
	int64_t k = 0;

	for (int u = 0; u < TEXTS; u++) {
		double sum = 0;
		int64_t from = m->ptr[u], n = m->ptr[u + 1] - from;

		for (int j = 0; j < WORDS; j++)
			if (count[u][j])
				assert_true(m->val[k++] ==
				    (float)count[u][j]);
		assert_int_equal(m->ptr[u + 1], k);
		mr_vocabulary_weigh(v, m->idx + from, m->val + from, n);
		for (int64_t i = from; i < from + n; i++) {
			sum += (double)m->val[i] * (double)m->val[i];
			assert_true(i == from || m->idx[i] > m->idx[i - 1]);
		}
		if (v->idf && n)
			assert_true(fabs(sum - 1) < 1e-6);
	}
}

/* The vocabulary and the weights of rule, against a table. */
static void
try_rule(struct mr_vocabulary_rule rule)
{
	static int count[TEXTS][WORDS];
	struct mr_corpus c = { 0 };
	struct mr_vocabulary v = { 0 };
	double least = rule.min_df * (rule.min_is_share ? TEXTS : 1);
	double most = rule.max_df * (rule.max_is_share ? TEXTS : 1);
	int32_t at = 0;

	make_corpus(&c, count);
	assert_int_equal(mr_corpus_choose(&c, &rule, &v, &err), MR_OK);
	for (int j = 0; j < WORDS; j++) {
		int df = 0, total = 0, better = 0;
		char name[16];

		for (int u = 0; u < TEXTS; u++)
			df += count[u][j] > 0;
		for (int u = 0; u < TEXTS; u++)
			total += count[u][j];
		for (int i = 0; i < WORDS; i++) {
			int sum = 0;

			for (int u = 0; u < TEXTS; u++)
				sum += count[u][i];
			better += sum > total || (sum == total && i < j);
		}
		snprintf(name, sizeof name, "w%d", j + 10);
		if (df == 0 || df < least || df > most ||
		    (rule.max_terms && better >= rule.max_terms)) {
			assert_int_equal(mr_ids_find(&v.terms,
			    mr_slice_of(name)), -1);
			for (int u = 0; u < TEXTS; u++)
				count[u][j] = 0;
			continue;
		}
		assert_int_equal(mr_ids_find(&v.terms, mr_slice_of(name)),
		    at);
		assert_true(v.df[at] == (float)df);
		if (v.idf)
			assert_true(fabs((double)v.idf[at] - (log((1. + TEXTS)
			    / (1. + df)) + 1)) < 1e-6);
		at++;
	}
	assert_int_equal(v.terms.n, at);
	assert_int_equal(c.counts.cols, at);
	check_rows(&c.counts, &v, count);
	mr_corpus_free(&c);
	mr_corpus_free(&c);
	mr_vocabulary_free(&v);
	mr_vocabulary_free(&v);
}

static void
test_rules(void **state)
{
	(void)state;
	try_rule((struct mr_vocabulary_rule){ 1, 1, false, true, 0, true,
	    false });
	try_rule((struct mr_vocabulary_rule){ 1, 1, false, true, 0, false,
	    false });
	try_rule((struct mr_vocabulary_rule){ 3, 20, false, false, 0, true,
	    true });
	try_rule((struct mr_vocabulary_rule){ 0.25, 0.5, true, true, 0, true,
	    false });
	try_rule((struct mr_vocabulary_rule){ 1, 1, false, true, 5, true,
	    false });
	try_rule((struct mr_vocabulary_rule){ 2, 0.6, false, true, 12, false,
	    false });
	try_rule((struct mr_vocabulary_rule){ 41, 1, false, true, 0, true,
	    false });
}

/* Three texts by hand: idf(a) = ln(4/4) + 1, idf(b) = ln(4/2) + 1. */
static void
test_by_hand(void **state)
{
	const char *const texts[] = { "aa bb aa", "AA", "aa zz", "bb aa zz aa "
	    "aa unknown unknown" };
	const struct mr_terms_rule split = { .min_n = 1, .max_n = 1 };
	const struct mr_vocabulary_rule rule = { .min_df = 1, .max_df = 1,
	    .max_is_share = true, .idf = true, .sublinear = true };
	struct mr_corpus c = { 0 };
	struct mr_vocabulary v = { 0 };
	struct mr_terms t = { 0 };
	struct mr_row row = { 0 };
	double b = log(2) + 1, a = 1 + log(3), length;
	int64_t unknown = 0;

	(void)state;
	for (int i = 0; i < 4; i++) {
		assert_int_equal(mr_terms_split(&t, mr_slice_of(texts[i]),
		    &split, &err), MR_OK);
		if (i < 3)
			assert_int_equal(mr_corpus_add(&c, &t, &err), MR_OK);
	}
	assert_int_equal(mr_corpus_choose(&c, &rule, &v, &err), MR_OK);
	assert_int_equal(v.terms.n, 3);
	assert_int_equal(mr_vocabulary_count(&v, &t, &row, &unknown, &err),
	    MR_OK);
	assert_int_equal(unknown, 2);
	assert_int_equal(row.n, 3);
	assert_true(row.val[0] == 3 && row.val[1] == 1 && row.val[2] == 1);
	mr_vocabulary_weigh(&v, row.idx, row.val, 3);
	length = sqrt(a * a + 2 * b * b);
	assert_true(fabs((double)row.val[0] - a / length) < 1e-7);
	assert_true(fabs((double)row.val[1] - b / length) < 1e-7);
	assert_true(fabs((double)row.val[2] - b / length) < 1e-7);
	mr_row_free(&row);
	mr_terms_free(&t);
	mr_corpus_free(&c);
	mr_vocabulary_free(&v);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_lower),
		cmocka_unit_test(test_word),
		cmocka_unit_test(test_split),
		cmocka_unit_test(test_stop_words),
		cmocka_unit_test(test_rules),
		cmocka_unit_test(test_by_hand),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
