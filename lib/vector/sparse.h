/* Exact nearest neighbours among sparse rows, by an inverted index.
 * SPDX-License-Identifier: MIT */
#ifndef MR_VECTOR_SPARSE_H
#define MR_VECTOR_SPARSE_H

#include "vector/index.h"

/*
 * By every metric only rows that share a term with the query are found: a
 * column where both are not zero, whatever the products come to.  A query of
 * zeros finds nothing.  l2 is computed from q . b, and where that would lose
 * digits summed pair by pair.  Sums are in
 * double, over rising terms, and rounded to float at the end; then comes the
 * offset.
 *
 * Memory: 8 bytes for each value of base, 8 n, 8 d, and in a search 9 n for
 * each thread; where base has fewer values than columns, not 8 d but 16 bytes
 * for each value; n and values those of the rows kept, and 8 bytes more for
 * each of both where an index keeps not all.  Time of a build O(nnz + n + d),
 * or O(nnz log nnz + n); of a query, the values of its terms in base, and n.
 */
extern const struct mr_index_class mr_sparse_index;

#endif
