/* Run-time choice of vector code; see simd.h.
 * SPDX-License-Identifier: MIT */
#include "core/simd.h"

#include <stddef.h>

const char *const mr_simd_words[] = { "plain", "avx2", "avx512", NULL };

/* Kernels ask far below any caller that could hand it down. */
static enum mr_simd most = MR_SIMD_AVX512;

enum mr_simd
mr_simd_level(void)
{
#ifdef __x86_64__
	if (most >= MR_SIMD_AVX512 && __builtin_cpu_supports("avx512f"))
		return MR_SIMD_AVX512;
	if (most >= MR_SIMD_AVX2 && __builtin_cpu_supports("avx2") &&
	    __builtin_cpu_supports("fma"))
		return MR_SIMD_AVX2;
#endif
	return MR_SIMD_PLAIN;
}

void
mr_simd_hold(enum mr_simd level)
{
	most = level;
}
