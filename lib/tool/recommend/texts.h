/* Vectors of films beside a model: --items and --mix.
 * SPDX-License-Identifier: MIT */
#ifndef MR_TOOL_RECOMMEND_TEXTS_H
#define MR_TOOL_RECOMMEND_TEXTS_H

#include "core/report.h"
#include "engine/content.h"
#include "engine/recommender.h"

/* mr_recommend_texts - the vectors at path by the items of r; a warning counts
 * items without one.  MR_EFORMAT: they have no names. */
int mr_recommend_texts(struct mr_content *c, const char *path,
    const struct mr_recommender *r, struct mr_report *report,
    struct mr_err *err) MR_CHECKED;

#endif
