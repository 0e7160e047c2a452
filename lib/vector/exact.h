/* Exact nearest neighbours: every pair is scored.
 * SPDX-License-Identifier: MIT */
#ifndef MR_VECTOR_EXACT_H
#define MR_VECTOR_EXACT_H

#include "core/err.h"
#include "data/mat.h"
#include "data/topk.h"

enum mr_metric { MR_COSINE, MR_DOT, MR_L2 };

/* The searchable form of a base: all zero is empty; freed by mr_exact_free. */
struct mr_exact {
	enum mr_metric metric;
	int64_t n, d;
	float *packed;		/* rows as a GEMM's right side, normalised */
	float *bias;		/* [n] added to each row's scores */
	int32_t *rank;		/* [n] place of a row in the order of ties */
};

/* What is searched for.  All borrowed. */
struct mr_exact_query {
	const struct mr_mat *rows;	/* m x d */
	const float *offset;		/* [m] added to a query's scores, or
					 * NULL */
	/* Base rows not offered to query q, rising: skip[skip_ptr[q]] up to
	 * skip[skip_ptr[q + 1]]; skip_ptr NULL: none. */
	const int64_t *skip_ptr;
	const int32_t *skip;
};

/*
 * mr_exact_build - base ready for searching.
 *
 * base  n x d; may go afterwards
 * bias  [n] added to each row's scores; NULL: nothing
 * rank  [n] a permutation of 0 .. n-1: of equal scores the lower is better;
 *       NULL: rows as they are numbered
 *
 * Memory 4 d n' bytes (n' = n up to a multiple of 32) and 8 n.  O(n d).
 */
int mr_exact_build(struct mr_exact *x, const struct mr_mat *base,
    const float *bias, const int32_t *rank, enum mr_metric metric,
    struct mr_err *err) MR_CHECKED;

/*
 * mr_exact_search - for each query the k best rows, best first.
 *
 *   cosine  q . b / (|q| |b|), 0 where a length is 0
 *   dot     q . b
 *   l2      -|q - b|, summed pair by pair, without cancellation
 *
 * each plus bias and offset, in this order.
 *
 * k      at least 1
 * best   [m * k] (out) scores and ranks; found [m] (out) how many there are
 *
 * Returns MR_OK or MR_ENOMEM.  A query's result depends on that query alone.
 * Time 2 m n d flops on threads cores.
 */
int mr_exact_search(const struct mr_exact *x, const struct mr_exact_query *q,
    int64_t k, int threads, struct mr_scored *best, int64_t *found,
    struct mr_err *err) MR_CHECKED;

/* mr_exact_score - the score of one pair, with the bits it has in a search;
 * for cosine the query must be normalised already. */
float mr_exact_score(const struct mr_exact *x, const struct mr_exact_query *q,
    int64_t query, int64_t i);
/* mr_exact_scores - the scores of all rows to scores[n], likewise. */
void mr_exact_scores(const struct mr_exact *x,
    const struct mr_exact_query *q, int64_t query, float *scores);
void mr_exact_free(struct mr_exact *x);

#endif
