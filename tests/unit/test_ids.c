/* The table of names, against a plain list.
 * SPDX-License-Identifier: MIT */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/rng.h"
#include "data/ids.h"

#define N 3000

static void
same_as_a_list(void **state)
{
	char (*list)[16] = calloc(N, sizeof *list);
	struct mr_ids ids = { 0 };
	struct mr_err err = { 0 };
	int n = 0;

	(void)state;
	for (uint64_t i = 0; i < N; i++) {
		char name[16];
		int32_t got;
		bool is_new;
		int k = 0;

		snprintf(name, sizeof name, "%d",
		    (int)(mr_rng_u64(1, 1, i) % 1000));
		while (k < n && strcmp(list[k], name) != 0)
			k++;
		assert_int_equal(mr_ids_find(&ids, mr_slice_of(name)),
		    k < n ? k : -1);
		assert_int_equal(mr_ids_add(&ids, mr_slice_of(name), &got,
		    &is_new, &err), MR_OK);
		assert_int_equal(got, k);
		assert_int_equal(is_new, k == n);
		if (k == n)
			memcpy(list[n++], name, sizeof name);
	}
	assert_int_equal(ids.n, n);
	for (int k = 0; k < n; k++)
		assert_true(mr_slice_is(mr_ids_get(&ids, k), list[k]));
	mr_ids_free(&ids);
	assert_int_equal(ids.n, 0);
	assert_int_equal(mr_ids_find(&ids, mr_slice_of("1")), -1);
	free(list);
}

/* Names are bytes: numbers that look alike, prefixes, NUL and the empty. */
static void
names_are_bytes(void **state)
{
	const struct mr_slice name[] = { { "7", 1 }, { "007", 3 },
	    { "", 0 }, { "\0", 1 }, { "a", 1 }, { "a\0", 2 }, { "a\0b", 3 },
	    { "\xc3\xa9", 2 }, { "e\xcc\x81", 3 }, { " ", 1 },
	    { "9223372036854775808", 19 } };
	const int32_t n = sizeof name / sizeof *name;
	struct mr_ids ids = { 0 };
	struct mr_err err = { 0 };
	int32_t got;

	(void)state;
	for (int again = 0; again < 2; again++)
		for (int32_t i = 0; i < n; i++) {
			assert_int_equal(mr_ids_add(&ids, name[i], &got, NULL,
			    &err), MR_OK);
			assert_int_equal(got, i);
		}
	assert_int_equal(ids.n, n);
	for (int32_t i = 0; i < n; i++)
		assert_true(mr_slice_eq(mr_ids_get(&ids, i), name[i]));
	mr_ids_free(&ids);
}

/* Nothing but the empty name: no text is ever allocated. */
static void
empty_name_alone(void **state)
{
	struct mr_ids ids = { 0 };
	struct mr_err err = { 0 };
	struct mr_slice name;
	int32_t at;

	(void)state;
	assert_int_equal(mr_ids_add(&ids, (struct mr_slice){ NULL, 0 }, &at,
	    NULL, &err), MR_OK);
	assert_int_equal(at, 0);
	name = mr_ids_get(&ids, 0);
	assert_non_null(name.p);
	assert_int_equal(name.n, 0);
	assert_int_equal(mr_ids_find(&ids, name), 0);
	assert_int_equal(mr_ids_find(&ids, mr_slice_of("a")), -1);
	mr_ids_free(&ids);
}

static void
order_and_rank_are_inverse(void **state)
{
	struct mr_ids ids = { 0 };
	struct mr_err err = { 0 };
	int32_t order[N], rank[N], k;
	char name[32];

	(void)state;
	for (uint64_t i = 0; ids.n < N; i++) {
		snprintf(name, sizeof name, "%llx", (unsigned long long)
		    (mr_rng_u64(2, 1, i) >> (i % 60)));
		assert_int_equal(mr_ids_add(&ids, mr_slice_of(name), &k, NULL,
		    &err), MR_OK);
	}
	assert_int_equal(mr_ids_order(&ids, order, rank, &err), MR_OK);
	for (int32_t r = 0; r < N; r++) {
		assert_int_equal(rank[order[r]], r);
		if (r)
			assert_true(mr_slice_cmp(mr_ids_get(&ids,
			    order[r - 1]), mr_ids_get(&ids, order[r])) < 0);
	}
	assert_int_equal(mr_ids_order(&ids, NULL, rank, &err), MR_OK);
	mr_ids_free(&ids);
	assert_int_equal(mr_ids_order(&ids, order, rank, &err), MR_OK);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(same_as_a_list),
		cmocka_unit_test(names_are_bytes),
		cmocka_unit_test(empty_name_alone),
		cmocka_unit_test(order_and_rank_are_inverse),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
