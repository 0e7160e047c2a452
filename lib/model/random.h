/* A model that guesses: the mark that every other model has to beat.
 * SPDX-License-Identifier: MIT */
#ifndef MR_MODEL_RANDOM_H
#define MR_MODEL_RANDOM_H

#include "model/model.h"

struct mr_random_opt {
	uint64_t seed;
};

/*
 * mr_random_train - a draw from the normal distribution of the ratings,
 *
 *   score(u, i) = mu + sigma z(u, i),   sigma^2 = sum over R of (r - mu)^2 / n
 *
 * with mu the mean of the n ratings of R: the NormalPredictor of Surprise,
 * but a pair's draw is a function of o->seed and its two ids, so that it does
 * not depend on what else is asked.  It has no other parts; Rt and log are
 * not used.  Two passes over R; no memory.
 *
 * m is freed by mr_model_free in every case.  MR_ENOMEM.
 */
int mr_random_train(struct mr_model *m, const struct mr_csr *R,
    const struct mr_csr *Rt, const struct mr_random_opt *o,
    const struct mr_sweep_log *log, struct mr_err *err) MR_CHECKED;

#endif
