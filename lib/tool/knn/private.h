/* The base of mr-knn, dense or sparse.  Private to the knn files.
 * SPDX-License-Identifier: MIT */
#ifndef MR_TOOL_KNN_PRIVATE_H
#define MR_TOOL_KNN_PRIVATE_H

#include "stream/matrix_set.h"
#include "tool/knn/knn.h"
#include "vector/sparse.h"

/* All zero is empty; freed by mr_knn_base_free. */
struct mr_knn_base {
	const struct mr_knn_opt *o;
	struct mr_set set;
	int index;		/* of the matrix in set */
	bool is_sparse;
	int64_t n, d;
	int64_t k;		/* rows of a result: -k, or n if fewer */
	const struct mr_ids *names;	/* of its rows; n = 0: numbers */
	int32_t *order;		/* [n] row by rank */
	struct mr_exact exact;	/* one of the two is built */
	struct mr_sparse sparse;
};

/* Rows from .. from + n - 1 of a matrix, all borrowed. */
struct mr_knn_rows {
	const float *a;		/* dense: row from at its start */
	const struct mr_csr *m;	/* sparse */
	int64_t from, n;
};

/* mr_knn_base_open - load the base and make it ready for searching. */
int mr_knn_base_open(struct mr_knn_base *b, const struct mr_knn_opt *o,
    struct mr_err *err) MR_CHECKED;
/* mr_knn_base_rows - rows of the base itself, as queries. */
struct mr_knn_rows mr_knn_base_rows(const struct mr_knn_base *b,
    int64_t from, int64_t n);
/*
 * mr_knn_base_fits - can rows of the block q, of the stream r, be queries?
 * MR_EFORMAT when they are dense and the base is not, or the other way round,
 * when their widths differ, or, of sparse ones, the names of the columns, or
 * when the METAs name different models or weights; of different precisions
 * report is told.
 */
int mr_knn_base_fits(const struct mr_knn_base *b, const struct mr_mrm_in *r,
    const struct mr_block *q, struct mr_report *report, struct mr_err *err)
    MR_CHECKED;
/* mr_knn_base_search - at most MR_BLOCK_ROWS queries; skip, best and found as
 * in sparse.h. */
int mr_knn_base_search(const struct mr_knn_base *b,
    const struct mr_knn_rows *q, const int32_t *skip, int threads,
    struct mr_scored *best, int64_t *found, struct mr_err *err) MR_CHECKED;
void mr_knn_base_free(struct mr_knn_base *b);

#endif
