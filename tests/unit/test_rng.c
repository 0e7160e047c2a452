/* The generator: range, moments, and nothing but its three words.
 * SPDX-License-Identifier: MIT */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "core/rng.h"

#define DRAWS 200000

/* Counting on from a state s, SplitMix64 gives mix(s + g), mix(s + 2g), ...;
 * of a fixed seed and stream ours must do the same. */
static void
is_splitmix(void **state)
{
	const uint64_t g = 0x9e3779b97f4a7c15u;
	uint64_t s = 0;

	(void)state;
	/* mix(mix(mix(0 - g + g) + 0)) = mix(0) = 0: state 0, whose first
	 * numbers are those of the published reference program. */
	s -= g;
	assert_true(mr_rng_u64(s, 0, 0) == 0xe220a8397b1dcdafu);
	assert_true(mr_rng_u64(s, 0, 1) == 0x6e789e6aa1b965f4u);
	assert_true(mr_rng_u64(s, 0, 2) == 0x06c45d188009454fu);
}

static void
pure_function(void **state)
{
	(void)state;
	for (uint64_t i = 0; i < 100; i++) {
		uint64_t v = mr_rng_u64(i, i * 3, i * 7);

		assert_true(v == mr_rng_u64(i, i * 3, i * 7));
		assert_true(v != mr_rng_u64(i + 1, i * 3, i * 7));
		assert_true(v != mr_rng_u64(i, i * 3 + 1, i * 7));
		assert_true(v != mr_rng_u64(i, i * 3, i * 7 + 1));
	}
}

static int
by_value(const void *a, const void *b)
{
	const uint64_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

static void
streams_do_not_meet(void **state)
{
	static uint64_t v[300 * 300];
	size_t n = 0;

	(void)state;
	for (uint64_t s = 0; s < 300; s++)
		for (uint64_t c = 0; c < 300; c++)
			v[n++] = mr_rng_u64(1, s, c);
	qsort(v, n, sizeof *v, by_value);
	for (size_t i = 1; i < n; i++)
		assert_true(v[i] != v[i - 1]);
}

/* Bounds of five standard errors. */
static void
moments(void **state)
{
	double sum = 0, sq = 0, nsum = 0, nsq = 0, cross = 0;
	int cell[64] = { 0 };
	double chi2 = 0;

	(void)state;
	for (uint64_t i = 0; i < DRAWS; i++) {
		double u = mr_rng_uniform(11, 2, i);
		double z = mr_rng_normal(11, 3, i);

		assert_true(u >= 0 && u < 1);
		assert_true(isfinite(z));
		cell[(int)(u * 64)]++;
		sum += u;
		sq += (u - 0.5) * (u - 0.5);
		nsum += z;
		nsq += z * z;
		cross += z * mr_rng_normal(11, 3, i + 1);
	}
	assert_true(fabs(sum / DRAWS - 0.5) < 5 * sqrt(1.0 / 12 / DRAWS));
	assert_true(fabs(sq / DRAWS - 1.0 / 12) < 5 * sqrt(1.0 / 180 /
	    DRAWS));
	assert_true(fabs(nsum / DRAWS) < 5 / sqrt(DRAWS));
	assert_true(fabs(nsq / DRAWS - 1) < 5 * sqrt(2.0 / DRAWS));
	assert_true(fabs(cross / DRAWS) < 5 / sqrt(DRAWS));
	for (int i = 0; i < 64; i++)
		chi2 += pow(cell[i] - DRAWS / 64.0, 2) / (DRAWS / 64.0);
	/* 63 degrees of freedom: mean 63, deviation sqrt 126. */
	assert_true(chi2 < 63 + 5 * sqrt(126));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(is_splitmix),
		cmocka_unit_test(pure_function),
		cmocka_unit_test(streams_do_not_meet),
		cmocka_unit_test(moments),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
