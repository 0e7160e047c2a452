/* Gini as the mean difference of all pairs; novelty by hand.
 * SPDX-License-Identifier: MIT */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "core/rng.h"
#include "eval/catalogue.h"

/* Half the mean absolute difference, relative to the mean: the same number
 * by another road, without sorting. */
static double
naive_gini(const int64_t *c, int n)
{
	double sum = 0, total = 0;

	for (int i = 0; i < n; i++) {
		total += (double)c[i];
		for (int j = 0; j < n; j++)
			sum += fabs((double)c[i] - (double)c[j]);
	}
	return sum / (2 * (double)n * total);
}

static void
gini_of_chance(void **state)
{
	(void)state;
	for (uint64_t s = 0; s < 300; s++) {
		int n = 1 + (int)(mr_rng_u64(s, 1, 0) % 80);
		int64_t c[80];
		double want;

		for (int i = 0; i < n; i++)
			c[i] = (int64_t)(mr_rng_u64(s, 2, (uint64_t)i) %
			    (s % 3 ? 4 : 100000));
		c[n / 2] += 1;
		want = naive_gini(c, n);
		assert_true(fabs(mr_eval_gini(c, n) - want) < 1e-12);
		for (int i = 1; i < n; i++)
			assert_true(c[i - 1] <= c[i]);
	}
}

static void
gini_at_the_edges(void **state)
{
	int64_t one[] = { 7 }, even[] = { 3, 3, 3, 3 };
	int64_t lone[] = { 9, 0, 0, 0, 0 };

	(void)state;
	assert_true(fabs(mr_eval_gini(one, 1)) < 1e-15);
	assert_true(fabs(mr_eval_gini(even, 4)) < 1e-15);
	assert_true(fabs(mr_eval_gini(lone, 5) - 0.8) < 1e-15);
}

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
		cmocka_unit_test(gini_of_chance),
		cmocka_unit_test(gini_at_the_edges),
		cmocka_unit_test(novelty),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
