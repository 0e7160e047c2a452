/* Exact nearest neighbours among sparse rows, by an inverted index.
 * SPDX-License-Identifier: MIT */
#ifndef MR_VECTOR_SPARSE_H
#define MR_VECTOR_SPARSE_H

#include "data/csr.h"
#include "vector/exact.h"

/* The searchable form of a base: all zero is empty; freed by
 * mr_sparse_free. */
struct mr_sparse {
	enum mr_metric metric;
	const struct mr_csr *base;	/* n x d, borrowed */
	struct mr_csr by_term;		/* d x n */
	double *length;			/* [n] of the rows */
	int32_t *rank;			/* [n] place in the order of ties */
};

/* Rows from .. from + n - 1 of rows are the queries.  All borrowed. */
struct mr_sparse_query {
	const struct mr_csr *rows;	/* d columns */
	int64_t from, n;
	const int32_t *skip;	/* [n] a base row not offered to each; NULL:
				 * all are offered */
};

/*
 * mr_sparse_build - base ready for searching; base must stay.
 *
 * rank  [n] a permutation of 0 .. n-1: of equal scores the lower is better
 *
 * Memory 8 bytes for each value of base and 12 n + 8 d; O(nnz + n + d).
 */
int mr_sparse_build(struct mr_sparse *x, const struct mr_csr *base,
    const int32_t *rank, enum mr_metric metric, struct mr_err *err) MR_CHECKED;

/*
 * mr_sparse_search - for each query the k best rows, best first, as
 * mr_exact_search has them; a row that shares no term scores, too.
 *
 *   cosine  q . b / (|q| |b|), 0 where a length is 0
 *   dot     q . b
 *   l2      -|q - b|, from q . b, and where that would lose digits summed
 *           pair by pair
 *
 * Sums are in double, over rising terms, and rounded to float at the end.
 *
 * best   [m * k] (out) scores and ranks; found [m] (out) how many there are
 *
 * Returns MR_OK or MR_ENOMEM.  A query's result depends on that query alone.
 * Memory 8 n for each thread.  Time for a query: the values of its terms in
 * base, and n.
 */
int mr_sparse_search(const struct mr_sparse *x,
    const struct mr_sparse_query *q, int64_t k, int threads,
    struct mr_scored *best, int64_t *found, struct mr_err *err) MR_CHECKED;
void mr_sparse_free(struct mr_sparse *x);

#endif
