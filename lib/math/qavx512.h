/* The AVX-512 VNNI kernels that stand in files of their own.
 * SPDX-License-Identifier: MIT */
#ifndef MR_MATH_QAVX512_H
#define MR_MATH_QAVX512_H

#include "math/qkernels_parts.h"

void mr_qrows_from_avx512(struct mr_qrows *q, const float *x, int64_t m,
    int64_t k);
void mr_qrows_gelu_avx512(struct mr_qrows *q, const float *x,
    const float *top, int64_t m, int64_t k);
void mr_qrows_norm_avx512(struct mr_qrows *q, float *x, const float *r,
    int64_t m, int64_t k, const struct mr_qnorm *norm);
void mr_qattend_avx512(const struct mr_qhead *h, void *work, float *c,
    int64_t ldc);

#endif
