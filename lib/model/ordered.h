/* Ratings as ordered categories: what a score on a scale without steps says of
 * the steps.
 * SPDX-License-Identifier: MIT */
#ifndef MR_MODEL_ORDERED_H
#define MR_MODEL_ORDERED_H

#include <stdbool.h>

#define MR_LEVELS 64

/*
 * A rating is level[k] where z ~ N(score, spread^2) falls into
 * cut[k - 1] < z < cut[k], without bounds at both ends (ordered probit:
 * McCullagh, "Regression models for ordinal data", JRSS B 42(2), 1980; for
 * ratings Stern, Herbrich & Graepel, "Matchbox: large scale online Bayesian
 * recommendations", WWW 2009).
 */
struct mr_ordered {
	int n;			/* levels, at least 2; 0: there are no steps,
				 * a score is an estimate */
	double level[MR_LEVELS];	/* rising */
	double cut[MR_LEVELS];	/* [n - 1] rising */
	double spread;		/* above 0 */
};

/* mr_ordered_level - the place of the level nearest to a rating, of two equally
 * near ones the lower. */
int mr_ordered_level(const struct mr_ordered *o, double rating);
/* mr_ordered_mean - E(rating | score); rises with it. */
double mr_ordered_mean(const struct mr_ordered *o, double score);
/* mr_ordered_score - the score whose mean is this; of one at an end, or beyond
 * it, a score not further from the cuts than 8 spreads. */
double mr_ordered_score(const struct mr_ordered *o, double mean);
/* mr_ordered_latent - E(z | score, the rating is level[k]). */
double mr_ordered_latent(const struct mr_ordered *o, double score, int k);

#endif
