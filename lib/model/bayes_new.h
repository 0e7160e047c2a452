/* What the samples of bayes.c say of a user who is not there, for the rule
 * POSTERIOR of fold.h.
 * SPDX-License-Identifier: MIT */
#ifndef MR_MODEL_BAYES_NEW_H
#define MR_MODEL_BAYES_NEW_H

#include "math/lowrank.h"
#include "model/bayes_side.h"
#include "model/model.h"

/*
 * Before any rating a sample (bayes.h) says of a user and items i, j
 *
 *   f(i) = bi_i + m . z + |I_u|^-1/2 sum_(j in I_u) y_j . z   z = (1, q_i)
 *   cov(f(i), f(j)) = z_i' Lambda^-1 z_j
 *
 * and the samples together the means of these.  They are kept in the columns of
 * the products of factors: these are of q - m', so that beside the factors p
 * there stands the bias e = b + p . m'.  All zero is none; freed by
 * mr_bayes_new_free.
 */
struct mr_bayes_new {
	double var;		/* of e; its covariances with p are the last
				 * row of product.W */
	double *set_bias;	/* [n_items] e of the y, whose factors are the
				 * rows of W before it; NULL: no sets */
	double noise;		/* variances, summed like the others */
	double *work;		/* [dim * dim + dim] */
};

/* mr_bayes_new_open - samples of users like user, and of the items that it
 * rates, beside product. */
int mr_bayes_new_open(struct mr_bayes_new *n, struct mr_lowrank *product,
    const struct mr_bayes_side *user, struct mr_err *err) MR_CHECKED;
void mr_bayes_new_free(struct mr_bayes_new *n);
/* mr_bayes_new_add - the sample whose factors stand from product's column cols
 * on, which are not counted yet; mean [dim] that of the items, noise the
 * variance of a rating around its estimate. */
void mr_bayes_new_add(struct mr_bayes_new *n, struct mr_lowrank *product,
    const struct mr_bayes_side *user, const double *mean, double noise);
/*
 * mr_bayes_new_turn - once m has the mean products of samples ratings of
 * standard deviation unit, and biases of users and items, turn the factors so
 * that before any rating a user's are N(0, s^2 E), s the noise: the rule then
 * has a ridge of 1.  Scores stay what they are.  U and V have two spare columns
 * of zeros; what the first of them is to be by which V is the same for all
 * items goes to *unit_bias (out): a user's bias is in its unit.
 *
 * m  bu, U, V turned; Y (out) without sets left empty
 *
 * MR_ENUMERIC: no finite spread.  Time (n_users + 2 n_items) r^2 flops.
 */
int mr_bayes_new_turn(const struct mr_bayes_new *n,
    const struct mr_lowrank *product, struct mr_model *m, double unit,
    int64_t samples, double *unit_bias, struct mr_err *err) MR_CHECKED;

#endif
