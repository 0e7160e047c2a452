/* Moments, quantiles, fences, bins and Gini against naive sums over all
 * numbers, and against figures worked out by hand.
 * SPDX-License-Identifier: MIT */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <math.h>
#include <stdlib.h>

#include <cmocka.h>

#include "core/rng.h"
#include "eval/summary.h"

#define N 500

static void
tally(struct mr_tally *t, const double *x, int n)
{
	struct mr_err err = { 0 };

	*t = (struct mr_tally){ 0 };
	for (int i = 0; i < n; i++)
		assert_int_equal(mr_tally_add(t, x[i], 1, &err), MR_OK);
	mr_tally_sort(t);
}

static void
near(double a, double b)
{
	if (!(fabs(a - b) <= 1e-12 * (1 + fabs(b))))
		fail_msg("%.17g, expected %.17g", a, b);
}

static int
rising(const void *a, const void *b)
{
	const double *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

/* Definition 7 as it is printed: x_j + g (x_(j+1) - x_j). */
static double
quantile(const double *x, int n, double q)
{
	double h = (n - 1) * q;
	int j = (int)h;

	return j + 1 < n ? x[j] + (h - j) * (x[j + 1] - x[j]) : x[n - 1];
}

/* n numbers that are whole and below levels, sorted. */
static void
draw(double *x, int n, uint64_t seed, uint64_t levels)
{
	for (int i = 0; i < n; i++)
		x[i] = (double)(mr_rng_u64(seed, 2, (uint64_t)i) % levels);
	qsort(x, (size_t)n, sizeof *x, rising);
}

static void
check_moments(const struct mr_tally *t, const double *x, int n)
{
	double sum = 0, squares = 0;
	int64_t below = 0;

	for (int i = 0; i < n; i++)
		sum += x[i];
	for (int i = 0; i < n; i++)
		squares += (x[i] - sum / n) * (x[i] - sum / n);
	near(mr_summary_mean(t), sum / n);
	near(mr_summary_sd(t), n > 1 ? sqrt(squares / (n - 1)) : 0);
	for (int i = 0; i < n; i++)
		below += x[i] < 3;
	assert_int_equal(mr_summary_below(t, 3), below);
}

static void
check_spread(const struct mr_tally *t, const double *x, int n)
{
	double sum = 0, apart = 0, top = 0;
	struct mr_fences f;
	int64_t below = 0, above = 0;

	for (int i = 0; i < n; i++) {
		sum += x[i];
		for (int j = 0; j < n; j++)
			apart += fabs(x[i] - x[j]);
	}
	/* The mean absolute difference over twice the mean. */
	near(mr_summary_gini(t), sum > 0 ? apart / (2 * n * sum) : 0);
	for (int k = 0; k <= n; k++) {
		near(mr_summary_top(t, k), top);
		top += k < n ? x[n - 1 - k] : 0;
	}
	for (int percent = 10; percent <= 100; percent += 10) {
		int64_t k = mr_summary_needed(t, percent);

		assert_true(100 * mr_summary_top(t, k) >= percent * sum);
		assert_true(k == 0 ||
		    100 * mr_summary_top(t, k - 1) < percent * sum);
	}
	mr_summary_fences(t, &f);
	for (int i = 0; i < n; i++) {
		below += x[i] < f.lower;
		above += x[i] > f.upper;
	}
	assert_int_equal(f.below, below);
	assert_int_equal(f.above, above);
	near(f.upper - f.lower, 4 * (quantile(x, n, 0.75) -
	    quantile(x, n, 0.25)));
}

static void
check_bins(const struct mr_tally *t, const double *x, int n, int n_bins)
{
	int64_t count[64], want[64] = { 0 };

	mr_summary_bins(t, n_bins, count);
	for (int i = 0; i < n; i++) {
		int k = n_bins - 1;

		while (k > 0 && x[i] < mr_summary_edge(t, n_bins, k))
			k--;
		want[k]++;
	}
	for (int k = 0; k < n_bins; k++)
		assert_int_equal(count[k], want[k]);
	near(mr_summary_edge(t, n_bins, 0), x[0]);
	near(mr_summary_edge(t, n_bins, n_bins), x[n - 1]);
}

static void
same_as_naive(void **state)
{
	const int sizes[] = { 1, 2, 3, 4, 5, 11, 100, N };
	const uint64_t levels[] = { 1, 2, 5, 40, 1000000 };
	double x[N];

	(void)state;
	for (int a = 0; a < 8; a++)
		for (int b = 0; b < 5; b++) {
			struct mr_tally t;
			int n = sizes[a];

			draw(x, n, (uint64_t)(10 * a + b), levels[b]);
			tally(&t, x, n);
			check_moments(&t, x, n);
			check_spread(&t, x, n);
			for (int q = 0; q <= 100; q++)
				near(mr_summary_quantile(&t, q / 100.0),
				    quantile(x, n, q / 100.0));
			check_bins(&t, x, n, 1);
			check_bins(&t, x, n, 50);
			mr_tally_free(&t);
		}
}

static void
by_hand(void **state)
{
	const double x[] = { 1, 1, 2, 4, 12 };
	struct mr_fences f;
	struct mr_tally t;

	(void)state;
	tally(&t, x, 5);
	near(mr_summary_mean(&t), 4);
	near(mr_summary_sd(&t), sqrt(86 / 4.0));
	near(mr_summary_quantile(&t, 0.5), 2);
	near(mr_summary_quantile(&t, 0.9), 4 + 0.6 * 8);
	mr_summary_fences(&t, &f);
	near(f.lower, 1 - 1.5 * 3);
	near(f.upper, 4 + 1.5 * 3);
	assert_int_equal(f.below, 0);
	assert_int_equal(f.above, 1);
	assert_int_equal(mr_summary_needed(&t, 60), 1);
	assert_int_equal(mr_summary_needed(&t, 61), 2);
	/* 2 (1 + 2 + 6 + 16 + 60) / (5 20) - 6 / 5 */
	near(mr_summary_gini(&t), 0.5);
	near(mr_summary_mode(&t)->value, 1);
	mr_tally_free(&t);
}

/* A plain sum of these is 0. */
static void
mean_is_compensated(void **state)
{
	const double x[] = { 1e16, 0.25, 1, -1e16 };
	struct mr_tally t;

	(void)state;
	tally(&t, x, 4);
	near(mr_summary_mean(&t), 0.3125);
	mr_tally_free(&t);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(same_as_naive),
		cmocka_unit_test(by_hand),
		cmocka_unit_test(mean_is_compensated),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
