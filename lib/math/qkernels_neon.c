/* 8-bit kernels on arm64, with and without its dot products; see qkernels.h.
 * SPDX-License-Identifier: MIT */
#include "math/qkernels_parts.h"

#include <assert.h>
#include <math.h>
#include <stdbool.h>
#include <string.h>

#ifdef __aarch64__
#include <arm_neon.h>

#include "math/qfour.h"

#define INLINE static inline __attribute__((always_inline))
#define DOT __attribute__((target("arch=armv8.2-a+dotprod")))
#define NR MR_QPANEL
#define ROWS 4	/* by 4 registers of sums */
#define TILE ROWS
#define W 4
#define A int8_t
#define Q int8_t
#define ZERO 128
#define KEY_ZERO 128
#define BYTES(to, v) mr_four_bytes(to, (const mr_v4i *)(v))
#define WORDS(to, v) mr_four_words(to, (const mr_v4i *)(v))
#define MADD(a, b, s) \
	((V)vfmaq_f32((float32x4_t)(s), (float32x4_t)(a), (float32x4_t)(b)))
#define NEAREST(v) ((VI)vcvtnq_s32_f32((float32x4_t)(v)))
#define FLOOR(v) ((V)vrndmq_f32((float32x4_t)(v)))
#define MIN(a, b) ((V)mr_four_min((mr_v4)(a), (mr_v4)(b)))
#define MAX(a, b) ((V)mr_four_max((mr_v4)(a), (mr_v4)(b)))

/* Four inputs of a row, for every column. */
INLINE int8x16_t
four_inputs(const int8_t *a)
{
	int32_t v;

	memcpy(&v, a, sizeof v);
	return vreinterpretq_s8_s32(vdupq_n_s32(v));
}

/* Sixteen columns. */
DOT INLINE void
dot_of(const int rows, const int8_t *a, int64_t lda, const int8_t *b,
    int64_t k, int32_t *out, int64_t ldo)
{
	int32x4_t sum[ROWS][4];

#pragma GCC unroll 4
	for (int i = 0; i < rows; i++)
#pragma GCC unroll 4
		for (int l = 0; l < 4; l++)
			sum[i][l] = vdupq_n_s32(0);
	for (int64_t p = 0; p < k; p += 4, b += 4 * NR) {
		int8x16_t w[4];

#pragma GCC unroll 4
		for (int l = 0; l < 4; l++)
			w[l] = vld1q_s8(b + 16 * l);
#pragma GCC unroll 4
		for (int i = 0; i < rows; i++) {
			int8x16_t x = four_inputs(a + i * lda + p);

#pragma GCC unroll 4
			for (int l = 0; l < 4; l++)
				sum[i][l] = vdotq_s32(sum[i][l], x, w[l]);
		}
	}
#pragma GCC unroll 4
	for (int i = 0; i < rows; i++)
#pragma GCC unroll 4
		for (int l = 0; l < 4; l++)
			vst1q_s32(out + i * ldo + 4 * l, sum[i][l]);
}

DOT static void
dot_neondot(int rows, const int8_t *a, int64_t lda, const int8_t *panel,
    int64_t k, int32_t *out, int64_t ldo)
{
	for (int l = 0; l < NR; l += 16)
		if (rows == ROWS)
			dot_of(ROWS, a, lda, panel + 4 * l, k, out + l, ldo);
		else
			for (int i = 0; i < rows; i++)
				dot_of(1, a + i * lda, lda, panel + 4 * l, k,
				    out + i * ldo + l, ldo);
}

/* Two inputs of a row by two columns, twice: two products in 16 bits, which
 * is exact as neither side is larger than 128 and 127.  Lanes 2 c and 2 c + 1
 * of a sum are those of column c. */
INLINE int32x4_t
step(int32x4_t sum, int8x16_t x, int8x16_t y, const int8_t *b)
{
	return vpadalq_s16(sum, vmlal_s8(vmull_s8(vget_low_s8(x),
	    vld1_s8(b)), vget_low_s8(y), vld1_s8(b + 4 * NR)));
}

/* Eight columns. */
INLINE void
pairs_of(const int rows, const int8_t *a, int64_t lda, const int8_t *b,
    int64_t k, int32_t *out, int64_t ldo)
{
	int32x4_t sum[ROWS][4];
	int64_t p;

#pragma GCC unroll 4
	for (int i = 0; i < rows; i++)
#pragma GCC unroll 4
		for (int l = 0; l < 4; l++)
			sum[i][l] = vdupq_n_s32(0);
	for (p = 0; p + 8 <= k; p += 8, b += 8 * NR)
#pragma GCC unroll 4
		for (int i = 0; i < rows; i++) {
			int8x16_t x = four_inputs(a + i * lda + p);
			int8x16_t y = four_inputs(a + i * lda + p + 4);

#pragma GCC unroll 4
			for (int l = 0; l < 4; l++)
				sum[i][l] = step(sum[i][l], x, y, b + 8 * l);
		}
#pragma GCC unroll 4
	for (int i = 0; i < rows; i++) {
		if (p < k) {
			int8x8_t x = vget_low_s8(four_inputs(a + i * lda + p));

#pragma GCC unroll 4
			for (int l = 0; l < 4; l++)
				sum[i][l] = vpadalq_s16(sum[i][l],
				    vmull_s8(x, vld1_s8(b + 8 * l)));
		}
		vst1q_s32(out + i * ldo, vpaddq_s32(sum[i][0], sum[i][1]));
		vst1q_s32(out + i * ldo + 4, vpaddq_s32(sum[i][2],
		    sum[i][3]));
	}
}

static void
dot_neon(int rows, const int8_t *a, int64_t lda, const int8_t *panel,
    int64_t k, int32_t *out, int64_t ldo)
{
	for (int l = 0; l < NR; l += 8)
		if (rows == ROWS)
			pairs_of(ROWS, a, lda, panel + 4 * l, k, out + l, ldo);
		else
			for (int i = 0; i < rows; i++)
				pairs_of(1, a + i * lda, lda, panel + 4 * l, k,
				    out + i * ldo + l, ldo);
}

#define NAME(f) f##_neon
#define KERNELS mr_qkernels_neon
#define WORD "neon"
#define TARGET
#define score_neon dot_neon
#define mixed_neon mr_four_mixed
#include "math/qkernels.inc"
#include "math/qattend.inc"

#undef NAME
#undef KERNELS
#undef WORD
#undef TARGET
#undef V
#undef VI
#undef PARTS
#undef ALL
#define NAME(f) f##_neondot
#define KERNELS mr_qkernels_neondot
#define WORD "neondot"
#define TARGET DOT
#define score_neondot dot_neondot
#define mixed_neondot mr_four_mixed
#include "math/qkernels.inc"
#include "math/qattend.inc"
#endif
