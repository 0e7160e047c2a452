/* Vocabularies: options refused, a stream written and read back.
 * SPDX-License-Identifier: MIT */
#include "tsv_build.h"

#include "store/vocabulary.h"
#include "tool/embed/terms_opt.h"

static void
ngrams(void **state)
{
	static const char *const bad[] = { "", "1", ":", "0:1", "2:1", "1:17",
	    "1:2:3", "a:b", "1: 2" };
	struct mr_terms_rule rule = { 0 };

	(void)state;
	assert_true(mr_terms_ngrams(mr_slice_of("2:16"), &rule));
	assert_true(rule.min_n == 2 && rule.max_n == 16);
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		if (mr_terms_ngrams(mr_slice_of(bad[i]), &rule))
			fail_msg("'%s' is taken", bad[i]);
}

static void
options(void **state)
{
	static const struct {
		struct mr_embed_vocabulary_opt o;
		const char *bad;
	} try[] = {
		{ { .ngrams = "2:1", .min_df = "1", .max_df = "1.0" },
		    "--ngrams: '2:1' is not MIN:MAX" },
		{ { .ngrams = "1:1", .min_df = "0", .max_df = "1.0" },
		    "--min-df: '0' is neither a whole number of texts" },
		{ { .ngrams = "1:1", .min_df = "1", .max_df = "1.5" },
		    "--max-df: '1.5' is neither" },
	};
	const struct mr_embed_vocabulary_opt good = { .idf = true,
	    .ngrams = "1:2", .min_df = "2", .max_df = "0.5",
	    .stop_words = "en" };
	struct mr_vocabulary_file f = { 0 };
	struct mr_err err = { 0 };

	(void)state;
	for (size_t i = 0; i < sizeof try / sizeof *try; i++) {
		err = (struct mr_err){ 0 };
		assert_int_equal(mr_embed_vocabulary_prepare(&f, &try[i].o,
		    &err), MR_EARG);
		if (!strstr(err.msg, try[i].bad))
			fail_msg("'%s', expected '%s'", err.msg, try[i].bad);
		mr_vocabulary_file_free(&f);
	}
	err = (struct mr_err){ 0 };
	assert_int_equal(mr_embed_vocabulary_prepare(&f, &good, &err), MR_OK);
	assert_true(!f.choice.min_is_share && f.choice.max_is_share);
	assert_true(f.choice.min_df == 2 && f.choice.max_df == 0.5);
	assert_true(f.split.max_n == 2 && f.split.stop == &f.stop);
	assert_true(mr_ids_find(&f.stop, mr_slice_of("the")) >= 0);
	assert_true(mr_slice_is(mr_meta_get(&f.options, "ngrams"), "1:2"));
	mr_vocabulary_file_free(&f);
}

/* A vocabulary of two terms and a stop word, in the file *to. */
static void
write_one(struct text_file *to, bool idf)
{
	struct mr_vocabulary_file f = { 0 };
	float df[2] = { 3, 1 }, weight[2] = { 1.25f, 2 };
	struct mr_out out = text_out(to);
	struct mr_err err = { 0 };
	int32_t i;

	assert_int_equal(mr_ids_add(&f.v.terms, mr_slice_of("jaws"), &i, NULL,
	    &err), MR_OK);
	assert_int_equal(mr_ids_add(&f.v.terms, mr_slice_of("sea"), &i, NULL,
	    &err), MR_OK);
	assert_int_equal(mr_ids_add(&f.stop, mr_slice_of("the"), &i, NULL,
	    &err), MR_OK);
	assert_int_equal(mr_meta_put(&f.options, &err, "model", idf ?
	    "tfidf" : "count"), MR_OK);
	assert_int_equal(mr_meta_put(&f.options, &err, "ngrams", "1:3"),
	    MR_OK);
	assert_int_equal(mr_meta_put(&f.options, &err, "sublinear", "1"),
	    MR_OK);
	f.v.df = df;
	f.v.idf = idf ? weight : NULL;
	assert_int_equal(mr_vocabulary_write(&f, &out, 4, 0xabc, &err),
	    MR_OK);
	assert_int_equal(mr_out_close(&out, &err), MR_OK);
	f.v.df = f.v.idf = NULL;
	mr_vocabulary_file_free(&f);
}

