/* One half of an alternating sweep: a small linear system for every row.
 * SPDX-License-Identifier: MIT */
#ifndef MR_MODEL_HALF_STEP_H
#define MR_MODEL_HALF_STEP_H

#include "core/err.h"
#include "data/csr.h"
#include "data/ids.h"
#include "math/blas.h"
#include "model/ridge_row.h"

/*
 * For each row u with ratings, the x with the least
 *
 *   sum_k (t_k - g_k . x)^2 + ridge |x|^2
 *
 * over the n stored entries k of the row; gather tells g_k and t_k.
 */
struct mr_half_step {
	const struct mr_csr *R;		/* rows to solve for */
	int dim;			/* length of x */
	/* g (n x dim, row-major) and t [n] of entries from, from + 1 .. of
	 * the row, n <= max(MR_RIDGE_CHUNK, dim); asked for again as often as
	 * they are needed. */
	void (*gather)(const void *ctx, int64_t row, int64_t from, int64_t n,
	    float *g, double *t);
	/* > 0, of a row of n entries */
	double (*ridge)(const void *ctx, int64_t n);
	/* Take the solution; rows come in any order, each once. */
	void (*put)(const void *ctx, int64_t row, const float *x);
	const void *ctx;
	const char *row_kind;		/* "user" or "item", for messages */
	const struct mr_ids *row_names;	/* for messages; NULL: numbers */
};

/*
 * mr_half_step_run - solve all rows on threads cores.  A row without entries
 * is not put.  A row whose condition, at most 1 + sum |g|^2 / ridge, is below
 * 1,000 is solved in float, the others, and those of over 4,096 entries, in
 * double by ridge_row.h; vague (out) counts those that have not four digits
 * even so.  With n < dim the system has n unknowns.  MR_ENUMERIC names the
 * row without a finite solution (a larger lambda helps).  Rows are
 * independent: the result does not depend on threads.
 * Time min(n, dim)^2 (max(n, dim) + min(n, dim) / 3) flops a row; memory per
 * thread 24 dim^2 bytes and OpenBLAS's 128 MiB of address space: nothing
 * grows with a row.
 */
int mr_half_step_run(const struct mr_half_step *h, const struct mr_blas *blas,
    int threads, struct mr_vague *vague, struct mr_err *err) MR_CHECKED;

#endif
