/* Run-time choice of vector code; see simd.h.
 * SPDX-License-Identifier: MIT */
#include "math/simd.h"

enum mr_simd
mr_simd_level(void)
{
#ifdef __x86_64__
	if (__builtin_cpu_supports("avx512f"))
		return MR_SIMD_AVX512;
	if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"))
		return MR_SIMD_AVX2;
#endif
	return MR_SIMD_PLAIN;
}
