/* Loads, stores and sums of mr_v16, for loops over rows of floats.
 * SPDX-License-Identifier: MIT */
#ifndef MR_MATH_LANES_H
#define MR_MATH_LANES_H

#include <string.h>

#include "math/simd.h"

/* Inlined into functions compiled for one kind of register each. */
#define MR_LANES static inline __attribute__((always_inline))

MR_LANES mr_v16
mr_v16_load(const float *p)
{
	mr_v16 v;

	memcpy(&v, p, sizeof v);
	return v;
}

MR_LANES void
mr_v16_store(float *p, mr_v16 v)
{
	memcpy(p, &v, sizeof v);
}

/* mr_v16_sum - halves folded onto each other: a fixed order of additions. */
MR_LANES float
mr_v16_sum(mr_v16 v)
{
	typedef float v8 __attribute__((vector_size(32)));
	typedef float v4 __attribute__((vector_size(16)));
	v8 e[2], e8;
	v4 f[2], f4;

	memcpy(e, &v, sizeof e);
	e8 = e[0] + e[1];
	memcpy(f, &e8, sizeof f);
	f4 = f[0] + f[1];
	return (f4[0] + f4[2]) + (f4[1] + f4[3]);
}

/*
 * MR_FOR_EACH_CPU - a static function name(params) whose body is compiled
 * for 512-, 256- and 128-bit registers and chosen at every call.  type is
 * what it returns; args are the names in params.  MR_FOR_EACH_CPU_DO is one
 * that returns nothing.
 */
#define MR_LIST(...) __VA_ARGS__
#ifdef __x86_64__
#define MR_FOR_EACH_CPU_BODY(type, name, params, body)			\
__attribute__((target("avx512f"))) static type				\
name##_avx512(params) body						\
__attribute__((target("avx2"))) static type				\
name##_avx2(params) body						\
static type name##_plain(params) body
#define MR_FOR_EACH_CPU(type, name, params, args, body)			\
MR_FOR_EACH_CPU_BODY(type, name, MR_LIST(params), body)			\
static type name(params)						\
{									\
	enum mr_simd level = mr_simd_level();				\
									\
	return level == MR_SIMD_AVX512 ? name##_avx512(args) :		\
	    level == MR_SIMD_AVX2 ? name##_avx2(args) :			\
	    name##_plain(args);						\
}
#define MR_FOR_EACH_CPU_DO(name, params, args, body)			\
MR_FOR_EACH_CPU_BODY(void, name, MR_LIST(params), body)			\
static void name(params)						\
{									\
	enum mr_simd level = mr_simd_level();				\
									\
	if (level == MR_SIMD_AVX512)					\
		name##_avx512(args);					\
	else if (level == MR_SIMD_AVX2)					\
		name##_avx2(args);					\
	else								\
		name##_plain(args);					\
}
#else
#define MR_FOR_EACH_CPU(type, name, params, args, body)			\
static type name(params) body
#define MR_FOR_EACH_CPU_DO(name, params, args, body)			\
static void name(params) body
#endif

#endif
