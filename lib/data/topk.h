/* The k best of a run of scores, ties broken by rank.
 * SPDX-License-Identifier: MIT */
#ifndef MR_DATA_TOPK_H
#define MR_DATA_TOPK_H

#include <stdint.h>

/* rank is the item's place in the byte order of ids (mr_ids_order): of equal
 * scores the lower rank is better, so the order is total. */
struct mr_scored {
	float score;
	int32_t rank;
};

/* A result: the row itself, its place in the order of ties stays inside. */
struct mr_hit {
	float score;
	int32_t row;
};

/*
 * mr_topk_push - offer (score, rank) to the heap h of *n <= k entries, worst
 * first.  O(log k), and one comparison when it is no better than the worst.
 * mr_topk_sort - turn the heap into a list, best first.  NaN is not allowed.
 */
void mr_topk_push(struct mr_scored *h, int64_t *n, int64_t k, float score,
    int32_t rank);
void mr_topk_sort(struct mr_scored *h, int64_t n);

#endif
