/* Lists against a test set and a catalogue.
 * SPDX-License-Identifier: MIT */
#ifndef MR_TOOL_EVAL_LISTS_H
#define MR_TOOL_EVAL_LISTS_H

#include "eval/lists.h"
#include "store/ranked.h"
#include "tool/eval/private.h"

/* A list file beside the two ratings files.  in_test and in_train number the
 * file's items there, in_other its users in the file compared with, list
 * the test set's users in the file, -1: not there.  in_train is NULL without
 * --train, in_vectors without --vectors, in_other without --compare. */
struct mr_eval_side {
	struct mr_ranked l;
	int32_t *in_test, *in_train, *in_vectors, *in_other, *list;
	int32_t n_users;	/* who count: all, or those of both files */
};

/* mr_eval_lists - those of the file, borrowed. */
struct mr_lists mr_eval_lists(const struct mr_eval_side *s);
/* mr_eval_lists_run - t are the inputs, o->n_in of them, and behind them
 * that of o->compare, if there is one. */
int mr_eval_lists_run(struct mr_eval *e, struct mr_tsv *t, struct mr_err *err)
    MR_CHECKED;
/* mr_eval_catalogue_print - the rows of novelty, items, coverage and gini of
 * s[0], and of s[1] when comparing. */
int mr_eval_catalogue_print(const struct mr_eval *e,
    const struct mr_eval_side *s, struct mr_err *err) MR_CHECKED;

#endif
