/* Biases against plain sums.
 * SPDX-License-Identifier: MIT */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "model/biases.h"
#include "ratings_build.h"

static void
means(void **state)
{
	struct table t;
	float bu[USERS], bi[ITEMS];

	(void)state;
	table_random(&t, 1);
	mr_biases_mean(bu, 2.5, &t.R);
	mr_biases_mean(bi, 2.5, &t.Rt);
	for (int u = 0; u < USERS; u++)
		assert_true(u == 4 ? bu[u] == 0 : fabs((double)bu[u] + 2.5 -
		    table_mean(&t, u, -1)) < 1e-6);
	for (int i = 0; i < ITEMS; i++)
		assert_true(i == 5 ? bi[i] == 0 : fabs((double)bi[i] + 2.5 -
		    table_mean(&t, -1, i)) < 1e-6);
	table_free(&t);
}

static double
score(const struct mr_model *m, int64_t u, int64_t i)
{
	double s = m->mu + (double)m->bu[u] + (double)m->bi[i];

	for (int64_t j = 0; j < m->U.cols; j++)
		s += (double)mr_mat_row(&m->U, u)[j] *
		    (double)mr_mat_row(&m->V, i)[j];
	return s;
}

/* The formulas of biases.h as they stand there. */
static void
naive(const struct table *t, const struct mr_biases_opt *o, double *bu,
    double *bi)
{
	double mu = table_mean(t, -1, -1);

	memset(bu, 0, USERS * sizeof *bu);
	memset(bi, 0, ITEMS * sizeof *bi);
	for (int64_t sweep = 0; sweep < o->sweeps; sweep++) {
		for (int i = 0; i < ITEMS; i++) {
			double sum = 0, n = 0;

			for (int u = 0; u < USERS; u++)
				if (has(t, u, i)) {
					sum += t->r[u][i] - mu - bu[u];
					n += 1;
				}
			bi[i] = n > 0 ? sum / (o->reg_item + n) : 0;
		}
		for (int u = 0; u < USERS; u++) {
			double sum = 0, n = 0;

			for (int i = 0; i < ITEMS; i++)
				if (has(t, u, i)) {
					sum += t->r[u][i] - mu - bi[i];
					n += 1;
				}
			bu[u] = n > 0 ? sum / (o->reg_user + n) : 0;
		}
	}
}

static void
alternating(void **state)
{
	static const double regs[][2] = { { 15, 10 }, { 0, 0 }, { 1, 4 } };
	struct table t;

	(void)state;
	table_random(&t, 2);
	for (int k = 0; k < 9; k++) {
		struct mr_biases_opt o = { 1 + 4 * (k / 3), regs[k % 3][0],
		    regs[k % 3][1], 1 };
		double bu[USERS], bi[ITEMS];
		float fu[USERS], fi[ITEMS], gu[USERS], gi[ITEMS];

		naive(&t, &o, bu, bi);
		mr_biases_als(fu, fi, table_mean(&t, -1, -1), &t.R, &t.Rt,
		    &o);
		o.threads = 4;
		mr_biases_als(gu, gi, table_mean(&t, -1, -1), &t.R, &t.Rt,
		    &o);
		for (int u = 0; u < USERS; u++)
			assert_true(fabs(bu[u] - (double)fu[u]) < 2e-6);
		for (int i = 0; i < ITEMS; i++)
			assert_true(fabs(bi[i] - (double)fi[i]) < 2e-6);
		assert_memory_equal(fu, gu, sizeof fu);
		assert_memory_equal(fi, gi, sizeof fi);
	}
	table_free(&t);
}

/* Scores of known pairs stay; what is left without the factors is new. */
static void
replaced(void **state)
{
	struct mr_model m = { .mu = 3 };
	float bu[USERS], bi[ITEMS], nu[USERS], ni[ITEMS];
	double before[USERS][ITEMS];
	struct mr_err err = { 0 };
	struct table t;

	(void)state;
	table_random(&t, 3);
	m.bu = bu;
	m.bi = bi;
	assert_int_equal(mr_mat_new(&m.U, USERS, 5, "U", &err), MR_OK);
	assert_int_equal(mr_mat_new(&m.V, ITEMS, 5, "V", &err), MR_OK);
	for (uint64_t u = 0; u < USERS; u++) {
		bu[u] = (float)mr_rng_normal(9, 1, u);
		nu[u] = u == 4 ? 0 : (float)mr_rng_normal(9, 2, u);
		for (uint64_t j = 0; j < 3; j++)
			mr_mat_row(&m.U, (int64_t)u)[j] = u == 4 ? 0 :
			    (float)mr_rng_normal(9, 10 + j, u);
	}
	for (uint64_t i = 0; i < ITEMS; i++) {
		bi[i] = (float)mr_rng_normal(9, 3, i);
		ni[i] = i == 5 ? 0 : (float)mr_rng_normal(9, 4, i);
		for (uint64_t j = 0; j < 3; j++)
			mr_mat_row(&m.V, (int64_t)i)[j] = i == 5 ? 0 :
			    (float)mr_rng_normal(9, 20 + j, i);
	}
	for (int u = 0; u < USERS; u++)
		for (int i = 0; i < ITEMS; i++)
			before[u][i] = score(&m, u, i);
	mr_biases_replace(&m, nu, ni, &t.R, &t.Rt);
	assert_memory_equal(bu, nu, sizeof bu);
	assert_memory_equal(bi, ni, sizeof bi);
	for (int u = 0; u < USERS; u++)
		for (int i = 0; i < ITEMS; i++) {
			double known = u == 4 || i == 5 ? 3 + (double)nu[u] +
			    (double)ni[i] : before[u][i];

			assert_true(fabs(score(&m, u, i) - known) < 4e-6);
		}
	mr_mat_free(&m.U);
	mr_mat_free(&m.V);
	table_free(&t);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(means),
		cmocka_unit_test(alternating),
		cmocka_unit_test(replaced),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
