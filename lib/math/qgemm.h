/* Matrix products of 8-bit integers: weights fixed, inputs quantised as they
 * come.
 * SPDX-License-Identifier: MIT */
#ifndef MR_MATH_QGEMM_H
#define MR_MATH_QGEMM_H

#include <stdint.h>

#include "math/qrows.h"

#define MR_QPANEL 32	/* outputs of a panel */

/*
 * Weights are symmetric, one scale t_j for each output; inputs are unsigned,
 * with a scale s_i and a least value m_i for each row:
 *
 *   w_jk = t_j W_jk      W in -127 .. 127, as said below
 *   x_ik = m_i + s_i X_ik  X in 0 .. 255        s_i = (max_k x - min_k x) / 255
 *
 *   sum_k x_ik w_jk = t_j (s_i sum_k X_ik W_jk + m_i sum_k W_jk)
 *
 * Of the inputs 2 g and 2 g + 1, the W above 0 have a sum of at most 128, and
 * those below of at least -128; t_j is the least step that makes it so for
 * sure where each is rounded for itself (math/qfit.h has another way): the
 * largest such sum of w_jk over 127.  Then two products stay within 16 bits,
 * and so does what a CPU adds whose products of bytes are no wider.
 *
 * The integer sums are exact and the float steps have one order, so a row's
 * bits depend on that row alone and are the same on every CPU
 * (math/qkernels.h).
 * Dettmers, Lewis, Belkada & Zettlemoyer, "LLM.int8()", arXiv 2208.07339,
 * section 3.1 (a scale for each row and each output); the least value in float
 * instead of an integer zero point is ours.
 */
struct mr_qweights {
	int64_t n, k;		/* outputs, inputs */
	int8_t *packed;		/* panels of 32 outputs, 4 inputs at a time */
	float *scale;		/* [n up to 32] t_j */
	float *shift;		/* [n up to 32] t_j sum_k W_jk */
	int32_t *sum;		/* [n up to 32] sum_k W_jk */
};

/* mr_qweights_bytes - of n outputs of k inputs, k a multiple of 16. */
int64_t mr_qweights_bytes(int64_t n, int64_t k);
/* mr_qweights_place - weights in that memory, borrowed, aligned to 4 bytes: to
 * be packed there, and all 0 before, or packed there once. */
void mr_qweights_place(struct mr_qweights *q, int64_t n, int64_t k,
    void *memory);
/* mr_qweights_pack - quantise and pack w, n rows of k. */
void mr_qweights_pack(struct mr_qweights *q, const float *w);

/*
 * Where outputs go, 32 of them, a panel, at a time: output 32 p + l of row i
 * to c[step p + ld i + l].  A plain matrix has step 32 and ld n; with ld 32
 * and step 32 m the rows of a panel are next to each other.
 */
struct mr_qout {
	float *c;
	int64_t ld, step;
};

/*
 * mr_qgemm - c = x w' + bias for m quantised rows; n of w a multiple of 16.
 * bias is [n], c is m x n (out).  2 m n k integer operations, one thread.
 */
void mr_qgemm(const struct mr_qrows *x, int64_t m,
    const struct mr_qweights *w, const float *bias, struct mr_qout c);

/*
 * mr_qgemm_gelu - c = gelu(x w' + bias), off by 2e-4 at most; and the
 * largest of row i are the 16 floats top[16 i ..], for mr_qrows_gelu.
 */
void mr_qgemm_gelu(const struct mr_qrows *x, int64_t m,
    const struct mr_qweights *w, const float *bias, struct mr_qout c,
    float *top);

#endif
