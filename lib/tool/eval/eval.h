/* The work of mr-eval: measures of predictions or of lists.
 * SPDX-License-Identifier: MIT */
#ifndef MR_TOOL_EVAL_EVAL_H
#define MR_TOOL_EVAL_EVAL_H

#include "stream/run.h"

enum mr_eval_kind { MR_EVAL_AUTO, MR_EVAL_LISTS, MR_EVAL_PREDICTIONS };

struct mr_eval_opt {
	const char *const *in;	/* [n_in] paths, NULL: stdin */
	int n_in;		/* 1, or more with compare */
	const char *test;	/* ratings TSV: what is relevant, or true */
	const char *train;	/* ratings TSV the model was learnt from */
	const char *compare;	/* lists or predictions of another system */
	const char *cutoffs;	/* "5,10,20" */
	const char *vectors;	/* matrix stream of items */
	const char *movies;	/* TSV of items with a column genre */
	const char *measures;	/* "recall,ndcg"; NULL: the usual ones */
	const char *relevant;	/* least relevant rating; NULL: all are */
	int kind;		/* enum mr_eval_kind */
	int64_t resamples;	/* 0: no intervals, no p values */
	const char *by;		/* groups; NULL: none */
	const char *groups;	/* TSV of users or items with a column by;
				 * NULL: by is activity or popularity */
	bool per_user;		/* a row for each user, no summary */
	bool common;		/* comparing lists: who lacks one is left out */
	bool known_only;	/* users and items that train lacks do not
				 * count */
	bool markdown;		/* a table of Markdown; not with per_user */
};

#define MR_EVAL_FILES_MAX 64
#define MR_EVAL_OPT_DEFAULT \
	{ .n_in = 1, .cutoffs = "10", .resamples = 1000 }

/*
 * mr_eval - measure, k, value, lo, hi, users, definition; with o->compare
 * measure, k, value, other, difference, lo, hi, p, p_holm, wins, ties, losses,
 * users, definition; with o->per_user user, measure, k, value and, comparing,
 * other; before them file when there are several, and group with o->by.
 * A field without a value is empty; a measure over no users has no row.
 * MR_EFORMAT when the test set is in the training set, a list is not one, a
 * number is none, or groups are none; MR_EARG for cut-offs, measures or a
 * least rating that cannot be read, or an option of lists for predictions.
 */
int mr_eval(const struct mr_eval_opt *o, struct mr_run *to,
    struct mr_err *err) MR_CHECKED;

#endif
