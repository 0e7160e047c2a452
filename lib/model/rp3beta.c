/* Random walks of three steps; see rp3beta.h.
 * SPDX-License-Identifier: MIT */
#include "model/rp3beta.h"

#include "model/walk.h"

int
mr_rp3beta_train(struct mr_model *m, const struct mr_train *job,
    const void *opt, struct mr_err *err)
{
	const struct mr_rp3beta_opt *o = opt;

	*m = (struct mr_model){ .clip_lo = 1, .clip_hi = 0 };
	return mr_walk_train(&m->near, job, &(struct mr_walk_exponents){
	    .from = o->alpha, .via = o->alpha, .to = o->beta }, o->k, true,
	    err);
}

#define OPT struct mr_rp3beta_opt

static const struct mr_param params[] = {
	{ MR_REAL_ROW(OPT, alpha, 0, "alpha", "X",
	    "exponent of the steps", 0, 10, 1) },
	{ MR_REAL_ROW(OPT, beta, 0, "beta", "X",
	    "how much rp3beta leans away from popular films", 0, 10, 0.4) },
	{ MR_KEPT_ROW(OPT, 100) },
	{ .name = NULL }
};

static double
bytes(const struct mr_csr *R, int threads, const void *opt)
{
	return mr_walk_bytes(R, ((const OPT *)opt)->k, threads);
}

const struct mr_kind mr_rp3beta_kind = {
	.name = "rp3beta",
	.lone = "have nothing to go by: no two films share a user",
	.feedback = MR_FEEDBACK_EVENTS,
	.params = params, .opt_bytes = sizeof(struct mr_rp3beta_opt),
	.train = mr_rp3beta_train, .fold = mr_fold_rated,
	.bytes = bytes,
};
