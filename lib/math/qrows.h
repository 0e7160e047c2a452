/* Rows of floats as 8-bit integers, made in the pass that makes the row.
 * SPDX-License-Identifier: MIT */
#ifndef MR_MATH_QROWS_H
#define MR_MATH_QROWS_H

#include <stddef.h>
#include <stdint.h>

/*
 * x_ik = m_i + s_i X_ik, X in 0 .. 255 rounded to nearest; k a multiple of 16.
 * Every row's bits depend on that row alone.
 */
struct mr_qrows {
	void *X;		/* [rows * k], as mr_qkernels.size says */
	float *scale, *least;	/* [rows] s_i, m_i */
};

/* mr_qrows_bytes - the size of X for m rows of k. */
size_t mr_qrows_bytes(int64_t m, int64_t k);

/* mr_qrows_from - of m rows of k floats: m_i = min, s_i = (max - min) / 255. */
void mr_qrows_from(struct mr_qrows *q, const float *x, int64_t m, int64_t k);

/*
 * mr_qrows_gelu - of rows that mr_qgemm_gelu made, with its top, ld 32 and
 * step 32 m: as from, but m_i is the least value that gelu takes.
 */
void mr_qrows_gelu(struct mr_qrows *q, const float *x, const float *top,
    int64_t m, int64_t k);

/* What a layer norm has: y = (v - mean v) / sqrt(var v + eps) gamma + beta, v
 * being unit x + r. */
struct mr_qnorm {
	const float *gamma, *beta, *unit;	/* [k] */
	float eps;
};

/* mr_qrows_norm - x = norm(unit x + r), m rows of k, and x as from into q. */
void mr_qrows_norm(struct mr_qrows *q, float *x, const float *r, int64_t m,
    int64_t k, const struct mr_qnorm *norm);

#endif
