/* Exact products of rows of unsigned bytes and short signed ones.
 * SPDX-License-Identifier: MIT */
#ifndef MR_MATH_QDOT_H
#define MR_MATH_QDOT_H

#include <stddef.h>
#include <stdint.h>

#include "math/simd.h"

#define MR_QDOT_PANEL 16	/* rows of a panel */
#define MR_QDOT_FOURS 8		/* values that hold two fours, as below */

/*
 *   c[i][j] = start[i] + sum_k q[i][k] x[j][k]
 *
 * x in 0 .. most, most 255 or less, and q in -128 .. 127.  Of the q at 0, 1, 4
 * and 5 of every eight, and of those at 2, 3, 6 and 7, the ones above 0 have a
 * sum of mr_qdot_room(most) at most, and those below of no less than its
 * negative: then the sum of their products stays within 16 bits, and all sums
 * are exact on every CPU, in 32 bits as far as k <= 131,072.
 * AVX-512 with VNNI: 64 products an instruction; AVX2: vpmaddubsw, two of which
 * are added before vpmaddwd.
 *
 * Rows x are packed into panels of 16:
 *
 *   panel p:  x[16p][0..3]  x[16p+1][0..3] .. x[16p+15][0..3]  x[16p][4..7] ..
 *
 * wide, the length of a row of either side, is a multiple of 4.
 */

/* mr_qdot_room - what four of q may sum to. */
static inline int
mr_qdot_room(int most)
{
	return INT16_MAX / most;
}

/* mr_qdot_packed - bytes of n packed rows. */
static inline size_t
mr_qdot_packed(int64_t n, int64_t wide)
{
	return (size_t)((n + MR_QDOT_PANEL - 1) / MR_QDOT_PANEL *
	    MR_QDOT_PANEL * wide);
}

/* mr_qdot_place - where values k .. k + 3 of row j stand, k a multiple of
 * 4. */
static inline uint8_t *
mr_qdot_place(uint8_t *packed, int64_t j, int64_t k, int64_t wide)
{
	return packed + j / MR_QDOT_PANEL * MR_QDOT_PANEL * wide +
	    j % MR_QDOT_PANEL * 4 + k * MR_QDOT_PANEL;
}

/*
 * mr_qdot - the product of m rows q[m * wide] and n packed ones, n a multiple
 * of 16; start[m]; c is m rows of n, ldc from row to row (out).  One thread;
 * m n wide products.
 */
void mr_qdot(const int8_t *q, const int32_t *start, int64_t m,
    const uint8_t *packed, int64_t n, int64_t wide, int32_t *c, int64_t ldc);
/* mr_qdot_at - the same with the instructions of level, at most
 * mr_simd_level(); AVX-512 without VNNI is AVX2. */
void mr_qdot_at(enum mr_simd level, const int8_t *q, const int32_t *start,
    int64_t m, const uint8_t *packed, int64_t n, int64_t wide, int32_t *c,
    int64_t ldc);

#endif
