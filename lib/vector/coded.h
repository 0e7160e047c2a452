/* The results of vector/exact.h, most rows ruled out by products of bytes.
 * SPDX-License-Identifier: MIT */
#ifndef MR_VECTOR_CODED_H
#define MR_VECTOR_CODED_H

#include <stdbool.h>

#include "vector/codes.h"
#include "vector/exact.h"

/* As an index. */
extern const struct mr_index_class mr_coded_index;

/*
 * Every row is scored by its codes (vector/codes.h), which is proven to be off
 * by at most some e.  A row is scored as mr_exact_search does where its score
 * by codes plus e reaches the k-th best so far, and is out otherwise: hits,
 * their order, ties and scores are those of mr_exact_search to the last bit.
 * Where values are so large or small that nothing is proven every row is
 * scored.  For dot rows stand longest first, and whole blocks are out by
 * mr_exact_reach.
 *
 * All zero is empty; freed by mr_coded_free.
 */
struct mr_coded {
	struct mr_exact frame;	/* order, bounds and biases; not packed */
	struct mr_mat rows;	/* by place, normalised for cosine */
	bool lent;		/* or they are the base, with its gaps: by
				 * number, as they came */
	size_t gap;
	double *by;		/* lent, for cosine: [frame.rows], by number,
				 * what makes each of length 1; of a part
				 * another's */
	int32_t *at;		/* NULL; of a part [n] which of another's rows
				 * stand there, which are borrowed */
	struct mr_codes codes;	/* of them; a part may have none */
	float *half;		/* [n] for l2 -|x|^2 / 2 of each; else NULL */
	double most_bias;	/* none is larger, whatever its sign */
};

/* mr_coded_pays - is it the faster for the k best of n rows of d?  Not where
 * many rows are scored twice, or d is past what sums of 32 bits hold; for dot
 * not below 96, where to skip short rows is enough. */
static inline bool
mr_coded_pays(enum mr_metric metric, int64_t n, int64_t d, int64_t k)
{
	return k <= n / 100 && d >= (metric == MR_METRIC_DOT ? 96 : 16) &&
	    d <= 131072;
}

/*
 * mr_coded_build - as mr_exact_build, on threads cores (0: all); no bias with
 * l2.  Memory (5 d + 16) n bytes, (d + 24) n where the base is borrowed, and 4
 * for each row of base; for each thread 1,024 d while it is made.
 */
int mr_coded_build(struct mr_coded *x, const struct mr_mat *base,
    const struct mr_exact_opt *o, int threads, struct mr_err *err) MR_CHECKED;

/*
 * mr_coded_search - as mr_exact_search, but that one query over many rows
 * uses all threads: where queries make few tasks the rows are cut into parts,
 * by numbers alone.  Of the rows that allow leaves codes are copied once for
 * all queries, or those rows are scored in float alone, where that is faster.
 *
 * Memory 4 m d bytes for m queries by cosine, 8 k m for each of at most 64
 * parts, .16 m n for all of them; for each thread 62 KiB and 224 d bytes; d +
 * 40 for each row of a filter.  Time m n d products of bytes at most, n then the
 * rows allowed, and, in float, some 2 k to 20 k rows a query.
 */
int mr_coded_search(const struct mr_coded *x, const struct mr_search *s,
    struct mr_hit *hit, int64_t *found, struct mr_err *err) MR_CHECKED;
void mr_coded_free(struct mr_coded *x);

#endif
