/* Tables of users and measures, and the rows of mr-eval made of them.
 * SPDX-License-Identifier: MIT */
#ifndef MR_TOOL_EVAL_PART_H
#define MR_TOOL_EVAL_PART_H

#include "eval/ranking.h"
#include "eval/resample.h"
#include "tool/eval/private.h"

#define MR_EVAL_STATS_MAX (MR_EVAL_CUTOFFS_MAX * MR_EVAL_MEASURES)

struct mr_eval_label {
	const char *measure;
	int64_t k;		/* 0: none */
	const char *definition;
};

/* Measures of the same users: one table for all of them. */
struct mr_eval_part {
	int64_t n;		/* users so far */
	int m;
	double *a, *b;		/* [n * m], owned; b NULL: no comparison */
	int32_t *user;		/* [n], owned: numbers in names */
	const struct mr_ids *names;
	int n_stats;
	struct mr_eval_stat stat[MR_EVAL_STATS_MAX];
	struct mr_eval_label label[MR_EVAL_STATS_MAX];
};

/* A measure of everything at once; no users, no interval. */
struct mr_eval_total {
	struct mr_eval_label label;
	double value, other;	/* NAN: none */
	int64_t users;
};

/* mr_eval_part_new - room for n users of m columns. */
int mr_eval_part_new(struct mr_eval_part *p, const struct mr_eval *e,
    int64_t n, int m, const struct mr_ids *names, struct mr_err *err)
    MR_CHECKED;
void mr_eval_part_stat(struct mr_eval_part *p, struct mr_eval_stat stat,
    struct mr_eval_label label);
/* mr_eval_part_print - its rows, with intervals; nothing for no users. */
int mr_eval_part_print(const struct mr_eval_part *p, const struct mr_eval *e,
    struct mr_err *err) MR_CHECKED;
void mr_eval_part_free(struct mr_eval_part *p);
void mr_eval_total_print(const struct mr_eval_total *t,
    const struct mr_eval *e);
void mr_eval_head_print(const struct mr_eval *e);

#endif
