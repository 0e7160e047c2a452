/* Drawing what users add to their ratings at a time: moods (mood.h) within the
 * sampler of bayes.c.
 * SPDX-License-Identifier: MIT */
#ifndef MR_MODEL_BAYES_MOOD_H
#define MR_MODEL_BAYES_MOOD_H

#include "model/bayes_side.h"
#include "model/mood.h"

/* All zero is none; freed by mr_bayes_mood_free. */
struct mr_bayes_mood {
	struct mr_moods m;	/* of the sample, in the unit of the fit */
	int64_t *state;		/* [nnz] place in m.E of a rating's time; -1:
				 * it has none */
	double tau;		/* 1 / variance */
	double *sum;		/* [nnz of m.E] over samples kept */
};

/* mr_bayes_mood_new - of ratings R with their times [nnz], NAN or from 1e18
 * either way: none; moods of 0.  Freed in every case.  Memory 8 bytes a rating
 * and 16 for each that has a time; time O(nnz log nnz). */
int mr_bayes_mood_new(struct mr_bayes_mood *b, const struct mr_csr *R,
    const double *time, struct mr_err *err) MR_CHECKED;
void mr_bayes_mood_free(struct mr_bayes_mood *b);
/*
 * mr_bayes_draw_mood - the moods of all users given errors, then tau:
 *
 *   z_ui - fit_ui ~ N(e_u(t_ui), 1 / (alpha omega_u omega_i))
 *
 * by a filter forwards and draws backwards in time (Carter & Kohn, "On Gibbs
 * sampling for state space models", Biometrika 81(3), 1994), each user's as a
 * whole; tau ~ Gamma(1, rate 1) before.
 *
 * users   their omega, R
 * z       [nnz] what fit + mood is to be
 * fit     [nnz] as mr_bayes_fit leaves it
 * target  [nnz] (out) z less mood
 */
int mr_bayes_draw_mood(struct mr_bayes_mood *b,
    const struct mr_bayes_side *users, const struct mr_bayes_given *g,
    const float *z, const float *fit, float *target, struct mr_err *err)
    MR_CHECKED;

#endif
