/* Attention in integers.
 * SPDX-License-Identifier: MIT */
#ifndef MR_MATH_QATTEND_H
#define MR_MATH_QATTEND_H

#include <stddef.h>
#include <stdint.h>

/* One head over one sequence of len tokens; as in struct mr_qout, column
 * 32 p + l of row i is at [step p + ld i + l]. */
struct mr_qhead {
	const float *q, *k, *v;	/* len x size */
	int64_t len, size, ld, step;
};

/* mr_qattend_bytes - workspace for len tokens and heads of size. */
size_t mr_qattend_bytes(int64_t len, int64_t size);

/*
 * mr_qattend - c = softmax(q k' / sqrt(size)) v.
 *
 * work  mr_qattend_bytes(len, size) bytes, 64-byte aligned
 * c     len x size (out), ldc elements from row to row
 *
 * Keys have a least value and a unit u_j for each column; the least value
 * adds the same to every score of a query, and so nothing to its softmax.
 * The products q_ij u_j are symmetric with one unit a.  The share of a key is
 * 8191 exp(score - largest), rounded (less than 8191 where there are more
 * than 512 tokens), over the sum of its row, so that shares add up to 1: in 8
 * bits the many small ones beside a large one would be lost.  Values have a
 * middle m_j and a unit g_j for each column, and 10 bits.
 *
 *   score_is = a sum_j Q_ij K_sj / sqrt(size) + what all s have in common
 *   c_ij     = m_j + g_j sum_s P_is V_sj / sum_s P_is
 *
 * Q in -127 .. 127, K in 0 .. 255, V in -511 .. 511.  Sums are exact integers;
 * exp is off by 1.1e-4.  c depends on q, k and v alone, not on where they
 * stand.  Time 6 len^2 size operations of 8 bits.
 */
void mr_qattend(const struct mr_qhead *h, void *work, float *c, int64_t ldc);

#endif
