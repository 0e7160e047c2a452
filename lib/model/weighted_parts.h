/* What the parts of a weighted step share; see weighted_step.h.
 * SPDX-License-Identifier: MIT */
#ifndef MR_MODEL_WEIGHTED_PARTS_H
#define MR_MODEL_WEIGHTED_PARTS_H

#include <stdbool.h>

#include "math/row_kernels.h"
#include "model/weighted_step.h"

#define MR_SHORT_ROW 32		/* entries up to which a row is exact */
#define MR_SHORT_AT_ONCE 16	/* rows solved in the lanes of a register */

/* How the fixed side is turned. */
struct mr_turned {
	float *q;		/* Q as the right side of mr_gemm; owned */
	double *eigenvalue;	/* [d] S, falling; owned */
	double *wide;		/* [d * d] Q by rows, where floats are too
				 * coarse for it; NULL; owned */
};

/* mr_turned_open - of the Gramian g [d * d], which is overwritten, of n rows
 * that rule has a part in.  MR_ENUMERIC: it has no finite eigenvalues.  Freed
 * by mr_turned_free in every case. */
int mr_turned_open(struct mr_turned *t, double *g, int64_t d,
    const struct mr_fold *rule, int64_t n, const struct mr_blas *blas,
    struct mr_err *err) MR_CHECKED;
/* mr_turned_rows - Y becomes Y Q, row by row. */
int mr_turned_rows(const struct mr_turned *t, struct mr_mat *Y, int64_t d,
    int threads, struct mr_err *err) MR_CHECKED;
void mr_turned_free(struct mr_turned *t);

/* Segments at most of a row that is shared out over threads. */
#define MR_WEIGHTED_SEGMENTS 64

/* A thread's own; owned. */
struct mr_weighted_work {
	float *z;		/* [MR_SHORT_ROW * width] */
	float *k;		/* 16 lower triangles of MR_SHORT_ROW */
	float *b;		/* [MR_SHORT_ROW * 16] */
	float *root_c;		/* [16 * MR_SHORT_ROW] */
	float *inverse, *root;	/* [width] of D */
	float *r, *p, *q, *s;	/* [width] */
	float *start;		/* [2 * rows of a task * width] */
	double *sum;		/* [MR_WEIGHTED_SEGMENTS * width] */
	double *x;		/* [d] */
	double *ridge;		/* mr_ridge_work(d) */
};

/* A step under way; what it points to is borrowed. */
struct mr_weighted_run {
	const struct mr_weighted *o;
	const struct mr_blas *blas;
	const struct mr_row_kernels *f;
	struct mr_turned turned;
	int64_t width;
	float *base;		/* [width] a0 S, 0 beyond d */
	float least;		/* D up to which counts as 0 */
	int threads;
};

/* mr_weighted_ridge - of a row of n entries; by rule where N are fixed. */
double mr_weighted_ridge(const struct mr_weighted *o, int64_t n);
double mr_weighted_ridge_of(const struct mr_fold *rule, int64_t n, int64_t N);
/* mr_weighted_chosen - the entries of a row, and of the one after it, next;
 * -1: none. */
struct mr_chosen mr_weighted_chosen(const struct mr_weighted_run *run,
    int64_t row, int64_t next);

/*
 * mr_weighted_short - rows row[0 .. n), n <= 16, of at most MR_SHORT_ROW
 * entries and at least one, in rising number of entries.  What is not finite
 * is the caller's to see.
 */
void mr_weighted_short(const struct mr_weighted_run *run,
    const struct mr_weighted_work *w, const int64_t *row, int n);

/*
 * mr_weighted_long - x of a row from x [width] on, in the turned basis; next
 * is the row to come.  Parts of a row of over MR_WHOLE_ROW entries are shared
 * out over all threads.  False when the bound was not reached.
 */
#define MR_WHOLE_ROW 65536
bool mr_weighted_long(const struct mr_weighted_run *run,
    const struct mr_weighted_work *w, int64_t row, int64_t next, float *x);

#endif
