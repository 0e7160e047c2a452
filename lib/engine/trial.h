/* How good a model is on ratings that it was not learnt from.
 * SPDX-License-Identifier: MIT */
#ifndef MR_ENGINE_TRIAL_H
#define MR_ENGINE_TRIAL_H

#include "engine/holdout.h"
#include "engine/train.h"
#include "eval/measures.h"

/* What is measured. */
struct mr_judge {
	const char *name;	/* "ndcg" */
	bool lists;		/* by lists of k items, else by estimates */
	bool falls;		/* less is better */
	int what;		/* enum mr_eval_measure, or MR_ERRORS_RMSE or
				 * _MAE */
	int64_t k;
	int second;		/* of lists the mean of what and of this, which
				 * is what where there is no second */
};

/* mr_judge_parse - "ndcg@20", "recall", "recall+ndcg", "rmse"; k is 20 where
 * none is given.  MR_EARG lists what there is. */
int mr_judge_parse(struct mr_judge *j, const char *text, struct mr_err *err)
    MR_CHECKED;
/* mr_judge_of - what a kind is measured by where nothing is said: rmse, or
 * ndcg@20. */
struct mr_judge mr_judge_of(const struct mr_kind *k);

#define MR_TRIAL_COLUMNS 3

/*
 * mr_trial_run - train on h->train and add to sums [h->users->n *
 * MR_TRIAL_COLUMNS] what the judge says of every user of h->T: lists as of
 * mr-recommend, whose best are never of his ratings in train, nobody known
 * having an empty one; estimates as of mr-recommend --pairs.
 *
 * how  its r is set here
 *
 * Fails as training does, and with MR_ENUMERIC where a score is no finite
 * number.
 */
int mr_trial_run(double *sums, const struct mr_holdout *h,
    const struct mr_training *how, const struct mr_judge *j,
    struct mr_err *err) MR_CHECKED;
/* mr_trial_measure - the mean over users, or over pairs, of the sums of these
 * users by one run or several, with its interval as of mr-eval; NAN of none. */
int mr_trial_measure(struct mr_measured *x, const double *sums,
    const struct mr_ids *users, const struct mr_judge *j,
    const struct mr_eval_draws *draws, struct mr_err *err) MR_CHECKED;

#endif
