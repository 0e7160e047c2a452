/* Lists by a walk over the graph of users and items, by factors and by ease,
 * together.
 * SPDX-License-Identifier: MIT */
#ifndef MR_MODEL_BLEND_H
#define MR_MODEL_BLEND_H

#include "model/kind.h"

struct mr_blend_opt {
	double from, via, to;	/* of the walk: exponents b, c, e >= 0 */
	int64_t k;		/* kept of an item, 0: all */
	double mix;		/* w > 0 */
	double ease, ease_lambda;	/* v' >= 0; > 0 */
	int64_t d, sweeps;	/* of ials, as the next four */
	double lambda, unobserved_weight, reg_exponent, alpha;
	int64_t rank;		/* of the projection, 0: none */
	double weight, tilt;	/* its weight v and exponent t, >= 0 */
};

/*
 * mr_blend_train - every rating an event:
 *
 *   w z score(u, i) = sum over the items j of u of W[j][i] + v L[j][i]
 *                     + w z sqrt(n_u) p_u . q_i + v' z' ease(u, i)
 *
 * with W and L of model/gfilter.h, p and q of model/ials.h, n_u the items of u,
 * ease of model/ease.h, and z and z' so that all spread alike where the weights
 * are 1 (blend_spread.h):
 *
 *   z  = median of s(sum of W[j]) / (sqrt(n_u) s(p_u . q))
 *   z' = median of s(sum of W[j]) / s(ease(u))
 *
 * There is L or ease, not both.  The spread of the walk grows with n_u faster
 * than that of the factors: hence the root.  What is common to all scores is
 * left out of them, so that the factors are those of ials.
 *
 * opt  struct mr_blend_opt
 * m    (out) near; U = sqrt(n_u) p_u, V = q; with a rank, behind these
 *      columns, those of mr_gfilter_project, and Y; with ease its factors
 *      there, and Y, where there are fewer users than items, else its weights
 *      in near
 *
 * Time and memory of ials and gfilter, and of ease.  A new user: rule BLEND of
 * fold.h.
 */
int mr_blend_train(struct mr_model *m, const struct mr_train *job,
    const void *opt, struct mr_err *err) MR_CHECKED;

#endif
