/* A vector type that means the same sums on every CPU.
 * SPDX-License-Identifier: MIT */
#ifndef MR_MATH_SIMD_H
#define MR_MATH_SIMD_H

#include <stdint.h>

#include "core/simd.h"

/*
 * 16 floats (or integers) that the compiler maps to one, two or four
 * registers.  Lane sums in a fixed order give the same bits everywhere; the
 * build's -ffp-contract=off keeps a * b + c two roundings on every CPU.
 */
typedef float mr_v16 __attribute__((vector_size(64), aligned(4), may_alias));
typedef int32_t mr_v16i __attribute__((vector_size(64), aligned(4)));

#endif
