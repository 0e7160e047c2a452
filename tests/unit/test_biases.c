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

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(means),
		cmocka_unit_test(alternating),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
