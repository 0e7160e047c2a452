/* Layer norm, GELU and softmax against the same formulas in double, at every
 * level this CPU has.
 * SPDX-License-Identifier: MIT */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/rng.h"
#include "math/nn.h"

#define N 48
#define ROWS 9
#define U 0x1p-24	/* half a unit in the last place of 1 */

static void
fill(float *p, int64_t n, uint64_t stream, double scale)
{
	for (int64_t i = 0; i < n; i++)
		p[i] = (float)(scale * mr_rng_normal(3, stream,
		    (uint64_t)i));
}

/* Same bits at every level; the last level's result stays in y. */
static void
norm_all_levels(float *y, const float *x, const float *bias, const float *r,
    const float *gamma, const float *beta, float eps)
{
	float first[ROWS * N];

	for (int l = MR_SIMD_PLAIN; l <= (int)mr_simd_level(); l++) {
		mr_nn_add_norm_at((enum mr_simd)l, y, x, bias, r, ROWS, N,
		    gamma, beta, eps);
		if (l == MR_SIMD_PLAIN)
			memcpy(first, y, sizeof first);
		assert_memory_equal(first, y, sizeof first);
	}
	mr_nn_add_norm(y, x, bias, r, ROWS, N, gamma, beta, eps);
	assert_memory_equal(first, y, sizeof first);
}

/*
 * Tolerance: v carries two roundings, a sum of n values (3 + log2 16 + n/16
 * additions a lane) as many more; (v - mean) is off by at most 16 U top, top
 * the largest |v|; so y by 32 U (top / deviation + |y|), and a few for
 * gamma and beta.
 */
static void
check_norm(const float *y, const float *x, const float *bias, const float *r,
    const float *gamma, const float *beta, double eps)
{
	for (int i = 0; i < ROWS; i++) {
		double v[N], mean = 0, var = 0, top = 0, sd;

		for (int j = 0; j < N; j++) {
			v[j] = (double)x[i * N + j] +
			    (bias ? (double)bias[j] : 0) +
			    (r ? (double)r[i * N + j] : 0);
			mean += v[j] / N;
			top = fmax(top, fabs(v[j]));
		}
		for (int j = 0; j < N; j++)
			var += (v[j] - mean) * (v[j] - mean) / N;
		sd = sqrt(var + eps);
		for (int j = 0; j < N; j++) {
			double unit = (v[j] - mean) / sd;
			double want = unit * (double)gamma[j] +
			    (double)beta[j];
			double tol = 32 * U * ((top / sd + fabs(unit)) *
			    (1 + fabs(unit)) * fabs((double)gamma[j]) +
			    fabs((double)beta[j]));

			assert_true(fabs((double)y[i * N + j] - want) <= tol);
		}
	}
}

static void
layer_norm(void **state)
{
	static const double scale[] = { 1e-15, 1e-4, 1, 100, 1e15 };
	float x[ROWS * N], r[ROWS * N], bias[N], gamma[N], beta[N];
	float y[ROWS * N], in_place[ROWS * N];

	(void)state;
	fill(gamma, N, 1, 1);
	fill(beta, N, 2, 1);
	for (int s = 0; s < 5; s++) {
		fill(x, ROWS * N, 3, scale[s]);
		fill(r, ROWS * N, 4, scale[s]);
		fill(bias, N, 5, scale[s]);
		for (int what = 0; what < 4; what++) {
			const float *b = what & 1 ? bias : NULL;
			const float *add = what & 2 ? r : NULL;

			norm_all_levels(y, x, b, add, gamma, beta, 1e-12f);
			check_norm(y, x, b, add, gamma, beta, 1e-12);
			memcpy(in_place, x, sizeof x);
			mr_nn_add_norm(in_place, in_place, b, add, ROWS, N,
			    gamma, beta, 1e-12f);
			assert_memory_equal(in_place, y, sizeof y);
		}
		memcpy(in_place, r, sizeof r);
		mr_nn_add_norm(in_place, x, bias, in_place, ROWS, N, gamma,
		    beta, 1e-12f);
		assert_memory_equal(in_place, y, sizeof y);
	}
	/* A row alone has the bits it has among others. */
	for (int i = 0; i < ROWS; i++) {
		mr_nn_add_norm(in_place, x + i * N, bias, r + i * N, 1, N,
		    gamma, beta, 1e-12f);
		assert_memory_equal(in_place, y + i * N, N * sizeof *y);
	}
}

