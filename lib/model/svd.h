/* Biased matrix factorisation by stochastic gradient descent.
 * SPDX-License-Identifier: MIT */
#ifndef MR_MODEL_SVD_H
#define MR_MODEL_SVD_H

#include "model/sgd.h"

/*
 * mr_svd_train - descend on
 *
 *   sum_(u,i) (r_ui - mu - bu_u - bi_i - U_u . V_i)^2
 *     + lambda (bu_u^2 + bi_i^2 + |U_u|^2 + |V_i|^2)
 *
 * one rating after the other, with e the difference in the brackets and the
 * old values on the right:
 *
 *   bu += rate (e - lambda bu)         bi += rate (e - lambda bi)
 *   U  += rate (e V - lambda U)        V  += rate (e U - lambda V)
 *
 * opt  struct mr_sgd_opt
 * m    (out) mu = the mean rating, bu, bi, U, V, clip to the range of R
 *
 * Start: bu = bi = 0, U and V N(0, 0.01), or job->start.  The order of the
 * ratings is that of the blocks in sgd.h, within a block by user and item.
 * MR_ENUMERIC also names the rating at which the numbers blew up.
 * Time per sweep 10 nnz d flops; memory 12 nnz + 4 d (n_users + n_items)
 * bytes beside R and Rt, the second term twice if 16 does not divide d.
 *
 * Koren, Bell & Volinsky, "Matrix factorization techniques for recommender
 * systems", IEEE Computer 42(8), 2009.
 */
int mr_svd_train(struct mr_model *m, const struct mr_train *job,
    const void *opt, struct mr_err *err) MR_CHECKED;

#endif
