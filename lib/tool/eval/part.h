/* The rows of mr-eval, made of tables of users and measures.
 * SPDX-License-Identifier: MIT */
#ifndef MR_TOOL_EVAL_PART_H
#define MR_TOOL_EVAL_PART_H

#include "tool/eval/rows.h"

/* Measures of the same users, and what they are called. */
struct mr_eval_part {
	struct mr_measures t;
	const struct mr_ids *names;	/* of its users */
	const char *over;		/* comparing: what counts */
	struct mr_eval_label label[MR_EVAL_STATS_MAX];
};

/* A measure of everything at once; no users, no interval. */
struct mr_eval_total {
	struct mr_eval_label label;
	const char *over;	/* comparing: what counts; NULL: nothing to say */
	double value, other;	/* NAN: none */
	int64_t users;
};

/* mr_eval_part_add - its rows, with intervals; nothing for no users.  Users
 * are put into an order of their own.  With o->per_user its values by user are
 * written instead. */
int mr_eval_part_add(struct mr_eval_part *p, const struct mr_eval *e,
    struct mr_err *err) MR_CHECKED;
int mr_eval_total_add(const struct mr_eval_total *t, const struct mr_eval *e,
    struct mr_err *err) MR_CHECKED;
/* mr_eval_users_head - the header line of o->per_user. */
void mr_eval_users_head(const struct mr_eval *e);

#endif
