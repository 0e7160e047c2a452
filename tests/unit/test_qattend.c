/* Tests of math/qattend and math/qrows: against the formulas in double.
 * SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <math.h>

#include "core/mem.h"
#include "core/rng.h"
#include "math/qkernels.h"

/* Every test runs with all the kernels that this CPU has: those of on. */
static const struct mr_qkernels *on;

#define EACH_KERNEL(test)						\
static void								\
test(void **state)							\
{									\
	(void)state;							\
	for (int i = 0; (on = mr_qkernels_at(mr_simd_level(), i)); i++)	\
		test##_on();						\
}

/* X of value i as it stands. */
static int
value(const struct mr_qrows *q, int64_t i)
{
	if (on->size == 2)
		return ((const int16_t *)q->X)[i] + on->zero;
	return ((const uint8_t *)q->X)[i] ^ on->zero;
}

static void *
room(size_t n, size_t size)
{
	struct mr_err err = { 0 };
	void *p = mr_alloc(n, size, "test", &err);

	assert_non_null(p);
	return p;
}

static float *
normals(int64_t n, uint64_t stream, double scale)
{
	float *p = room((size_t)n, sizeof *p);

	for (int64_t i = 0; i < n; i++)
		p[i] = (float)(scale * mr_rng_normal(7, stream, (uint64_t)i));
	return p;
}

/* softmax(q k' / sqrt(size)) v of row i. */
static void
exact(const struct mr_qhead *h, int64_t i, double *out)
{
	double *e = room((size_t)h->len, sizeof *e), sum = 0, most = -INFINITY;

	for (int64_t s = 0; s < h->len; s++) {
		for (int64_t j = 0; j < h->size; j++)
			e[s] += (double)h->q[i * h->ld + j] *
			    (double)h->k[s * h->ld + j] /
			    sqrt((double)h->size);
		most = fmax(most, e[s]);
	}
	for (int64_t s = 0; s < h->len; s++)
		sum += e[s] = exp(e[s] - most);
	for (int64_t j = 0; j < h->size; j++) {
		out[j] = 0;
		for (int64_t s = 0; s < h->len; s++)
			out[j] += e[s] / sum * (double)h->v[s * h->ld + j];
	}
	free(e);
}

static void
attend(const struct mr_qhead *h, float *c, int64_t ldc)
{
	size_t n = mr_qattend_bytes(h->len, h->size);
	void *work = room(n, 1);

	/* What was there before must not matter. */
	memset(work, 0xff, n);
	on->attend(h, work, c, ldc);
	free(work);
}

/*
 * Inputs of size 1: a score is off by a few times size^(1/2) / 127 / 2 /
 * size^(1/2), so a share by some percent, and the mean of values of size 1 by
 * that, less what averages out; values themselves by 1/1022 of their range of
 * 8.  0.04 was not reached by half; leaving out a scale or a key changes
 * tenths.
 */
#define TOLERANCE 0.04

static void
near_double_on(void)
{
	static const int64_t shape[][2] = { { 1, 32 }, { 2, 32 }, { 7, 32 },
	    { 8, 32 }, { 31, 32 }, { 32, 32 }, { 33, 32 }, { 88, 32 },
	    { 256, 32 }, { 600, 32 }, { 40, 64 }, { 21, 1 }, { 19, 12 },
	    { 50, 16 }, { 23, 48 }, { 17, 90 } };

	for (size_t t = 0; t < sizeof shape / sizeof *shape; t++) {
		int64_t len = shape[t][0], size = shape[t][1];
		int64_t ld = 3 * size + 5, ldc = size + 3;
		float *x = normals(len * ld, t, 1);
		float *c = room((size_t)(len * ldc), sizeof *c);
		double want[90], sum = 0;
		struct mr_qhead h = { x, x + size, x + 2 * size, len, size,
		    ld, 32 };

		memset(c, 0xff, (size_t)(len * ldc) * sizeof *c);
		attend(&h, c, ldc);
		for (int64_t i = 0; i < len; i++) {
			exact(&h, i, want);
			for (int64_t j = 0; j < size; j++) {
				double d = fabs((double)c[i * ldc + j] -
				    want[j]);

				assert_true(d < TOLERANCE);
				sum += d / (double)(len * size);
			}
			/* Columns of others are left alone. */
			for (int64_t j = size; j < ldc; j++)
				assert_true(isnan(c[i * ldc + j]));
		}
		assert_true(sum < TOLERANCE / 5);
		free(x);
		free(c);
	}
}
EACH_KERNEL(near_double)

/* Many small shares beside a large one: in 8 bits they would be 0. */
static void
small_shares_count_on(void)
{
	enum { LEN = 200, SIZE = 32 };
	float *x, c[LEN * SIZE];
	struct mr_qhead h;
	double want[SIZE];

	x = normals(LEN * 96, 1, 0.01);
	h = (struct mr_qhead){ x, x + SIZE, x + 2 * SIZE, LEN, SIZE, 96, 32 };
	/* Key 0 is 700 times as near as the others, which say 1. */
	for (int s = 0; s < LEN; s++) {
		x[s * 96] = 1;
		x[s * 96 + SIZE] = s == 0 ? (float)(log(700) * sqrt(SIZE)) : 0;
		x[s * 96 + 2 * SIZE] = s == 0 ? 0 : 1;
	}
	attend(&h, c, SIZE);
	exact(&h, 0, want);
	assert_true(want[0] > 0.2);
	assert_true(fabs((double)c[0] - want[0]) < 0.01);
	free(x);
}
EACH_KERNEL(small_shares_count)

