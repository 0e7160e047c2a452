/* Which vector instructions are used: those this CPU has, or fewer.
 * SPDX-License-Identifier: MIT */
#ifndef MR_CORE_SIMD_H
#define MR_CORE_SIMD_H

enum mr_simd { MR_SIMD_PLAIN, MR_SIMD_AVX2, MR_SIMD_AVX512 };

/* The words for them, in their order; NULL at the end. */
extern const char *const mr_simd_words[];

/* mr_simd_level - the widest set that CPU and system offer, or the one it is
 * held to. */
enum mr_simd mr_simd_level(void);

/*
 * mr_simd_hold - from now on nothing wider than level.  Of the whole process,
 * so before there are threads.  Results are the same at each level where they
 * come from our own kernels; OpenBLAS has others for each.
 */
void mr_simd_hold(enum mr_simd level);

#endif
