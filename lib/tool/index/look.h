/* mr-index check, info and dump: a store read.  Private to mr-index.
 * SPDX-License-Identifier: MIT */
#ifndef MR_TOOL_INDEX_LOOK_H
#define MR_TOOL_INDEX_LOOK_H

#include "tool/index/index.h"

/* mr_index_look - as mr_index_run, of the verbs that change nothing. */
int mr_index_look(const struct mr_index_job *job, struct mr_run *run,
    struct mr_err *err) MR_CHECKED;
int mr_index_calibrate(const struct mr_index_job *job, struct mr_run *run,
    struct mr_err *err) MR_CHECKED;

#endif