static void
constant_row_is_beta(void **state)
{
	float x[N], gamma[N], beta[N], y[N];

	(void)state;
	fill(gamma, N, 1, 1);
	fill(beta, N, 2, 1);
	for (int j = 0; j < N; j++)
		x[j] = 0.5f;
	mr_nn_add_norm(y, x, NULL, NULL, 1, N, gamma, beta, 1e-12f);
	assert_memory_equal(y, beta, sizeof y);
}

static void
bias_is_added(void **state)
{
	float x[ROWS * N], bias[N], y[ROWS * N];

	(void)state;
	fill(x, ROWS * N, 6, 1);
	fill(bias, N, 7, 1);
	for (int l = MR_SIMD_PLAIN; l <= (int)mr_simd_level(); l++) {
		memcpy(y, x, sizeof x);
		mr_nn_bias_at((enum mr_simd)l, y, bias, ROWS, N);
		for (int i = 0; i < ROWS * N; i++)
			assert_true(y[i] == x[i] + bias[i % N]);
	}
}

/*
 * g(v) = v / 2 (1 + erf(v / sqrt 2)) is off by |v| / 2 times the error of erf,
 * which nn.h puts below 5e-7, and three roundings.
 */
static void
gelu(void **state)
{
	enum { STEPS = 640016 };
	float *x = malloc(STEPS * sizeof *x), *y = malloc(STEPS * sizeof *y);
	float *first = malloc(STEPS * sizeof *x), zero[16] = { 0 };

	(void)state;
	assert_true(x && y && first);
	for (int i = 0; i < STEPS; i++)
		x[i] = (float)((i - STEPS / 2) * (10 * sqrt(2) /
		    (STEPS / 2)));
	for (int l = MR_SIMD_PLAIN; l <= (int)mr_simd_level(); l++) {
		memcpy(y, x, STEPS * sizeof *x);
		mr_nn_gelu_at((enum mr_simd)l, y, zero, STEPS / 16, 16);
		if (l == MR_SIMD_PLAIN)
			memcpy(first, y, STEPS * sizeof *x);
		assert_memory_equal(first, y, STEPS * sizeof *x);
	}
	for (int i = 0; i < STEPS; i++) {
		double v = (double)x[i], e = erf(v / sqrt(2));
		double want = v / 2 * (1 + e);

		assert_true(fabs((double)y[i] - want) <=
		    fabs(v) / 2 * 5e-7 + 3 * U * fabs(want));
		/* No erf past 1: not past v, and never of the other sign. */
		assert_true(v < 0 ? y[i] <= 0 : y[i] >= 0 && y[i] <= x[i]);
	}
	free(x);
	free(y);
	free(first);
}

/* Far out it is the identity, or nothing against the size of v. */
static void
gelu_far_out(void **state)
{
	const float v[16] = { 4, 6, 10, 100, 1e4f, 1e30f, 3e38f, INFINITY,
	    -4, -6, -10, -100, -1e4f, -1e30f, 0, -0.0f };
	float x[16], bias[16] = { 0 };

	(void)state;
	memcpy(x, v, sizeof x);
	mr_nn_gelu(x, bias, 1, 16);
	for (int i = 1; i < 8; i++)
		assert_true(x[i] == v[i]);
	assert_true(x[8] < -1.26e-4f && x[8] > -1.28e-4f);
	for (int i = 9; i < 14; i++)
		assert_true(x[i] <= 0 && x[i] >= v[i] * 1e-7f);
	for (int i = 10; i < 14; i++)
		assert_true(x[i] == 0);
	assert_true(x[14] == 0 && x[15] == 0);
	bias[3] = NAN;
	mr_nn_gelu(x, bias, 1, 16);
	assert_true(isnan(x[3]) && !isnan(x[2]) && !isnan(x[4]));
}

