/* Rows with many and few entries for their width, in the order of columns.
 * SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "model/kept_rows.h"

enum { ROWS = 40, COLS = 70001, MOST = 3000 };

/* Entries of a row: few are sorted, of many the columns are marked. */
static int64_t
entries(int64_t row)
{
	return row % 4 == 0 ? 0 : row % 4 == 1 ? 5 : row % 4 == 2 ? 35 :
	    MOST - row;
}

static void
rising_columns(void **state)
{
	static struct mr_hit hit[MOST];
	struct mr_kept_rows k;
	struct mr_csr m;
	struct mr_err err = { 0 };

	(void)state;
	assert_int_equal(mr_kept_rows_new(&k, ROWS, COLS, &err), MR_OK);
	for (int64_t row = 0; row < ROWS; row++) {
		int64_t n = entries(row), step = COLS / MOST;

		/* 7919 is prime to all n: every entry once. */
		for (int64_t c = 0; c < n; c++) {
			int64_t x = c * 7919 % n;

			hit[c] = (struct mr_hit){ (float)(x + row),
			    (int32_t)(x * step + row + (x == n - 1 ? COLS - 1 -
			    row - (n - 1) * step : 0)) };
		}
		mr_kept_rows_add(&k, row, hit, n, &err);
		if (row % MR_KEPT_TASK == MR_KEPT_TASK - 1)
			mr_kept_rows_fit(&k, row / MR_KEPT_TASK);
	}
	assert_int_equal(mr_kept_rows_join(&k, &m, &err), MR_OK);
	assert_int_equal(m.cols, COLS);
	for (int64_t row = 0; row < ROWS; row++) {
		int64_t at = m.ptr[row], n = m.ptr[row + 1] - at;

		assert_int_equal(n, entries(row));
		for (int64_t c = 0; c < n; c++, at++) {
			assert_true(c == 0 || m.idx[at] > m.idx[at - 1]);
			assert_true(m.val[at] == (float)(c + row));
		}
		assert_true(n == 0 || m.idx[at - 1] == COLS - 1);
	}
	mr_csr_free(&m);
	mr_kept_rows_free(&k);
	mr_kept_rows_free(&k);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rising_columns),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
