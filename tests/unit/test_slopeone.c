/* Slope One against its formula, pair by pair.
 * SPDX-License-Identifier: MIT */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "model/slopeone.h"
#include "ratings_build.h"
#include "score_all.h"
#include "train_build.h"

static void
train(struct mr_model *m, const struct table *t)
{
	const struct mr_train job = job_on(&t->R, &t->Rt);

	train_by(mr_slopeone_train, m, &job, NULL);
}

/* The mean of r_vi - r_vj; NAN where nobody rated both. */
static double
deviation(const struct table *t, int i, int j)
{
	double sum = 0, n = 0;

	for (int v = 0; v < USERS; v++)
		if (has(t, v, i) && has(t, v, j)) {
			sum += t->r[v][i] - t->r[v][j];
			n += 1;
		}
	return sum / n;
}

static double
naive(const struct table *t, int u, int i)
{
	double sum = 0, n = 0, mean = table_mean(t, u, -1);

	for (int j = 0; j < ITEMS; j++)
		if (j != i && has(t, u, j) && !isnan(deviation(t, i, j))) {
			sum += deviation(t, i, j);
			n += 1;
		}
	return (isnan(mean) ? table_mean(t, -1, -1) : mean) +
	    (n > 0 ? sum / n : 0);
}

static void
every_pair(void **state)
{
	static double score[USERS][ITEMS];
	struct table t[3];

	(void)state;
	table_random(&t[0], 11);
	table_constant(&t[1], 2.5);
	table_one_user(&t[2]);
	for (int k = 0; k < 3; k++) {
		struct mr_model m;

		train(&m, &t[k]);
		score_all(&m, &t[k], score);
		for (int u = 0; u < USERS; u++)
			for (int i = 0; i < ITEMS; i++)
				assert_true(fabs(score[u][i] -
				    naive(&t[k], u, i)) < 1e-5);
		mr_model_free(&m);
		table_free(&t[k]);
	}
}

/* Halves count as halves; an item nobody knows has the user's mean, a user
 * nobody knows the mean of all. */
static void
by_hand(void **state)
{
	static double score[USERS][ITEMS];
	struct table t;
	struct mr_model m;

	(void)state;
	for (int u = 0; u < USERS; u++)
		for (int i = 0; i < ITEMS; i++)
			t.r[u][i] = (double)NAN;
	t.r[0][0] = 3.5;
	t.r[0][1] = 2;
	t.r[1][0] = 5;
	t.r[1][1] = 4.5;
	t.r[2][1] = 3;
	table_build(&t);
	train(&m, &t);
	score_all(&m, &t, score);
	/* dev(0, 1) = (1.5 + 0.5) / 2 */
	assert_true(fabs(score[2][0] - 4) < 1e-6);
	assert_true(fabs(score[2][7] - 3) < 1e-6);
	assert_true(fabs(score[9][0] - 18.0 / 5) < 1e-6);
	mr_model_free(&m);
	table_free(&t);
}

/* A deviation of 0 counts in the mean: it must be there. */
static void
zeros_are_kept(void **state)
{
	struct table t;
	struct mr_model m;
	int64_t pairs = 0;

	(void)state;
	table_constant(&t, 4);
	train(&m, &t);
	for (int i = 0; i < ITEMS; i++)
		for (int j = 0; j < ITEMS; j++)
			pairs += i != j && !isnan(deviation(&t, i, j));
	assert_true(pairs > 100);
	assert_int_equal(mr_csr_nnz(&m.near.S), pairs);
	assert_true(m.near.deviation && m.near.k == 0 && m.near.min == 1);
	assert_int_equal(m.near.axis, MR_NEAR_ITEM);
	assert_int_equal(m.near.norm, MR_NORM_COUNT);
	assert_null(m.bi);
	mr_model_free(&m);
	table_free(&t);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_pair),
		cmocka_unit_test(by_hand),
		cmocka_unit_test(zeros_are_kept),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
