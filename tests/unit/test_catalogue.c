/* Novelty by hand.
 * SPDX-License-Identifier: MIT */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "eval/catalogue.h"

static void
novelty(void **state)
{
	const int64_t a[] = { 8, 2, 0, 1 }, none[] = { 0, 0 };
	int64_t known;

	(void)state;
	/* 16 ratings: 1, 3 and 4 bits; the unknown one does not count. */
	assert_true(fabs(mr_eval_novelty(a, 4, 16, &known) - 8.0 / 3) <
	    1e-15);
	assert_int_equal(known, 3);
	assert_true(fabs(mr_eval_novelty(a, 1, 8, &known)) < 1e-15);
	assert_int_equal(known, 1);
	assert_true(fabs(mr_eval_novelty(none, 2, 16, &known)) < 1e-15);
	assert_int_equal(known, 0);
	assert_true(fabs(mr_eval_novelty(a, 0, 16, &known)) < 1e-15);
	assert_int_equal(known, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(novelty),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
