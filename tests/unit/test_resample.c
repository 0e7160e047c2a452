/* Resampling: the same draws made one by one, theory, threads and seeds.
 * SPDX-License-Identifier: MIT */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/rng.h"
#include "eval/resample.h"

#define USERS 401
#define COLUMNS 3
#define STATS 3
#define DRAWS 600

/* A mean over users, a ratio, a root of a ratio. */
static const struct mr_eval_stat stats[STATS] = { { 0, -1, false },
	{ 0, 2, false }, { 1, 2, true } };

static double a[USERS * COLUMNS], b[USERS * COLUMNS];

static struct mr_eval_sample
sample(int64_t n, bool both)
{
	return (struct mr_eval_sample){ n, COLUMNS, a, both ? b : NULL, STATS,
		stats };
}

/* b is a with noise, a little more of it. */
static int
setup(void **state)
{
	(void)state;
	for (uint64_t u = 0; u < USERS; u++) {
		double *x = a + u * COLUMNS, *y = b + u * COLUMNS;

		x[2] = y[2] = 1 + (double)(mr_rng_u64(5, 1, u) % 9);
		x[0] = x[2] * mr_rng_uniform(5, 2, u);
		x[1] = x[2] * pow(mr_rng_normal(5, 3, u), 2);
		y[0] = x[0] + 0.02 * mr_rng_normal(5, 4, u) + 0.001;
		y[1] = x[1] * (1 + 0.1 * mr_rng_uniform(5, 5, u));
	}
	return 0;
}

static double
stat_over(const int *users, int n, const double *table, int i)
{
	double num = 0, den = 0;

	for (int j = 0; j < n; j++) {
		num += table[users[j] * COLUMNS + stats[i].num];
		den += stats[i].den < 0 ? 1 :
		    table[users[j] * COLUMNS + stats[i].den];
	}
	return stats[i].root ? sqrt(num / den) : num / den;
}

static int
rising(const void *x, const void *y)
{
	double p = *(const double *)x, q = *(const double *)y;

	return (p > q) - (p < q);
}

/* The quantile as a weighted mean of its two neighbours. */
static double
quantile(double *v, int n, double q)
{
	double at = q * (n - 1), below = floor(at);
	int i = (int)below, j = (int)ceil(at);

	qsort(v, (size_t)n, sizeof *v, rising);
	return v[i] * (1 - (at - below)) + v[j] * (at - below);
}

/* The users of resample r, one by one. */
static void
draw(int *users, int n, uint64_t seed, int r)
{
	for (int j = 0; j < n; j++) {
		uint64_t x = mr_rng_u64(seed, (uint64_t)r, (uint64_t)j / 2);

		x = j % 2 ? x & 0xffffffff : x >> 32;
		users[j] = (int)((double)x * n / 4294967296.0);
	}
}

static void
naive_interval(double out[2], int n, int i, bool both, uint64_t seed)
{
	static double v[DRAWS], w[DRAWS];
	int users[USERS];

	for (int r = 0; r < DRAWS; r++) {
		draw(users, n, seed, r);
		v[r] = stat_over(users, n, a, i);
		if (both)
			v[r] -= stat_over(users, n, b, i);
	}
	memcpy(w, v, sizeof v);
	out[0] = quantile(v, DRAWS, 0.025);
	out[1] = quantile(w, DRAWS, 0.975);
}

static void
bootstrap_as_one_by_one(void **state)
{
	const int sizes[] = { 1, 2, 3, 4, 5, 50, USERS };

	(void)state;
	for (int s = 0; s < 7; s++)
		for (int both = 0; both < 2; both++) {
			struct mr_eval_sample x = sample(sizes[s], both);
			struct mr_eval_draws d = { DRAWS, 3, 2 };
			struct mr_err err = { 0 };
			double lo[STATS], hi[STATS];

			assert_int_equal(mr_eval_bootstrap(&x, &d, lo, hi,
			    &err), MR_OK);
			for (int i = 0; i < STATS; i++) {
				double want[2];

				naive_interval(want, sizes[s], i, both, 3);
				assert_true(fabs(lo[i] - want[0]) < 1e-12);
				assert_true(fabs(hi[i] - want[1]) < 1e-12);
				assert_true(lo[i] <= hi[i]);
			}
		}
}

