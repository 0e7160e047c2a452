/* Quantising rows with AVX-512; see qrows.h.
 * SPDX-License-Identifier: MIT */
#include "math/qavx512.h"

#include <math.h>

#include "math/lanes.h"

#ifdef __x86_64__
#include <immintrin.h>

#define AVX512 __attribute__((target("avx512f,avx512bw,avx512vl")))
#define INLINE static inline __attribute__((always_inline))

/* 16 values of X; cvtps rounds to nearest, cvtusepi32 saturates at 255. */
AVX512 INLINE __m128i
bytes_of(const float *x, __m512 least, __m512 inv)
{
	return _mm512_cvtusepi32_epi8(_mm512_cvtps_epi32(_mm512_mul_ps(
	    _mm512_sub_ps(_mm512_loadu_ps(x), least), inv)));
}

/* Row i of q from k floats that lie between lo and hi. */
AVX512 INLINE void
quantise(struct mr_qrows *q, int64_t i, const float *x, int64_t k, float lo,
    float hi)
{
	__m512 inv = _mm512_set1_ps(hi > lo ? 255 / (hi - lo) : 0);
	__m512 least = _mm512_set1_ps(lo);
	uint8_t *to = (uint8_t *)q->X + i * k;

	q->scale[i] = (hi - lo) / 255;
	q->least[i] = lo;
	for (int64_t j = 0; j < k; j += 16)
		_mm_storeu_si128((void *)(to + j), bytes_of(x + j, least,
		    inv));
}

AVX512 void
mr_qrows_from_avx512(struct mr_qrows *q, const float *x, int64_t m, int64_t k)
{
	for (int64_t i = 0; i < m; i++, x += k) {
		__m512 low = _mm512_loadu_ps(x), high = low;

		for (int64_t j = 16; j < k; j += 16) {
			__m512 v = _mm512_loadu_ps(x + j);

			low = _mm512_min_ps(low, v);
			high = _mm512_max_ps(high, v);
		}
		quantise(q, i, x, k, _mm512_reduce_min_ps(low),
		    _mm512_reduce_max_ps(high));
	}
}

AVX512 void
mr_qrows_gelu_avx512(struct mr_qrows *q, const float *x, const float *top,
    int64_t m, int64_t k)
{
	const __m512 least = _mm512_set1_ps(MR_GELU_LEAST);

	for (int64_t i = 0; i < m; i++) {
		q->least[i] = MR_GELU_LEAST;
		q->scale[i] = (_mm512_reduce_max_ps(_mm512_loadu_ps(top +
		    16 * i)) - MR_GELU_LEAST) / 255;
	}
	for (int64_t j = 0; j < k; j += 32)
		for (int64_t i = 0; i < m; i++, x += 32) {
			__m512 inv = _mm512_set1_ps(1 / q->scale[i]);
			uint8_t *to = (uint8_t *)q->X + i * k + j;

			_mm_storeu_si128((void *)to, bytes_of(x, least, inv));
			if (j + 16 < k)
				_mm_storeu_si128((void *)(to + 16),
				    bytes_of(x + 16, least, inv));
		}
}

/* Four sums, so that an addition need not wait for the last. */
AVX512 INLINE float
total(const __m512 s[4])
{
	return mr_v16_sum((mr_v16)_mm512_add_ps(_mm512_add_ps(s[0], s[1]),
	    _mm512_add_ps(s[2], s[3])));
}

/* 16 of x = unit x + r, and their sums. */
AVX512 INLINE void
add_16(float *x, const float *unit, const float *r, __m512 *sum)
{
	__m512 v = _mm512_fmadd_ps(_mm512_loadu_ps(x), _mm512_loadu_ps(unit),
	    _mm512_loadu_ps(r));

	_mm512_storeu_ps(x, v);
	*sum = _mm512_add_ps(*sum, v);
}

/* x = unit x + r; the mean. */
AVX512 INLINE float
add(float *x, const float *unit, const float *r, int64_t k)
{
	__m512 s[4] = { 0 };
	int64_t j;

	for (j = 0; j + 64 <= k; j += 64)
#pragma GCC unroll 4
		for (int u = 0; u < 4; u++)
			add_16(x + j + 16 * u, unit + j + 16 * u,
			    r + j + 16 * u, &s[u]);
	for (; j < k; j += 16)
		add_16(x + j, unit + j, r + j, &s[0]);
	return total(s) / (float)k;
}

AVX512 INLINE __m512
square_16(const float *x, __m512 mean, __m512 sum)
{
	__m512 v = _mm512_sub_ps(_mm512_loadu_ps(x), mean);

	return _mm512_fmadd_ps(v, v, sum);
}

AVX512 INLINE float
variance(const float *x, __m512 mean, int64_t k)
{
	__m512 s[4] = { 0 };
	int64_t j;

	for (j = 0; j + 64 <= k; j += 64)
#pragma GCC unroll 4
		for (int u = 0; u < 4; u++)
			s[u] = square_16(x + j + 16 * u, mean, s[u]);
	for (; j < k; j += 16)
		s[0] = square_16(x + j, mean, s[0]);
	return total(s) / (float)k;
}

AVX512 void
mr_qrows_norm_avx512(struct mr_qrows *q, float *x, const float *r, int64_t m,
    int64_t k, const struct mr_qnorm *norm)
{
	for (int64_t i = 0; i < m; i++, x += k, r += k) {
		__m512 mean = _mm512_set1_ps(add(x, norm->unit, r, k));
		__m512 inv = _mm512_set1_ps(1 / sqrtf(variance(x, mean, k) +
		    norm->eps));
		__m512 low = _mm512_set1_ps(INFINITY), high = -low;

		for (int64_t j = 0; j < k; j += 16) {
			__m512 v = _mm512_mul_ps(_mm512_sub_ps(
			    _mm512_loadu_ps(x + j), mean), inv);

			v = _mm512_fmadd_ps(v, _mm512_loadu_ps(norm->gamma +
			    j), _mm512_loadu_ps(norm->beta + j));
			_mm512_storeu_ps(x + j, v);
			low = _mm512_min_ps(low, v);
			high = _mm512_max_ps(high, v);
		}
		quantise(q, i, x, k, _mm512_reduce_min_ps(low),
		    _mm512_reduce_max_ps(high));
	}
}
#endif
