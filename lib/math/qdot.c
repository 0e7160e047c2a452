/* Integer products of packed rows; see qdot.h.
 * SPDX-License-Identifier: MIT */
#include "math/qdot.h"

#include <stdbool.h>

#define NR MR_QDOT_PANEL
#define ROWS 6		/* of q in a tile, at most */
#define ROWS_AVX2 4	/* by 2 registers of sums, 4 of x, 2 of q and 2 */
#define INLINE static inline __attribute__((always_inline))

/* A tile: rows of q by one panel. */
static void
tile_plain(int64_t rows, const int8_t *q, const int32_t *start,
    const uint8_t *panel, int64_t wide, int32_t *c, int64_t ldc)
{
	for (int64_t i = 0; i < rows; i++, q += wide, c += ldc) {
		for (int j = 0; j < NR; j++)
			c[j] = start[i];
		for (int64_t k = 0; k < wide; k++)
			for (int j = 0; j < NR; j++)
				c[j] += q[k] * panel[k / 4 * 4 * NR + 4 * j +
				    k % 4];
	}
}

#ifdef __x86_64__
#include <immintrin.h>

#define AVX2 __attribute__((target("avx2")))
#define VNNI __attribute__((target("avx512f,avx512bw,avx512vnni")))

/* The types that sums are added in: with __m256i, gcc 12 keeps one of them in
 * memory. */
typedef int sums8 __attribute__((vector_size(32)));
typedef short sums16 __attribute__((vector_size(32)));

AVX2 INLINE __m256i
four(const int8_t *q)
{
	return _mm256_broadcastd_epi32(_mm_loadu_si32(q));
}

/* Eight rows of a panel; second: two runs of four k, else one. */
AVX2 INLINE sums8
eight(__m256i x, __m256i q, __m256i y, __m256i r, const bool second)
{
	sums16 sum = (sums16)_mm256_maddubs_epi16(x, q);

	if (second)
		sum += (sums16)_mm256_maddubs_epi16(y, r);
	return (sums8)_mm256_madd_epi16((__m256i)sum, _mm256_set1_epi16(1));
}

AVX2 INLINE void
step_avx2(const int rows, const int8_t *q, const uint8_t *panel, int64_t wide,
    sums8 sum[][2], const bool second)
{
	const uint8_t *next = second ? panel + 4 * NR : panel;
	__m256i x0 = _mm256_loadu_si256((const void *)panel);
	__m256i x1 = _mm256_loadu_si256((const void *)(panel + 32));
	__m256i y0 = _mm256_loadu_si256((const void *)next);
	__m256i y1 = _mm256_loadu_si256((const void *)(next + 32));

#pragma GCC unroll 4
	for (int i = 0; i < rows; i++) {
		__m256i v = four(q + i * wide);
		__m256i w = second ? four(q + i * wide + 4) : v;

		sum[i][0] += eight(x0, v, y0, w, second);
		sum[i][1] += eight(x1, v, y1, w, second);
	}
}

AVX2 INLINE void
tile_avx2_of(const int rows, const int8_t *q, const int32_t *start,
    const uint8_t *panel, int64_t wide, int32_t *c, int64_t ldc)
{
	sums8 sum[ROWS_AVX2][2];
	int64_t k;

#pragma GCC unroll 4
	for (int i = 0; i < rows; i++)
		sum[i][0] = sum[i][1] = (sums8)_mm256_set1_epi32(start[i]);
	for (k = 0; k + 8 <= wide; k += 8)
		step_avx2(rows, q + k, panel + k * NR, wide, sum, true);
	if (k < wide)
		step_avx2(rows, q + k, panel + k * NR, wide, sum, false);
#pragma GCC unroll 4
	for (int i = 0; i < rows; i++) {
		_mm256_storeu_si256((void *)(c + i * ldc), (__m256i)sum[i][0]);
		_mm256_storeu_si256((void *)(c + i * ldc + 8),
		    (__m256i)sum[i][1]);
	}
}

AVX2 static void
tile_avx2(int64_t rows, const int8_t *q, const int32_t *start,
    const uint8_t *panel, int64_t wide, int32_t *c, int64_t ldc)
{
	switch (rows) {
	case 4:
		tile_avx2_of(4, q, start, panel, wide, c, ldc);
		break;
	case 3:
		tile_avx2_of(3, q, start, panel, wide, c, ldc);
		break;
	case 2:
		tile_avx2_of(2, q, start, panel, wide, c, ldc);
		break;
	default:
		tile_avx2_of(1, q, start, panel, wide, c, ldc);
	}
}

