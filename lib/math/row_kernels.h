/* Passes over chosen rows of a matrix, and 16 small systems at once: what the
 * least-squares problem of one user or item is made of.
 * SPDX-License-Identifier: MIT */
#ifndef MR_MATH_ROW_KERNELS_H
#define MR_MATH_ROW_KERNELS_H

#include <stdint.h>

#include "math/simd.h"

/* Rows are this many floats wide, or a multiple: the caller pads with 0. */
#define MR_LANE_ROW 16

/*
 * Rows y_k = row idx[k] of a matrix, with weights
 *
 *   c_k = 1 + alpha val[k],  k < n
 *
 * The rows of next [n_next], which are wanted after these, are fetched on the
 * way.
 */
struct mr_chosen {
	const float *y;		/* width floats from row to row */
	int64_t width;
	const int32_t *idx;
	const float *val;	/* not read where alpha is 0 */
	float alpha;
	int64_t n;
	const int32_t *next;
	int64_t n_next;
};

/*
 * Sums have 16 lanes, folded in one order, and each product is added by one
 * fma: every level gives the same bits.  Nothing is allocated.
 */
struct mr_row_kernels {
	/* out[width] += sum_k c_k (target - y_k . x) y_k; 4 n width flops. */
	void (*residual)(const struct mr_chosen *r, const float *x,
	    float target, float *out);
	/* out[width] += sum_k w[k] y_k; 2 n width flops. */
	void (*weigh)(const struct mr_chosen *r, const float *w, float *out);
	/* z[k * width + j] = sqrt(c_k) scale[j] y_k[j], w[k] = sqrt(c_k). */
	void (*scaled)(const struct mr_chosen *r, const float *scale,
	    float *z, float *w);
	/*
	 * The products of n rows of z as one of 16 systems:
	 * k[(i (i + 1) / 2 + j) * 16 + lane] += z_i . z_j, j <= i.
	 */
	void (*products)(const float *z, int64_t width, int n, float *k,
	    int lane);
	/*
	 * b becomes K^-1 b, for 16 symmetric positive definite systems of n
	 * unknowns: k as above (overwritten), b[i * 16 + lane].
	 */
	void (*solve16)(float *k, float *b, int n);
	float (*dot)(const float *a, const float *b, int64_t width);
	/* out += f a */
	void (*add)(float *out, float f, const float *a, int64_t width);
	/* out += f (base + ridge) a, entry by entry */
	void (*add_scaled)(float *out, float f, const float *base,
	    float ridge, const float *a, int64_t width);
	/* out = a b + f out, entry by entry */
	void (*multiply)(float *out, const float *a, const float *b, float f,
	    int64_t width);
	/* inverse[j] = 1 / (base[j] + ridge), 0 where the sum is not above
	 * least; root, where there is one, its square root. */
	void (*invert)(const float *base, float ridge, float least,
	    int64_t width, float *inverse, float *root);
};

/* mr_row_kernels_at - those for a CPU of level (simd.h). */
const struct mr_row_kernels *mr_row_kernels_at(enum mr_simd level);

#endif
