/* Where a run of sums first reaches a bound: what is left of a scan for the
 * best rows once most rows are known to be no better.
 * SPDX-License-Identifier: MIT */
#ifndef MR_MATH_FIRST_H
#define MR_MATH_FIRST_H

#include <stdint.h>

#include "math/simd.h"

/*
 * mr_first_at_least - the least i of 0 .. n - 1 with
 *
 *   (a[i] + b[i]) + offset >= least
 *
 * in float arithmetic, n when there is none.  A NaN is at least nothing.  16
 * or 8 sums at a time; n additions twice at most.
 */
int64_t mr_first_at_least(const float *a, const float *b, float offset,
    float least, int64_t n);
/* mr_first_at_least_at - the same with the instructions of level, at most
 * mr_simd_level(). */
int64_t mr_first_at_least_at(enum mr_simd level, const float *a,
    const float *b, float offset, float least, int64_t n);

/*
 * mr_first_code - the least i of 0 .. n - 1 for which not
 *
 *   (c[i] s[i]) t + b[i] < least
 *
 * in float arithmetic, so that a NaN is found; n when there is none.
 */
int64_t mr_first_code(const int32_t *c, const float *s, float t,
    const float *b, float least, int64_t n);
int64_t mr_first_code_at(enum mr_simd level, const int32_t *c,
    const float *s, float t, const float *b, float least, int64_t n);

#endif