static void
values(void **state)
{
	struct mr_eval_sample x = sample(USERS, true);
	struct mr_err err = { 0 };
	double va[STATS], vb[STATS];
	int all[USERS];

	(void)state;
	for (int u = 0; u < USERS; u++)
		all[u] = u;
	assert_int_equal(mr_eval_values(&x, va, vb, &err), MR_OK);
	for (int i = 0; i < STATS; i++) {
		assert_true(fabs(va[i] - stat_over(all, USERS, a, i)) <
		    1e-12);
		assert_true(fabs(vb[i] - stat_over(all, USERS, b, i)) <
		    1e-12);
	}
}

/* The mean's interval is about 1.96 standard errors to either side: with 600
 * draws a quantile near 2.5 % is known to about 0.11 standard errors. */
static void
width_as_in_theory(void **state)
{
	struct mr_eval_sample x = sample(USERS, false);
	struct mr_eval_draws d = { DRAWS, 1, 1 };
	struct mr_err err = { 0 };
	double lo[STATS], hi[STATS], mean = 0, var = 0, se;

	(void)state;
	for (int u = 0; u < USERS; u++)
		mean += a[u * COLUMNS] / USERS;
	for (int u = 0; u < USERS; u++)
		var += pow(a[u * COLUMNS] - mean, 2) / USERS;
	se = sqrt(var / USERS);
	assert_int_equal(mr_eval_bootstrap(&x, &d, lo, hi, &err), MR_OK);
	assert_true(fabs(mean - 1.96 * se - lo[0]) < 0.45 * se);
	assert_true(fabs(mean + 1.96 * se - hi[0]) < 0.45 * se);
}

/* Exchange whole users, as the header says. */
static double
naive_p(int n, int i, uint64_t seed)
{
	static double x[USERS * COLUMNS], y[USERS * COLUMNS];
	int all[USERS], as_far = 1;
	double d0;

	for (int u = 0; u < n; u++)
		all[u] = u;
	d0 = stat_over(all, n, a, i) - stat_over(all, n, b, i);
	for (int r = 0; r < DRAWS; r++) {
		double num[2] = { 0, 0 }, den[2] = { 0, 0 }, v[2];

		for (int u = 0; u < n; u++) {
			int swap = (int)(mr_rng_u64(seed,
			    ((uint64_t)1 << 48) + (uint64_t)r,
			    (uint64_t)u / 64) >> (u % 64) & 1);

			memcpy(x, (swap ? b : a) + u * COLUMNS,
			    COLUMNS * sizeof *x);
			memcpy(y, (swap ? a : b) + u * COLUMNS,
			    COLUMNS * sizeof *y);
			num[0] += x[stats[i].num];
			num[1] += y[stats[i].num];
			den[0] += stats[i].den < 0 ? 1 : x[stats[i].den];
			den[1] += stats[i].den < 0 ? 1 : y[stats[i].den];
		}
		for (int k = 0; k < 2; k++)
			v[k] = stats[i].root ? sqrt(num[k] / den[k]) :
			    num[k] / den[k];
		as_far += fabs(v[0] - v[1]) >= fabs(d0) * (1 - 1e-9);
	}
	return as_far / (DRAWS + 1.0);
}

static void
swap_test_as_one_by_one(void **state)
{
	const int sizes[] = { 1, 2, 63, 64, 65, USERS };

	(void)state;
	for (int s = 0; s < 6; s++) {
		struct mr_eval_sample x = sample(sizes[s], true);
		struct mr_eval_draws d = { DRAWS, 11, 2 };
		struct mr_err err = { 0 };
		double p[STATS];

		assert_int_equal(mr_eval_swap_test(&x, &d, p, &err), MR_OK);
		for (int i = 0; i < STATS; i++)
			assert_true(fabs(p[i] - naive_p(sizes[s], i, 11)) <
			    1e-12);
		/* Of one user both signs are as far. */
		assert_true(sizes[s] > 1 || (p[0] >= 1 && p[2] >= 1));
	}
}

