/* baseline: both methods against their definitions, and their minimum.
 * SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "model/baseline.h"
#include "planted_build.h"

#define USERS 30
#define ITEMS 40

static void
train(struct mr_model *m, const struct rated *d, struct mr_baseline_opt o)
{
	const struct mr_train job = job_of(d);

	train_by(mr_baseline_train, m, &job, &o);
}

/* users a, b; items x, y: a x 5, a y 3, b x 1; mu = 3. */
static double
three(int u, int i)
{
	return u == 0 ? 5 - 2.0 * i : i == 0 ? 1 : NAN;
}

static void
steps_by_hand(void **state)
{
	struct mr_baseline_opt als = { .method = MR_BASELINE_ALS,
	    .sweeps = 1, .reg_user = 2, .reg_item = 1 };
	struct mr_baseline_opt sgd = { .method = MR_BASELINE_SGD,
	    .sweeps = 1, .learning_rate = 0.5, .lambda = 0.1 };
	struct rated d;
	struct mr_model m;

	(void)state;
	rated_new(&d, 2, 2, three);
	train(&m, &d, als);
	/* x: (2 - 2) / (1 + 2); y: 0 / 2; a: (2 + 0) / (2 + 2);
	 * b: -2 / (2 + 1). */
	assert_true(m.mu == 3 && m.bi[0] == 0 && m.bi[1] == 0);
	assert_true(m.bu[0] == 0.5f);
	assert_true(fabs((double)m.bu[1] + 2.0 / 3) < 1e-7);
	assert_true(m.U.cols == 0 && m.V.cols == 0);
	assert_true(m.clip_lo == 1 && m.clip_hi == 5);
	mr_model_free(&m);
	train(&m, &d, sgd);
	/* a x: e 2: a 1, x 1; a y: e -1: a 1 - .5 - .05, y -.5;
	 * b x: e -3: b -1.5, x 1 - 1.5 - .05. */
	assert_true(fabs((double)m.bu[0] - 0.45) < 1e-7);
	assert_true(fabs((double)m.bi[1] + 0.5) < 1e-7);
	assert_true(fabs((double)m.bu[1] + 1.5) < 1e-7);
	assert_true(fabs((double)m.bi[0] + 0.55) < 1e-7);
	mr_model_free(&m);
	rated_free(&d);
}

/* sum (r - mu - bu - bi)^2 + reg_user sum bu^2 + reg_item sum bi^2 is flat
 * at what als converges to: half its slopes are these sums. */
static void
als_converges_to_the_minimum(void **state)
{
	struct rated d;
	struct mr_model m;
	double up[USERS] = { 0 }, ui[ITEMS] = { 0 };

	(void)state;
	rated_new(&d, USERS, ITEMS, planted);
	train(&m, &d, (struct mr_baseline_opt){ .sweeps = 100, .reg_user = 3,
	    .reg_item = 2 });
	for (int64_t u = 0; u < USERS; u++)
		for (int64_t k = d.R.ptr[u]; k < d.R.ptr[u + 1]; k++) {
			int32_t i = d.R.idx[k];
			double e = (double)d.R.val[k] - m.mu -
			    (double)m.bu[u] - (double)m.bi[i];

			up[u] += e;
			ui[i] += e;
		}
	for (int u = 0; u < USERS; u++)
		assert_true(fabs(up[u] - 3 * (double)m.bu[u]) < 1e-4);
	for (int i = 0; i < ITEMS; i++)
		assert_true(fabs(ui[i] - 2 * (double)m.bi[i]) < 1e-4);
	assert_true(m.bu[0] != 0 && m.bu[4] == 0 && m.bi[5] == 0);
	mr_model_free(&m);
	rated_free(&d);
}

static double
only_biases(int u, int i)
{
	return is_rated(u, i) ? 3 + u % 7 * 0.3 - i % 5 * 0.2 : NAN;
}

static void
planted_biases_are_found(void **state)
{
	struct rated d;

	(void)state;
	rated_new(&d, USERS, ITEMS, only_biases);
	for (int method = 0; method < 2; method++) {
		struct mr_model m;

		train(&m, &d, (struct mr_baseline_opt){ .method = method,
		    .sweeps = 300, .learning_rate = 0.02 });
		assert_true(rmse_of(&m, &d.R) < 1e-4);
		mr_model_free(&m);
	}
	rated_free(&d);
}

static double
one(int u, int i)
{
	return u == 0 && i == 0 ? 2.5 : NAN;
}

static void
nothing_to_learn(void **state)
{
	(void)state;
	for (int i = 0; i < 4; i++) {
		struct rated d;
		struct mr_model m;

		rated_new(&d, i < 2 ? USERS : 1, i < 2 ? ITEMS : 1,
		    i < 2 ? constant : one);
		train(&m, &d, (struct mr_baseline_opt){ .method = i % 2,
		    .sweeps = 10, .learning_rate = 0.1 });
		assert_true(m.mu == (i < 2 ? 4 : 2.5));
		assert_true(rmse_of(&m, &d.R) == 0);
		mr_model_free(&m);
		rated_free(&d);
	}
}

static void
blow_up_names_the_user(void **state)
{
	struct mr_ids users = { 0 }, items = { 0 };
	struct mr_err err = { 0 };
	struct mr_train job;
	struct mr_model m;
	struct rated d;

	(void)state;
	rated_new(&d, USERS, ITEMS, planted);
	ids_new(&users, 'u', USERS);
	ids_new(&items, 'i', ITEMS);
	job = job_of(&d);
	job.names = (struct mr_names){ &users, &items };
	assert_int_equal(mr_baseline_train(&m, &job,
	    &(struct mr_baseline_opt){ .method = MR_BASELINE_SGD,
	    .sweeps = 500, .lambda = 0.02, .learning_rate = 10 }, &err),
	    MR_ENUMERIC);
	assert_non_null(strstr(err.msg, "user 'u0': "));
	mr_model_free(&m);
	mr_ids_free(&users);
	mr_ids_free(&items);
	rated_free(&d);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(steps_by_hand),
		cmocka_unit_test(als_converges_to_the_minimum),
		cmocka_unit_test(planted_biases_are_found),
		cmocka_unit_test(nothing_to_learn),
		cmocka_unit_test(blow_up_names_the_user),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
