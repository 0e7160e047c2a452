/* Vectors of films beside a model: --items and --mix.
 * SPDX-License-Identifier: MIT */
#ifndef MR_TOOL_RECOMMEND_TEXTS_H
#define MR_TOOL_RECOMMEND_TEXTS_H

#include "core/report.h"
#include "engine/content.h"
#include "engine/recommender.h"
#include "store/vectors.h"

/* mr_recommend_vectors - the vectors at path; fails as mr_vectors_load, and
 * with MR_EFORMAT where they have no names. */
int mr_recommend_vectors(struct mr_vectors *v, const char *path,
    struct mr_err *err) MR_CHECKED;
/* mr_recommend_texts - v by the items of r; a warning counts items without a
 * vector, and says that they are of path. */
int mr_recommend_texts(struct mr_content *c, const struct mr_vectors *v,
    const char *path, const struct mr_recommender *r,
    struct mr_report *report, struct mr_err *err) MR_CHECKED;

#endif
