/* Between the files of mr-eval only.
 * SPDX-License-Identifier: MIT */
#ifndef MR_TOOL_EVAL_PRIVATE_H
#define MR_TOOL_EVAL_PRIVATE_H

#include "data/group.h"
#include "eval/ranking.h"
#include "eval/resample.h"
#include "stream/tsv.h"
#include "tool/eval/eval.h"
#include "store/ratings.h"

#define MR_EVAL_CUTOFFS_MAX 16
#define MR_EVAL_CUTOFF_MAX 100000
#define MR_EVAL_STATS_MAX (MR_EVAL_CUTOFFS_MAX * MR_EVAL_MEASURES)

/* A run's options, read and checked, and the two ratings files. */
struct mr_eval {
	const struct mr_eval_opt *o;
	struct mr_run *run;
	struct mr_out *out;		/* the run's */
	struct mr_report *report;	/* the run's */
	int n_k;
	int64_t k[MR_EVAL_CUTOFFS_MAX], k_max;
	float relevant;		/* -INFINITY: everything */
	struct mr_ratings test, train;	/* empty: not given */
};

/* A list file: user u has item[ptr[u] .. ptr[u + 1]) in the order of ranks.
 * All zero is empty; freed by mr_eval_lists_free. */
struct mr_eval_lists {
	const char *name;	/* for messages, borrowed */
	struct mr_ids users, items;
	int64_t *ptr;		/* [users.n + 1] */
	int32_t *item;
};

/* A list file beside the two ratings files.  in_test and in_train number the
 * file's items there, in_other its users in the file compared with, -1: not
 * there.  in_train is NULL without --train, in_other without --compare. */
struct mr_eval_side {
	struct mr_eval_lists l;
	int32_t *in_test, *in_train, *in_other;
	int32_t n_users;	/* who count: all, or those of both files */
};

/* A file of predictions: those of user u are
 * p[by_user.row[j]], j from by_user.ptr[u] to before by_user.ptr[u + 1], in the order of the file.  All zero is empty; freed
 * by mr_eval_pairs_free. */
struct mr_eval_pairs {
	const char *name;	/* for messages, borrowed */
	struct mr_ids users, items;
	struct mr_eval_pair {
		int64_t line;
		double estimate;
		float rating;	/* NAN: none */
		int32_t user, item;
	} *p;
	size_t n, cap;
	struct mr_group by_user;
};

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

/* mr_eval_lists_read, mr_eval_pairs_read - all rows of t, whose header has
 * been read.  MR_EFORMAT with the line of what is wrong. */
int mr_eval_lists_read(struct mr_eval_lists *l, struct mr_tsv *t,
    struct mr_err *err) MR_CHECKED;
int mr_eval_pairs_read(struct mr_eval_pairs *a, struct mr_tsv *t,
    struct mr_err *err) MR_CHECKED;
void mr_eval_lists_free(struct mr_eval_lists *l);
void mr_eval_pairs_free(struct mr_eval_pairs *a);
/* mr_eval_open - open path and find out of what kind it is, or check that it
 * is of *kind, unless that is MR_EVAL_AUTO; which it stays when the input is
 * empty. */
int mr_eval_open(struct mr_tsv *t, const char *path, bool header, int *kind,
    struct mr_err *err) MR_CHECKED;

/* mr_eval_map - [from->n] the number in to of every name, -1: none; to be
 * given to free(). */
int32_t *mr_eval_map(const struct mr_ids *from, const struct mr_ids *to,
    struct mr_err *err) MR_CHECKED;
/* mr_eval_leak - the failure of a test set with n pairs of the training set,
 * of which user and item are the first. */
int mr_eval_leak(const struct mr_eval *e, const char *where,
    struct mr_slice user, struct mr_slice item, int64_t n,
    struct mr_err *err);

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

/* mr_eval_catalogue_print - the rows of novelty, items, coverage and gini of
 * s[0], and of s[1] when comparing. */
int mr_eval_catalogue_print(const struct mr_eval *e,
    const struct mr_eval_side *s, struct mr_err *err) MR_CHECKED;

/* mr_eval_lists_run, mr_eval_pairs_run - t is the input, other that of
 * o->compare, NULL: none. */
int mr_eval_lists_run(const struct mr_eval *e, struct mr_tsv *t,
    struct mr_tsv *other, struct mr_err *err) MR_CHECKED;
int mr_eval_pairs_run(const struct mr_eval *e, struct mr_tsv *t,
    struct mr_tsv *other, struct mr_err *err) MR_CHECKED;

#endif
