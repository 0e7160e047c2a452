/* Between the files of split only.
 * SPDX-License-Identifier: MIT */
#ifndef MR_TOOL_SPLIT_SPLIT_PRIVATE_H
#define MR_TOOL_SPLIT_SPLIT_PRIVATE_H

#include "eval/kept.h"
#include "tool/split/split.h"

enum mr_split_way {
	MR_SPLIT_FOLDS,		/* test: fold of folds */
	MR_SPLIT_HOLDOUT,	/* test: a share of all pairs, users or items */
	MR_SPLIT_WHOLE,		/* test: a number of users or items */
	MR_SPLIT_RANDOM,	/* test: some rows of each user, by chance */
	MR_SPLIT_LAST,		/* test: the last rows of each user */
	MR_SPLIT_BEFORE,	/* test: what is not before a time, */
	MR_SPLIT_LATEST		/* test: or before a share of the rows */
};

/* What the options say. */
struct mr_split_plan {
	enum mr_split_way way;
	const char *name;	/* of its option */
	struct mr_split_part part;	/* FOLDS, HOLDOUT; by also of WHOLE */
	struct mr_split_amount some;	/* WHOLE, RANDOM, LAST, LATEST */
	double before;
	int64_t core;		/* 0: none */
	bool drop_seen, drop_unknown;
	bool keeps;		/* rows wait in memory for the last one */
	bool timed;		/* every row needs a time */
};

/* mr_split_plan - MR_EARG says which options are wrong, or not together. */
int mr_split_plan(struct mr_split_plan *p, const struct mr_split_opt *o,
    struct mr_err *err) MR_CHECKED;
/* mr_split_plan_tests - is a row in the test set, by FOLDS, HOLDOUT, BEFORE
 * and, once before is known, LATEST? */
bool mr_split_plan_tests(const struct mr_split_plan *p, uint64_t key,
    struct mr_slice user, struct mr_slice item, double time);
/* mr_split_sides - the side of every row, after the last was added, with
 * facts and warnings; *n_dropped rows were taken out of the test set. */
int mr_split_sides(struct mr_kept *k, const struct mr_split_plan *p,
    uint64_t key, struct mr_report *report, int64_t *n_dropped,
    struct mr_err *err) MR_CHECKED;

#endif
