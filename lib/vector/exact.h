/* Exact nearest neighbours of dense rows: every pair is scored.
 * SPDX-License-Identifier: MIT */
#ifndef MR_VECTOR_EXACT_H
#define MR_VECTOR_EXACT_H

#include "vector/index.h"

/* As an index.  Memory as mr_exact_build; time as mr_exact_search. */
extern const struct mr_index_class mr_exact_index;

/* Of a chunk of rows: none is longer, no bias larger. */
struct mr_exact_bound {
	double length;
	float bias;
};

/* By itself, for who scores single pairs too.  All zero is empty; freed by
 * mr_exact_free. */
struct mr_exact {
	enum mr_metric metric;
	int64_t rows, d;	/* of the base */
	int64_t n;		/* rows that are kept, in their own order */
	int32_t *number;	/* [n] which row of the base stands where */
	int32_t *place;		/* [rows] where a row stands, -1: not kept */
	bool in_order;		/* each where it stands in the base */
	float *packed;		/* rows as a GEMM's right side, normalised; */
	struct mr_mat lent;	/* or the base, for dot, borrowed, */
	size_t gap;		/* with its gaps; else 0 x 0 */
	float *bias;		/* [n] added to the scores of each place */
	struct mr_exact_bound *bound;	/* of each chunk of places */
	float most;		/* no value of the rows is larger */
	const int32_t *rank;	/* [rows] places in the order of ties;
				 * borrowed */
};

/* All borrowed, rank until the free. */
struct mr_exact_opt {
	enum mr_metric metric;
	const float *bias;	/* [rows] added to each row's scores; NULL:
				 * nothing */
	const int32_t *rank;	/* [rows] as of mr_topk_push */
	const uint64_t *allow;	/* bit i: row i is kept; NULL: all are */
	size_t gap;		/* of the base, as struct mr_rows has it */
	bool in_order;		/* rows stay as they stand, which is for those
				 * who want the scores of all */
	bool borrow;		/* the base stays until the free: for dot it is
				 * not copied */
	bool unpacked;		/* the order and biases alone, for coded.h:
				 * nothing is scored with it */
};

/*
 * mr_exact_build - base ready for searching; it may go afterwards unless it is
 * borrowed.  Rows that are not kept are never found, and not even read.
 *
 * Memory 4 d n' bytes (n' = n up to a multiple of 32) but where the base is
 * borrowed, 8 n and 4 rows.  O(n d + n log n).
 */
int mr_exact_build(struct mr_exact *x, const struct mr_mat *base,
    const struct mr_exact_opt *o, struct mr_err *err) MR_CHECKED;

/*
 * mr_exact_search - as mr_index_search; l2 is summed pair by pair in double,
 * without cancellation, and so is dot for queries whose sums could pass the
 * range of a float; bias and offset are added in this order.
 *
 * Time 2 m n d flops for m queries at most.  For dot rows stand longest first,
 * and a chunk of them is scored only for queries whose worst hit it may reach,
 * by exact_parts.h: the hits are the same as without.  Where rows allow leaves
 * are few, they alone are copied and scored.  A borrowed base is packed chunk
 * by chunk, once for all queries of a thread.
 * Memory for each thread 1 KiB and 4 d bytes for each of at most 126 queries,
 * and 1,024 d where the base is borrowed; 4 d for each row that is copied.
 *
 * Teflioudi, Gemulla, Mykytiuk, "LEMP: fast retrieval of large entries in a
 * matrix product", SIGMOD 2015: buckets of rows by length; the bound with
 * biases and roundings is ours.
 */
int mr_exact_search(const struct mr_exact *x, const struct mr_search *s,
    struct mr_hit *hit, int64_t *found, struct mr_err *err) MR_CHECKED;

/* mr_exact_pairs - the scores of q[d] and n rows b[j][d], which are rows of x
 * as they are kept, to scores[n], without bias and offset. */
void mr_exact_pairs(const struct mr_exact *x, const float *q,
    const float *const *b, int64_t n, float *scores);
/* mr_exact_score - the score of one pair, of a row that is kept, plus offset,
 * with the bits it has in a search; for cosine the query, q[d], must be
 * normalised already. */
float mr_exact_score(const struct mr_exact *x, const float *q, float offset,
    int64_t i);
/* mr_exact_scores - the scores of all rows kept to scores[rows], likewise.
 * mr_exact_scores_of - of m queries, at most MR_EXACT_TOGETHER, q[m * d], with
 * offset[m], to scores[m * rows]: the rows are read once for all of them. */
#define MR_EXACT_TOGETHER 84	/* whole tiles of mr_gemm, of 6 or 14 */
void mr_exact_scores(const struct mr_exact *x, const float *q, float offset,
    float *scores);
void mr_exact_scores_of(const struct mr_exact *x, const float *q, int64_t m,
    const float *offset, float *scores);
void mr_exact_free(struct mr_exact *x);

#endif