/* In panels or rows, far from 0 in the keys, among other columns. */
static void
the_same_bits_in_panels_on(void)
{
	enum { LEN = 45, SIZE = 64 };
	float *x, *p, a[LEN * SIZE], b[LEN * SIZE];
	struct mr_qhead rows, panels;

	x = normals(3 * LEN * SIZE, 2, 1);
	p = room(3 * LEN * SIZE, sizeof *p);
	rows = (struct mr_qhead){ x, x + SIZE, x + 2 * SIZE, LEN, SIZE,
	    3 * SIZE, 32 };
	panels = (struct mr_qhead){ p, p + LEN * SIZE, p + 2 * LEN * SIZE,
	    LEN, SIZE, 32, 32 * LEN };
	for (int64_t i = 0; i < LEN; i++)
		for (int64_t j = 0; j < 3 * SIZE; j++)
			p[j / 32 * 32 * LEN + i * 32 + j % 32] =
			    x[i * 3 * SIZE + j];
	attend(&rows, a, SIZE);
	attend(&panels, b, SIZE);
	assert_memory_equal(a, b, sizeof a);
	free(x);
	free(p);
}
EACH_KERNEL(the_same_bits_in_panels)

/* One key alone, or keys and queries that are all the same: plain means. */
static void
constant_inputs_on(void)
{
	enum { LEN = 9, SIZE = 16 };
	float x[LEN * SIZE], zero[LEN * SIZE] = { 0 }, c[LEN * SIZE];
	struct mr_qhead h = { zero, zero, x, LEN, SIZE, SIZE, 32 };

	for (int i = 0; i < LEN * SIZE; i++)
		x[i] = 2.5f;
	attend(&h, c, SIZE);
	for (int i = 0; i < LEN * SIZE; i++)
		assert_true(c[i] == 2.5f);
	for (int i = 0; i < LEN * SIZE; i++)
		x[i] = (float)(i / SIZE);
	attend(&h, c, SIZE);
	for (int i = 0; i < LEN * SIZE; i++)
		assert_true(fabsf(c[i] - 4) < 8.0f / 1022);
}
EACH_KERNEL(constant_inputs)

/* x + r, its norm in double, and the bytes of what came out. */
static void
norm_and_bytes_on(void)
{
	static const int64_t width[] = { 16, 48, 64, 80, 384 };

	for (int t = 0; t < 5; t++) {
		enum { M = 5 };
		int64_t k = width[t];
		float *x = normals(M * k, 3, 3), *r = normals(M * k, 4, 1);
		float *gamma = normals(k, 5, 1), *beta = normals(k, 6, 1);
		float *unit = normals(k, 7, 1);
		float *was = room((size_t)(M * k), sizeof *was);
		void *X = room((size_t)(M * k), 2);
		float scale[M], least[M];
		struct mr_qrows q = { X, scale, least };
		struct mr_qnorm norm = { gamma, beta, unit, 1e-12f };

		memcpy(was, x, (size_t)(M * k) * sizeof *x);
		on->norm(&q, x, r, M, k, &norm);
		for (int64_t i = 0; i < M; i++) {
			double mean = 0, var = 0, v[384];
			float most = -INFINITY;

			for (int64_t j = 0; j < k; j++) {
				v[j] = (double)was[i * k + j] *
				    (double)unit[j] + (double)r[i * k + j];
				mean += v[j] / (double)k;
			}
			for (int64_t j = 0; j < k; j++)
				var += pow(v[j] - mean, 2) / (double)k;
			for (int64_t j = 0; j < k; j++) {
				float y = x[i * k + j];

				assert_true(fabs((double)y - (v[j] - mean) /
				    sqrt(var) * (double)gamma[j] -
				    (double)beta[j]) < 2e-5);
				assert_true(fabsf(least[i] + scale[i] *
				    (float)value(&q, i * k + j) - y) <=
				    scale[i] * 0.5001f);
				most = fmaxf(most, y);
			}
			assert_true(fabsf(least[i] + 255 * scale[i] - most) <
			    1e-5f);
		}
		free(x);
		free(r);
		free(gamma);
		free(beta);
		free(unit);
		free(was);
		free(X);
	}
}
EACH_KERNEL(norm_and_bytes)

/* What gelu made, in panels, whole and half. */
static void
bytes_of_panels_on(void)
{
	enum { M = 3, K = 80 };
	float x[96 * M] = { 0 }, top[16 * M];
	int16_t X[M * K];
	float scale[M], least[M];
	struct mr_qrows q = { X, scale, least };

	for (int i = 0; i < M; i++) {
		for (int l = 0; l < 16; l++)
			top[16 * i + l] = -0.1f;
		for (int j = 0; j < K; j++)
			x[j / 32 * 32 * M + i * 32 + j % 32] =
			    (float)(j * (i + 1)) / 20 - 0.17f;
		top[16 * i + i] = (float)((K - 1) * (i + 1)) / 20 - 0.17f;
	}
	on->gelu(&q, x, top, M, K);
	for (int i = 0; i < M; i++)
		for (int j = 0; j < K; j++)
			assert_true(fabsf(least[i] + scale[i] *
			    (float)value(&q, i * K + j) -
			    (float)(j * (i + 1)) / 20 + 0.17f) <=
			    scale[i] * 0.501f);
}
EACH_KERNEL(bytes_of_panels)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(near_double),
		cmocka_unit_test(small_shares_count),
		cmocka_unit_test(the_same_bits_in_panels),
		cmocka_unit_test(constant_inputs),
		cmocka_unit_test(norm_and_bytes),
		cmocka_unit_test(bytes_of_panels),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
