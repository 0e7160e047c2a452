/* Predictions against ratings.
 * SPDX-License-Identifier: MIT */
#ifndef MR_TOOL_EVAL_PAIRS_H
#define MR_TOOL_EVAL_PAIRS_H

#include "tool/eval/private.h"

/* mr_eval_pairs_run - t is the input, other that of o->compare, NULL: none. */
int mr_eval_pairs_run(const struct mr_eval *e, struct mr_tsv *t,
    struct mr_tsv *other, struct mr_err *err) MR_CHECKED;

#endif
