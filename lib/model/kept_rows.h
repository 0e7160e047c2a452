/* Rows of a sparse matrix that are made by several threads, put together.
 * SPDX-License-Identifier: MIT */
#ifndef MR_MODEL_KEPT_ROWS_H
#define MR_MODEL_KEPT_ROWS_H

#include "data/csr.h"
#include "data/topk.h"

#define MR_KEPT_TASK 16		/* rows of a task */

struct mr_kept_part {
	struct mr_hit *hit;
	size_t cap;
	int64_t n;
	/* Columns of a row, one a bit, and how many come before each 64 */
	uint64_t *mark;
	int32_t *before;
};

/* All zero is empty; freed by mr_kept_rows_free. */
struct mr_kept_rows {
	int64_t rows, cols;
	int64_t n_parts;	/* so many tasks */
	int64_t *count;		/* [rows] */
	struct mr_kept_part *part;	/* [n_parts] */
};

int mr_kept_rows_new(struct mr_kept_rows *k, int64_t rows, int64_t cols,
    struct mr_err *err) MR_CHECKED;
void mr_kept_rows_free(struct mr_kept_rows *k);
/* mr_kept_rows_add - the n entries of a row, in any order, which may be sorted
 * by column in place.  A task's rows come from one thread, rising, once each;
 * what goes wrong is in err alone.
 * mr_kept_rows_fit - no more of this task. */
void mr_kept_rows_add(struct mr_kept_rows *k, int64_t row,
    struct mr_hit *hit, int64_t n, struct mr_err *err);
void mr_kept_rows_fit(struct mr_kept_rows *k, int64_t task);
/* mr_kept_rows_join - the matrix (out), rows x cols; k is used up. */
int mr_kept_rows_join(struct mr_kept_rows *k, struct mr_csr *m,
    struct mr_err *err) MR_CHECKED;

#endif
