/* 8-bit kernels on AVX2, with and without VNNI; see qkernels.h.
 * SPDX-License-Identifier: MIT */
#include "math/qkernels_parts.h"

#include <assert.h>
#include <math.h>
#include <stdbool.h>
#include <string.h>

#ifdef __x86_64__
#include <immintrin.h>

#define INLINE static inline __attribute__((always_inline))
#define AVX2 __attribute__((target("avx2,fma")))
#define AVXVNNI __attribute__((target("avx2,fma,avxvnni")))
#define NR MR_QPANEL
#define ROWS 6	/* by 2 registers of sums */
#define W 8
#define BYTES(to, v) put_bytes(to, (const __m256i *)(v))
#define WORDS(to, v) put_words(to, (const __m256i *)(v))
#define MADD(a, b, s) \
	((V)_mm256_fmadd_ps((__m256)(a), (__m256)(b), (__m256)(s)))
#define NEAREST(v) ((VI)_mm256_cvtps_epi32((__m256)(v)))
#define FLOOR(v) ((V)_mm256_floor_ps((__m256)(v)))
#define MIN(a, b) ((V)_mm256_min_ps((__m256)(a), (__m256)(b)))
#define MAX(a, b) ((V)_mm256_max_ps((__m256)(a), (__m256)(b)))

/* The type that the sums are added in: with __m256i, gcc 12 keeps copies of
 * them in memory. */
typedef int sums __attribute__((vector_size(32)));

/* The low bytes of 16 integers. */
AVX2 INLINE void
put_bytes(void *to, const __m256i *v)
{
	const __m256i low = _mm256_setr_epi8(0, 4, 8, 12, -1, -1, -1, -1, -1,
	    -1, -1, -1, -1, -1, -1, -1, 0, 4, 8, 12, -1, -1, -1, -1, -1, -1,
	    -1, -1, -1, -1, -1, -1);
	const __m256i high = _mm256_setr_epi8(-1, -1, -1, -1, 0, 4, 8, 12, -1,
	    -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, 0, 4, 8, 12, -1, -1,
	    -1, -1, -1, -1, -1, -1);
	__m256i b = _mm256_or_si256(_mm256_shuffle_epi8(v[0], low),
	    _mm256_shuffle_epi8(v[1], high));

	_mm_storeu_si128(to, _mm256_castsi256_si128(
	    _mm256_permutevar8x32_epi32(b, _mm256_setr_epi32(0, 4, 1, 5, 2, 6,
	    3, 7))));
}

/* 16 integers of 16 bits. */
AVX2 INLINE void
put_words(void *to, const __m256i *v)
{
	_mm256_storeu_si256(to, _mm256_permute4x64_epi64(
	    _mm256_packs_epi32(v[0], v[1]), 0xd8));
}

/* Any number of rows in one pass, as a constant to the function of. */
#define UP_TO_FOUR(of, rows, ...)					\
do {									\
	switch (rows) {							\
	case 4:								\
		of(4, __VA_ARGS__);					\
		break;							\
	case 3:								\
		of(3, __VA_ARGS__);					\
		break;							\
	case 2:								\
		of(2, __VA_ARGS__);					\
		break;							\
	default:							\
		of(1, __VA_ARGS__);					\
	}								\
} while (0)

#define UP_TO_SIX(of, rows, ...)					\
do {									\
	if ((rows) == 6)						\
		of(6, __VA_ARGS__);					\
	else if ((rows) == 5)						\
		of(5, __VA_ARGS__);					\
	else								\
		UP_TO_FOUR(of, rows, __VA_ARGS__);			\
} while (0)

/* Sixteen columns.  Two products in 16 bits do not leave them
 * (math/qgemm.h); two such sums are those of one column. */
