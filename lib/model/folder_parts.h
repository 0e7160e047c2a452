/* Inside the folding of users: a user's normal equations.
 * SPDX-License-Identifier: MIT */
#ifndef MR_MODEL_FOLDER_PARTS_H
#define MR_MODEL_FOLDER_PARTS_H

#include "model/folder.h"

/* (A + ridge E) x = b for a user, in work. */
struct mr_fold_system {
	int n;
	double ridge;
	double *a;		/* [n * n] upper */
	double *b, *x, *v;	/* [n] */
	double *factor;		/* [n * n] */
};

/* mr_fold_check - has f->m what f->rule takes?  MR_EFORMAT about name. */
int mr_fold_check(const struct mr_folder *f, const char *name,
    struct mr_err *err) MR_CHECKED;
/* mr_fold_fill - the sums of ratings x by the rule; of RIDGE, WEIGHTED and
 * NONNEG. */
struct mr_fold_system mr_fold_fill(const struct mr_folder *f,
    const struct mr_rated *x, double *work);
/* mr_fold_ridge - of x by the rule. */
double mr_fold_ridge(const struct mr_folder *f, const struct mr_rated *x);
/* mr_fold_prior - the weight of the mean user: of WEIGHTED, where there is
 * one, else 0. */
double mr_fold_prior(const struct mr_folder *f, const struct mr_rated *x);
/* mr_fold_is_weighted - are events weighed as WEIGHTED does? */
static inline bool
mr_fold_is_weighted(const struct mr_folder *f)
{
	return f->rule.rule == MR_FOLD_WEIGHTED ||
	    f->rule.rule == MR_FOLD_BLEND;
}
/* mr_fold_weight, mr_fold_target - w and t of rating k of x in
 * sum w (t - z . x)^2, z the row of its item, after a 1 for RIDGE.  Of ordered
 * ratings t is the mean of what may stand behind one, by the solution u, NULL:
 * of zeros. */
double mr_fold_weight(const struct mr_folder *f, const struct mr_rated *x,
    int64_t k);
double mr_fold_target(const struct mr_folder *f, const struct mr_rated *x,
    int64_t k, const double *u);
/* mr_fold_ordered - of POSTERIOR and ordered ratings: s, as mr_fold_fill left
 * it, factored and solved, x and u [n] the same; false where it cannot be. */
bool mr_fold_ordered(const struct mr_folder *f, const struct mr_rated *x,
    struct mr_fold_system *s, double *u);
/* mr_fold_latent - what is to be expected behind an ordered rating, whose score
 * is rest + V . u, less rest. */
double mr_fold_latent(const struct mr_folder *f, float rating, double rest,
    const float *V, const double *u);
/* mr_fold_add_sets - b += ridge y of POSTERIOR with Y. */
void mr_fold_add_sets(const struct mr_folder *f, const struct mr_rated *x,
    double ridge, double *b);
/* mr_fold_memory - [V->cols] of work that a system leaves free. */
double *mr_fold_memory(const struct mr_folder *f, double *work);
/* mr_fold_row - z of an item to s->v. */
void mr_fold_row(const struct mr_folder *f, const struct mr_fold_system *s,
    int32_t item);
/* mr_fold_factor - the Cholesky factor of A + ridge E; false where even a
 * larger ridge does not help. */
bool mr_fold_factor(struct mr_fold_system *s);
/* mr_fold_nonneg - x of NONNEG; a and factor become those of the coordinates
 * above 0, with 1 on the diagonal of the others. */
void mr_fold_nonneg(struct mr_fold_system *s);

/* mr_fold_mean - sum (r - mu - bi) / (n + ridge) of x. */
double mr_fold_mean(const struct mr_model *m, const struct mr_rated *x,
    double ridge);
/* mr_fold_fall_back - bu, and the last two columns of U, where bu was
 * before. */
void mr_fold_fall_back(const struct mr_folder *f, const struct mr_rated *x,
    double before, double *bu, float *U);
/* mr_fold_choose - CHOSEN; work [f->n]. */
void mr_fold_choose(const struct mr_folder *f, const struct mr_rated *x,
    double *bu, float *U, double *work);

#endif
