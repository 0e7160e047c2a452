/* Predictions against ratings.
 * SPDX-License-Identifier: MIT */
#ifndef MR_TOOL_EVAL_PAIRS_H
#define MR_TOOL_EVAL_PAIRS_H

#include "tool/eval/private.h"

/* mr_eval_pairs_run - t are the inputs, o->n_in of them, and behind them
 * that of o->compare, if there is one. */
int mr_eval_pairs_run(struct mr_eval *e, struct mr_tsv *t, struct mr_err *err)
    MR_CHECKED;

#endif
