/* Equality of the tokenizer with the reference: suites/bert-tokenization and
 * data/minilm of the shared test data.  Skipped where those are not there.
 * SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

#include "core/mem.h"
#include "slurp.h"
#include "text/wordpiece.h"

static struct mr_err err;
static struct mr_wordpiece_scratch scratch;

static struct mr_buf
model_vocab(void)
{
	const char *data = getenv("XDG_DATA_HOME"), *home = getenv("HOME");
	char dir[2048];

	snprintf(dir, sizeof dir, "%s%s/mr/all-MiniLM-L6-v2",
	    data ? data : home ? home : "", data ? "" : "/.local/share");
	return slurp(dir, "vocab.txt");
}

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

static struct mr_slice
text_of(const json_t *v)
{
	return (struct mr_slice){ json_string_value(v),
	    json_string_length(v) };
}

/* An array of strings, or a string cut at blanks, as words() writes it. */
static struct mr_buf
lines_of(const json_t *v)
{
	struct mr_buf b = { 0 };
	struct mr_slice rest, part;
	const json_t *one;
	size_t i;

	if (json_is_string(v)) {
		rest = text_of(v);
		while (rest.p) {
			part = mr_slice_cut(&rest, ' ');
			if (part.n && (mr_buf_add(&b, part.p, part.n, &err) ||
			    mr_buf_add(&b, "\n", 1, &err)))
				fail();
		}
		return b;
	}
	json_array_foreach(v, i, one) {
		part = text_of(one);
		if (mr_buf_add(&b, part.p, part.n, &err) ||
		    mr_buf_add(&b, "\n", 1, &err))
			fail();
	}
	return b;
}

static bool
same_words(const struct mr_wordpiece_opt *opt, const json_t *input,
    const json_t *expect)
{
	struct mr_slice in = text_of(input);
	struct mr_buf got = words(opt, in.p, in.n), want = lines_of(expect);
	bool same = mr_slice_eq(mr_buf_slice(&got), mr_buf_slice(&want));

	mr_buf_free(&got);
	mr_buf_free(&want);
	return same;
}

static void
test_pretok(void **state)
{
	const struct mr_wordpiece_opt opt = MR_WORDPIECE_OPT_DEFAULT;
	struct mr_buf file = shared(
	    "suites/bert-tokenization/gold_pretok.jsonl");
	struct mr_slice rest = mr_buf_slice(&file), line;
	int n = 0, right = 0;

	(void)state;
	if (!file.p)
		skip();
	while (rest.p && rest.n) {
		json_t *v;

		line = mr_slice_cut(&rest, '\n');
		v = json_loadb(line.p, line.n, JSON_ALLOW_NUL, NULL);
		assert_non_null(v);
		n++;
		right += same_words(&opt, json_object_get(v, "input"),
		    json_object_get(v, "expect"));
		json_decref(v);
	}
	mr_buf_free(&file);
	printf("bert-tokenization: %d of %d texts\n", right, n);
	assert_int_equal(n, 515);
	assert_int_equal(right, n);
}

/* The vectors' vocabularies, with what is missing for mr_wordpiece_load
 * added at the end so that the ids stay. */
static void
load_vector_vocab(struct mr_wordpiece *w, const json_t *vocab)
{
	const struct mr_wordpiece_opt opt = MR_WORDPIECE_OPT_DEFAULT;
	struct mr_buf b = lines_of(vocab);
	bool has_pad = false;
	const json_t *one;
	size_t i;

	json_array_foreach(vocab, i, one)
		has_pad |= mr_slice_is(text_of(one), "[PAD]");
	if (!has_pad)
		assert_int_equal(mr_buf_add(&b, "[PAD]\n", 6, &err), MR_OK);
	assert_int_equal(mr_wordpiece_load(w, mr_buf_slice(&b), "vector",
	    &opt, &err), MR_OK);
	mr_buf_free(&b);
}

static bool
same_ids(const struct mr_wordpiece *w, const json_t *v)
{
	const json_t *ids = json_object_get(v, "ids");
	const json_t *expect = json_object_get(v, "expect"), *one;
	struct mr_slice in = text_of(json_object_get(v, "input"));
	int32_t id[64];
	struct mr_wordpiece_ids out = { id, 64, 0, 0 };
	/* One vector counts [CLS] and [SEP], the others do not. */
	int32_t from = !mr_slice_is(text_of(json_object_get(v, "fn")),
	    "bert-base-uncased");
	size_t i;

	assert_int_equal(mr_wordpiece_encode(w, in, &scratch, &out, &err),
	    MR_OK);
	if ((size_t)(out.n - 2 * from) != json_array_size(expect))
		return false;
	json_array_foreach(expect, i, one)
		if (mr_wordpiece_id(w, text_of(one)) != id[(size_t)from + i])
			return false;
	json_array_foreach(ids, i, one)
		if (json_integer_value(one) != id[(size_t)from + i])
			return false;
	return true;
}

