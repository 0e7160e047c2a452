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

/* mr_gram_blocks - how many blocks rows make. */
static inline int64_t
mr_gram_blocks(int64_t rows)
{
	return (rows + MR_GRAM_ROWS - 1) / MR_GRAM_ROWS;
}

/*
 * mr_gram_parts - the blocks of such a sum, for who adds them up later with
 * those of other rows: part [mr_gram_blocks(rows) * dim * dim] (out), of each
 * the lower triangle.  Time as above; memory a thread's 256 rows in double.
 */
int mr_gram_parts(const struct mr_blas *blas, const float *x, int64_t rows,
    int dim, int64_t ld, int threads, double *part, struct mr_err *err)
    MR_CHECKED;

#endif
