/* Sparse matrices, against a dense table.
 * SPDX-License-Identifier: MIT */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <math.h>
#include <setjmp.h>
#include <stdbool.h>
#include <string.h>

#include <cmocka.h>

#include "core/rng.h"
#include "data/csr.h"

#define MOST 40

struct table {
	bool there[MOST][MOST];
	float v[MOST][MOST];
};

/* Every value of the table at its place, rising columns, nothing else. */
static void
assert_same(const struct mr_csr *m, const struct table *t, bool turned)
{
	int64_t n = 0;

	assert_int_equal(m->ptr[0], 0);
	for (int64_t u = 0; u < m->rows; u++) {
		for (int64_t j = 0; j < m->cols; j++) {
			bool there = turned ? t->there[j][u] : t->there[u][j];
			float v = turned ? t->v[j][u] : t->v[u][j];

			if (!there)
				continue;
			assert_true(n < m->ptr[u + 1]);
			assert_int_equal(m->idx[n], j);
			assert_true(m->val[n] == v);
			n++;
		}
		assert_int_equal(m->ptr[u + 1], n);
	}
	assert_int_equal(mr_csr_nnz(m), n);
}

static void
try_one(uint64_t seed, int64_t rows, int64_t cols, uint64_t n)
{
	struct table t = { 0 };
	struct mr_coo c = { 0 };
	struct mr_csr m = { 0 }, turned = { 0 };
	struct mr_err err = { 0 };
	int64_t repeated = 0, got;

	for (uint64_t i = 0; i < n; i++) {
		uint64_t r = mr_rng_u64(seed, 1, i);
		int32_t u = (int32_t)(r % (uint64_t)rows);
		int32_t j = (int32_t)((r >> 32) % (uint64_t)cols);

		repeated += t.there[u][j];
		t.there[u][j] = true;
		t.v[u][j] = (float)i;
		assert_int_equal(mr_coo_add(&c, u, j, (float)i, &err), MR_OK);
		if (seed % 2)
			assert_int_equal(mr_coo_exact(&c, (double)i + 0.1,
			    &err), MR_OK);
	}
	assert_int_equal(mr_csr_from_coo(&m, &c, rows, cols, &got, &err),
	    MR_OK);
	assert_int_equal(got, repeated);
	assert_int_equal(m.rows, rows);
	assert_int_equal(m.cols, cols);
	assert_same(&m, &t, false);
	for (int64_t k = 0; c.exact && k < mr_csr_nnz(&m); k++)
		assert_true(c.exact[k] == (double)m.val[k] + 0.1);
	assert_int_equal(mr_csr_transpose(&turned, &m, &err), MR_OK);
	assert_int_equal(turned.rows, cols);
	assert_int_equal(turned.cols, rows);
	assert_same(&turned, &t, true);
	mr_csr_free(&turned);
	mr_csr_free(&m);
	mr_coo_free(&c);
}

static void
same_as_a_table(void **state)
{
	const uint64_t n[] = { 0, 1, 2, 30, 500, 3000 };
	uint64_t seed = 0;

	(void)state;
	for (int a = 0; a < 6; a++)
		for (int64_t rows = 1; rows <= MOST; rows += 13)
			for (int64_t cols = 1; cols <= MOST; cols += 13)
				try_one(++seed, rows, cols, n[a]);
}

static void
nothing_is_0_x_0(void **state)
{
	struct mr_coo none = { 0 };
	struct mr_csr m = { 0 }, t = { 0 };
	struct mr_err err = { 0 };
	int64_t repeated;

	(void)state;
	assert_int_equal(mr_csr_nnz(&m), 0);
	assert_int_equal(mr_csr_transpose(&t, &m, &err), MR_OK);
	assert_int_equal(mr_csr_nnz(&t), 0);
	mr_csr_free(&t);
	assert_int_equal(mr_csr_from_coo(&m, &none, 0, 0, &repeated, &err),
	    MR_OK);
	assert_int_equal(mr_csr_nnz(&m) + repeated, 0);
	mr_csr_free(&m);
	mr_csr_free(&m);
}

/* Rows of many entries go by stripes of columns; those in another order, or
 * none, do not. */