static bool
same_vector(const json_t *v, struct mr_slice vocab)
{
	struct mr_slice fn = text_of(json_object_get(v, "fn"));
	const json_t *strip = json_object_get(v, "strip_accents");
	const json_t *lower = json_object_get(v, "lower");
	struct mr_wordpiece_opt opt = MR_WORDPIECE_OPT_DEFAULT;
	struct mr_wordpiece w = { 0 };
	bool same;

	if (mr_slice_is(fn, "full") || mr_slice_is(fn, "wordpiece")) {
		load_vector_vocab(&w, json_object_get(v, "vocab"));
		same = same_ids(&w, v);
	} else if (mr_slice_is(fn, "bert-base-uncased")) {
		assert_int_equal(mr_wordpiece_load(&w, vocab, "vocab.txt",
		    &opt, &err), MR_OK);
		same = same_ids(&w, v);
	} else {
		/* "pretok" splits only.  "normalize" turns off spreading or
		 * cleaning too, but its inputs hold nothing to spread or
		 * clean then; it is compared by words. */
		opt.lower_case = lower ? json_is_true(lower) :
		    !mr_slice_is(fn, "pretok");
		opt.strip_accents = strip ? json_is_true(strip) :
		    opt.lower_case;
		same = same_words(&opt, json_object_get(v, "input"),
		    json_object_get(v, "expect"));
	}
	mr_wordpiece_free(&w);
	return same;
}

static void
test_vectors(void **state)
{
	struct mr_buf file = shared("suites/bert-tokenization/vectors.json");
	struct mr_buf vocab = model_vocab();
	json_t *all = json_loadb(file.p, file.n, 0, NULL);
	size_t i, right = 0, skipped = 0;
	json_t *v;

	(void)state;
	if (!file.p) {
		mr_buf_free(&vocab);
		skip();
	}
	assert_non_null(all);
	json_array_foreach(all, i, v) {
		bool same;

		if (!vocab.p && mr_slice_is(text_of(json_object_get(v, "fn")),
		    "bert-base-uncased")) {
			skipped++;
			continue;
		}
		same = same_vector(v, mr_buf_slice(&vocab));
		right += same;
		if (!same)
			printf("vector %zu differs\n", i);
	}
	printf("bert-tokenization: %zu of %zu vectors, %zu skipped\n", right,
	    json_array_size(all) - skipped, skipped);
	assert_int_equal(json_array_size(all), 26);
	assert_int_equal(right, 26 - skipped);
	json_decref(all);
	mr_buf_free(&vocab);
	mr_buf_free(&file);
}

static bool
same_reference(const struct mr_wordpiece *w, const json_t *v)
{
	const json_t *ids = json_object_get(v, "ids"), *one;
	int32_t id[256];
	struct mr_wordpiece_ids out = { id, 256, 0, 0 };
	size_t i;

	assert_int_equal(mr_wordpiece_encode(w,
	    text_of(json_object_get(v, "text")), &scratch, &out, &err), MR_OK);
	if ((size_t)out.n != json_array_size(ids) || out.n_full !=
	    json_integer_value(json_object_get(v, "tokens")))
		return false;
	json_array_foreach(ids, i, one)
		if (json_integer_value(one) != id[i])
			return false;
	return true;
}

static void
test_reference(void **state)
{
	const struct mr_wordpiece_opt opt = MR_WORDPIECE_OPT_DEFAULT;
	struct mr_buf file = shared("data/minilm/reference.jsonl");
	struct mr_buf vocab = model_vocab();
	struct mr_slice rest = mr_buf_slice(&file), line;
	struct mr_wordpiece w = { 0 };
	int n = 0, right = 0;

	(void)state;
	if (!file.p || !vocab.p) {
		mr_buf_free(&file);
		mr_buf_free(&vocab);
		skip();
	}
	assert_int_equal(mr_wordpiece_load(&w, mr_buf_slice(&vocab),
	    "vocab.txt", &opt, &err), MR_OK);
	assert_int_equal(w.n, 30522);
	while (rest.p && rest.n) {
		json_t *v;

		line = mr_slice_cut(&rest, '\n');
		v = json_loadb(line.p, line.n, JSON_ALLOW_NUL, NULL);
		assert_non_null(v);
		n++;
		right += same_reference(&w, v);
		json_decref(v);
	}
	printf("%d of %d texts\n", right, n);
	assert_int_equal(n, 415);
	assert_int_equal(right, n);
	mr_wordpiece_free(&w);
	mr_buf_free(&vocab);
	mr_buf_free(&file);
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
		cmocka_unit_test(test_pretok),
		cmocka_unit_test(test_vectors),
		cmocka_unit_test(test_reference),
	};

	return cmocka_run_group_tests(tests, NULL, drop_scratch);
}
