/* Grouping rows by a key, and columns of text by key.
 * SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/rng.h"
#include "data/group.h"
#include "data/table.h"

struct row {
	double other;
	int32_t key;
};

static void
groups(void **state)
{
	enum { N = 1000, KEYS = 70 };
	static struct row row[N];
	struct mr_group g;
	struct mr_err err = { 0 };
	int seen = 0;

	(void)state;
	for (uint64_t i = 0; i < N; i++)	/* 60 .. 69 have no row */
		row[i].key = (int32_t)(mr_rng_u64(1, 2, i) % 60);
	assert_int_equal(mr_group_by(&g, &row->key, sizeof *row, N, KEYS,
	    "rows", &err), MR_OK);
	assert_int_equal(g.ptr[0], 0);
	for (int32_t k = 0; k < KEYS; k++)
		for (int64_t j = g.ptr[k]; j < g.ptr[k + 1]; j++, seen++) {
			assert_int_equal(row[g.row[j]].key, k);
			if (j > g.ptr[k])
				assert_true(g.row[j] > g.row[j - 1]);
		}
	assert_int_equal(seen, N);
	assert_int_equal(g.ptr[KEYS], N);
	mr_group_free(&g);
	mr_group_free(&g);
	assert_int_equal(mr_group_by(&g, NULL, 4, 0, 0, "rows", &err), MR_OK);
	assert_int_equal(g.ptr[0], 0);
	mr_group_free(&g);
	assert_int_equal(mr_group_by(&g, &row->key, 0,
	    (size_t)UINT32_MAX + 1, 1, "rows", &err), MR_ERANGE);
}

static void
table(void **state)
{
	const struct mr_slice a[] = { { "x", 1 }, { NULL, 0 } };
	const struct mr_slice b[] = { { "", 0 }, { "yz", 2 } };
	struct mr_table t = { 0 };
	struct mr_err err = { 0 };
	int32_t i;

	(void)state;
	for (int c = 0; c < 2; c++)
		assert_int_equal(mr_ids_add(&t.columns,
		    mr_slice_of(c ? "two" : "one"), &i, NULL, &err), MR_OK);
	assert_int_equal(mr_table_add(&t, mr_slice_of("k"), a, &err), MR_OK);
	assert_int_equal(mr_table_add(&t, mr_slice_of("l"), b, &err), MR_OK);
	assert_int_equal(mr_table_add(&t, mr_slice_of("k"), b, &err), MR_OK);
	assert_int_equal(t.keys.n, 2);
	assert_true(mr_slice_is(mr_table_get(&t, 0, 0), "x"));
	assert_true(mr_slice_is(mr_table_get(&t, 0, 1), ""));
	assert_true(mr_slice_is(mr_table_get(&t, 1, 0), ""));
	assert_true(mr_slice_is(mr_table_get(&t, 1, 1), "yz"));
	mr_table_free(&t);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(groups),
		cmocka_unit_test(table),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
