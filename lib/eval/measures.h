/* Tables of users and what each contributes, and the statistics made of them.
 * SPDX-License-Identifier: MIT */
#ifndef MR_EVAL_MEASURES_H
#define MR_EVAL_MEASURES_H

#include "eval/ranking.h"
#include "eval/resample.h"

#define MR_EVAL_CUTOFFS_MAX 16
#define MR_EVAL_STATS_MAX (MR_EVAL_CUTOFFS_MAX * MR_EVAL_MEASURES)

/* Measures of the same users: one table for all of them.  All zero is empty;
 * freed by mr_measures_free. */
struct mr_measures {
	int64_t n;		/* users so far */
	int m;			/* columns */
	double *a, *b;		/* [n * m]; b NULL: no comparison */
	int32_t *user;		/* [n] their numbers */
	int n_stats;
	struct mr_eval_stat stat[MR_EVAL_STATS_MAX];
};

/* mr_measures_new - room for n users of m columns, all 0; with b if two
 * systems are compared. */
int mr_measures_new(struct mr_measures *t, int64_t n, int m, bool compare,
    struct mr_err *err) MR_CHECKED;
void mr_measures_free(struct mr_measures *t);

/* mr_measures_order - rows by rising key[u] of their users, equal ones as they
 * are: with a hash of the ids as key, what is drawn depends on who the users
 * are and not on the order in which they were read.  MR_ENOMEM. */
int mr_measures_order(struct mr_measures *t, const uint64_t *key,
    struct mr_err *err) MR_CHECKED;

/* What a statistic comes to; NAN: none. */
struct mr_measured {
	double value, other;	/* of a, and of b */
	double lo, hi;		/* as mr_eval_score or mr_eval_bootstrap */
	double p;		/* as mr_eval_score or mr_eval_swap_test */
	double n_eff;		/* as mr_eval_bootstrap */
	int64_t users;		/* whose denominator is not 0 */
	int64_t above, below;	/* of them, where the user's own statistic of a
				 * is above that of b, or below; equal within
				 * 1e-12 of their sum is neither */
};

/* mr_measures_compute - x [n_stats] (out); without intervals where draws->n
 * is 0, without p where there is no b.  Cost as resample.h, and that only
 * where a statistic is of MR_SCALE_SUMS. */
int mr_measures_compute(const struct mr_measures *t,
    const struct mr_eval_draws *draws, struct mr_measured *x,
    struct mr_err *err) MR_CHECKED;

#endif
