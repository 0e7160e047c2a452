/* Products of a row of bytes and single rows; see qdot_rows.h.
 * SPDX-License-Identifier: MIT */
#include "math/qdot_rows.h"

#define ROWS 4		/* at a time: as many sums in flight */

static void
rows_plain(const int8_t *q, const uint8_t *const *x, int64_t n, int64_t wide,
    int32_t *c)
{
	for (int64_t j = 0; j < n; j++) {
		int32_t sum = 0;

		for (int64_t k = 0; k < wide; k++)
			sum += q[k] * x[j][k];
		c[j] = sum;
	}
}

#ifdef __x86_64__
#include <immintrin.h>

#define INLINE static inline __attribute__((always_inline))
#define AVX2 __attribute__((target("avx2")))
#define VNNI __attribute__((target("avx512f,avx512bw,avx512vnni")))

AVX2 INLINE __m256i
products_avx2(__m256i q, const uint8_t *x)
{
	return _mm256_madd_epi16(_mm256_maddubs_epi16(
	    _mm256_loadu_si256((const void *)x), q), _mm256_set1_epi16(1));
}

AVX2 INLINE __m128i
halves(__m256i v)
{
	return _mm_add_epi32(_mm256_castsi256_si128(v),
	    _mm256_extracti128_si256(v, 1));
}

AVX2 static void
rows_avx2(const int8_t *q, const uint8_t *const *x, int64_t n, int64_t wide,
    int32_t *c)
{
	int64_t j = 0;

	for (; j + ROWS <= n; j += ROWS) {
		__m256i sum[ROWS] = { _mm256_setzero_si256(),
		    _mm256_setzero_si256(), _mm256_setzero_si256(),
		    _mm256_setzero_si256() };

		for (int64_t k = 0; k < wide; k += 32) {
			__m256i v = _mm256_loadu_si256((const void *)(q + k));

#pragma GCC unroll 4
			for (int i = 0; i < ROWS; i++)
				sum[i] = _mm256_add_epi32(sum[i],
				    products_avx2(v, x[j + i] + k));
		}
		_mm_storeu_si128((void *)(c + j), halves(_mm256_hadd_epi32(
		    _mm256_hadd_epi32(sum[0], sum[1]),
		    _mm256_hadd_epi32(sum[2], sum[3]))));
	}
	for (; j < n; j++) {
		__m256i sum = _mm256_setzero_si256();
		__m128i s;

		for (int64_t k = 0; k < wide; k += 32)
			sum = _mm256_add_epi32(sum, products_avx2(
			    _mm256_loadu_si256((const void *)(q + k)),
			    x[j] + k));
		s = halves(sum);
		s = _mm_hadd_epi32(s, s);
		c[j] = _mm_cvtsi128_si32(_mm_hadd_epi32(s, s));
	}
}

/* The type that dpbusd works on inside, as in qgemm.c. */
typedef int sums __attribute__((vector_size(64)));

VNNI INLINE sums
products_vnni(sums sum, const int8_t *q, const uint8_t *x)
{
	return (sums)_mm512_dpbusd_epi32((__m512i)sum, _mm512_loadu_si512(x),
	    _mm512_loadu_si512(q));
}

VNNI static void
rows_vnni(const int8_t *q, const uint8_t *const *x, int64_t n, int64_t wide,
    int32_t *c)
{
	int64_t j = 0;

	for (; j + ROWS <= n; j += ROWS) {
		sums sum[ROWS] = { { 0 } };

		for (int64_t k = 0; k < wide; k += 64)
#pragma GCC unroll 4
			for (int i = 0; i < ROWS; i++)
				sum[i] = products_vnni(sum[i], q + k,
				    x[j + i] + k);
		for (int i = 0; i < ROWS; i++)
			c[j + i] = _mm512_reduce_add_epi32((__m512i)sum[i]);
	}
	for (; j < n; j++) {
		sums sum = { 0 };

		for (int64_t k = 0; k < wide; k += 64)
			sum = products_vnni(sum, q + k, x[j] + k);
		c[j] = _mm512_reduce_add_epi32((__m512i)sum);
	}
}
#endif

void
mr_qdot_rows_at(enum mr_simd level, const int8_t *q,
    const uint8_t *const *x, int64_t n, int64_t wide, int32_t *c)
{
#ifdef __x86_64__
	if (level == MR_SIMD_AVX512 &&
	    __builtin_cpu_supports("avx512bw") &&
	    __builtin_cpu_supports("avx512vnni")) {
		rows_vnni(q, x, n, wide, c);
		return;
	}
	if (level != MR_SIMD_PLAIN) {
		rows_avx2(q, x, n, wide, c);
		return;
	}
#endif
	(void)level;
	rows_plain(q, x, n, wide, c);
}

void
mr_qdot_rows(const int8_t *q, const uint8_t *const *x, int64_t n,
    int64_t wide, int32_t *c)
{
	mr_qdot_rows_at(mr_simd_level(), q, x, n, wide, c);
}
