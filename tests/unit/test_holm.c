/* Holm's correction: by hand, and what it promises.
 * SPDX-License-Identifier: MIT */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/rng.h"
#include "eval/holm.h"

static void
by_hand(void **state)
{
	const double p[] = { 0.01, NAN, 0.04, 0.03, 0.005, 0.9 };
	const double want[] = { 0.04, NAN, 0.09, 0.09, 0.025, 0.9 };
	struct mr_err err = { 0 };
	double q[6];

	(void)state;
	assert_int_equal(mr_holm(q, p, 6, &err), MR_OK);
	for (int i = 0; i < 6; i++)
		assert_true(isnan(want[i]) ? isnan(q[i]) :
		    fabs(q[i] - want[i]) < 1e-12);
	assert_int_equal(mr_holm(q, p, 0, &err), MR_OK);
	assert_int_equal(mr_holm(q, p + 1, 1, &err), MR_OK);
	assert_true(isnan(q[0]));
	assert_int_equal(mr_holm(q, (double[]){ 0.7, 0.8 }, 2, &err), MR_OK);
	assert_true(q[0] >= 1 && q[1] >= 1 && q[0] <= 1 && q[1] <= 1);
}

/* 28 tests of nothing: in 5 of 100 tables one is below .05, where without
 * correction 76 of 100 have one. */
static void
tables_of_nothing(void **state)
{
	const int runs = 4000;
	struct mr_err err = { 0 };
	double p[28], q[28];
	int raw = 0, held = 0;

	(void)state;
	for (int r = 0; r < runs; r++) {
		int one[2] = { 0, 0 };

		for (uint64_t i = 0; i < 28; i++)
			p[i] = mr_rng_uniform(2, (uint64_t)r, i);
		assert_int_equal(mr_holm(q, p, 28, &err), MR_OK);
		for (int i = 0; i < 28; i++) {
			one[0] |= p[i] <= 0.05;
			one[1] |= q[i] <= 0.05;
			assert_true(q[i] >= p[i] && q[i] <= 1);
		}
		raw += one[0];
		held += one[1];
	}
	assert_true(raw > 0.7 * runs);
	assert_true(held > 0.04 * runs && held < 0.06 * runs);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(by_hand),
		cmocka_unit_test(tables_of_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
