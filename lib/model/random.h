/* A model that guesses: the mark that every other model has to beat.
 * SPDX-License-Identifier: MIT */
#ifndef MR_MODEL_RANDOM_H
#define MR_MODEL_RANDOM_H

#include "model/kind.h"

/*
 * mr_random_train - a draw from the normal distribution of the ratings,
 *
 *   score(u, i) = mu + sigma z(u, i),   sigma^2 = sum over R of (r - mu)^2 / n
 *
 * with mu the mean of the n ratings of R: the NormalPredictor of Surprise,
 * but a pair's draw is a function of job->seed and its two ids, so that it
 * does not depend on what else is asked.  It has no other parts and no
 * options; Rt is not used.  Two passes over R; no memory.
 */
int mr_random_train(struct mr_model *m, const struct mr_train *job,
    const void *opt, struct mr_err *err) MR_CHECKED;

#endif
