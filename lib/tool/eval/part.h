/* The rows of mr-eval, made of tables of users and measures.
 * SPDX-License-Identifier: MIT */
#ifndef MR_TOOL_EVAL_PART_H
#define MR_TOOL_EVAL_PART_H

#include "tool/eval/private.h"

struct mr_eval_label {
	const char *measure;
	int64_t k;		/* 0: none */
	const char *definition;
};

/* Measures of the same users, and what they are called. */
struct mr_eval_part {
	struct mr_measures t;
	const struct mr_ids *names;	/* of its users */
	struct mr_eval_label label[MR_EVAL_STATS_MAX];
};

/* A measure of everything at once; no users, no interval. */
struct mr_eval_total {
	struct mr_eval_label label;
	double value, other;	/* NAN: none */
	int64_t users;
};

/* mr_eval_part_print - its rows, with intervals; nothing for no users.  Users
 * are put into an order of their own. */
int mr_eval_part_print(struct mr_eval_part *p, const struct mr_eval *e,
    struct mr_err *err) MR_CHECKED;
void mr_eval_total_print(const struct mr_eval_total *t,
    const struct mr_eval *e);
void mr_eval_head_print(const struct mr_eval *e);

#endif
