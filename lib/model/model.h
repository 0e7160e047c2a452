/* A trained model: parts of one scoring formula, whoever trained them.
 * SPDX-License-Identifier: MIT */
#ifndef MR_MODEL_MODEL_H
#define MR_MODEL_MODEL_H

#include <stdint.h>

#include "core/err.h"
#include "data/csr.h"
#include "data/mat.h"

/*
 *   score(u, i) = mu + bu[u] + bi[i] + U[u] . V[i]
 *
 * A part that a model does not have is all zero (bu, bi: NULL; U, V: 0 x 0)
 * and adds nothing.  Owned; freed by mr_model_free; all zero is empty.
 */
struct mr_model {
	double mu;
	float *bu;		/* [n_users] */
	float *bi;		/* [n_items] */
	struct mr_mat U;	/* n_users x d */
	struct mr_mat V;	/* n_items x d */
	/* An estimate outside of [clip_lo, clip_hi] is moved to its border;
	 * lo > hi: not at all. */
	double clip_lo, clip_hi;
};

void mr_model_free(struct mr_model *m);

/* What a training run tells: one line a sweep for -v, by the caller. */
struct mr_sweep_log {
	void (*sweep)(void *ctx, int64_t done, int64_t total);
	void *ctx;
};

#endif
