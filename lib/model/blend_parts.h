/* What a blend is put together from; learnt once where several share it.
 * SPDX-License-Identifier: MIT */
#ifndef MR_MODEL_BLEND_PARTS_H
#define MR_MODEL_BLEND_PARTS_H

#include "model/blend.h"

/* All zero is none; freed by mr_blend_parts_free. */
struct mr_blend_parts {
	struct mr_blend_opt of;	/* the options of those that are there */
	bool has_factors, has_ease;
	struct mr_model factors;	/* of ials */
	struct mr_model ease;
	struct mr_csr W;	/* of the walk, until it is in a blend: it is
				 * large and soon learnt */
	double z, ease_z;	/* of either and W, blend.h */
};

/*
 * mr_blend_parts_learn - those of o: factors and ease that x has by the same
 * options stay.  All calls with one x must be of the same ratings, seed and
 * start.  The result depends neither on threads nor on what x had.  Fails as
 * the kinds do; x is empty then.
 */
int mr_blend_parts_learn(struct mr_blend_parts *x, const struct mr_train *job,
    const struct mr_blend_opt *o, struct mr_err *err) MR_CHECKED;
/* mr_blend_parts_bytes - that they hold. */
double mr_blend_parts_bytes(const struct mr_blend_parts *x);
void mr_blend_parts_free(struct mr_blend_parts *x);

/* mr_blend_ease - the options of ease in a blend of ratings R. */
struct mr_ease_opt mr_blend_ease(const struct mr_blend_opt *o,
    const struct mr_csr *R);

#endif
