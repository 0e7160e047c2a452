/* Films by how often they were rated: what personal lists have to beat.
 * SPDX-License-Identifier: MIT */
#ifndef MR_MODEL_POPULAR_H
#define MR_MODEL_POPULAR_H

#include "model/kind.h"

/*
 * mr_popular_train - the same for every user, known or not:
 *
 *   score(u, i) = bi[i] = the number of users who rated i
 *
 * m   (out) bi alone; values of R, and Rt, are not used; it has no options
 *
 * Above 2^24 a count is rounded to the nearest float.  Ties are broken by id,
 * as everywhere.  One pass over R; 12 n_items bytes.
 */
int mr_popular_train(struct mr_model *m, const struct mr_train *job,
    const void *opt, struct mr_err *err) MR_CHECKED;

#endif