/*
 * exp(scale (x - top)): the product's roundings move the exponent by at most
 * 2 U |t| and exp's own error is below 8 U, so the relative error is below
 * U (2 |t| + 8 + length of the sum).
 */
static void
check_softmax(const float *y, const float *x, int n, int ld, double scale)
{
	double top = -INFINITY, sum = 0;

	for (int j = 0; j < n; j++)
		top = fmax(top, (double)x[j]);
	for (int j = 0; j < n; j++)
		sum += exp(scale * ((double)x[j] - top));
	for (int j = 0; j < n; j++) {
		double t = scale * ((double)x[j] - top);
		double want = exp(t) / sum;

		if (t < -86.99)
			assert_true(y[j] >= 0 && y[j] < 1e-37f);
		else
			assert_true(fabs((double)y[j] - want) <= want * U *
			    (2 * fabs(t) + 40) + 0x1p-149);
	}
	for (int j = n; j < ld; j++)
		assert_true(y[j] == 0);
}

static void
softmax(void **state)
{
	static const int n[] = { 1, 2, 15, 16, 17, 31, 48, 63, 64 };
	static const double spread[] = { 0, 1, 10, 200 };
	float x[4 * 64], y[4 * 64], first[4 * 64], one[64];

	(void)state;
	for (int k = 0; k < 9; k++)
		for (int s = 0; s < 4; s++) {
			int ld = (n[k] + 15) / 16 * 16;
			size_t all = (size_t)(4 * ld) * sizeof *x;

			fill(x, 4 * ld, (uint64_t)(100 + k), spread[s]);
			for (int l = 0; l <= (int)mr_simd_level(); l++) {
				memcpy(y, x, all);
				mr_nn_softmax_at((enum mr_simd)l, y, 4, n[k],
				    ld, 0.25f);
				if (l == 0)
					memcpy(first, y, all);
				assert_memory_equal(first, y, all);
			}
			for (int i = 0; i < 4; i++) {
				check_softmax(y + i * ld, x + i * ld, n[k],
				    ld, 0.25);
				memcpy(one, x + i * ld, (size_t)ld *
				    sizeof *x);
				mr_nn_softmax(one, 1, n[k], ld, 0.25f);
				assert_memory_equal(one, y + i * ld,
				    (size_t)ld * sizeof *x);
			}
		}
}

/* Both ends of the exponent's range, and rows far from 0. */
static void
softmax_range(void **state)
{
	const float at[16] = { 0, -1e-7f, -0.34f, -0.35f, -1, -20, -60, -80,
	    -86, -86.9f, -87, -87.01f, -88, -104, -1e10f, -3e38f };
	float x[16], y[16];

	(void)state;
	for (int far = -1; far <= 1; far++) {
		for (int j = 0; j < 16; j++)
			x[j] = at[j] + (float)far * 16384;
		memcpy(y, x, sizeof y);
		mr_nn_softmax(y, 1, 16, 16, 1);
		check_softmax(y, x, 16, 16, 1);
	}
}

/* A score that is not a number must not look like a probability. */
static void
softmax_hands_nan_on(void **state)
{
	(void)state;
	for (int at = 0; at < 5; at++)
		for (int l = 0; l <= (int)mr_simd_level(); l++) {
			float x[16] = { 1, 2, 3, 4, 5 };

			x[at] = NAN;
			mr_nn_softmax_at((enum mr_simd)l, x, 1, 5, 16, 1);
			assert_true(isnan(x[0]) && isnan(x[at]));
		}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(layer_norm),
		cmocka_unit_test(constant_row_is_beta),
		cmocka_unit_test(bias_is_added),
		cmocka_unit_test(gelu),
		cmocka_unit_test(gelu_far_out),
		cmocka_unit_test(softmax),
		cmocka_unit_test(softmax_range),
		cmocka_unit_test(softmax_hands_nan_on),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
