/* Intervals without drawing: textbook values, and what they promise, how often
 * the truth is inside and how often equal systems differ, by simulation.
 * SPDX-License-Identifier: MIT */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "core/rng.h"
#include "eval/score.h"
#include "eval/student.h"

#define USERS 1000
#define K 10

/* Columns: a hit, its discounted gain, 1 / its rank; one relevant item. */
enum { HIT, GAIN, FIRST, COLUMNS };
static const struct mr_eval_stat stats[COLUMNS] = {
	{ HIT, -1, false, MR_SCALE_SHARE }, { GAIN, -1, false, MR_SCALE_UNIT },
	{ FIRST, -1, false, MR_SCALE_UNIT } };

static double a[USERS * COLUMNS], b[USERS * COLUMNS];

static void
student(void **state)
{
	/* Tables of Abramowitz & Stegun, 26.10, and R's pt. */
	const double df[] = { 1, 2, 5, 10, 30, 120, 1e6 };
	const double t[] = { 12.7062047362, 4.3026527297, 2.5705818356,
		2.2281388520, 2.0422724563, 1.9799304051, 1.9599663 };

	(void)state;
	for (int i = 0; i < 7; i++) {
		assert_true(fabs(mr_student_quantile(0.05, df[i]) - t[i]) <
		    1e-6);
		assert_true(fabs(mr_student_tails(-t[i], df[i]) - 0.05) <
		    1e-7);
	}
	/* df 1 is Cauchy's, df 2 has a closed form. */
	for (double x = 1e-6; x < 1e6; x *= 7) {
		double one = 2 / M_PI * atan2(1, x), r = sqrt(2 + x * x);
		double two = 2 / (r * (r + x));

		assert_true(fabs(mr_student_tails(x, 1) / one - 1) < 1e-10);
		assert_true(fabs(mr_student_tails(x, 2) / two - 1) < 1e-10);
	}
	assert_true(mr_student_tails(0, 5) >= 1);
	assert_true(isinf(mr_student_quantile(0.05, 0.01)));
}

static void
interval(double *lo, double *hi, const double *v, int n, int scale)
{
	const struct mr_eval_stat stat = { 0, -1, false, scale };
	struct mr_eval_sample x = { n, 1, v, NULL, 1, &stat };

	mr_eval_score(&x, lo, hi, NULL);
}

static void
wilsons_own(void **state)
{
	/* Newcombe 1998, table I: 81/263, 15/148, 0/20, 1/29. */
	const int hits[] = { 81, 15, 0, 1 }, n[] = { 263, 148, 20, 29 };
	const double want[][2] = { { 0.2553, 0.3662 }, { 0.0624, 0.1605 },
		{ 0, 0.1611 }, { 0.0061, 0.1718 } };
	double v[300], lo[2], hi[2];

	(void)state;
	for (int i = 0; i < 4; i++) {
		for (int u = 0; u < n[i]; u++)
			v[u] = u < hits[i];
		interval(&lo[0], &hi[0], v, n[i], MR_SCALE_SHARE);
		assert_true(fabs(lo[0] - want[i][0]) < 6e-5);
		assert_true(fabs(hi[0] - want[i][1]) < 6e-5);
		/* As values from 0 to 1 the same, with Student's 1.97 to
		 * 2.09, and of no hit the square of that. */
		interval(&lo[1], &hi[1], v, n[i], MR_SCALE_UNIT);
		assert_true(lo[1] <= lo[0] && hi[1] > hi[0]);
		assert_true(hi[1] - lo[1] < 1.14 * (hi[0] - lo[0]));
	}
}

static void
never_without_width(void **state)
{
	const double same[] = { 0, 0.1, 0.5, 1 };
	double v[USERS], lo, hi;

	(void)state;
	for (int n = 1; n <= USERS; n *= 10)
		for (int i = 0; i < 4; i++) {
			for (int u = 0; u < n; u++)
				v[u] = same[i];
			interval(&lo, &hi, v, n, MR_SCALE_UNIT);
			assert_true(lo <= same[i] && hi >= same[i]);
			assert_true(hi - lo >= 1.0 / n && lo >= 0 && hi <= 1);
			assert_true(n == 1 || hi - lo < 10.0 / n);
		}
}

/* Who has no den does not count. */
static void
only_those_who_count(void **state)
{
	const struct mr_eval_stat stat = { 0, 1, false, MR_SCALE_UNIT };
	double v[40], w[20], lo[2], hi[2];
	struct mr_eval_sample x = { 20, 2, v, NULL, 1, &stat };
	int n = 0;

	(void)state;
	for (int u = 0; u < 20; u++) {
		v[2 * u + 1] = u % 3 > 0;
		v[2 * u] = u % 3 > 0 ? u / 20.0 : 0;
		if (u % 3 > 0)
			w[n++] = u / 20.0;
	}
	mr_eval_score(&x, &lo[0], &hi[0], NULL);
	interval(&lo[1], &hi[1], w, n, MR_SCALE_UNIT);
	assert_true(fabs(lo[0] - lo[1]) < 1e-15);
	assert_true(fabs(hi[0] - hi[1]) < 1e-15);
	memset(v, 0, sizeof v);
	mr_eval_score(&x, &lo[0], &hi[0], NULL);
	assert_true(isnan(lo[0]) && isnan(hi[0]));
}

/* ---- simulation ---- */

static uint64_t at;

