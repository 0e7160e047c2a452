/* The AVX2 kernel of gemm.h; for gemm.c only.
 * SPDX-License-Identifier: MIT */
#ifndef MR_MATH_GEMM_AVX2_H
#define MR_MATH_GEMM_AVX2_H

#include <stdint.h>

#ifdef __x86_64__
/* mr_gemm_avx2 - mr_gemm with k > 0. */
void mr_gemm_avx2(const float *a, int64_t m, int64_t lda, const float *packed,
    int64_t n, int64_t k, float *c, int64_t ldc);
#endif

#endif
