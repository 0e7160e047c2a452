/* The vector functions of a transformer: layer norm, GELU, softmax.
 * Every row's bits depend on that row alone and are the same on every CPU.
 * SPDX-License-Identifier: MIT */
#ifndef MR_MATH_NN_H
#define MR_MATH_NN_H

#include <stdint.h>

#include "math/simd.h"

/*
 * mr_nn_add_norm - y = (v - mean v) / sqrt(var v + eps) * gamma + beta for
 * each row of v = x + bias + r.
 *
 * x      rows x n; bias [n] and r rows x n may be NULL (0)
 * y      rows x n (out); may be x or r
 * n      a multiple of 16; var is the biased variance (divisor n)
 *
 * Ba, Kiros & Hinton, "Layer normalization", arXiv 1607.06450, eq. 3 and 4.
 */
void mr_nn_add_norm(float *y, const float *x, const float *bias,
    const float *r, int64_t rows, int64_t n, const float *gamma,
    const float *beta, float eps);

/* mr_nn_bias - x += bias in each row; n a multiple of 16. */
void mr_nn_bias(float *x, const float *bias, int64_t rows, int64_t n);

/*
 * mr_nn_gelu - x = g(x + bias), g(v) = v / 2 (1 + erf(v / sqrt 2)), in place;
 * n a multiple of 16.  erf is a rational function whose error in float is
 * below 5e-7.  Hendrycks & Gimpel, "Gaussian error linear units", arXiv
 * 1606.08415, section 2.
 */
void mr_nn_gelu(float *x, const float *bias, int64_t rows, int64_t n);

/*
 * mr_nn_softmax - each row x[0 .. n) becomes exp(scale (x - max)) / sum.
 * ld elements from row to row, ld a multiple of 16, and the columns n .. ld
 * become 0.
 */
void mr_nn_softmax(float *x, int64_t rows, int64_t n, int64_t ld,
    float scale);

/* The same with the instructions of level, at most mr_simd_level(): so that
 * one CPU can compare them all. */
void mr_nn_add_norm_at(enum mr_simd level, float *y, const float *x,
    const float *bias, const float *r, int64_t rows, int64_t n,
    const float *gamma, const float *beta, float eps);
void mr_nn_bias_at(enum mr_simd level, float *x, const float *bias,
    int64_t rows, int64_t n);
void mr_nn_gelu_at(enum mr_simd level, float *x, const float *bias,
    int64_t rows, int64_t n);
void mr_nn_softmax_at(enum mr_simd level, float *x, int64_t rows, int64_t n,
    int64_t ld, float scale);

#endif
