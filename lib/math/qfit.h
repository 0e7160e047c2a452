/* Weights of an 8-bit product, fitted to rows such as it will be given.
 * SPDX-License-Identifier: MIT */
#ifndef MR_MATH_QFIT_H
#define MR_MATH_QFIT_H

#include "math/qgemm.h"

/*
 * A row has one step for all of its columns (math/qrows.h), so that a column
 * ten times as wide as others takes their digits.  Column k is divided by u_k,
 * and what it is multiplied with makes up for that:
 *
 *   sum_k x_k w_jk = sum_k (x_k / u_k) (u_k w_jk)
 *   u_k = sqrt(max_i |x_ik| / max_j |w_jk|)         over a sample's rows i
 *
 * but at least 1/64 of the largest, and the largest where |x_k w_k| is next to
 * 0, so that no column decides for all others.  The caller sees to x_k / u_k.
 * Xiao, Lin, Seznec, Wu, Demouth & Han, "SmoothQuant", ICML 2023, eq. 3 and 4,
 * alpha being 1/2.
 *
 * Weights are rounded one input after another, and what a rounding is off by
 * is made good by those that follow, as far as in the sample the inputs go
 * together.  In blocks of MR_QFIT_BLOCK inputs, H = sum x x' over the sample,
 * and on its diagonal a tenth of its mean more:
 *
 *   W_jk = round(w_jk / t_j + sum_{l < k} (w_jl / t_j - W_jl) U_lk)
 *   H = U D U'        U with a diagonal of 1 and nothing below
 *
 * Chee, Cai, Kuleshov & De Sa, "QuIP", NeurIPS 2023, section 3 (LDLQ), which
 * gives the weights of GPTQ (Frantar, Ashkboos, Hoefler & Alistarh, ICLR 2023)
 * without H's inverse; the blocks, and that two inputs stay within what
 * math/qgemm.h says, are ours.
 *
 * Sums run in one order and are rounded after each product, so the weights are
 * the same on every CPU.
 */
#define MR_QFIT_BLOCK 384

/* All borrowed. */
struct mr_qfit {
	int64_t k;		/* inputs, a multiple of 16 */
	float *unit;		/* [k] u_k */
	float *follow;		/* [k * MR_QFIT_BLOCK] U_lk for the l before k in
				 * its block */
};

/* mr_qfit_columns - unit, of m rows x of k and of w's n outputs, packed by
 * mr_gemm_pack. */
void mr_qfit_columns(struct mr_qfit *f, const float *x, int64_t m,
    const float *w, int64_t n);

/* mr_qfit_work_floats - workspace for m rows of k. */
int64_t mr_qfit_work_floats(int64_t m, int64_t k);

/* mr_qfit_follow - follow, from m rows of k; unit is set.
 * 2 m k MR_QFIT_BLOCK flops. */
void mr_qfit_follow(struct mr_qfit *f, const float *x, int64_t m,
    float *work);

/* mr_qfit_pack - q from w, packed by mr_gemm_pack.  n k MR_QFIT_BLOCK flops. */
void mr_qfit_pack(const struct mr_qfit *f, struct mr_qweights *q,
    const float *w, float *work);

#endif