AVX2 INLINE void
columns_of(const int rows, const uint8_t *a, int64_t lda, const int8_t *b,
    int64_t k, int32_t *out, int64_t ldo)
{
	const __m256i one = _mm256_set1_epi16(1);
	sums sum[4][2] = { 0 };

	for (int64_t p = 0; p < k; p += 4, b += 4 * NR) {
		__m256i b0 = _mm256_loadu_si256((const void *)b);
		__m256i b1 = _mm256_loadu_si256((const void *)(b + 32));

#pragma GCC unroll 4
		for (int i = 0; i < rows; i++) {
			__m256i x = _mm256_broadcastd_epi32(_mm_loadu_si32(a +
			    i * lda + p));

			sum[i][0] += (sums)_mm256_madd_epi16(
			    _mm256_maddubs_epi16(x, b0), one);
			sum[i][1] += (sums)_mm256_madd_epi16(
			    _mm256_maddubs_epi16(x, b1), one);
		}
	}
#pragma GCC unroll 4
	for (int i = 0; i < rows; i++) {
		_mm256_storeu_si256((void *)(out + i * ldo),
		    (__m256i)sum[i][0]);
		_mm256_storeu_si256((void *)(out + i * ldo + 8),
		    (__m256i)sum[i][1]);
	}
}

AVX2 static void
dot_avx2(int rows, const uint8_t *a, int64_t lda, const int8_t *panel,
    int64_t k, int32_t *out, int64_t ldo)
{
	for (int l = 0; l < NR; l += 16)
		UP_TO_FOUR(columns_of, rows, a, lda, panel + 4 * l, k, out + l,
		    ldo);
}

/* 16 bytes as 16 bits: four inputs of four columns. */
AVX2 INLINE __m256i
four_columns(const int8_t *b)
{
	return _mm256_cvtepi8_epi16(_mm_loadu_si128((const void *)b));
}

/* Eight keys: each has two sums beside each other until the end. */
AVX2 INLINE void
keys_of(const int rows, const int16_t *a, int64_t lda, const int8_t *b,
    int64_t k, int32_t *out, int64_t ldo)
{
	sums sum[ROWS][2] = { 0 };

	for (int64_t p = 0; p < k; p += 4, b += 4 * NR) {
		__m256i b0 = four_columns(b), b1 = four_columns(b + 16);

#pragma GCC unroll 6
		for (int i = 0; i < rows; i++) {
			__m256i x = _mm256_broadcastq_epi64(_mm_loadu_si64(a +
			    i * lda + p));

			sum[i][0] += (sums)_mm256_madd_epi16(x, b0);
			sum[i][1] += (sums)_mm256_madd_epi16(x, b1);
		}
	}
#pragma GCC unroll 6
	for (int i = 0; i < rows; i++)
		_mm256_storeu_si256((void *)(out + i * ldo),
		    _mm256_permute4x64_epi64(_mm256_hadd_epi32(
		    (__m256i)sum[i][0], (__m256i)sum[i][1]), 0xd8));
}

AVX2 static void
score_avx2(int rows, const int16_t *a, int64_t lda, const int8_t *panel,
    int64_t k, int32_t *out, int64_t ldo)
{
	for (int l = 0; l < NR; l += 8)
		UP_TO_SIX(keys_of, rows, a, lda, panel + 4 * l, k, out + l,
		    ldo);
}

/* Sixteen columns of shares by values. */
AVX2 INLINE void
mixed_of(const int rows, const int16_t *share, int64_t lds,
    const int16_t *panel, int64_t k, int32_t *out, int64_t ldo)
{
	sums sum[ROWS][2] = { 0 };

	for (int64_t p = 0; p < k; p += 2, panel += 2 * NR) {
		__m256i b0 = _mm256_loadu_si256((const void *)panel);
		__m256i b1 = _mm256_loadu_si256((const void *)(panel + 16));

#pragma GCC unroll 6
		for (int i = 0; i < rows; i++) {
			__m256i x = _mm256_broadcastd_epi32(_mm_loadu_si32(
			    share + i * lds + p));

			sum[i][0] += (sums)_mm256_madd_epi16(x, b0);
			sum[i][1] += (sums)_mm256_madd_epi16(x, b1);
		}
	}
#pragma GCC unroll 6
	for (int i = 0; i < rows; i++) {
		_mm256_storeu_si256((void *)(out + i * ldo),
		    (__m256i)sum[i][0]);
		_mm256_storeu_si256((void *)(out + i * ldo + 8),
		    (__m256i)sum[i][1]);
	}
}

