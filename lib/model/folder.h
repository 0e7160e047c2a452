/* Rows for users who were not there when a model was trained.
 * SPDX-License-Identifier: MIT */
#ifndef MR_MODEL_FOLDER_H
#define MR_MODEL_FOLDER_H

#include <stddef.h>

#include "core/err.h"
#include "model/fold.h"
#include "model/model.h"
#include "model/users.h"

/* A rule of fold.h over the items of a model.  Only read once open, by any
 * number of threads; freed by mr_folder_close. */
struct mr_folder {
	const struct mr_model *m;	/* borrowed: mu, bi, V, Y */
	struct mr_fold rule;
	int64_t n_items;
	int n;			/* unknowns of a user's system */
	double *shared;		/* WEIGHTED: [n * n] unobserved V'V; upper */
	const float *mean;	/* WEIGHTED: [n], borrowed; NULL: 0 */
	/* CHOSEN: the rows there are, [n] columns each, and how many users have
	 * each (NULL: 1), borrowed; the mean of misfits for a rating. */
	const float *rows, *share;
	int64_t n_rows;
	double noise;
};

/*
 * mr_folder_open - ready to fold users into m, of n_items items, by rule; name
 * is what messages call the model.  MR_EFORMAT: there is no rule
 * (MR_FOLD_NONE), or it does not fit the model's parts.  Time of WEIGHTED
 * n_items d^2 flops, in double; memory 8 d^2 bytes.
 */
int mr_folder_open(struct mr_folder *f, const struct mr_model *m,
    int64_t n_items, const struct mr_fold *rule, const char *name,
    struct mr_err *err) MR_CHECKED;
void mr_folder_close(struct mr_folder *f);
/* mr_folder_work - doubles that a call of mr_folder_user works with. */
size_t mr_folder_work(const struct mr_folder *f);
/*
 * mr_folder_user - what the rule makes of the ratings x, at least one.
 *
 * bu    (out)
 * U     [m->V.cols] (out); may be NULL where there are no factors
 * work  [mr_folder_work(f)], of this call alone
 *
 * The normal equations are summed and solved in double, by Cholesky; where
 * they are singular (a ridge of 0 and few ratings) a ridge of a millionth of
 * their largest diagonal entry is added.  NONNEG: cyclic coordinate descent
 * (Franc, Hlavac & Navara, "Sequential coordinate-wise algorithm for the
 * non-negative least squares problem", CAIP 2005) finds which coordinates are
 * above 0, whose equations are then solved.
 * Time n d^2 + d^3 / 3 flops for n ratings, of DESCENT 4 n d a sweep,
 * of CHOSEN 2 n d for each of n_rows.
 */
void mr_folder_user(const struct mr_folder *f, const struct mr_rated *x,
    double *bu, float *U, double *work);
/* mr_folder_misfit - of CHOSEN, sum (r - mu - b - bi - U . V)^2 of ratings x
 * with columns [n] of U. */
double mr_folder_misfit(const struct mr_folder *f, const struct mr_rated *x,
    const float *columns);

/*
 * mr_folder_shares_of - the user whose shares follow, to work [mr_folder_work];
 * mr_folder_shares - what each of his ratings x adds to
 *
 *   bu + U . V[item]	for MEANS, RIDGE, DESCENT
 *   the same less its last term	for POSTERIOR
 *   U . V[item]	for WEIGHTED, SUMS, BLEND, and for NONNEG over the solved
 *			columns
 *
 * of the row that mr_folder_user makes of them: that is linear in the targets
 * t_k of the ratings,
 *
 *   share_k = w_k t_k z' (A + ridge E)^-1 z_k
 *
 * with z and z_k the rows of the item and of the k-th rated one; of NONNEG over
 * the coordinates above 0; of POSTERIOR for being rated there comes
 * ridge n^-1/2 z' (A + ridge E)^-1 Y_k; of DESCENT back through its steps; the
 * others have none that add up: zeros.
 * share [x->n] (out); returns what the prior adds.  Time d^2 + n d an item, of
 * DESCENT 4 n d a sweep.
 *
 * Hu, Koren & Volinsky, "Collaborative filtering for implicit feedback
 * datasets", ICDM 2008, where they explain recommendations (for WEIGHTED).
 */
void mr_folder_shares_of(const struct mr_folder *f, const struct mr_rated *x,
    double *work);
double mr_folder_shares(const struct mr_folder *f, const struct mr_rated *x,
    int32_t item, double *work, double *share);

#endif
