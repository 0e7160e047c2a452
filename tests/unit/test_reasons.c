/* How many lists with reasons there is room for.
 * SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "tool/recommend/reasons.h"

#define LISTS 6

/* Every list has a place of its own, and all that are together fit. */
static void
lists_by_turns_in_bounded_room(void **state)
{
	/* Rows found and films rated: of the third list alone there are more
	 * than there is room for. */
	const int64_t found[LISTS] = { 5, 3000, 4000, 2, 0, 4000 };
	const int64_t rated[LISTS] = { 9, 2000, 5000, 1, 7, 4000 };
	const int64_t most = MR_REASONS_BYTES / (int64_t)sizeof(struct mr_hit);
	int64_t at[LISTS], width[LISTS], from = 0, to, turns = 0;
	struct mr_reasons x = { .of = { .most = 4500, .n_list = 4000,
	    .per = 1 },
	    .because = { .at = at, .width = width } };
	struct mr_user u[LISTS] = { 0 };
	struct mr_err err = { 0 };

	(void)state;
	for (int q = 0; q < LISTS; q++)
		u[q].rated.n = rated[q];
	for (; from < LISTS; from = to, turns++) {
		int64_t need = 0;

		assert_int_equal(mr_reasons_room(&x, u, found, from, LISTS,
		    &to, &err), MR_OK);
		assert_true(to > from && to <= LISTS);
		for (int64_t q = from; q < to; q++) {
			assert_int_equal(width[q], rated[q] < 4500 ?
			    rated[q] : 4500);
			assert_int_equal(at[q], need);
			need += found[q] * width[q];
		}
		assert_true(need <= x.because.room);
		assert_true(need <= most || to == from + 1);
		x.because.share[need - 1].row = 1;	/* it is ours */
	}
	assert_int_equal(turns, 3);
	free(x.because.share);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lists_by_turns_in_bounded_room),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
