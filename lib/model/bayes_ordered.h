/* Drawing what stands behind ratings that are ordered categories (ordered.h),
 * within the sampler of bayes.c.
 * SPDX-License-Identifier: MIT */
#ifndef MR_MODEL_BAYES_ORDERED_H
#define MR_MODEL_BAYES_ORDERED_H

#include "model/bayes_side.h"
#include "model/ordered.h"

/* All zero is none; freed by mr_bayes_ordered_free. */
struct mr_bayes_ordered {
	struct mr_ordered o;	/* cuts in the unit of the fit; no spread */
	unsigned char *level;	/* [nnz] of each rating */
	int64_t count[MR_LEVELS];	/* ratings of each level */
	double sum[MR_LEVELS];	/* of cuts over samples kept */
};

/*
 * mr_bayes_ordered_new - the levels of R's ratings, with cuts that are right if
 * all z are N(0, 1).  o.n stays 0 where there are fewer than 3 or more than
 * MR_LEVELS.  Memory 1 byte a rating.
 */
int mr_bayes_ordered_new(struct mr_bayes_ordered *b, const struct mr_csr *R,
    struct mr_err *err) MR_CHECKED;
void mr_bayes_ordered_free(struct mr_bayes_ordered *b);
/*
 * mr_bayes_draw_ordered - cuts given fit, then z given them:
 *
 *   z_ui ~ N(mean_ui, 1 / (alpha omega_u omega_i)) within its level's cuts
 *
 * The first and the last cut stay where they are, which sets the scale of z.
 * Each of the others takes a random step, accepted by the probabilities of the
 * ratings on its two sides, without z (Cowles, "Accelerating Monte Carlo Markov
 * chain convergence for cumulative-link generalized linear models", Statistics
 * and Computing 6, 1996; there all cuts at once); z as Albert & Chib, "Bayesian
 * analysis of binary and polychotomous response data", JASA 88, 1993.
 *
 * users  their omega, R
 * fit    [nnz] as mr_bayes_fit leaves it
 * z      [nnz] (in) the last z; (out) the next
 * target [nnz] (in) z less what is not in fit: z + fit - target is mean; (out)
 *        likewise
 */
int mr_bayes_draw_ordered(struct mr_bayes_ordered *b,
    const struct mr_bayes_side *users, const struct mr_bayes_given *g,
    const float *fit, float *z, float *target, struct mr_err *err) MR_CHECKED;

#endif
