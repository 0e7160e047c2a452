/* Users as sums over their items: the rules SUMS and BLEND of fold.h.
 * SPDX-License-Identifier: MIT */
#ifndef MR_MODEL_FOLDER_SUMS_H
#define MR_MODEL_FOLDER_SUMS_H

#include "data/mat.h"
#include "model/users.h"

/* mr_fold_sums - columns first .. of U [V->cols] (out): the sum over the items
 * of x of Y[j] V[j], Y n_items x 1. */
void mr_fold_sums(const struct mr_mat *V, const struct mr_mat *Y,
    int64_t first, const struct mr_rated *x, float *U);
/* mr_fold_sums_share - what item j adds to such a U . V[i] in these columns. */
double mr_fold_sums_share(const struct mr_mat *V, const struct mr_mat *Y,
    int64_t first, int32_t j, int32_t i);

#endif