/* The type that dpbusd works on inside, as in qgemm.c. */
typedef int sums __attribute__((vector_size(64)));

VNNI INLINE void
tile_vnni_of(const int rows, const int8_t *q, const int32_t *start,
    const uint8_t *panel, int64_t wide, int32_t *c, int64_t ldc)
{
	sums sum[ROWS][2];

	/* Two sums a row, of every other four: one would wait for itself. */
#pragma GCC unroll 6
	for (int i = 0; i < rows; i++) {
		sum[i][0] = (sums)_mm512_set1_epi32(start[i]);
		sum[i][1] = (sums)_mm512_setzero_si512();
	}
	for (int64_t k = 0; k < wide; k += 8, panel += 8 * NR) {
		const bool second = k + 4 < wide;
		__m512i x0 = _mm512_loadu_si512(panel);
		__m512i x1 = second ? _mm512_loadu_si512(panel + 4 * NR) :
		    _mm512_setzero_si512();

#pragma GCC unroll 6
		for (int i = 0; i < rows; i++) {
			const int8_t *at = q + i * wide + k;

			sum[i][0] = (sums)_mm512_dpbusd_epi32(
			    (__m512i)sum[i][0], x0,
			    _mm512_broadcastd_epi32(_mm_loadu_si32(at)));
			sum[i][1] = (sums)_mm512_dpbusd_epi32(
			    (__m512i)sum[i][1], x1, _mm512_broadcastd_epi32(
			    _mm_loadu_si32(second ? at + 4 : at)));
		}
	}
#pragma GCC unroll 6
	for (int i = 0; i < rows; i++)
		_mm512_storeu_si512(c + i * ldc, (__m512i)(sum[i][0] +
		    sum[i][1]));
}

VNNI static void
tile_vnni(int64_t rows, const int8_t *q, const int32_t *start,
    const uint8_t *panel, int64_t wide, int32_t *c, int64_t ldc)
{
	if (rows == ROWS)
		tile_vnni_of(ROWS, q, start, panel, wide, c, ldc);
	else
		for (int64_t i = 0; i < rows; i++)
			tile_vnni_of(1, q + i * wide, start + i, panel, wide,
			    c + i * ldc, ldc);
}
#endif

/* Ask for some bytes of the panel after this one, ahead. */
static void
fetch(const uint8_t *next, int64_t bytes)
{
	for (int64_t b = 0; b < bytes; b += 64)
		__builtin_prefetch(next + b, 0, 2);
}

void
mr_qdot_at(enum mr_simd level, const int8_t *q, const int32_t *start,
    int64_t m, const uint8_t *packed, int64_t n, int64_t wide, int32_t *c,
    int64_t ldc)
{
	void (*tile)(int64_t, const int8_t *, const int32_t *,
	    const uint8_t *, int64_t, int32_t *, int64_t) = tile_plain;
	int64_t rows = ROWS;

#ifdef __x86_64__
	if (level == MR_SIMD_AVX512 &&
	    __builtin_cpu_supports("avx512bw") &&
	    __builtin_cpu_supports("avx512vnni"))
		tile = tile_vnni;
	else if (level != MR_SIMD_PLAIN) {
		tile = tile_avx2;
		rows = ROWS_AVX2;
	}
#endif
	(void)level;
	for (int64_t j = 0; j < n; j += NR)
		for (int64_t i = 0; i < m; i += rows) {
			const int64_t part = NR * wide * rows / m;

			/* Fewer tiles take no longer than memory. */
			if (m > 8 * rows && j + NR < n)
				fetch(packed + (j + NR) * wide + i / rows *
				    part, part);
			tile(m - i < rows ? m - i : rows, q + i * wide,
			    start + i, packed + j * wide, wide,
			    c + i * ldc + j, ldc);
		}
}

void
mr_qdot(const int8_t *q, const int32_t *start, int64_t m,
    const uint8_t *packed, int64_t n, int64_t wide, int32_t *c, int64_t ldc)
{
	mr_qdot_at(mr_simd_level(), q, start, m, packed, n, wide, c, ldc);
}
