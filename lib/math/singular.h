/* The leading right singular vectors of a sparse matrix, converged also where
 * its values hardly fall.
 * SPDX-License-Identifier: MIT */
#ifndef MR_MATH_SINGULAR_H
#define MR_MATH_SINGULAR_H

#include "core/report.h"
#include "data/csr.h"
#include "data/mat.h"
#include "math/blas.h"

struct mr_singular_opt {
	int64_t k;		/* vectors wanted */
	double tolerance;	/* > 0, of a residual */
	int64_t most;		/* steps at most */
	uint64_t seed;
	int threads;
};

/*
 * mr_singular - V, m x k (out, new), the k right singular vectors v of A of
 * largest value s, orthonormal, largest value first, and value (out, NULL or
 * [k]) the s; of each v the entry of largest absolute value, the first of
 * equal ones, is above 0.  Fewer columns where A has fewer rows or columns.
 *
 * A   n x m, At its transpose
 *
 * A block of l = k + max(20, k / 4) vectors is filtered by a Chebyshev
 * polynomial of A'A that damps what is below its least Ritz value, made
 * orthonormal and turned to its Ritz vectors, until
 *
 *   |A'A v - s^2 v| <= tolerance s_k^2
 *
 * in the mean square of the k, or for most steps: then with a warning to
 * report (may be NULL).  A power (the randomised SVD of Halko, Martinsson &
 * Tropp 2011) needs (s_k / s_l)^2p to be large, which on a flat spectrum takes
 * a p in the hundreds; a polynomial of degree p grows as
 * exp(2 p sqrt((s_k / s_l)^2 - 1)).  Vectors whose values are close are mixed
 * with one another; the space of the k is what is right.
 *
 * The result does not depend on threads: a row of a product is summed by
 * itself, Gramians by math/gram.  MR_ENOMEM; MR_ENUMERIC where A is not
 * finite.  A step of degree p takes (4 p nnz + 3 (n + m) l) l flops and the
 * eigenvectors of l x l; memory 4 l (n + 2 m) + 40 l^2 bytes.
 *
 * Zhou, Saad, Tiago & Chelikowsky, "Self-consistent-field calculations using
 * Chebyshev-filtered subspace iteration", J. Comput. Phys. 219, 2006 (the
 * filter).
 */
int mr_singular(struct mr_mat *V, double *value, const struct mr_csr *A,
    const struct mr_csr *At, const struct mr_singular_opt *o,
    const struct mr_blas *blas, struct mr_report *report, struct mr_err *err)
    MR_CHECKED;

#endif
