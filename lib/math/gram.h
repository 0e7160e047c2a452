/* The Gramian of a tall matrix of floats, in double.
 * SPDX-License-Identifier: MIT */
#ifndef MR_MATH_GRAM_H
#define MR_MATH_GRAM_H

#include "math/blas.h"

/* Rows whose products are summed before they are added to the others. */
#define MR_GRAM_ROWS 16384

/*
 * mr_gram - c = X'X: products and sums in double, over blocks of MR_GRAM_ROWS
 * rows whose sums are added in order, so that blocks summed apart, on other
 * threads or machines, give the same bits.
 *
 * x  rows x dim, ld >= dim floats from row to row
 * c  [dim * dim] (out) both triangles
 *
 * Time rows dim^2 flops; memory at most 64 MiB or one dim x dim for sums, and
 * a thread's 256 rows in double.
 */
int mr_gram(const struct mr_blas *blas, const float *x, int64_t rows, int dim,
    int64_t ld, int threads, double *c, struct mr_err *err) MR_CHECKED;

#endif
