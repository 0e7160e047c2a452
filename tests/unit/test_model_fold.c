/* The rule for new users, there and back, and refused.
 * SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "model/similarity.h"
#include "store/model_fold.h"

static void
there_and_back(void **state)
{
	static const struct mr_fold rules[] = {
		{ .rule = MR_FOLD_NONE },
		{ .rule = MR_FOLD_MEANS, .lambda = 15 },
		{ .rule = MR_FOLD_RIDGE, .lambda = 0.12, .exponent = 1 },
		{ .rule = MR_FOLD_WEIGHTED, .lambda = 0.8, .exponent = 0.25,
		    .alpha = 40, .unobserved = 1e-5 },
		{ .rule = MR_FOLD_NONNEG, .lambda = 1.0 / 3, .exponent = 1,
		    .solved = 15 },
		{ .rule = MR_FOLD_RATED },
		{ .rule = MR_FOLD_DESCENT, .lambda = 0.02, .rate = 0.005,
		    .sweeps = 20 },
		{ .rule = MR_FOLD_CHOSEN, .solved = 3 },
		{ .rule = MR_FOLD_POSTERIOR, .lambda = 1 },
		{ .rule = MR_FOLD_SUMS },
		{ .rule = MR_FOLD_BLEND, .lambda = 0.003, .exponent = 1,
		    .unobserved = 0.005, .solved = 512 },
		{ .rule = MR_FOLD_SIMILAR, .support = 2,
		    .similarity = MR_SIMILARITY_PEARSON },
		{ .rule = MR_FOLD_SIMILAR, .support = 1, .lambda = 15,
		    .similarity = MR_SIMILARITY_PEARSON_SHRUNK,
		    .shrinkage = 100, .sweeps = 10, .reg_user = 15,
		    .reg_item = 10 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof rules / sizeof *rules; i++) {
		struct mr_meta meta = { 0 };
		struct mr_err err = { 0 };
		struct mr_fold f;

		assert_int_equal(mr_model_fold_put(&meta, &rules[i], &err),
		    MR_OK);
		assert_int_equal(mr_model_fold_get(&f, &meta, "x", &err),
		    MR_OK);
		assert_int_equal(f.rule, rules[i].rule);
		assert_true(f.lambda == rules[i].lambda &&
		    f.exponent == rules[i].exponent &&
		    f.alpha == rules[i].alpha &&
		    f.unobserved == rules[i].unobserved &&
		    f.solved == rules[i].solved &&
		    f.rate == rules[i].rate &&
		    f.similarity == rules[i].similarity &&
		    f.support == rules[i].support &&
		    f.shrinkage == rules[i].shrinkage &&
		    f.reg_user == rules[i].reg_user &&
		    f.reg_item == rules[i].reg_item &&
		    f.sweeps == rules[i].sweeps);
		mr_meta_free(&meta);
	}
}

static void
as_lines(void **state)
{
	const struct mr_fold f = { .rule = MR_FOLD_NONNEG, .lambda = 0.06,
	    .exponent = 1, .solved = 15 };
	struct mr_meta meta = { 0 };
	struct mr_err err = { 0 };

	(void)state;
	assert_int_equal(mr_model_fold_put(&meta, &f, &err), MR_OK);
	assert_int_equal(mr_buf_add(&meta.text, "", 1, &err), MR_OK);
	assert_string_equal(meta.text.p, "fold=nonneg\nfold.lambda=0.06\n"
	    "fold.exponent=1\nfold.solved=15\n");
	mr_meta_free(&meta);
}

/* What META text gives: a message, or NULL. */
static const char *
said(const char *text, struct mr_fold *f, struct mr_err *err)
{
	struct mr_meta meta = { 0 };
	int rc;

	*err = (struct mr_err){ 0 };
	assert_int_equal(mr_buf_add(&meta.text, text, strlen(text), err),
	    MR_OK);
	rc = mr_model_fold_get(f, &meta, "m.mrm", err);
	assert_true(rc == MR_OK || rc == MR_EFORMAT);
	mr_meta_free(&meta);
	return rc ? err->msg : NULL;
}

static void
refused(void **state)
{
	static const char *const bad[] = { "fold=ridge\nfold.lambda=1\n",
	    "fold=ridge\nfold.lambda=x\nfold.exponent=1\n",
	    "fold=ridge\nfold.lambda=-1\nfold.exponent=1\n",
	    "fold=means\nfold.lambda=nan\nfold.exponent=1\n",
	    "fold=means\nfold.lambda=inf\nfold.exponent=1\n",
	    "fold=weighted\nfold.lambda=1\nfold.exponent=1\n",
	    "fold=nonneg\nfold.lambda=1\nfold.exponent=1\n",
	    "fold=nonneg\nfold.lambda=1\nfold.exponent=1\nfold.solved=1.5\n",
	    "fold=nonneg\nfold.lambda=1\nfold.exponent=1\nfold.solved=-1\n",
	    "fold=descent\nfold.lambda=1\nfold.rate=1\n",
	    "fold=descent\nfold.lambda=1\nfold.rate=1\nfold.sweeps=x\n",
	    "fold=similar\nfold.similarity=near\nfold.support=1\n"
	    "fold.lambda=0\n",
	    "fold=similar\nfold.similarity=pearson-baseline\nfold.support=1\n"
	    "fold.lambda=0\n",
	    "fold=\n", "fold=Ridge\n" };
	struct mr_err err;
	struct mr_fold f;

	(void)state;
	assert_null(said("model=als\n", &f, &err));
	assert_int_equal(f.rule, MR_FOLD_NONE);
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		assert_non_null(said(bad[i], &f, &err));
	assert_string_equal(said("fold=explicit\n", &f, &err), "m.mrm: META "
	    "fold=explicit: expected one of none, means, ridge, weighted, "
	    "nonneg, rated, descent, chosen, similar, posterior, sums, blend");
	assert_string_equal(said("fold=nonneg\nfold.lambda=1\n"
	    "fold.exponent=1\nfold.solved=x\n", &f, &err), "m.mrm: META "
	    "fold=nonneg needs fold.solved=, a whole number from 0, not 'x'");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(there_and_back),
		cmocka_unit_test(as_lines),
		cmocka_unit_test(refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
