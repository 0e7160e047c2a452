/* Vector functions of a transformer; see nn.h.  One body for every CPU,
 * compiled once for each kind of vector register.
 * SPDX-License-Identifier: MIT */
#include "math/nn.h"

#include <math.h>
#include <string.h>

#include "math/lanes.h"

typedef float v8 __attribute__((vector_size(32)));
typedef float v4 __attribute__((vector_size(16)));
typedef int32_t v8i __attribute__((vector_size(32)));
typedef int32_t v4i __attribute__((vector_size(16)));

/* yes where the mask is all ones, no where it is zero. */
MR_LANES mr_v16
choose(mr_v16i mask, mr_v16 yes, mr_v16 no)
{
	return (mr_v16)((mask & (mr_v16i)yes) | (~mask & (mr_v16i)no));
}

MR_LANES mr_v16
min_of(mr_v16 a, mr_v16 b)
{
	return choose(a < b, a, b);
}

MR_LANES mr_v16
max_of(mr_v16 a, mr_v16 b)
{
	return choose(a > b, a, b);
}

/*
 * erf(z) = z P(z^2) / Q(z^2), fitted by reweighted least squares on
 * |z| <= 3.92 to a relative error of 2e-8; beyond, erf is 1 to the last bit.
 * Rounding must not carry it past 1: gelu(-1e4) would be 6e-4, not 0.
 */
MR_LANES mr_v16
erf_of(mr_v16 z)
{
	const float p[] = { 1.128379146f, 0.1903930938f, 0.05274692978f,
	    0.003765043852f, 0.000284869845f, 2.050184637e-6f };
	const float q[] = { 1.0f, 0.5020642295f, 0.1141035633f,
	    0.01496805975f, 0.001162397159f, 3.809206326e-5f };
	const mr_v16 zero = { 0 };
	mr_v16 t, num, den;

	z = min_of(max_of(z, zero - 3.92f), zero + 3.92f);
	t = z * z;
	num = zero + p[5];
	den = zero + q[5];
#pragma GCC unroll 5
	for (int i = 4; i >= 0; i--) {
		num = num * t + p[i];
		den = den * t + q[i];
	}
	return min_of(max_of(z * num / den, zero - 1.0f), zero + 1.0f);
}

/*
 * exp(x) for x <= 0: x = k ln 2 + r, |r| <= ln(2)/2, exp(r) by its series to
 * r^7 (error 4e-9), 2^k by the exponent bits.  Below -87 the result is 0;
 * NaN stays NaN, so that no softmax hides one.
 */
MR_LANES mr_v16
exp_of(mr_v16 x)
{
	const float rounder = 12582912.0f;	/* 1.5 * 2^23 */
	const float ln2_hi = 0.693359375f, ln2_lo = -2.12194440e-4f;
	const float c[] = { 1, 1, 1.0f / 2, 1.0f / 6, 1.0f / 24, 1.0f / 120,
	    1.0f / 720, 1.0f / 5040 };
	const mr_v16 zero = { 0 };
	/* In this order max_of gives x back when it is NaN. */
	mr_v16 in = max_of(zero - 87.0f, x), k, r, s, two_k;
	mr_v16i bits;

	k = in * 1.44269504f + rounder;
	k = k - rounder;
	r = (in - k * ln2_hi) - k * ln2_lo;
	s = zero + c[7];
#pragma GCC unroll 7
	for (int i = 6; i >= 0; i--)
		s = s * r + c[i];
	bits = (__builtin_convertvector(k, mr_v16i) + 127) << 23;
	memcpy(&two_k, &bits, sizeof two_k);
	return choose(x < -87.0f, zero, s * two_k);
}

MR_LANES void
add_norm_row(float *y, const float *x, const float *bias, const float *r,
    int64_t n, const float *gamma, const float *beta, float eps)
{
	mr_v16 sum = { 0 }, sq = { 0 };
	float mean, inv;

	for (int64_t j = 0; j < n; j += 16) {
		mr_v16 v = mr_v16_load(x + j);

		if (bias)
			v += mr_v16_load(bias + j);
		if (r)
			v += mr_v16_load(r + j);
		sum += v;
		mr_v16_store(y + j, v);
	}
	mean = mr_v16_sum(sum) / (float)n;
	for (int64_t j = 0; j < n; j += 16) {
		mr_v16 v = mr_v16_load(y + j) - mean;

		sq += v * v;
	}
	inv = 1.0f / sqrtf(mr_v16_sum(sq) / (float)n + eps);
	for (int64_t j = 0; j < n; j += 16)
		mr_v16_store(y + j, (mr_v16_load(y + j) - mean) * inv *
		    mr_v16_load(gamma + j) + mr_v16_load(beta + j));
}

