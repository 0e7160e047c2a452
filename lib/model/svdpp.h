/* SVD++: biased factors of users who are also the sum of what they rated.
 * SPDX-License-Identifier: MIT */
#ifndef MR_MODEL_SVDPP_H
#define MR_MODEL_SVDPP_H

#include "model/sgd.h"

/*
 * mr_svdpp_train - estimate r_ui as
 *
 *   mu + bu_u + bi_i + q_i . (p_u + z_u)   z_u = |I_u|^-1/2 sum_(j in I_u) y_j
 *
 * by gradient descent, user by user, items as numbered, with e = r_ui minus
 * the estimate and the old values on the right:
 *
 *   bu += rate (e - lambda bu)        bi += rate (e - lambda bi)
 *   p  += rate (e q - lambda p)       q  += rate (e (p + z) - lambda q)
 *   y_j += rate (e q / sqrt |I_u| - lambda y_j)     for every j in I_u
 *
 * The last line need not be done |I_u| times a rating: within a user every
 * y_j gets the same factor and the same addend.  With keep = 1 - rate lambda
 * it is enough to carry, at each rating,
 *
 *   a <- keep a,  b <- keep b + rate e q / sqrt |I_u|,  z <- keep z + rate e q
 *
 * and to set y_j <- a y_j + b at the user's end: the same numbers but for
 * rounding, in O(d) a rating.
 *
 * opt  struct mr_sgd_opt
 * m    (out) mu = the mean rating, bu, bi, U = p + z, V = q, clip to the
 *      range of R
 *
 * Start: biases 0; p, q and y N(0, 0.01); of job->start biases, q and p +
 * z, for y is not kept.  A user's ratings change what the
 * next user begins with, so the sweeps run on one core; threads are used for
 * the start.  MR_ENUMERIC also names the rating at which the numbers blew up.
 * Time per sweep 15 nnz d flops; memory 4 d (n_users + 2 n_items) bytes
 * beside R and Rt, and again 4 d (n_users + n_items) if 16 does not divide d.
 *
 * A new user is folded in by the descent of svd on p + z, for y is not kept.
 *
 * Koren, "Factorization meets the neighborhood", KDD 2008, section 4.
 */
int mr_svdpp_train(struct mr_model *m, const struct mr_train *job,
    const void *opt, struct mr_err *err) MR_CHECKED;

#endif
