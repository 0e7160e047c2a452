/* Exact products of one row of bytes and rows that lie anywhere.
 * SPDX-License-Identifier: MIT */
#ifndef MR_MATH_QDOT_ROWS_H
#define MR_MATH_QDOT_ROWS_H

#include <stdint.h>

#include "math/simd.h"

/*
 * mr_qdot_rows - c[j] = sum_k q[k] x[j][k] for n rows.
 *
 * q     [wide] in -127 .. 127
 * x     [n] rows of wide bytes in 0 .. 127
 * wide  a multiple of 64, at most 131,072
 * c     [n] (out)
 *
 * The sums are exact on every CPU: 2 * 127 * 127 < 2^15, so AVX2's sum of two
 * products in 16 bits never saturates.  AVX-512 with VNNI: 64 products an
 * instruction; AVX2: vpmaddubsw and vpmaddwd.  One thread; n wide products.
 */
void mr_qdot_rows(const int8_t *q, const uint8_t *const *x, int64_t n,
    int64_t wide, int32_t *c);
/* mr_qdot_rows_at - the same with the instructions of level, at most
 * mr_simd_level(); AVX-512 without VNNI is AVX2. */
void mr_qdot_rows_at(enum mr_simd level, const int8_t *q,
    const uint8_t *const *x, int64_t n, int64_t wide, int32_t *c);

#endif
