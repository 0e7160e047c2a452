/* Scores in standard deviations; see scale.h.
 * SPDX-License-Identifier: MIT */
#include "engine/scale.h"

#include <math.h>

struct mr_scale
mr_scale_of(const float *v, const bool *offered, int64_t n)
{
	double sum = 0, squares = 0, count = 0, mean;

	for (int64_t i = 0; i < n; i++)
		if (offered[i] && !isnan(v[i])) {
			sum += (double)v[i];
			count++;
		}
	mean = count > 0 ? sum / count : 0;
	for (int64_t i = 0; i < n; i++)
		if (offered[i] && !isnan(v[i]))
			squares += ((double)v[i] - mean) *
			    ((double)v[i] - mean);
	return (struct mr_scale){ mean, squares > 0 ?
	    1 / sqrt(squares / count) : 0 };
}

double
mr_scale_z(const struct mr_scale *s, float v)
{
	return isnan(v) ? 0 : ((double)v - s->mean) * s->by;
}
