/* The k best, against sorting everything.
 * SPDX-License-Identifier: MIT */
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <stdlib.h>

#include <cmocka.h>

#include "core/rng.h"
#include "data/topk.h"

#define N 300

struct placed {
	struct mr_hit hit;
	int32_t place;		/* in the order of ties */
};

static int
better_first(const void *a, const void *b)
{
	const struct placed *x = a, *y = b;

	if (x->hit.score < y->hit.score || x->hit.score > y->hit.score)
		return x->hit.score < y->hit.score ? 1 : -1;
	return (x->place > y->place) - (x->place < y->place);
}

/* levels: how many different scores there are; few make many ties, broken by
 * an order of their own or by the numbers of the rows. */
static void
try_one(uint64_t seed, int64_t k, int64_t n, uint64_t levels, bool own)
{
	struct placed all[N];
	struct mr_hit heap[N + 1], some[N];
	int32_t rank[N];
	int64_t have = 0;

	/* 7919 is prime to n <= 300: every place once, mixed up. */
	for (int64_t i = 0; i < n; i++)
		rank[i] = (int32_t)(i * 7919 % n);
	for (int64_t i = 0; i < n; i++) {
		int32_t row = (int32_t)(i * 7907 % n);

		all[i].hit.row = row;
		all[i].place = own ? rank[row] : row;
		all[i].hit.score = (float)(mr_rng_u64(seed, 1, (uint64_t)i) %
		    levels) - (float)(levels / 2);
		some[i] = all[i].hit;
		mr_topk_push(heap, &have, k, all[i].hit, own ? rank : NULL);
		assert_true(have <= k);
	}
	mr_topk_sort(heap, have, own ? rank : NULL);
	qsort(all, (size_t)n, sizeof *all, better_first);
	assert_int_equal(have, n < k ? n : k);
	for (int64_t i = 0; i < have; i++) {
		assert_int_equal(heap[i].row, all[i].hit.row);
		assert_true(heap[i].score == all[i].hit.score);
	}
	mr_topk_select(some, n, k, own ? rank : NULL);
	n = have;
	have = 0;
	for (int64_t i = 0; i < n; i++)
		mr_topk_push(heap, &have, n, some[i], own ? rank : NULL);
	mr_topk_sort(heap, have, own ? rank : NULL);
	for (int64_t i = 0; i < have; i++)
		assert_int_equal(heap[i].row, all[i].hit.row);
}

static void
same_as_sorting(void **state)
{
	const int64_t k[] = { 0, 1, 2, 3, 10, 64, 299, 300 };
	const int64_t n[] = { 1, 2, 3, 17, 100, 299, 300 };
	const uint64_t levels[] = { 1, 2, 5, 1000000 };
	uint64_t seed = 0;

	(void)state;
	for (int a = 0; a < 8; a++)
		for (int b = 0; b < 7; b++)
			for (int c = 0; c < 4; c++)
				for (int again = 0; again < 10; again++)
					try_one(++seed, k[a], n[b],
					    levels[c], again & 1);
}

static void
signed_zeros_are_a_tie(void **state)
{
	const struct mr_hit x[3] = { { 0.0f, 5 }, { -0.0f, 3 }, { 0.0f, 4 } };
	struct mr_hit h[2];
	int64_t n = 0;

	(void)state;
	for (int i = 0; i < 3; i++)
		mr_topk_push(h, &n, 2, x[i], NULL);
	mr_topk_sort(h, n, NULL);
	assert_int_equal(h[0].row, 3);
	assert_int_equal(h[1].row, 4);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(same_as_sorting),
		cmocka_unit_test(signed_zeros_are_a_tie),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