static void
no_difference_and_a_large_one(void **state)
{
	struct mr_eval_sample x = sample(USERS, true);
	struct mr_eval_draws d = { DRAWS, 1, 1 };
	struct mr_err err = { 0 };
	double far[USERS * COLUMNS], p[STATS], lo[STATS], hi[STATS];

	(void)state;
	x.b = a;
	assert_int_equal(mr_eval_swap_test(&x, &d, p, &err), MR_OK);
	assert_int_equal(mr_eval_bootstrap(&x, &d, lo, hi, &err), MR_OK);
	for (int i = 0; i < STATS; i++)
		assert_true(p[i] >= 1 && lo[i] >= 0 && hi[i] <= 0);
	memcpy(far, a, sizeof far);
	for (int u = 0; u < USERS; u++)
		far[u * COLUMNS] += 1;
	x.b = far;
	assert_int_equal(mr_eval_swap_test(&x, &d, p, &err), MR_OK);
	assert_true(fabs(p[0] - 1.0 / (DRAWS + 1)) < 1e-15);
	assert_true(p[2] >= 1);
}

static void
threads_and_seed(void **state)
{
	struct mr_eval_sample x = sample(USERS, true);
	struct mr_err err = { 0 };
	double lo[4][STATS], hi[4][STATS], p[4][STATS];

	(void)state;
	for (int t = 0; t < 4; t++) {
		struct mr_eval_draws d = { DRAWS, t == 3 ? 9 : 8,
		    (int[]){ 1, 2, 7, 1 }[t] };

		assert_int_equal(mr_eval_bootstrap(&x, &d, lo[t], hi[t],
		    &err), MR_OK);
		assert_int_equal(mr_eval_swap_test(&x, &d, p[t], &err),
		    MR_OK);
	}
	for (int t = 1; t < 3; t++) {
		assert_memory_equal(lo[0], lo[t], sizeof lo[0]);
		assert_memory_equal(hi[0], hi[t], sizeof hi[0]);
		assert_memory_equal(p[0], p[t], sizeof p[0]);
	}
	assert_memory_not_equal(lo[0], lo[3], sizeof lo[0]);
}

/* Only user 0 counts in the ratio: resamples without him say nothing. */
static void
empty_denominators(void **state)
{
	double few[5 * COLUMNS] = { 3, 3, 2 }, zero[5 * COLUMNS] = { 0 };
	struct mr_eval_sample x = { 5, COLUMNS, few, NULL, STATS, stats };
	struct mr_eval_draws d = { DRAWS, 1, 1 };
	struct mr_err err = { 0 };
	double v[STATS], lo[STATS], hi[STATS], p[STATS];

	(void)state;
	assert_int_equal(mr_eval_bootstrap(&x, &d, lo, hi, &err), MR_OK);
	assert_true(fabs(lo[1] - 1.5) < 1e-15 && fabs(hi[1] - 1.5) < 1e-15);
	x.a = zero;
	x.b = zero;
	assert_int_equal(mr_eval_values(&x, v, NULL, &err), MR_OK);
	assert_int_equal(mr_eval_bootstrap(&x, &d, lo, hi, &err), MR_OK);
	assert_int_equal(mr_eval_swap_test(&x, &d, p, &err), MR_OK);
	assert_true(isnan(v[1]) && isnan(lo[1]) && isnan(hi[1]) &&
	    isnan(p[1]));
	assert_true(!isnan(v[0]) && !isnan(lo[0]) && p[0] >= 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(values),
		cmocka_unit_test(bootstrap_as_one_by_one),
		cmocka_unit_test(width_as_in_theory),
		cmocka_unit_test(swap_test_as_one_by_one),
		cmocka_unit_test(no_difference_and_a_large_one),
		cmocka_unit_test(threads_and_seed),
		cmocka_unit_test(empty_denominators),
	};

	return cmocka_run_group_tests(tests, setup, NULL);
}
