/* What the rows of the sampler in bayes.c are fitted to: the ratings, in the
 * unit of the fit, less what their dates add.
 * SPDX-License-Identifier: MIT */
#ifndef MR_MODEL_BAYES_RATINGS_H
#define MR_MODEL_BAYES_RATINGS_H

#include "model/bayes_mood.h"
#include "model/bayes_ordered.h"
#include "model/model.h"

/* All zero is empty; freed by mr_bayes_ratings_free. */
struct mr_bayes_ratings {
	const struct mr_csr *R;	/* borrowed */
	double mu, unit;	/* a rating r is fitted as (r - mu) / unit */
	int64_t *at;		/* [nnz] rating k of Rt is at[k] of R */
	/* [nnz] as R */
	float *z;		/* (r - mu) / unit, or drawn within cuts */
	float *fit;		/* of the sample */
	float *target;		/* z less mood; without moods z itself */
	float *score;		/* sums of fit over the samples kept */
	struct mr_bayes_mood mood;	/* state NULL: without */
	struct mr_bayes_ordered steps;	/* o.n 0: ratings are numbers */
	double square, error;	/* sums of fit^2 and (target - fit)^2 */
	int64_t n_kept;
};

/* mr_bayes_ratings_new - of R, mu its mean; with times [nnz], not NULL, moods;
 * of ordered categories, where they can be.  Freed in every case. */
int mr_bayes_ratings_new(struct mr_bayes_ratings *x, const struct mr_csr *R,
    double mu, const double *time, bool ordered, struct mr_err *err)
    MR_CHECKED;
void mr_bayes_ratings_free(struct mr_bayes_ratings *x);
/* mr_bayes_ratings_lend - both sides are fitted to x. */
void mr_bayes_ratings_lend(const struct mr_bayes_ratings *x,
    struct mr_bayes_side *users, struct mr_bayes_side *items);
/* mr_bayes_ratings_step - fit, then moods and target; of users as of bayes_
 * side.h. */
int mr_bayes_ratings_step(struct mr_bayes_ratings *x,
    const struct mr_bayes_side *users, const struct mr_bayes_given *g,
    struct mr_err *err) MR_CHECKED;
/* mr_bayes_ratings_draw - of categories the next cuts and z. */
int mr_bayes_ratings_draw(struct mr_bayes_ratings *x,
    const struct mr_bayes_side *users, const struct mr_bayes_given *g,
    struct mr_err *err) MR_CHECKED;
/* mr_bayes_ratings_keep - the sample as it is, to the sums. */
void mr_bayes_ratings_keep(struct mr_bayes_ratings *x);
/*
 * mr_bayes_ratings_finish - cuts and mean moods of the samples to m, whose mu
 * becomes the score of the mean rating.  A user's mean
 * over his ratings is no mood of his: it goes to score and to bu [n_users],
 * both sums in the unit of the fit; scale (out) of a sum is the model's.
 */
void mr_bayes_ratings_finish(struct mr_bayes_ratings *x, struct mr_model *m,
    double *bu, double scale);

#endif
