/* Ordered categories (ordered.h) in the META of a model.  Private to
 * model_file.
 * SPDX-License-Identifier: MIT */
#ifndef MR_STORE_MODEL_ORDERED_H
#define MR_STORE_MODEL_ORDERED_H

#include "model/ordered.h"
#include "stream/matrix.h"

/* mr_model_ordered_meta - the lines levels=, cuts= and spread=; nothing where
 * there are no categories. */
int mr_model_ordered_meta(struct mr_meta *meta, const struct mr_ordered *o,
    struct mr_err *err) MR_CHECKED;
/* mr_model_ordered_start - what meta says of them; o->n 0 where it has no
 * levels=.  MR_EFORMAT: not 2 to MR_LEVELS of them, rising, with a rising cut
 * between any two and a spread above 0. */
int mr_model_ordered_start(struct mr_ordered *o, const struct mr_meta *meta,
    struct mr_err *err) MR_CHECKED;

#endif
