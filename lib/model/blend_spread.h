/* How widely the scores of the parts of a blend differ.
 * SPDX-License-Identifier: MIT */
#ifndef MR_MODEL_BLEND_SPREAD_H
#define MR_MODEL_BLEND_SPREAD_H

#include "model/kind.h"

/*
 * mr_blend_scale - z (out), by which factors are to be multiplied to spread
 * like the walk: the median over users of
 *
 *   s(sum of W[j]) / (sqrt(n_u) s(p_u . q))
 *
 * of more than 1,000 over every n-th, s the standard deviation over all items;
 * 1 where nobody has both.
 *
 * W    n_items x n_items, a row of what an item says of the others
 * factors  its U and V
 *
 * mr_blend_ease_scale - the same of ease, whose s is over the items that a user
 * does not have; of 64 users at most.
 *
 * Memory: of z 8 d (d + 1) bytes and 8 (n_items + d) a thread, of ease 264
 * n_items and 512 for each of its columns.  MR_ENOMEM.
 */
int mr_blend_scale(double *z, const struct mr_csr *W,
    const struct mr_model *factors, const struct mr_train *job,
    struct mr_err *err) MR_CHECKED;
int mr_blend_ease_scale(double *z, const struct mr_csr *W,
    const struct mr_model *ease, const struct mr_train *job,
    struct mr_err *err) MR_CHECKED;

#endif
