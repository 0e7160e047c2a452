/* Vector functions of a transformer; see nn.h.
 * SPDX-License-Identifier: MIT */
#include "math/nn.h"

#include <math.h>
#include <string.h>

#include "math/lanes.h"

#define INLINE static inline __attribute__((always_inline))
#define JOIN_(a, b) a##b
#define JOIN(a, b) JOIN_(a, b)
#define NAME(f) JOIN(f, SUFFIX)

/*
 * nn.inc is written for registers of W floats.  MAX(a, b) is a > b ? a : b in
 * each lane, so b where one is NaN, and MIN alike: vectors of 16 floats, whose
 * halves the compiler finds by itself elsewhere, it compares one by one.
 */
#ifdef __x86_64__
#include <immintrin.h>

#define SUFFIX _avx512
#define TARGET __attribute__((target("avx512f")))
#define W 16
#define MAX(a, b) ((V)_mm512_max_ps((__m512)(a), (__m512)(b)))
#define MIN(a, b) ((V)_mm512_min_ps((__m512)(a), (__m512)(b)))
#include "math/nn.inc"

#define SUFFIX _avx2
#define TARGET __attribute__((target("avx2")))
#define W 8
#define MAX(a, b) ((V)_mm256_max_ps((__m256)(a), (__m256)(b)))
#define MIN(a, b) ((V)_mm256_min_ps((__m256)(a), (__m256)(b)))
#include "math/nn.inc"

#define SUFFIX _plain
#define TARGET
#define W 4
#define MAX(a, b) ((V)_mm_max_ps((__m128)(a), (__m128)(b)))
#define MIN(a, b) ((V)_mm_min_ps((__m128)(a), (__m128)(b)))
#include "math/nn.inc"
#else
#define SUFFIX _plain
#define TARGET
#define W 4
#define PICK(a, op, b) ((V)(((VI)((a) op (b)) & (VI)(a)) |		\
	(~(VI)((a) op (b)) & (VI)(b))))
#define MAX(a, b) PICK(a, >, b)
#define MIN(a, b) PICK(a, <, b)
#include "math/nn.inc"
#endif

#define PASS(...) __VA_ARGS__
#ifdef __x86_64__
#define FOR_EACH_CPU(name, params, args)				\
void									\
mr_nn_##name##_at(enum mr_simd level, params)				\
{									\
	if (level == MR_SIMD_AVX512)					\
		name##_avx512(args);					\
	else if (level == MR_SIMD_AVX2)					\
		name##_avx2(args);					\
	else								\
		name##_plain(args);					\
}									\
									\
void									\
mr_nn_##name(params)							\
{									\
	mr_nn_##name##_at(mr_simd_level(), args);			\
}
#else
#define FOR_EACH_CPU(name, params, args)				\
void									\
mr_nn_##name##_at(enum mr_simd level, params)				\
{									\
	(void)level;							\
	name##_plain(args);						\
}									\
									\
void									\
mr_nn_##name(params)							\
{									\
	mr_nn_##name##_at(MR_SIMD_PLAIN, args);				\
}
#endif

FOR_EACH_CPU(add_norm, PASS(float *y, const float *x, const float *bias,
    const float *r, int64_t rows, int64_t n, const float *gamma,
    const float *beta, float eps),
    PASS(y, x, bias, r, rows, n, gamma, beta, eps))
FOR_EACH_CPU(gelu, PASS(float *x, const float *bias, int64_t rows, int64_t n),
    PASS(x, bias, rows, n))
FOR_EACH_CPU(bias, PASS(float *x, const float *bias, int64_t rows, int64_t n),
    PASS(x, bias, rows, n))
FOR_EACH_CPU(softmax, PASS(float *x, int64_t rows, int64_t n, int64_t ld,
    float scale), PASS(x, rows, n, ld, scale))
