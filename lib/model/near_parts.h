/* Inside the neighbourhood term: what both axes share, and the axis item.
 * SPDX-License-Identifier: MIT */
#ifndef MR_MODEL_NEAR_PARTS_H
#define MR_MODEL_NEAR_PARTS_H

#include <math.h>

#include "model/near.h"

/* What a user's candidates for one pair, or a block of pairs, take. */
#define MR_NEAR_CELLS 16384
#define MR_NEAR_STEP 16	/* a list of candidates is a multiple of it long */

/* (r' - c') / scale[x'] of a rating of item by a user with the bias bu. */
static inline double
mr_near_residual(const struct mr_model *m, double bu, int64_t item,
    float rating, int64_t x)
{
	double c = m->mu + bu + (m->bi ? (double)m->bi[item] : 0);
	double d = (double)rating - c;

	return m->near.scale ? d / (double)m->near.scale[x] : d;
}

static inline void
mr_near_add(const struct mr_near *a, struct mr_near_sum *s, float weight,
    double part)
{
	double w = (double)weight;

	s->sum += a->deviation ? w : w * part;
	s->norm += a->norm == MR_NORM_SUM ? w : a->norm == MR_NORM_ABS ?
	    fabs(w) : 1;
	s->n++;
}

static inline double
mr_near_whole(const struct mr_near *a, const struct mr_near_sum *s,
    double scale)
{
	double norm = a->norm == MR_NORM_NONE ? 1 : s->norm;

	if (s->n < a->min || norm == 0)
		return 0;
	return scale / norm * s->sum;
}

/* scale[x] of a row of S. */
static inline double
mr_near_scale(const struct mr_near *a, int64_t x)
{
	return a->scale ? (double)a->scale[x] : 1;
}

/* The functions of near.h for the axis item. */
void mr_near_items_begin(const struct mr_near_eval *e, struct mr_near_work *w);
double mr_near_items_pair(const struct mr_near_eval *e,
    struct mr_near_work *w, int64_t item);
void mr_near_items_all(const struct mr_near_eval *e, struct mr_near_work *w,
    double *N);
void mr_near_items_end(struct mr_near_work *w);

#endif