static void
wide_rows(void **state)
{
	enum { ROWS = 7, COLS = 5003, EACH = 40 };
	int64_t ptr[ROWS + 1] = { 0 };
	int32_t idx[ROWS * EACH];
	float val[ROWS * EACH];
	struct mr_csr m = { .rows = ROWS, .cols = COLS, .ptr = ptr,
	    .idx = idx, .val = val }, t, none = { .cols = COLS, .ptr = ptr };
	struct mr_err err = { 0 };

	(void)state;
	for (int again = 0; again < 2; again++) {
		for (int k = 0; k < ROWS * EACH; k++) {
			int c = again ? EACH - 1 - k % EACH : k % EACH;

			ptr[k / EACH + 1] = k + 1;
			idx[k] = c * 125 + k / EACH * (c % 3);
			val[k] = (float)(k / EACH * COLS + idx[k]);
		}
		assert_int_equal(mr_csr_transpose(&t, &m, &err), MR_OK);
		assert_int_equal(mr_csr_nnz(&t), ROWS * EACH);
		for (int64_t c = 0; c < COLS; c++)
			for (int64_t k = t.ptr[c]; k < t.ptr[c + 1]; k++) {
				assert_true(k == t.ptr[c] || t.idx[k] >
				    t.idx[k - 1]);
				assert_true(t.val[k] == (float)(t.idx[k] *
				    COLS + c));
			}
		mr_csr_free(&t);
	}
	assert_int_equal(mr_csr_transpose(&t, &none, &err), MR_OK);
	assert_int_equal(t.rows, COLS);
	assert_int_equal(mr_csr_nnz(&t), 0);
	mr_csr_free(&t);
}

/* Times that begin late: who came before has none. */
static void
late_times(void **state)
{
	struct mr_coo c = { 0 };
	struct mr_err err = { 0 };

	(void)state;
	for (int k = 0; k < 6; k++) {
		assert_int_equal(mr_coo_add(&c, k, 0, 1, &err), MR_OK);
		assert_int_equal(mr_coo_time(&c, k < 5 ? (double)NAN : 7,
		    &err), MR_OK);
	}
	for (int k = 0; k < 5; k++)
		assert_true(isnan(c.time[k]));
	assert_true(c.time[5] == 7);
	mr_coo_free(&c);
}

/* Columns 5, 7 and the largest there may be, of as many as are claimed. */
static void
packed_columns(void **state)
{
	int64_t ptr[] = { 0, 2, 2, 5 };
	int32_t idx[] = { 7, INT32_MAX - 1, 5, 7, INT32_MAX - 1 }, *column;
	float val[] = { 1, 2, 3, 4, 5 };
	struct mr_csr m = { 3, INT32_MAX, ptr, idx, val }, none = { 0 };
	struct mr_err err = { 0 };

	(void)state;
	assert_int_equal(mr_csr_pack(&m, &column, &err), MR_OK);
	assert_int_equal(m.cols, 3);
	assert_memory_equal(column, ((int32_t[]){ 5, 7, INT32_MAX - 1 }), 12);
	assert_memory_equal(idx, ((int32_t[]){ 1, 2, 0, 1, 2 }), 20);
	assert_int_equal(mr_csr_place(column, 3, 7), 1);
	assert_int_equal(mr_csr_place(column, 3, 6), -1);
	free(column);
	/* Of few columns, by another way. */
	memcpy(idx, (int32_t[]){ 64, 199, 0, 64, 199 }, sizeof idx);
	m.cols = 200;
	assert_int_equal(mr_csr_pack(&m, &column, &err), MR_OK);
	assert_int_equal(m.cols, 3);
	assert_memory_equal(column, ((int32_t[]){ 0, 64, 199 }), 12);
	assert_memory_equal(idx, ((int32_t[]){ 1, 2, 0, 1, 2 }), 20);
	free(column);
	assert_int_equal(mr_csr_pack(&none, &column, &err), MR_OK);
	assert_int_equal(none.cols, 0);
	assert_int_equal(mr_csr_place(column, 0, 6), -1);
	free(column);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(late_times),
		cmocka_unit_test(same_as_a_table),
		cmocka_unit_test(nothing_is_0_x_0),
		cmocka_unit_test(wide_rows),
		cmocka_unit_test(packed_columns),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