AVX2 static void
mixed_avx2(int rows, const int16_t *share, int64_t lds, const int16_t *panel,
    int64_t k, int32_t *out, int64_t ldo)
{
	for (int l = 0; l < NR; l += 16)
		UP_TO_SIX(mixed_of, rows, share, lds, panel + 2 * l, k,
		    out + l, ldo);
}

/* Sixteen columns; unsigned bytes by signed ones, and the row has the
 * unsigned ones or the panel. */
AVXVNNI INLINE void
bytes_of(const int rows, const void *a, int64_t lda, const int8_t *b,
    int64_t k, int32_t *out, int64_t ldo, const bool panel)
{
	sums sum[ROWS][2] = { 0 };

	for (int64_t p = 0; p < k; p += 4, b += 4 * NR) {
		__m256i b0 = _mm256_loadu_si256((const void *)b);
		__m256i b1 = _mm256_loadu_si256((const void *)(b + 32));

#pragma GCC unroll 6
		for (int i = 0; i < rows; i++) {
			__m256i x = _mm256_broadcastd_epi32(_mm_loadu_si32(
			    (const char *)a + i * lda + p));

			sum[i][0] = (sums)_mm256_dpbusd_avx_epi32(
			    (__m256i)sum[i][0], panel ? b0 : x,
			    panel ? x : b0);
			sum[i][1] = (sums)_mm256_dpbusd_avx_epi32(
			    (__m256i)sum[i][1], panel ? b1 : x,
			    panel ? x : b1);
		}
	}
#pragma GCC unroll 6
	for (int i = 0; i < rows; i++) {
		_mm256_storeu_si256((void *)(out + i * ldo),
		    (__m256i)sum[i][0]);
		_mm256_storeu_si256((void *)(out + i * ldo + 8),
		    (__m256i)sum[i][1]);
	}
}

AVXVNNI static void
dot_avxvnni(int rows, const uint8_t *a, int64_t lda, const int8_t *panel,
    int64_t k, int32_t *out, int64_t ldo)
{
	for (int l = 0; l < NR; l += 16)
		UP_TO_SIX(bytes_of, rows, a, lda, panel + 4 * l, k, out + l,
		    ldo, false);
}

AVXVNNI static void
score_avxvnni(int rows, const int8_t *a, int64_t lda, const int8_t *panel,
    int64_t k, int32_t *out, int64_t ldo)
{
	for (int l = 0; l < NR; l += 16)
		UP_TO_SIX(bytes_of, rows, a, lda, panel + 4 * l, k, out + l,
		    ldo, true);
}

#define NAME(f) f##_avx2
#define KERNELS mr_qkernels_avx2
#define WORD "avx2"
#define TARGET AVX2
#define TILE 4
#define A uint8_t
#define Q int16_t
#define ZERO 0
#define KEY_ZERO 128
#include "math/qkernels.inc"
#include "math/qattend.inc"

#undef NAME
#undef KERNELS
#undef WORD
#undef TARGET
#undef TILE
#undef A
#undef Q
#undef ZERO
#undef KEY_ZERO
#undef V
#undef VI
#undef PARTS
#undef ALL
#define NAME(f) f##_avxvnni
#define KERNELS mr_qkernels_avxvnni
#define WORD "avxvnni"
#define TARGET AVXVNNI
#define TILE ROWS
#define A uint8_t
#define Q int8_t
#define ZERO 0
#define KEY_ZERO 0
#define mixed_avxvnni mixed_avx2
#include "math/qkernels.inc"
#include "math/qattend.inc"
#endif
