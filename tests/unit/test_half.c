/* What rows solved in parts rest on: parts that are all rows, Gramians that add
 * up, and turns that ask for no place.
 * SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/rng.h"
#include "math/gram.h"
#include "model/weighted_step.h"
#include "store/half_ratings.h"
#include "train_build.h"

static void
parts_are_all_rows(void **state)
{
	static const int64_t all[] = { 0, 1, 16383, 16384, 16385, 100000,
	    INT32_MAX };
	static const int64_t parts[] = { 1, 2, 3, 7, 1000000 };

	(void)state;
	for (int a = 0; a < 7; a++)
		for (int p = 0; p < 5; p++) {
			int64_t at = 0;

			for (int64_t i = 1; i <= parts[p]; i++) {
				struct mr_half_part x = mr_half_part_of(
				    all[a], i, parts[p]);

				if (x.n)
					assert_int_equal(x.first, at);
				assert_true(x.n >= 0 && (x.n == 0 ||
				    x.first % MR_HALF_ROWS == 0));
				at += x.n;
			}
			assert_int_equal(at, all[a]);
		}
}

/* rows x d, the last dimension 10^-fall of the first. */
static void
make(struct mr_mat *y, int64_t rows, int d, double fall)
{
	struct mr_err err = { 0 };

	assert_int_equal(mr_mat_new(y, rows, d, "", &err), MR_OK);
	for (int64_t i = 0; i < rows * d; i++)
		y->a[i] = (float)(mr_rng_normal(3, 1, (uint64_t)i) *
		    (i % d == d - 1 ? fall : 1));
}

static void
gramians_add_up(void **state)
{
	enum { D = 5, ROWS = 2 * MR_GRAM_ROWS + 77 };
	double whole[D * D], sum[D * D] = { 0 }, part[3 * D * D];
	struct mr_err err = { 0 };
	struct mr_mat y;

	(void)state;
	make(&y, ROWS, D, 1);
	assert_int_equal(mr_gram(test_blas(), y.a, ROWS, D, D, 2, whole,
	    &err), MR_OK);
	assert_int_equal(mr_gram_blocks(ROWS), 3);
	/* Two blocks here, the third elsewhere. */
	assert_int_equal(mr_gram_parts(test_blas(), y.a, 2 * MR_GRAM_ROWS, D,
	    D, 2, part, &err), MR_OK);
	assert_int_equal(mr_gram_parts(test_blas(), mr_mat_row(&y, 2 *
	    MR_GRAM_ROWS), 77, D, D, 1, part + 2 * D * D, &err), MR_OK);
	for (int b = 0; b < 3; b++)
		for (int i = 0; i < D; i++)
			for (int j = 0; j <= i; j++)
				sum[i * D + j] += part[(b * D + i) * D + j];
	for (int i = 0; i < D; i++)
		for (int j = 0; j < i; j++)
			sum[j * D + i] = sum[i * D + j];
	assert_memory_equal(sum, whole, sizeof sum);
	mr_mat_free(&y);
}

/* Row i alone comes out as among all, in float, and where that is too
 * coarse. */
static void
turns_ask_for_no_place(void **state)
{
	enum { D = 19, ROWS = 700 };
	const struct mr_fold rule = { .rule = MR_FOLD_WEIGHTED,
	    .unobserved = 0.1 };
	double gram[D * D];
	struct mr_err err = { 0 };
	struct mr_mat y, one;

	(void)state;
	for (int wide = 0; wide < 2; wide++) {
		make(&y, ROWS, D, wide ? 1e-6 : 1);
		assert_int_equal(mr_gram(test_blas(), y.a, ROWS, D, D, 1,
		    gram, &err), MR_OK);
		assert_int_equal(mr_weighted_turn(&y, D, &rule, ROWS, gram,
		    test_blas(), 2, &err), MR_OK);
		for (int64_t i = 0; i < ROWS; i += 23) {
			struct mr_mat again;

			make(&again, ROWS, D, wide ? 1e-6 : 1);
			one = (struct mr_mat){ 1, D, mr_mat_row(&again, i) };
			assert_int_equal(mr_weighted_turn(&one, D, &rule,
			    ROWS, gram, test_blas(), 1, &err), MR_OK);
			assert_memory_equal(one.a, mr_mat_row(&y, i),
			    D * sizeof(float));
			mr_mat_free(&again);
		}
		mr_mat_free(&y);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(parts_are_all_rows),
		cmocka_unit_test(gramians_add_up),
		cmocka_unit_test(turns_ask_for_no_place),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
