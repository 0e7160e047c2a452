/* The results of vector/exact.h, most rows ruled out by products of bytes.
 * SPDX-License-Identifier: MIT */
#ifndef MR_VECTOR_CODED_H
#define MR_VECTOR_CODED_H

#include <stdbool.h>

#include "vector/codes.h"
#include "vector/index.h"

/*
 * As an index.  Every row is scored by its codes (vector/codes.h), which is
 * proven to be off by at most some e.  A row is scored as mr_exact_search does
 * where its score by codes plus e reaches the k-th best so far, and is out
 * otherwise: hits, their order, ties and scores are those of mr_exact_search
 * to the last bit.  Where values are so large or small that nothing is proven
 * every row is scored.
 *
 * Memory (5 d + 12) n bytes; a search of m queries 2 m d and, for each thread,
 * 49 KiB, 48 d and 256 d bytes.  Time m n d products of bytes and, in float,
 * some 2 k to 20 k rows a query.  For dot exact.h, which knows that a short
 * row is out without a product, is faster.
 */
extern const struct mr_index_class mr_coded_index;

/* mr_coded_pays - is it the faster for the k best of n rows of d?  Not where
 * many rows are scored twice, or d is past what sums of 32 bits hold. */
static inline bool
mr_coded_pays(enum mr_metric metric, int64_t n, int64_t d, int64_t k)
{
	return metric != MR_METRIC_DOT && k <= n / 100 && d >= 16 &&
	    d <= 131072;
}

#endif
