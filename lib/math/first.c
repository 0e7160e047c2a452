/* The first sum that reaches a bound; see first.h.
 * SPDX-License-Identifier: MIT */
#include "math/first.h"

static int64_t
first_plain(const float *a, const float *b, float offset, float least,
    int64_t from, int64_t n)
{
	for (int64_t i = from; i < n; i++)
		if (a[i] + b[i] + offset >= least)
			return i;
	return n;
}

static int64_t
code_plain(const int32_t *c, const float *s, float t, const float *b,
    float least, int64_t from, int64_t n)
{
	for (int64_t i = from; i < n; i++)
		if (!((float)c[i] * s[i] * t + b[i] < least))
			return i;
	return n;
}

#ifdef __x86_64__
#include <immintrin.h>

__attribute__((target("avx512f"))) static int64_t
first_avx512(const float *a, const float *b, float offset, float least,
    int64_t n)
{
	__m512 add = _mm512_set1_ps(offset), bound = _mm512_set1_ps(least);
	int64_t i = 0;

	for (; i + 16 <= n; i += 16) {
		__m512 v = _mm512_add_ps(_mm512_add_ps(_mm512_loadu_ps(a + i),
		    _mm512_loadu_ps(b + i)), add);
		unsigned reach = _mm512_cmp_ps_mask(v, bound, _CMP_GE_OQ);

		if (reach)
			return i + __builtin_ctz(reach);
	}
	return first_plain(a, b, offset, least, i, n);
}

__attribute__((target("avx2"))) static int64_t
first_avx2(const float *a, const float *b, float offset, float least,
    int64_t n)
{
	__m256 add = _mm256_set1_ps(offset), bound = _mm256_set1_ps(least);
	int64_t i = 0;

	for (; i + 16 <= n; i += 16) {
		__m256 v = _mm256_add_ps(_mm256_add_ps(_mm256_loadu_ps(a + i),
		    _mm256_loadu_ps(b + i)), add);
		__m256 w = _mm256_add_ps(_mm256_add_ps(
		    _mm256_loadu_ps(a + i + 8), _mm256_loadu_ps(b + i + 8)),
		    add);
		unsigned low = (unsigned)_mm256_movemask_ps(
		    _mm256_cmp_ps(v, bound, _CMP_GE_OQ));
		unsigned high = (unsigned)_mm256_movemask_ps(
		    _mm256_cmp_ps(w, bound, _CMP_GE_OQ));

		if (low | high)
			return i + __builtin_ctz(low | high << 8);
	}
	return first_plain(a, b, offset, least, i, n);
}

__attribute__((target("avx512f"))) static int64_t
code_avx512(const int32_t *c, const float *s, float t, const float *b,
    float least, int64_t n)
{
	__m512 by = _mm512_set1_ps(t), bound = _mm512_set1_ps(least);
	int64_t i = 0;

	for (; i + 16 <= n; i += 16) {
		__m512 v = _mm512_mul_ps(_mm512_cvtepi32_ps(
		    _mm512_loadu_si512(c + i)), _mm512_loadu_ps(s + i));
		unsigned reach;

		v = _mm512_add_ps(_mm512_mul_ps(v, by),
		    _mm512_loadu_ps(b + i));
		reach = _mm512_cmp_ps_mask(v, bound, _CMP_NLT_UQ);
		if (reach)
			return i + __builtin_ctz(reach);
	}
	return code_plain(c, s, t, b, least, i, n);
}

__attribute__((target("avx2"))) static int64_t
code_avx2(const int32_t *c, const float *s, float t, const float *b,
    float least, int64_t n)
{
	__m256 by = _mm256_set1_ps(t), bound = _mm256_set1_ps(least);
	int64_t i = 0;

	for (; i + 8 <= n; i += 8) {
		__m256 v = _mm256_mul_ps(_mm256_cvtepi32_ps(
		    _mm256_loadu_si256((const void *)(c + i))),
		    _mm256_loadu_ps(s + i));
		unsigned reach;

		v = _mm256_add_ps(_mm256_mul_ps(v, by),
		    _mm256_loadu_ps(b + i));
		reach = (unsigned)_mm256_movemask_ps(_mm256_cmp_ps(v, bound,
		    _CMP_NLT_UQ));
		if (reach)
			return i + __builtin_ctz(reach);
	}
	return code_plain(c, s, t, b, least, i, n);
}
#endif

int64_t
mr_first_at_least_at(enum mr_simd level, const float *a, const float *b,
    float offset, float least, int64_t n)
{
#ifdef __x86_64__
	if (level == MR_SIMD_AVX512)
		return first_avx512(a, b, offset, least, n);
	if (level == MR_SIMD_AVX2)
		return first_avx2(a, b, offset, least, n);
#endif
	(void)level;
	return first_plain(a, b, offset, least, 0, n);
}

int64_t
mr_first_at_least(const float *a, const float *b, float offset, float least,
    int64_t n)
{
	return mr_first_at_least_at(mr_simd_level(), a, b, offset, least, n);
}

int64_t
mr_first_code_at(enum mr_simd level, const int32_t *c, const float *s,
    float t, const float *b, float least, int64_t n)
{
#ifdef __x86_64__
	if (level == MR_SIMD_AVX512)
		return code_avx512(c, s, t, b, least, n);
	if (level == MR_SIMD_AVX2)
		return code_avx2(c, s, t, b, least, n);
#endif
	(void)level;
	return code_plain(c, s, t, b, least, 0, n);
}

int64_t
mr_first_code(const int32_t *c, const float *s, float t, const float *b,
    float least, int64_t n)
{
	return mr_first_code_at(mr_simd_level(), c, s, t, b, least, n);
}
