/* The measures by their names, and those that a run is to write.
 * SPDX-License-Identifier: MIT */
#ifndef MR_TOOL_EVAL_NAMES_H
#define MR_TOOL_EVAL_NAMES_H

#include "tool/eval/private.h"

/* mr_eval_names_read - e->wanted by o->measures, or those that are written
 * without it.  MR_EARG where a name is none, stands twice, or needs a file
 * that is not given. */
int mr_eval_names_read(struct mr_eval *e, struct mr_err *err) MR_CHECKED;
/* mr_eval_names_check - MR_EARG where o->measures has one of predictions and
 * the file name has lists, or the other way round. */
int mr_eval_names_check(const struct mr_eval *e, bool lists, const char *name,
    struct mr_err *err) MR_CHECKED;
/* mr_eval_wants - is the measure to be written? */
bool mr_eval_wants(const struct mr_eval *e, const char *measure);

#endif
