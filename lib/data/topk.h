/* The k best of a run of scores, ties broken by an order of the rows.
 * SPDX-License-Identifier: MIT */
#ifndef MR_DATA_TOPK_H
#define MR_DATA_TOPK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A row and its score. */
struct mr_hit {
	float score;
	int32_t row;
};

/*
 * mr_topk_push - offer x to the heap h of *n <= k entries, worst first.
 * O(log k), and one comparison when it is no better than the worst.
 * mr_topk_sort - turn the heap into a list, best first.
 *
 * rank  place of every row in the order of ties (mr_ids_order): of equal
 *       scores the lower is better, so the order is total; NULL: rows as they
 *       are numbered
 *
 * NaN is not allowed.
 */
void mr_topk_push(struct mr_hit *h, int64_t *n, int64_t k, struct mr_hit x,
    const int32_t *rank);
void mr_topk_sort(struct mr_hit *h, int64_t n, const int32_t *rank);

/* mr_topk_select - the k best of h[n] come first, in no order.  O(n) on the
 * average, whatever their order.  Rows are different ones. */
void mr_topk_select(struct mr_hit *h, int64_t n, int64_t k,
    const int32_t *rank);

/* The order of ties where no one has it for all rows: by rank, or where that
 * is NULL as before says of two rows, or where both are, by number. */
struct mr_ties {
	const int32_t *rank;
	bool (*before)(const void *ctx, int32_t a, int32_t b);
	const void *ctx;
};

static inline bool
mr_ties_before(const struct mr_ties *t, int32_t a, int32_t b)
{
	if (t->rank)
		return t->rank[a] < t->rank[b];
	return t->before ? t->before(t->ctx, a, b) : a < b;
}

/* mr_topk_push_by, mr_topk_sort_by - the same by t. */
void mr_topk_push_by(struct mr_hit *h, int64_t *n, int64_t k, struct mr_hit x,
    const struct mr_ties *t);
void mr_topk_sort_by(struct mr_hit *h, int64_t n, const struct mr_ties *t);

#endif
