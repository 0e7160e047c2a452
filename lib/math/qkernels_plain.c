/* 8-bit kernels in C, for any CPU; see qkernels.h.
 * SPDX-License-Identifier: MIT */
#include "math/qkernels_parts.h"

#include <assert.h>
#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "math/qfour.h"

#define INLINE static inline __attribute__((always_inline))
#define NAME(f) f##_plain
#define KERNELS mr_qkernels_plain
#define WORD "plain"
#define TARGET
#define NR MR_QPANEL
#define ROWS 4
#define TILE ROWS
#define W 4
#define A int16_t
#define Q int16_t
#define ZERO 128
#define KEY_ZERO 128
#define BYTES(to, v) mr_four_bytes(to, (const mr_v4i *)(v))
#define WORDS(to, v) mr_four_words(to, (const mr_v4i *)(v))
#define MADD(a, b, s) ((V)mr_v4_fma((mr_v4)(a), (mr_v4)(b), (mr_v4)(s)))
#define NEAREST(v) \
	__builtin_convertvector(mr_four_whole((mr_v4)(v)), VI)
#define FLOOR(v) ((V)mr_four_floor((mr_v4)(v)))
#define MIN(a, b) ((V)mr_four_min((mr_v4)(a), (mr_v4)(b)))
#define MAX(a, b) ((V)mr_four_max((mr_v4)(a), (mr_v4)(b)))

typedef int8_t v8b __attribute__((vector_size(8), aligned(1), may_alias));
typedef int64_t v2l __attribute__((vector_size(16)));

/* Four inputs of a row, twice. */
INLINE mr_v8s
four_inputs(const int16_t *a)
{
	int64_t v;

	memcpy(&v, a, sizeof v);
	return (mr_v8s)(v2l){ v, v };
}

/* Four inputs of two columns. */
INLINE mr_v8s
two_columns(const int8_t *b)
{
	return __builtin_convertvector(*(const v8b *)b, mr_v8s);
}

/* Two products in 16 bits are added: as neither side is larger than 128 and
 * 127, that is exact.  Lanes 2 c and 2 c + 1 become those of column c. */
INLINE mr_v4i
widen(mr_v8s pairs)
{
	mr_v4i p = (mr_v4i)pairs;

	return (p >> 16) + ((p << 16) >> 16);
}

/* Four columns of up to ROWS rows. */
INLINE void
columns_of(const int rows, const int16_t *a, int64_t lda, const int8_t *b,
    int64_t k, int32_t *out, int64_t ldo)
{
	mr_v4i sum[ROWS][2] = { 0 };
	int64_t p;

	for (p = 0; p + 8 <= k; p += 8, b += 8 * NR) {
		mr_v8s w0 = two_columns(b), w1 = two_columns(b + 4 * NR);
		mr_v8s w2 = two_columns(b + 8);
		mr_v8s w3 = two_columns(b + 4 * NR + 8);

#pragma GCC unroll 4
		for (int i = 0; i < rows; i++) {
			mr_v8s x = four_inputs(a + i * lda + p);
			mr_v8s y = four_inputs(a + i * lda + p + 4);

			sum[i][0] += widen(x * w0 + y * w1);
			sum[i][1] += widen(x * w2 + y * w3);
		}
	}
	for (int i = 0; i < rows; i++) {
		if (p < k) {
			mr_v8s x = four_inputs(a + i * lda + p);

			sum[i][0] += widen(x * two_columns(b));
			sum[i][1] += widen(x * two_columns(b + 8));
		}
		for (int l = 0; l < 4; l++)
			out[i * ldo + l] = sum[i][l / 2][l % 2 * 2] +
			    sum[i][l / 2][l % 2 * 2 + 1];
	}
}

static void
dot_plain(int rows, const int16_t *a, int64_t lda, const int8_t *panel,
    int64_t k, int32_t *out, int64_t ldo)
{
	for (int l = 0; l < NR; l += 4)
		if (rows == ROWS)
			columns_of(ROWS, a, lda, panel + 4 * l, k, out + l,
			    ldo);
		else
			for (int i = 0; i < rows; i++)
				columns_of(1, a + i * lda, lda, panel + 4 * l,
				    k, out + i * ldo + l, ldo);
}

#define score_plain dot_plain
#define mixed_plain mr_four_mixed
#include "math/qkernels.inc"
#include "math/qattend.inc"
