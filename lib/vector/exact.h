/* Exact nearest neighbours of dense rows: every pair is scored.
 * SPDX-License-Identifier: MIT */
#ifndef MR_VECTOR_EXACT_H
#define MR_VECTOR_EXACT_H

#include "vector/index.h"

/* As an index.  Memory as mr_exact_build; time as mr_exact_search. */
extern const struct mr_index_class mr_exact_index;

/* By itself, for who scores single pairs too.  All zero is empty; freed by
 * mr_exact_free. */
struct mr_exact {
	enum mr_metric metric;
	int64_t n, d;
	float *packed;		/* rows as a GEMM's right side, normalised */
	float *bias;		/* [n] added to each row's scores */
	float most;		/* no value of the rows is larger */
	const int32_t *rank;	/* [n] places in the order of ties; borrowed */
};

/*
 * mr_exact_build - base ready for searching.
 *
 * base  n x d; may go afterwards
 * bias  [n] added to each row's scores; NULL: nothing
 * rank  [n] as of mr_topk_push, borrowed
 *
 * Memory 4 d n' bytes (n' = n up to a multiple of 32) and 4 n.  O(n d).
 */
int mr_exact_build(struct mr_exact *x, const struct mr_mat *base,
    const float *bias, const int32_t *rank, enum mr_metric metric,
    struct mr_err *err) MR_CHECKED;

/*
 * mr_exact_search - as mr_index_search; l2 is summed pair by pair in double,
 * without cancellation, and so is dot for queries whose sums could pass the
 * range of a float; bias and offset are added in this order.
 * Memory 84 KiB for each thread.  Time 2 m n d flops for m queries.
 */
int mr_exact_search(const struct mr_exact *x, const struct mr_search *s,
    struct mr_hit *hit, int64_t *found, struct mr_err *err) MR_CHECKED;

/* mr_exact_score - the score of one pair plus offset, with the bits it has in
 * a search; for cosine the query, q[d], must be normalised already. */
float mr_exact_score(const struct mr_exact *x, const float *q, float offset,
    int64_t i);
/* mr_exact_scores - the scores of all rows to scores[n], likewise. */
void mr_exact_scores(const struct mr_exact *x, const float *q, float offset,
    float *scores);
void mr_exact_free(struct mr_exact *x);

#endif
