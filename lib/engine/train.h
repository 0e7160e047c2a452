/* Training a model of any kind from ratings.
 * SPDX-License-Identifier: MIT */
#ifndef MR_ENGINE_TRAIN_H
#define MR_ENGINE_TRAIN_H

#include "model/kind.h"
#include "store/ratings.h"

/*
 * mr_train_model - train a model of kind k with its options opt, filled by
 * mr_kind_set, on r, which has at least one rating.  Opens OpenBLAS where the
 * kind wants it; gives it the times of r, when r was loaded with them, where
 * it wants those.  m is freed by mr_model_free in every case.  Memory: the
 * transpose of r->R beside what the kind's header says.
 */
int mr_train_model(struct mr_model *m, const struct mr_kind *k,
    const void *opt, const struct mr_ratings *r, uint64_t seed, int threads,
    struct mr_report *report, struct mr_err *err) MR_CHECKED;

#endif
