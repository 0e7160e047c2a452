/* The rule for new users in the META of a model.
 * SPDX-License-Identifier: MIT */
#ifndef MR_STORE_MODEL_FOLD_H
#define MR_STORE_MODEL_FOLD_H

#include "model/fold.h"
#include "stream/matrix.h"

/* mr_model_fold_put - the lines fold= and, of the numbers that the rule has,
 * fold.lambda=, fold.exponent=, .. */
int mr_model_fold_put(struct mr_meta *meta, const struct mr_fold *f,
    struct mr_err *err) MR_CHECKED;
/* mr_model_fold_get - what meta says; NONE where it says nothing.  MR_EFORMAT
 * about the stream called name: a word that is no rule, a number that is not
 * there or below 0. */
int mr_model_fold_get(struct mr_fold *f, const struct mr_meta *meta,
    const char *name, struct mr_err *err) MR_CHECKED;

#endif
