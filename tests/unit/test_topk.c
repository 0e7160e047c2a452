/* The k best, against sorting everything.
 * SPDX-License-Identifier: MIT */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <stdlib.h>

#include <cmocka.h>

#include "core/rng.h"
#include "data/topk.h"

#define N 300

static int
better_first(const void *a, const void *b)
{
	const struct mr_scored *x = a, *y = b;

	if (x->score < y->score || x->score > y->score)
		return x->score < y->score ? 1 : -1;
	return (x->rank > y->rank) - (x->rank < y->rank);
}

/* levels: how many different scores there are; few make many ties. */
static void
try_one(uint64_t seed, int64_t k, int64_t n, uint64_t levels)
{
	struct mr_scored all[N], heap[N + 1];
	int64_t have = 0;

	for (int64_t i = 0; i < n; i++) {
		/* 7919 is prime to n <= 300: every rank once, mixed up. */
		all[i].rank = (int32_t)(i * 7919 % n);
		all[i].score = (float)(mr_rng_u64(seed, 1, (uint64_t)i) %
		    levels) - (float)(levels / 2);
		mr_topk_push(heap, &have, k, all[i].score, all[i].rank);
		assert_true(have <= k);
	}
	mr_topk_sort(heap, have);
	qsort(all, (size_t)n, sizeof *all, better_first);
	assert_int_equal(have, n < k ? n : k);
	for (int64_t i = 0; i < have; i++) {
		assert_int_equal(heap[i].rank, all[i].rank);
		assert_true(heap[i].score == all[i].score);
	}
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
					    levels[c]);
}

static void
signed_zeros_are_a_tie(void **state)
{
	struct mr_scored h[2];
	int64_t n = 0;

	(void)state;
	mr_topk_push(h, &n, 2, 0.0f, 5);
	mr_topk_push(h, &n, 2, -0.0f, 3);
	mr_topk_push(h, &n, 2, 0.0f, 4);
	mr_topk_sort(h, n);
	assert_int_equal(h[0].rank, 3);
	assert_int_equal(h[1].rank, 4);
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
