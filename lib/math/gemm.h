/* Matrix products whose rows do not know their neighbours.
 * SPDX-License-Identifier: MIT */
#ifndef MR_MATH_GEMM_H
#define MR_MATH_GEMM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "math/simd.h"

#define MR_GEMM_PANEL 16	/* columns of a packed panel */

/*
 * Why not sgemm: OpenBLAS's Haswell and Zen kernels sum in another order for
 * every other row of a tile, so that a row's bits depend on its place.  Here
 * every output is one chain
 *
 *   c[i][j] = fma(a[i][k-1], b[j][k-1], ... fma(a[i][0], b[j][0], 0))
 *
 * with k rising, whatever the number of rows, their place or the threads.
 * Every level gives the same bits: plain code by math/fma.h, which is far
 * slower (mr(7), MR_SIMD).
 *
 * The right side is packed once into panels of 16 outputs:
 *
 *   panel p:  b[16p][0] .. b[16p+15][0]  b[16p][1] .. b[16p+15][1]  ...
 *
 * padded with zeros to whole panels.
 */

/* mr_gemm_packed - floats of the packed form of n outputs of k inputs. */
static inline size_t
mr_gemm_packed(int64_t n, int64_t k)
{
	return (size_t)((n + MR_GEMM_PANEL - 1) / MR_GEMM_PANEL *
	    MR_GEMM_PANEL * k);
}

/*
 * mr_gemm_pack - b as the right side of a product.
 *
 * packed  [mr_gemm_packed(n, k)] (out), 64-byte aligned is fastest
 * b       by_output: n rows of k, row j the weights of output j;
 *         else k rows of n; ldb elements from row to row
 */
void mr_gemm_pack(float *packed, const float *b, int64_t n, int64_t k,
    int64_t ldb, bool by_output);
/* mr_gemm_pack_rows - the same of n rows b[j][k] that lie anywhere. */
void mr_gemm_pack_rows(float *packed, const float *const *b, int64_t n,
    int64_t k);

/*
 * mr_gemm - c = a b', one thread.
 *
 * a       m x k, row-major, lda elements from row to row; k = 0: may be NULL
 * packed  n outputs of k inputs, from mr_gemm_pack
 * c       m x n (out), ldc elements from row to row
 *
 * Time 2 m n k flops.
 */
void mr_gemm(const float *a, int64_t m, int64_t lda, const float *packed,
    int64_t n, int64_t k, float *c, int64_t ldc);
/* mr_gemm_at - the same with the instructions of level, at most
 * mr_simd_level(): so that one CPU can compare them all. */
void mr_gemm_at(enum mr_simd level, const float *a, int64_t m, int64_t lda,
    const float *packed, int64_t n, int64_t k, float *c, int64_t ldc);

/*
 * mr_gemm_rows - c[j] = the chain above of a[k] and row b[j][k], for n rows
 * that lie anywhere: the bits that mr_gemm gives where they are packed.  For a
 * few rows, whose packing would take longer than their products.
 */
void mr_gemm_rows(const float *a, const float *const *b, int64_t n, int64_t k,
    float *c);
void mr_gemm_rows_at(enum mr_simd level, const float *a,
    const float *const *b, int64_t n, int64_t k, float *c);

#endif
