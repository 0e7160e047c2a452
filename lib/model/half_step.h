/* One half of an alternating sweep: a small linear system for every row.
 * SPDX-License-Identifier: MIT */
#ifndef MR_MODEL_HALF_STEP_H
#define MR_MODEL_HALF_STEP_H

#include "core/err.h"
#include "data/csr.h"
#include "data/ids.h"
#include "math/blas.h"

/*
 * For each row u with ratings, A_u x = b_u with
 *
 *   A_u = base + sum_k g_k g_k' + ridge E        b_u = sum_k t_k g_k
 *
 * over the stored entries k of the row; g_k and t_k come from gather.
 */
struct mr_half_step {
	const struct mr_csr *R;		/* rows to solve for */
	int dim;			/* length of x */
	const float *base;		/* [dim * dim] lower triangle, or NULL */
	/* The row's g (n x dim, row-major), targets t [n] and ridge; n is
	 * the number of its entries. */
	void (*gather)(const void *ctx, int64_t row, float *g, float *t,
	    double *ridge);
	/* Take the solution; rows come in any order, each once. */
	void (*put)(const void *ctx, int64_t row, const float *x);
	const void *ctx;
	const char *row_kind;		/* "user" or "item", for messages */
	const struct mr_ids *row_names;	/* for messages; NULL: numbers */
};

/*
 * mr_half_step_run - solve all rows on threads cores.  A row without entries
 * is not put.  Each row is solved in float; when its Cholesky pivots say that
 * float is not enough (squared ratio over 10^6), or it gives no finite
 * solution, the row is built and solved again in double.  MR_ENUMERIC names
 * the row that even so has no finite solution (a larger lambda helps).  Rows
 * are independent: the result does not depend on threads.
 * Time nnz dim^2 + rows dim^3 / 3; memory per thread 12 dim^2 + longest
 * row x 4 (dim + 1) bytes and OpenBLAS's 128 MiB of address space.
 */
int mr_half_step_run(const struct mr_half_step *h, const struct mr_blas *blas,
    int threads, struct mr_err *err) MR_CHECKED;

/*
 * mr_gram - c = alpha X'X in float, its sums in double over blocks of rows
 * whose number depends on the shape alone.
 *
 * x  rows x dim; c [dim * dim] (out) both triangles
 */
int mr_gram(const struct mr_blas *blas, const float *x, int64_t rows, int dim,
    double alpha, int threads, float *c, struct mr_err *err) MR_CHECKED;

#endif
