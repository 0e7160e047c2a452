/* The leading singular directions of a sparse matrix.
 * SPDX-License-Identifier: MIT */
#ifndef MR_MATH_LEADING_H
#define MR_MATH_LEADING_H

#include "data/csr.h"
#include "data/mat.h"
#include "math/blas.h"

/*
 * mr_leading - the rows of A by its r leading singular vectors: Y = A W, W the
 * r right singular vectors of largest value, so that Y is also the left ones
 * times their values, largest first.  Fewer columns where A has fewer rows or
 * columns.  The sign of a column means nothing.
 *
 * A   n x m
 * At  its transpose
 * Y   n x r (out), new
 *
 * By a subspace iteration of MR_LEADING_STEPS steps with MR_LEADING_OVER more
 * columns than wanted: directions whose values are close to the r-th are
 * mixed with it.  The result does not depend on threads.  MR_ENOMEM;
 * MR_ENUMERIC where A is not finite.  With l = r + MR_LEADING_OVER about
 * MR_LEADING_STEPS (4 nnz l + 4 m l^2) flops, 4 l (n + 2 m) + 40 l^2 bytes.
 *
 * Halko, Martinsson & Tropp, "Finding structure with randomness", SIAM Review
 * 53(2), 2011, algorithms 4.4 and 5.1, but the basis is made orthonormal by
 * the eigenvectors of its Gramian, and once for A'A, not for A and A'.
 */
#define MR_LEADING_STEPS 6
#define MR_LEADING_OVER 20

int mr_leading(struct mr_mat *Y, const struct mr_csr *A,
    const struct mr_csr *At, int64_t r, const struct mr_blas *blas,
    int threads, struct mr_err *err) MR_CHECKED;

#endif
