/* Slope One: a user's mean and how far items lie from those he rated.
 * SPDX-License-Identifier: MIT */
#ifndef MR_MODEL_SLOPEONE_H
#define MR_MODEL_SLOPEONE_H

#include "model/kind.h"

/*
 * mr_slopeone_train - with J the items j other than i that u rated and that
 * somebody rated together with i,
 *
 *   score = the mean of u + sum over J of dev(i, j) / |J|
 *   dev(i, j) = mean of r_vi - r_vj over the users v who rated both
 *
 * and the mean of u alone where J is empty; mu for an unknown user.
 *
 * m   (out) mu, bu, near with all dev, clip to the range of R; it has no
 *     options
 *
 * Time sum of |I_u|^2 / 2; memory 8 bytes for every two items rated together
 * and each of their orders, see model/similarity.
 *
 * Lemire & Maclachlan, "Slope One predictors for online rating-based
 * collaborative filtering", SDM 2005, arXiv cs/0702144: the form with means,
 * in which all j count alike.  Surprise's SlopeOne is the same but cuts half
 * stars off in dev, says mu where the item is unknown, and counts i itself
 * (as 0) when u rated it.
 */
int mr_slopeone_train(struct mr_model *m, const struct mr_train *job,
    const void *opt, struct mr_err *err) MR_CHECKED;

#endif
