/* Lists by random walks of three steps that lean away from popular items.
 * SPDX-License-Identifier: MIT */
#ifndef MR_MODEL_RP3BETA_H
#define MR_MODEL_RP3BETA_H

#include "model/kind.h"

struct mr_rp3beta_opt {
	double alpha, beta;	/* >= 0 */
	int64_t k;		/* kept of an item, 0: all */
};

/*
 * mr_rp3beta_train - every rating an event, whatever its value:
 *
 *   score(u, i) = sum of W[j][i] over the items j of u
 *   W[j][i]     = d_j^-alpha (sum over the users v of both of n_v^-alpha)
 *                 d_i^-beta, the k largest of each j
 *
 * with d the users of an item and n the items of a user.  alpha = 1, beta = 0:
 * the chance to be at i after a step from j to one of its users and from him to
 * one of his items.
 *
 * opt  struct mr_rp3beta_opt
 * m    (out) near alone
 *
 * Time and memory as mr_walk_build of model/walk.h.
 *
 * Paudel, Christoffel, Newell & Bernstein, "Updatable, accurate, diverse, and
 * scalable recommendations for interactive applications", TiiS 7(1), 2017 (the
 * method); that only k of a row stay is how it is compared in Ferrari Dacrema,
 * Cremonesi & Jannach, "Are we really making much progress?", RecSys 2019.
 */
int mr_rp3beta_train(struct mr_model *m, const struct mr_train *job,
    const void *opt, struct mr_err *err) MR_CHECKED;

#endif
