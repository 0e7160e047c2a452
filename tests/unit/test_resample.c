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
#include "eval/student.h"

#define USERS 401
#define COLUMNS 3
#define STATS 3
#define DRAWS 600

/* A mean over users, a ratio, a root of a ratio. */
static const struct mr_eval_stat stats[STATS] = {
	{ 0, -1, false, MR_SCALE_SUMS }, { 0, 2, false, MR_SCALE_SUMS },
	{ 1, 2, true, MR_SCALE_SUMS } };

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

/* The statistic, or the difference, of users who weigh w, one of them more. */
static double
weighted(const double *w, int n, int i, bool both, int user, double more)
{
	double num[2] = { 0, 0 }, den[2] = { 0, 0 }, f[2];

	for (int u = 0; u < n; u++) {
		double v = w[u] + (u == user ? more : 0);

		for (int k = 0; k < 2; k++) {
			const double *x = (k ? b : a) + u * COLUMNS;

			num[k] += v * x[stats[i].num];
			den[k] += v * (stats[i].den < 0 ? 1 :
			    x[stats[i].den]);
		}
	}
	for (int k = 0; k < 2; k++)
		f[k] = stats[i].root ? sqrt(num[k] / den[k]) : num[k] / den[k];
	return both ? f[0] - f[1] : log(f[0]);
}

/* The standard error by what a little more weight of a user does; of users as
 * they are, made up for their own share of all. */
static double
naive_error(const double *w, int n, int i, bool both, bool as_they_are)
{
	double sum = 0, all = 0;

	for (int u = 0; u < n; u++)
		all += stats[i].den < 0 ? 1 : a[u * COLUMNS + stats[i].den];

	for (int u = 0; u < n; u++) {
		double e = 1e-4, r = (weighted(w, n, i, both, u, e) -
		    weighted(w, n, i, both, u, -e)) / (2 * e);

		sum += as_they_are ? r * r / (1 - (stats[i].den < 0 ? 1 :
		    a[u * COLUMNS + stats[i].den]) / all) :
		    w[u] * r * r * n / (n - 1);
	}
	return sqrt(sum);
}

static void
naive_interval(double out[2], int n, int i, bool both, uint64_t seed)
{
	static double t[DRAWS], one[USERS], w[USERS];
	int users[USERS];
	double f, s, q, sum = 0, squares = 0;

	for (int u = 0; u < n; u++) {
		double den = stats[i].den < 0 ? 1 :
		    a[u * COLUMNS + stats[i].den];

		one[u] = 1;
		sum += den;
		squares += den * den;
	}
	f = weighted(one, n, i, both, -1, 0);
	s = naive_error(one, n, i, both, true);
	for (int r = 0; r < DRAWS; r++) {
		double at;

		memset(w, 0, sizeof w);
		draw(users, n, seed, r);
		for (int j = 0; j < n; j++)
			w[users[j]]++;
		at = naive_error(w, n, i, both, false);
		t[r] = at > 1e-6 * s ? fabs(weighted(w, n, i, both, -1, 0) -
		    f) / at : 1e9;
	}
	q = fmax(quantile(t, DRAWS, 0.95),
	    mr_student_quantile(0.05, sum * sum / squares - 1));
	out[0] = both ? f - q * s : exp(f - q * s);
	out[1] = both ? f + q * s : exp(f + q * s);
}

static void
bootstrap_as_one_by_one(void **state)
{
	const int sizes[] = { 12, 50, 101 };

	(void)state;
	for (int s = 0; s < 3; s++)
		for (int both = 0; both < 2; both++) {
			struct mr_eval_sample x = sample(sizes[s], both);
			struct mr_eval_draws d = { DRAWS, 3, 2 };
			struct mr_err err = { 0 };
			double lo[STATS], hi[STATS], n_eff[STATS];

			assert_int_equal(mr_eval_bootstrap(&x, &d, lo, hi,
			    n_eff, &err), MR_OK);
			for (int i = 0; i < STATS; i++) {
				double want[2], w;

				naive_interval(want, sizes[s], i, both, 3);
				w = 1e-5 * (want[1] - want[0]);
				assert_true(fabs(lo[i] - want[0]) < w);
				assert_true(fabs(hi[i] - want[1]) < w);
			}
		}
}

