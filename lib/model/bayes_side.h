/* One side, users or items, of the sampler in bayes.c: its numbers and the
 * conditional draw of each.  The formulas are in bayes.h.
 * SPDX-License-Identifier: MIT */
#ifndef MR_MODEL_BAYES_SIDE_H
#define MR_MODEL_BAYES_SIDE_H

#include <stdbool.h>

#include "data/csr.h"
#include "math/blas.h"

struct mr_bayes_side {
	const struct mr_csr *R;		/* rows of this side, borrowed */
	const struct mr_csr *Rt;	/* its transpose, borrowed */
	int dim;			/* d + 1 */
	float *x;			/* [R->rows * dim] bias, factors */
	float *omega;			/* [R->rows] */
	/* Rating k of R is fitted to target[at[k]], of at NULL to target[k];
	 * borrowed. */
	const float *target;
	const int64_t *at;
	double *mean;			/* [dim] m */
	double *prec;			/* [dim * dim] Lambda */
	double *root;			/* [dim * dim] upper C, Lambda = C'C */
	/* With implicit sets; NULL without. */
	float *y;			/* [R->cols * dim] */
	float *sum;			/* [R->rows * dim] |I_u|^-1/2 sum y_j */
	float *weight;			/* [R->rows] |I_u|^-1/2 */
	double lambda;
};

/* mr_bayes_sum_sets - sum from y; for bayes_prior.c and bayes_sets.c. */
void mr_bayes_sum_sets(struct mr_bayes_side *s, int threads);

/* What the draws of a side take from elsewhere.  Every number drawn is a
 * function of key and of its place; nothing depends on threads. */
struct mr_bayes_given {
	const struct mr_bayes_side *other;
	const struct mr_blas *blas;
	double alpha;
	uint64_t key;
	int threads;
};

/* mr_bayes_side_new - x and y from N(0, 0.3^2), omega 1.  Freed by
 * mr_bayes_side_free in every case. */
int mr_bayes_side_new(struct mr_bayes_side *s, const struct mr_csr *R,
    const struct mr_csr *Rt, int dim, bool sets, uint64_t key,
    struct mr_err *err) MR_CHECKED;
void mr_bayes_side_free(struct mr_bayes_side *s);

/* mr_bayes_draw_prior - Lambda and m given x, y and lambda; then lambda given
 * Lambda and y.  MR_ENUMERIC when they are not finite. */
int mr_bayes_draw_prior(struct mr_bayes_side *s,
    const struct mr_bayes_given *g, struct mr_err *err) MR_CHECKED;

/*
 * mr_bayes_draw_sets - y given x, m, Lambda and lambda; then sum.
 *
 * Given x the ratings say nothing of y: it is a regression of x on the sets,
 * drawn one y_j after the other; its columns, once rows are multiplied by C,
 * are independent.  Time 4 nnz dim flops and about as much for sum.
 */
int mr_bayes_draw_sets(struct mr_bayes_side *s,
    const struct mr_bayes_given *g, struct mr_err *err) MR_CHECKED;

/*
 * mr_bayes_draw_rows - every x given the other side and the prior:
 *
 *   A_u = Lambda + alpha omega_u sum_i omega_i z z'       z = (1, q_i)
 *   x_u ~ N(A_u^-1 (Lambda (m + sum_u) +
 *       alpha omega_u sum_i omega_i z (target_ui - bi_i)), A_u^-1)
 *
 * bad  (out) the lowest row that has no finite draw, else -1
 */
int mr_bayes_draw_rows(struct mr_bayes_side *s,
    const struct mr_bayes_given *g, int64_t *bad, struct mr_err *err)
    MR_CHECKED;

/* mr_bayes_fit - fit[k] (out) = bu + bi + p . q of rating k of users x. */
void mr_bayes_fit(const struct mr_bayes_side *s,
    const struct mr_bayes_given *g, float *fit);
/*
 * mr_bayes_draw_omega - omega given the errors and the other side's omega.
 *
 * fit    as mr_bayes_fit leaves it
 * error  (out) sum of omega_u omega_i e^2, with the new omega
 */
int mr_bayes_draw_omega(struct mr_bayes_side *s,
    const struct mr_bayes_given *g, const float *fit, double *error,
    struct mr_err *err) MR_CHECKED;

#endif