static void
there_and_back(void **state)
{
	struct mr_vocabulary_file f = { 0 };
	struct mr_err err = { 0 };
	struct text_file to;
	uint64_t digest;
	float idf;

	(void)state;
	write_one(&to, true);
	assert_int_equal(mr_vocabulary_load(&f, to.path, true, &err), MR_OK);
	assert_int_equal(f.v.terms.n, 2);
	assert_true(mr_slice_is(mr_ids_get(&f.v.terms, 1), "sea"));
	assert_true(f.v.df[0] == 3 && f.v.idf[0] == 1.25f && f.v.sublinear);
	assert_true(f.split.max_n == 3 && f.split.stop == &f.stop);
	assert_int_equal(f.stop.n, 1);
	digest = mr_vocabulary_digest(&f);
	idf = f.v.idf[1];
	f.v.idf[1] = 9;
	assert_true(digest != mr_vocabulary_digest(&f));
	f.v.idf[1] = idf;
	assert_true(digest == mr_vocabulary_digest(&f));
	f.split.max_n++;
	assert_true(digest != mr_vocabulary_digest(&f));
	mr_vocabulary_file_free(&f);
	mr_vocabulary_file_free(&f);
	assert_int_equal(mr_vocabulary_load(&f, to.path, false, &err),
	    MR_EFORMAT);
	assert_non_null(strstr(err.msg, ": a vocabulary of -m tfidf, expected "
	    "one of -m count"));
	mr_vocabulary_file_free(&f);
	close(to.fd);
	write_one(&to, false);
	assert_int_equal(mr_vocabulary_load(&f, to.path, false, &err), MR_OK);
	assert_null(f.v.idf);
	mr_vocabulary_file_free(&f);
	close(to.fd);
}

/* Begin a stream of the axis term, in the file *to. */
static struct mr_mrm_out
begin_stream(struct mr_out *out, const char *model, struct mr_err *err)
{
	struct mr_mrm_out w;
	struct mr_meta m = { 0 };

	assert_int_equal(mr_meta_put(&m, err, "model", "%s", model), MR_OK);
	assert_int_equal(mr_meta_put(&m, err, "ngrams", "1:1"), MR_OK);
	assert_int_equal(mr_meta_put(&m, err, "matrix.df", "term one"),
	    MR_OK);
	assert_int_equal(mr_meta_put(&m, err, "matrix.idf", "term one"),
	    MR_OK);
	assert_int_equal(mr_mrm_begin(&w, out, &m, err), MR_OK);
	mr_meta_free(&m);
	return w;
}

/* Numbers of terms that nobody can find. */
static void
terms_need_names(void **state)
{
	struct mr_vocabulary_file f = { 0 };
	const float df[2] = { 3, 1 };
	struct mr_err err = { 0 };
	struct text_file to;
	struct mr_out out = text_out(&to);
	struct mr_mrm_out w = begin_stream(&out, "count", &err);

	(void)state;
	mr_mrm_dense(&w, "df", df, 2, 1);
	mr_mrm_end(&w, NULL);
	assert_int_equal(mr_out_close(&out, &err), MR_OK);
	assert_int_equal(mr_vocabulary_load(&f, to.path, false, &err),
	    MR_EFORMAT);
	assert_non_null(strstr(err.msg, ": no vocabulary: its terms have no "
	    "names"));
	mr_vocabulary_file_free(&f);
	close(to.fd);
}

/* One without terms is still one of TF-IDF. */
static void
no_terms(void **state)
{
	struct mr_vocabulary_file f = { 0 };
	struct mr_ids none = { 0 };
	struct mr_err err = { 0 };
	struct text_file to;
	struct mr_out out = text_out(&to);
	struct mr_mrm_out w = begin_stream(&out, "tfidf", &err);

	(void)state;
	mr_mrm_ids(&w, "term", &none, 0, 0);
	mr_mrm_dense(&w, "df", NULL, 0, 1);
	mr_mrm_dense(&w, "idf", NULL, 0, 1);
	mr_mrm_end(&w, NULL);
	assert_int_equal(mr_out_close(&out, &err), MR_OK);
	assert_int_equal(mr_vocabulary_load(&f, to.path, true, &err), MR_OK);
	assert_int_equal(f.v.terms.n, 0);
	assert_non_null(f.v.idf);
	mr_vocabulary_file_free(&f);
	close(to.fd);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ngrams),
		cmocka_unit_test(options),
		cmocka_unit_test(there_and_back),
		cmocka_unit_test(terms_need_names),
		cmocka_unit_test(no_terms),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
