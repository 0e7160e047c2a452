/* Distinct numbers and their counts, against a plain array.
 * SPDX-License-Identifier: MIT */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <math.h>

#include <cmocka.h>

#include "core/rng.h"
#include "data/tally.h"

static void
add(struct mr_tally *t, double value, int64_t times)
{
	struct mr_err err = { 0 };

	assert_int_equal(mr_tally_add(t, value, times, &err), MR_OK);
}

static void
empty(void **state)
{
	struct mr_tally t = { 0 };

	(void)state;
	mr_tally_sort(&t);
	assert_int_equal(t.distinct, 0);
	assert_int_equal(t.total, 0);
	mr_tally_free(&t);
	mr_tally_free(&t);
}

/* Numbers i / 4 - 300 for i below `kinds`, drawn at random. */
static void
same_as_an_array(void **state)
{
	const uint64_t kinds[] = { 1, 2, 31, 32, 33, 1000, 2400 };
	int64_t want[2400];

	(void)state;
	for (int k = 0; k < 7; k++) {
		struct mr_tally t = { 0 };
		int64_t total = 0;
		size_t at = 0;

		for (int i = 0; i < 2400; i++)
			want[i] = 0;
		for (uint64_t n = 0; n < 20000; n++) {
			uint64_t i = mr_rng_u64(9, (uint64_t)k, n) % kinds[k];
			int64_t times = 1 + (int64_t)(n % 3);

			add(&t, (double)i / 4 - 300, times);
			want[i] += times;
			total += times;
		}
		assert_int_equal(t.total, total);
		mr_tally_sort(&t);
		for (int i = 0; i < 2400; i++) {
			if (!want[i])
				continue;
			assert_true(at < t.distinct);
			assert_true(t.cell[at].value <= i / 4.0 - 300 &&
			    t.cell[at].value >= i / 4.0 - 300);
			assert_int_equal(t.cell[at].n, want[i]);
			at++;
		}
		assert_int_equal(at, t.distinct);
		mr_tally_free(&t);
	}
}

static void
zeros_and_extremes(void **state)
{
	struct mr_tally t = { 0 };

	(void)state;
	add(&t, 0.0, 1);
	add(&t, -0.0, 2);
	add(&t, 5e-324, 3);
	add(&t, -1.7e308, 4);
	add(&t, 1.7e308, 5);
	add(&t, 9007199254740992.0, 6);
	add(&t, 9007199254740991.0, 7);
	mr_tally_sort(&t);
	assert_int_equal(t.distinct, 6);
	assert_int_equal(t.cell[0].n, 4);
	assert_int_equal(t.cell[1].n, 3);
	assert_false(signbit(t.cell[1].value));
	assert_int_equal(t.cell[2].n, 3);
	assert_int_equal(t.cell[3].n, 7);
	assert_int_equal(t.cell[4].n, 6);
	assert_int_equal(t.cell[5].n, 5);
	mr_tally_free(&t);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(empty),
		cmocka_unit_test(same_as_an_array),
		cmocka_unit_test(zeros_and_extremes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
