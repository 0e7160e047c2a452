/* Non-negative matrix factorisation of the known ratings.
 * SPDX-License-Identifier: MIT */
#ifndef MR_MODEL_NMF_H
#define MR_MODEL_NMF_H

#include "model/kind.h"

struct mr_nmf_opt {
	int64_t d;		/* rank */
	int64_t sweeps;
	double lambda;		/* >= 0 */
};

/*
 * mr_nmf_train - estimate r_ui as p_u . q_i with p, q >= 0, which descends on
 *
 *   sum_(u,i) (r_ui - p_u . q_i)^2
 *     + lambda (sum_u |I_u| |p_u|^2 + sum_i |U_i| |q_i|^2)
 *
 * by multiplying first every user's factors, then, with those, every item's:
 *
 *   p_uf <- p_uf sum_i r_ui q_if / (sum_i (p_u . q_i) q_if + lambda |I_u| p_uf)
 *
 * and q_if alike.  No step raises the sum above.  A factor that is 0 stays 0.
 *
 * opt  struct mr_nmf_opt
 * m    (out) mu = the mean rating, clip to the range of R, bu and bi of
 *      mr_biases_fall_back (biases.h) for a pair of which one side is unknown,
 *      U = (p, ..) and V = (q, ..) of rank d + 2, whose last columns take mu,
 *      bu and bi back, so that the score of a known pair is p . q
 *
 * Start: p and q uniform in [0, 1), or of job->start.  The rows of a side
 * are independent.  Sums over a row are float.  MR_EFORMAT names a rating below
 * 0; MR_ENUMERIC also when the ratings are too large for float sums.
 * Time per sweep 12 nnz d flops; memory 8 d (n_users + n_items) bytes beside
 * R and Rt, d rounded up to a multiple of 16.
 *
 * Luo, Zhou, Xia & Zhu, "An efficient non-negative matrix-factorization-based
 * approach to collaborative filtering for recommender systems", IEEE
 * Transactions on Industrial Informatics 10(2), 2014.  A departure: there the
 * items' step uses the users' factors from before the sweep.  With both sides
 * correcting the same error at once an estimate twice too large is half of
 * what it should be a sweep later, and so on, unless it starts about right,
 * as uniform factors do at rank 15 and ratings from 1 to 5 only.
 */
int mr_nmf_train(struct mr_model *m, const struct mr_train *job,
    const void *opt, struct mr_err *err) MR_CHECKED;

#endif
