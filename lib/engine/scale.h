/* Scores in standard deviations from their mean, so that they can be added.
 * SPDX-License-Identifier: MIT */
#ifndef MR_ENGINE_SCALE_H
#define MR_ENGINE_SCALE_H

#include <stdbool.h>
#include <stdint.h>

/* z(v) = (v - mean) / deviation. */
struct mr_scale {
	double mean, by;	/* 1 / deviation, 0 where that is 0 */
};

/* mr_scale_of - over those of v [n] that are offered; NAN stands where there
 * is none.  mr_scale_z - z(v), 0 of NAN and where all were equal. */
struct mr_scale mr_scale_of(const float *v, const bool *offered, int64_t n);
double mr_scale_z(const struct mr_scale *s, float v);

#endif
