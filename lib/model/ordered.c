/* Ratings as ordered categories; see ordered.h.
 * SPDX-License-Identifier: MIT */
#include "model/ordered.h"

#include <math.h>

#include "math/normal.h"

#define FAR 8.0		/* spreads */

int
mr_ordered_level(const struct mr_ordered *o, double rating)
{
	int k = 0;

	while (k + 1 < o->n && rating > (o->level[k] + o->level[k + 1]) / 2)
		k++;
	return k;
}

double
mr_ordered_mean(const struct mr_ordered *o, double score)
{
	double mean = o->level[0];

	for (int k = 0; k + 1 < o->n; k++)
		mean += (o->level[k + 1] - o->level[k]) * mr_normal_below(
		    (score - o->cut[k]) / o->spread);
	return mean;
}

double
mr_ordered_score(const struct mr_ordered *o, double mean)
{
	double lo = o->cut[0] - FAR * o->spread;
	double hi = o->cut[o->n - 2] + FAR * o->spread;

	for (int i = 0; i < 60; i++) {
		double at = lo + (hi - lo) / 2;

		if (mr_ordered_mean(o, at) < mean)
			lo = at;
		else
			hi = at;
	}
	return lo + (hi - lo) / 2;
}

double
mr_ordered_latent(const struct mr_ordered *o, double score, int k)
{
	double lo = k > 0 ? (o->cut[k - 1] - score) / o->spread : -INFINITY;
	double hi = k + 1 < o->n ? (o->cut[k] - score) / o->spread : INFINITY;

	return score + o->spread * mr_normal_mean(lo, hi);
}
