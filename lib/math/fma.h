/* a b + c with one rounding, as AVX2 and AVX-512 have it, on every CPU.
 * SPDX-License-Identifier: MIT */
#ifndef MR_MATH_FMA_H
#define MR_MATH_FMA_H

typedef float mr_v4 __attribute__((vector_size(16), aligned(4), may_alias));

/*
 * Where there is no such instruction: the product of two floats is exact as a
 * double.  The sum is not, but rounded to odd - towards zero, and the last bit
 * set where that lost anything - it rounds to the float that the exact sum
 * rounds to, a double having more than two bits beyond one (Boldo and
 * Melquiond, "Emulation of a FMA and correctly rounded sums: proved algorithms
 * using rounding to odd", IEEE Transactions on Computers 57(4), 2008).  What
 * was lost is exact by the six operations of TwoSum (Knuth); for an infinite
 * sum it is NaN, which compares with nothing.
 */
#if defined __x86_64__ && !defined __FMA__
#include <emmintrin.h>

static inline __attribute__((always_inline)) __m128
mr_fma_two(__m128 a, __m128 b, __m128 c)
{
	__m128d p = _mm_cvtps_pd(a) * _mm_cvtps_pd(b), z = _mm_cvtps_pd(c);
	__m128d s = p + z, t = s - p, lost = (p - (s - t)) + (z - t);
	__m128d any = _mm_or_pd(_mm_cmplt_pd(lost, _mm_setzero_pd()),
	    _mm_cmpgt_pd(lost, _mm_setzero_pd()));
	__m128i one = _mm_and_si128(_mm_castpd_si128(any),
	    _mm_set1_epi64x(1));
	__m128i inward = _mm_srli_epi64(_mm_castpd_si128(_mm_xor_pd(s,
	    lost)), 63);
	__m128i odd = _mm_or_si128(_mm_sub_epi64(_mm_castpd_si128(s),
	    _mm_and_si128(inward, one)), one);

	return _mm_cvtpd_ps(_mm_castsi128_pd(odd));
}

static inline __attribute__((always_inline)) mr_v4
mr_v4_fma(mr_v4 a, mr_v4 b, mr_v4 c)
{
	__m128 x = (__m128)a, y = (__m128)b, z = (__m128)c;

	return (mr_v4)_mm_movelh_ps(mr_fma_two(x, y, z), mr_fma_two(
	    _mm_movehl_ps(x, x), _mm_movehl_ps(y, y), _mm_movehl_ps(z, z)));
}
#else
static inline __attribute__((always_inline)) mr_v4
mr_v4_fma(mr_v4 a, mr_v4 b, mr_v4 c)
{
	mr_v4 sum = { 0 };

	for (int l = 0; l < 4; l++)
		sum[l] = __builtin_fmaf(a[l], b[l], c[l]);
	return sum;
}
#endif

#endif