MR_LANES void
gelu_row(float *x, const float *bias, int64_t n)
{
	for (int64_t j = 0; j < n; j += 16) {
		mr_v16 v = mr_v16_load(x + j) + mr_v16_load(bias + j);

		mr_v16_store(x + j, v * 0.5f *
		    (erf_of(v * 0.70710678f) + 1.0f));
	}
}

MR_LANES void
bias_row(float *x, const float *bias, int64_t n)
{
	for (int64_t j = 0; j < n; j += 16)
		mr_v16_store(x + j, mr_v16_load(x + j) + mr_v16_load(bias + j));
}

MR_LANES float
max_lanes(mr_v16 v)
{
	v8 e[2], e8;
	v4 f[2], f4;
	v8i m8;
	v4i m4;
	float a, b;

	memcpy(e, &v, sizeof e);
	m8 = e[0] > e[1];
	e8 = (v8)((m8 & (v8i)e[0]) | (~m8 & (v8i)e[1]));
	memcpy(f, &e8, sizeof f);
	m4 = f[0] > f[1];
	f4 = (v4)((m4 & (v4i)f[0]) | (~m4 & (v4i)f[1]));
	a = f4[0] > f4[2] ? f4[0] : f4[2];
	b = f4[1] > f4[3] ? f4[1] : f4[3];
	return a > b ? a : b;
}

MR_LANES void
softmax_row(float *x, int64_t n, int64_t ld, float scale)
{
	mr_v16 sum = { 0 }, most;
	float top, total;

	for (int64_t j = n; j < ld; j++)
		x[j] = -INFINITY;
	most = mr_v16_load(x);
	for (int64_t j = 16; j < ld; j += 16)
		most = max_of(most, mr_v16_load(x + j));
	top = max_lanes(most);
	for (int64_t j = 0; j < ld; j += 16) {
		mr_v16 e = exp_of((mr_v16_load(x + j) - top) * scale);

		mr_v16_store(x + j, e);
		sum += e;
	}
	total = 1.0f / mr_v16_sum(sum);
	for (int64_t j = 0; j < ld; j += 16)
		mr_v16_store(x + j, mr_v16_load(x + j) * total);
}

/*
 * Three copies of each loop over rows, so that the rows above are compiled
 * for 512-, 256- and 128-bit registers; the last one stands for any CPU.
 */
#define PASS(...) __VA_ARGS__
#ifdef __x86_64__
#define FOR_EACH_CPU(name, params, args, body)				\
__attribute__((target("avx512f"))) static void				\
name##_avx512(params) body						\
__attribute__((target("avx2"))) static void				\
name##_avx2(params) body						\
static void name##_plain(params) body					\
void mr_nn_##name##_at(enum mr_simd level, params)			\
{									\
	if (level == MR_SIMD_AVX512)					\
		name##_avx512(args);					\
	else if (level == MR_SIMD_AVX2)					\
		name##_avx2(args);					\
	else								\
		name##_plain(args);					\
}									\
void mr_nn_##name(params)						\
{									\
	mr_nn_##name##_at(mr_simd_level(), args);			\
}
#else
#define FOR_EACH_CPU(name, params, args, body)				\
void mr_nn_##name##_at(enum mr_simd level, params)			\
{									\
	(void)level;							\
	body								\
}									\
void mr_nn_##name(params)						\
{									\
	mr_nn_##name##_at(MR_SIMD_PLAIN, args);				\
}
#endif

FOR_EACH_CPU(add_norm, PASS(float *y, const float *x, const float *bias,
    const float *r, int64_t rows, int64_t n, const float *gamma,
    const float *beta, float eps),
    PASS(y, x, bias, r, rows, n, gamma, beta, eps), {
	for (int64_t i = 0; i < rows; i++)
		add_norm_row(y + i * n, x + i * n, bias,
		    r ? r + i * n : NULL, n, gamma, beta, eps);
})

FOR_EACH_CPU(gelu, PASS(float *x, const float *bias, int64_t rows, int64_t n),
    PASS(x, bias, rows, n), {
	for (int64_t i = 0; i < rows; i++)
		gelu_row(x + i * n, bias, n);
})

FOR_EACH_CPU(bias, PASS(float *x, const float *bias, int64_t rows, int64_t n),
    PASS(x, bias, rows, n), {
	for (int64_t i = 0; i < rows; i++)
		bias_row(x + i * n, bias, n);
})

FOR_EACH_CPU(softmax, PASS(float *x, int64_t rows, int64_t n, int64_t ld,
    float scale),
    PASS(x, rows, n, ld, scale), {
	for (int64_t i = 0; i < rows; i++)
		softmax_row(x + i * ld, n, ld, scale);
})