/* A list's hit at a rank j with a chance of about 1 / j, or no hit. */
static void
draw(double *row, double rate, uint64_t seed)
{
	double u = mr_rng_uniform(seed, 1, at++) * 2.928968253968254;
	int j = 1;

	memset(row, 0, COLUMNS * sizeof *row);
	if (mr_rng_uniform(seed, 2, at++) >= rate)
		return;
	while (j < K && u >= 1.0 / j)
		u -= 1.0 / j++;
	row[HIT] = 1;
	row[GAIN] = 1 / log2(j + 1);
	row[FIRST] = 1.0 / j;
}

static void
truth(double *mean, double rate)
{
	mean[HIT] = rate;
	mean[GAIN] = mean[FIRST] = 0;
	for (int j = 1; j <= K; j++) {
		mean[GAIN] += rate / j / log2(j + 1) / 2.928968253968254;
		mean[FIRST] += rate / j / j / 2.928968253968254;
	}
}

/* How often the 95 % interval has the truth, for few users and rare hits.
 * With 3000 samples chance moves .95 by .004, so .935 is 4 times that; the
 * percentiles of a bootstrap have it in .75 to .93. */
static void
coverage(void **state)
{
	const int n[] = { 10, 30, 100, 500, 100, 1000 }, runs = 3000;
	const double rate[] = { 0.23, 0.23, 0.23, 0.23, 0.03, 0.03 };

	(void)state;
	for (int c = 0; c < 6; c++) {
		struct mr_eval_sample x = { n[c], COLUMNS, a, NULL, COLUMNS,
		    stats };
		double mean[COLUMNS], lo[COLUMNS], hi[COLUMNS];
		int in[COLUMNS] = { 0 };

		truth(mean, rate[c]);
		for (int r = 0; r < runs; r++) {
			for (int u = 0; u < n[c]; u++)
				draw(a + u * COLUMNS, rate[c], 7);
			mr_eval_score(&x, lo, hi, NULL);
			for (int i = 0; i < COLUMNS; i++)
				in[i] += lo[i] <= mean[i] && mean[i] <= hi[i];
		}
		for (int i = 0; i < COLUMNS; i++) {
			if (in[i] < 0.935 * runs)
				fail_msg("%d users, %g: column %d in %d of %d",
				    n[c], rate[c], i, in[i], runs);
			/* Nor is it so wide that it says nothing. */
			assert_true(in[i] < 0.97 * runs || n[c] < 50 ||
			    rate[c] * n[c] < 10);
		}
	}
}

/* Equal systems, half of whose users have the same list: p <= .05 in 3.7 to 6
 * of 100, but for 30 users, and p <= .05 is an interval without 0.  Where fewer than six users
 * differ no p is so small. */
static void
size_of_the_test(void **state)
{
	const int n[] = { 30, 100, 500, 1000 }, runs = 3000;
	const double rate[] = { 0.23, 0.23, 0.23, 0.03 };

	(void)state;
	for (int c = 0; c < 4; c++) {
		struct mr_eval_sample x = { n[c], COLUMNS, a, b, COLUMNS,
		    stats };
		double lo[COLUMNS], hi[COLUMNS], p[COLUMNS];
		int small[COLUMNS] = { 0 };

		for (int r = 0; r < runs; r++) {
			for (int u = 0; u < n[c]; u++) {
				double *y = b + u * COLUMNS;

				draw(a + u * COLUMNS, rate[c], 8);
				memcpy(y, a + u * COLUMNS,
				    COLUMNS * sizeof *y);
				if (mr_rng_uniform(8, 3, at++) < 0.5)
					draw(y, rate[c], 9);
			}
			mr_eval_score(&x, lo, hi, p);
			for (int i = 0; i < COLUMNS; i++) {
				small[i] += p[i] <= 0.05;
				assert_true((p[i] < 0.05) == (lo[i] > 0 ||
				    hi[i] < 0));
			}
		}
		for (int i = 0; i < COLUMNS; i++)
			if (small[i] > 0.06 * runs || (n[c] > 30 &&
			    small[i] < 0.037 * runs))
				fail_msg("%d users, %g: column %d in %d of %d",
				    n[c], rate[c], i, small[i], runs);
	}
}

/* The one hits rank 1, the other more often rank 10; the means are equal.  An
 * exchange of users' signs rejects in .08 with 30 users, .10 with 100 and few
 * hits. */
static void
only_the_means_are_equal(void **state)
{
	const int n[] = { 30, 100, 500, 100 }, runs = 6000;
	const double rate[] = { 0.6, 0.6, 0.6, 0.06 }, g = 1 / log2(11);
	const double most[] = { 0.072, 0.062, 0.06, 0.045 };

	(void)state;
	for (int c = 0; c < 4; c++) {
		struct mr_eval_sample x = { n[c], 1, a, b, 1, &stats[HIT] };
		double lo, hi, p;
		int small = 0;

		for (int r = 0; r < runs; r++) {
			for (int u = 0; u < n[c]; u++) {
				a[u] = mr_rng_uniform(3, 4, at++) <
				    rate[c] * g / (1 + g);
				b[u] = mr_rng_uniform(3, 4, at++) <
				    rate[c] / (1 + g) ? g : 0;
			}
			mr_eval_score(&x, &lo, &hi, &p);
			small += p <= 0.05;
		}
		if (small > most[c] * runs)
			fail_msg("%d users, %g: %d of %d", n[c], rate[c],
			    small, runs);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(student),
		cmocka_unit_test(wilsons_own),
		cmocka_unit_test(never_without_width),
		cmocka_unit_test(only_those_who_count),
		cmocka_unit_test(coverage),
		cmocka_unit_test(size_of_the_test),
		cmocka_unit_test(only_the_means_are_equal),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
