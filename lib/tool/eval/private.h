/* A run of mr-eval: its options, read and checked, and its ratings.
 * SPDX-License-Identifier: MIT */
#ifndef MR_TOOL_EVAL_PRIVATE_H
#define MR_TOOL_EVAL_PRIVATE_H

#include "eval/measures.h"
#include "store/ratings.h"
#include "store/vectors.h"
#include "tool/eval/eval.h"

#define MR_EVAL_CUTOFF_MAX 100000

struct mr_eval_groups;
struct mr_eval_rows;

struct mr_eval {
	const struct mr_eval_opt *o;
	struct mr_run *run;
	struct mr_out *out;		/* the run's */
	struct mr_report *report;	/* the run's */
	int n_k;
	int64_t k[MR_EVAL_CUTOFFS_MAX], k_max;
	unsigned wanted;	/* measures, by mr_eval_names_read */
	double relevant;	/* -INFINITY: everything */
	struct mr_ratings test, train;	/* empty: not given */
	struct mr_vectors vectors;	/* of items; empty: not given */
	struct mr_eval_groups *kinds;	/* of movies; NULL: none */
	struct mr_eval_rows *rows;	/* so far */
	struct mr_eval_groups *groups;	/* NULL: none */
	int32_t group;			/* that at work, -1: all there are */
	int nth;			/* file at work, from 0 */
	const char *file;		/* its name */
};

/* mr_eval_leak - the failure of a test set with n pairs of the training set,
 * of which user and item are the first. */
int mr_eval_leak(const struct mr_eval *e, const char *where,
    struct mr_slice user, struct mr_slice item, int64_t n,
    struct mr_err *err);

#endif