/* Of one user, or of equal ones, there is no interval, which is no [v, v]; of
 * two and three, of whom more than 1 of 20 resamples have one only, there is a
 * wide one. */
static void
no_interval(void **state)
{
	double same[40 * COLUMNS];
	struct mr_eval_draws d = { DRAWS, 1, 1 };
	struct mr_err err = { 0 };
	double lo[STATS], hi[STATS], n_eff[STATS];

	(void)state;
	for (int u = 0; u < 40 * COLUMNS; u++)
		same[u] = 1 + u % COLUMNS;
	for (int n = 1; n <= 40; n = n < 3 ? n + 1 : n + 37) {
		struct mr_eval_sample x = sample(n, false);

		x.a = n > 3 ? same : x.a;
		assert_int_equal(mr_eval_bootstrap(&x, &d, lo, hi, n_eff,
		    &err), MR_OK);
		for (int i = 0; i < STATS; i++) {
			bool none = n == 1 || n > 3;

			assert_true(isnan(lo[i]) == none);
			assert_true(none || hi[i] > 1.5 * lo[i]);
		}
	}
	assert_true(fabs(n_eff[2] - 40) < 1e-9);
}

/* One user has half of all pairs: no more is known than from four. */
static void
uneven_users(void **state)
{
	struct mr_eval_sample x = sample(USERS, false);
	struct mr_eval_draws d = { DRAWS, 1, 1 };
	struct mr_err err = { 0 };
	double heavy[USERS * COLUMNS], lo[2][STATS], hi[2][STATS];
	double n_eff[2][STATS], sum = 0, squares = 0;

	(void)state;
	memcpy(heavy, a, sizeof heavy);
	for (int u = 1; u < USERS; u++)
		sum += a[u * COLUMNS + 2];
	for (int c = 0; c < COLUMNS; c++)
		heavy[c] *= sum / a[2];
	for (int u = 0; u < USERS; u++)
		squares += pow(heavy[u * COLUMNS + 2], 2);
	assert_int_equal(mr_eval_bootstrap(&x, &d, lo[0], hi[0], n_eff[0],
	    &err), MR_OK);
	x.a = heavy;
	assert_int_equal(mr_eval_bootstrap(&x, &d, lo[1], hi[1], n_eff[1],
	    &err), MR_OK);
	assert_true(fabs(n_eff[1][2] - pow(2 * sum, 2) / squares) < 1e-9);
	assert_true(n_eff[1][2] < 4 && n_eff[0][2] > 200);
	assert_true(hi[1][1] - lo[1][1] > 4 * (hi[0][1] - lo[0][1]));
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

/* RMSE of 30 users who have 1 to some hundred pairs, with errors that are large
 * for some: the interval has the truth in 93 of 100 samples and more, that of
 * percentiles in about 90. */
static void
coverage_of_uneven_users(void **state)
{
	const struct mr_eval_stat rmse = { 0, 1, true, MR_SCALE_SUMS };
	const int runs = 2000;
	double truth = sqrt(exp(0.125)), v[60];
	struct mr_eval_sample x = { 30, 2, v, NULL, 1, &rmse };
	uint64_t at = 0;
	int in = 0;

	(void)state;
	for (int r = 0; r < runs; r++) {
		struct mr_eval_draws d = { DRAWS, (uint64_t)r, 1 };
		struct mr_err err = { 0 };
		double lo, hi, n_eff;

		for (int u = 0; u < 30; u++) {
			double var = exp(0.5 * mr_rng_normal(1, 1, at++));
			double sum = 0, n = floor(1 + exp(2.5 +
			    mr_rng_normal(1, 2, at++)));

			for (int i = 0; i < n; i++)
				sum += var * pow(mr_rng_normal(1, 3, at++), 2);
			v[2 * u] = sum;
			v[2 * u + 1] = n;
		}
		assert_int_equal(mr_eval_bootstrap(&x, &d, &lo, &hi, &n_eff,
		    &err), MR_OK);
		in += lo <= truth && truth <= hi;
	}
	if (in < 0.93 * runs || in > 0.97 * runs)
		fail_msg("%d of %d", in, runs);
}

/* The mean's interval is about 1.96 standard errors to either side: with 600
 * draws a quantile near 2.5 % is known to about 0.11 standard errors. */
static void
width_as_in_theory(void **state)
{
	struct mr_eval_sample x = sample(USERS, false);
	struct mr_eval_draws d = { DRAWS, 1, 1 };
	struct mr_err err = { 0 };
	double lo[STATS], hi[STATS], n_eff[STATS], mean = 0, var = 0, se;

	(void)state;
	for (int u = 0; u < USERS; u++)
		mean += a[u * COLUMNS] / USERS;
	for (int u = 0; u < USERS; u++)
		var += pow(a[u * COLUMNS] - mean, 2) / USERS;
	se = sqrt(var / USERS);
	assert_int_equal(mr_eval_bootstrap(&x, &d, lo, hi, n_eff, &err),
	    MR_OK);
	assert_true(fabs(mean - 1.96 * se - lo[0]) < 0.45 * se);
	assert_true(fabs(mean + 1.96 * se - hi[0]) < 0.45 * se);
	assert_true(fabs(n_eff[0] - USERS) < 1e-9);
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
	double n_eff[STATS];

	(void)state;
	x.b = a;
	assert_int_equal(mr_eval_swap_test(&x, &d, p, &err), MR_OK);
	assert_int_equal(mr_eval_bootstrap(&x, &d, lo, hi, n_eff, &err),
	    MR_OK);
	for (int i = 0; i < STATS; i++)
		assert_true(p[i] >= 1 && isnan(lo[i]) && isnan(hi[i]));
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
	double lo[4][STATS], hi[4][STATS], p[4][STATS], n_eff[STATS];

	(void)state;
	for (int t = 0; t < 4; t++) {
		struct mr_eval_draws d = { DRAWS, t == 3 ? 9 : 8,
		    (int[]){ 1, 2, 7, 1 }[t] };

		assert_int_equal(mr_eval_bootstrap(&x, &d, lo[t], hi[t],
		    n_eff, &err), MR_OK);
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
	double n_eff[STATS];
	struct mr_eval_sample x = { 5, COLUMNS, few, NULL, STATS, stats };
	struct mr_eval_draws d = { DRAWS, 1, 1 };
	struct mr_err err = { 0 };
	double v[STATS], lo[STATS], hi[STATS], p[STATS];

	(void)state;
	assert_int_equal(mr_eval_bootstrap(&x, &d, lo, hi, n_eff, &err),
	    MR_OK);
	assert_true(isnan(lo[1]) && isnan(hi[1]) && n_eff[1] <= 1);
	x.a = zero;
	x.b = zero;
	assert_int_equal(mr_eval_values(&x, v, NULL, &err), MR_OK);
	assert_int_equal(mr_eval_bootstrap(&x, &d, lo, hi, n_eff, &err),
	    MR_OK);
	assert_int_equal(mr_eval_swap_test(&x, &d, p, &err), MR_OK);
	assert_true(isnan(v[1]) && isnan(lo[1]) && isnan(hi[1]) &&
	    isnan(p[1]));
	assert_true(!isnan(v[0]) && p[0] >= 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(values),
		cmocka_unit_test(bootstrap_as_one_by_one),
		cmocka_unit_test(no_interval),
		cmocka_unit_test(uneven_users),
		cmocka_unit_test(coverage_of_uneven_users),
		cmocka_unit_test(width_as_in_theory),
		cmocka_unit_test(swap_test_as_one_by_one),
		cmocka_unit_test(no_difference_and_a_large_one),
		cmocka_unit_test(threads_and_seed),
		cmocka_unit_test(empty_denominators),
	};

	return cmocka_run_group_tests(tests, setup, NULL);
}
