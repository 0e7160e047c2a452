/* The standard normal distribution: its function, the inverse of that, and
 * what it is between two bounds.
 * SPDX-License-Identifier: MIT */
#ifndef MR_MATH_NORMAL_H
#define MR_MATH_NORMAL_H

#include <stdint.h>

/* mr_normal_below - P(z < x); x may be infinite.  Right to some ulp, below 0
 * also where it is small. */
double mr_normal_below(double x);
/* mr_normal_between - P(lo < z < hi), lo <= hi, right in both tails. */
double mr_normal_between(double lo, double hi);
/*
 * mr_normal_at - the x below which p of z lie, 0 < p < 1; relative error some
 * 1e-15.  Wichura, "Algorithm AS 241: the percentage points of the normal
 * distribution", Applied Statistics 37(3), 1988 (PPND16).
 */
double mr_normal_at(double p);
/* mr_normal_mean - E(z | lo < z < hi), lo < hi. */
double mr_normal_mean(double lo, double hi);
/* mr_normal_draw - z given lo < z < hi, from (key, stream, counter), by the
 * inverse of the function: one uniform for each draw. */
double mr_normal_draw(uint64_t key, uint64_t stream, uint64_t counter,
    double lo, double hi);

#endif
