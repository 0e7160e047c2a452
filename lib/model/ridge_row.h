/* The least-squares problem of one row, in double whatever its condition.
 * SPDX-License-Identifier: MIT */
#ifndef MR_MODEL_RIDGE_ROW_H
#define MR_MODEL_RIDGE_ROW_H

#include <stddef.h>
#include <stdint.h>

#include "core/report.h"
#include "math/blas.h"
#include "model/names.h"

/*
 * x with the least  sum_k (t_k - z_k . x)^2 + ridge |x|^2,  k < n.
 *
 * rows writes z (n x dim from entry `from` on, row-major) and t for at most
 * MR_RIDGE_CHUNK entries at once, and may be asked for the same again.
 */
#define MR_RIDGE_CHUNK 256

struct mr_ridge_row {
	int dim;
	int64_t n;		/* >= 1 */
	double ridge;		/* > 0 */
	void (*rows)(const void *ctx, int64_t from, int64_t n, double *z,
	    double *t);
	const void *ctx;
};

/* mr_ridge_work - doubles of workspace for dim. */
size_t mr_ridge_work(int dim);

/*
 * mr_ridge_solve - x [dim] of the problem.  With n < dim the system has n
 * unknowns, (ridge E + Z Z') y = t and x = Z'y, else dim of them; both by
 * Cholesky.
 *
 * Returns the relative error of x to be expected, the condition of the system
 * (at most 1 + |Z|^2 / ridge; where that is large, as LAPACK estimates it)
 * times 2^-53; infinity where there is no finite x.
 *
 * Time min(n, dim)^2 max(n, dim) + min(n, dim)^3 / 3 flops.
 */
double mr_ridge_solve(const struct mr_ridge_row *p,
    const struct mr_blas *blas, double *work, double *x);

/* Error above which a row counts as not having four digits. */
#define MR_FOUR_DIGITS 1e-4

/* Rows of a side that have them not, and the first; -1: none. */
struct mr_vague {
	int64_t rows, first;
};

/* mr_vague_warn - of users and items of a finished model, if there are any;
 * help tells what would make them better. */
void mr_vague_warn(const struct mr_vague *users, const struct mr_vague *items,
    const struct mr_names *names, const char *help, struct mr_report *report);

/* mr_no_solution - MR_ENUMERIC for a row of kind "user" or "item". */
int mr_no_solution(const char *kind, const struct mr_ids *names, int64_t row,
    struct mr_err *err);

#endif
