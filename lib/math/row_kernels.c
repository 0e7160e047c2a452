/* Passes over chosen rows, for each kind of register; see row_kernels.h.
 * SPDX-License-Identifier: MIT */
#include "math/row_kernels.h"

#include <math.h>
#include <string.h>

#include "math/fma.h"

#define INLINE static inline __attribute__((always_inline))
#define JOIN_(a, b) a##b
#define JOIN(a, b) JOIN_(a, b)
#define NAME(f) JOIN(f, SUFFIX)

typedef float v4 __attribute__((vector_size(16), aligned(4), may_alias));

/* row_kernels.inc is written for a vector V of W floats, PARTS of which are
 * 16, with MADD(a, b, s) = s + a b and ROOT(a). */

#define SUFFIX _plain
#define TARGET
#define W 4
#define MADD(a, b, s) ((V)mr_v4_fma((mr_v4)(a), (mr_v4)(b), (mr_v4)(s)))
INLINE v4
root4(v4 a)
{
	for (int i = 0; i < 4; i++)
		a[i] = sqrtf(a[i]);
	return a;
}
#define ROOT(a) root4(a)
#include "math/row_kernels.inc"

#ifdef __x86_64__
#include <immintrin.h>

#define SUFFIX _avx2
#define TARGET __attribute__((target("avx2,fma")))
#define W 8
#define MADD(a, b, s) \
	((V)_mm256_fmadd_ps((__m256)(a), (__m256)(b), (__m256)(s)))
#define ROOT(a) ((V)_mm256_sqrt_ps((__m256)(a)))
#include "math/row_kernels.inc"

#define SUFFIX _avx512
#define TARGET __attribute__((target("avx512f")))
#define W 16
#define MADD(a, b, s) \
	((V)_mm512_fmadd_ps((__m512)(a), (__m512)(b), (__m512)(s)))
#define ROOT(a) ((V)_mm512_sqrt_ps((__m512)(a)))
#include "math/row_kernels.inc"
#endif

const struct mr_row_kernels *
mr_row_kernels_at(enum mr_simd level)
{
#ifdef __x86_64__
	if (level == MR_SIMD_AVX512)
		return &kernels_avx512;
	if (level == MR_SIMD_AVX2)
		return &kernels_avx2;
#endif
	(void)level;
	return &kernels_plain;
}
