/* Moods (mood.h) in the META of a model.  Private to model_file.
 * SPDX-License-Identifier: MIT */
#ifndef MR_STORE_MODEL_MOOD_H
#define MR_STORE_MODEL_MOOD_H

#include "model/mood.h"
#include "stream/matrix.h"

/* mr_model_mood_meta - the lines mood.*= and the matrix of m; nothing where it
 * has none. */
int mr_model_mood_meta(struct mr_meta *meta, const struct mr_moods *m,
    struct mr_err *err) MR_CHECKED;
/* mr_model_mood_start - what meta says of them.  MR_EFORMAT where a line is not
 * there, or is no such number. */
int mr_model_mood_start(struct mr_moods *m, const struct mr_meta *meta,
    struct mr_err *err) MR_CHECKED;

#endif
