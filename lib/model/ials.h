/* Matrix factorisation of implicit feedback by alternating least squares.
 * SPDX-License-Identifier: MIT */
#ifndef MR_MODEL_IALS_H
#define MR_MODEL_IALS_H

#include "model/kind.h"

struct mr_ials_opt {
	int64_t d;		/* rank */
	int64_t sweeps;
	double lambda;		/* >= 0 */
	double unobserved_weight;	/* alpha0 > 0 */
	double reg_exponent;	/* nu >= 0 */
	double alpha;		/* >= 0: how much a rating's value counts */
};

/*
 * mr_ials_train - minimise by turns over all users and all items
 *
 *   sum_(u,i) seen  c_ui (U_u . V_i - 1)^2  +  a0 sum_(all u,i) (U_u . V_i)^2
 *     + lambda (sum_u (|I_u| + a0 n_items)^nu |U_u|^2
 *             + sum_i (|U_i| + a0 n_users)^nu |V_i|^2)
 *
 *   c_ui = 1 + alpha r_ui;  a0 = unobserved weight, nu = reg exponent
 *
 * opt  struct mr_ials_opt; values of R are used when alpha > 0 alone, and may
 *      not be negative then: MR_EFORMAT
 * m    (out) U and V alone
 *
 * A row's step, (sum c v v' + a0 V'V + lambda_u E) u = sum c v, is that of
 * weighted_step.h, which tells its error and its time.  Start: V
 * N(0, 0.01/d), or job->start; users are solved first.  U and V are left in the
 * basis of the last step.  MR_ENUMERIC for a row without a solution; rows
 * without four right digits are warned of.
 *
 * Rendle, Krichene, Zhang & Koren, "Revisiting the performance of iALS on
 * item recommendation benchmarks", arXiv 2110.14037 (objective, weights,
 * start); Hu, Koren & Volinsky, "Collaborative filtering for implicit
 * feedback datasets", ICDM 2008 (the steps).  c_ui beyond 1 is Hu et al.'s.
 */
int mr_ials_train(struct mr_model *m, const struct mr_train *job,
    const void *opt, struct mr_err *err) MR_CHECKED;

/*
 * What suits data of that size, by splits of MovieLens (thousands of films and
 * hundreds of users) and Gowalla (tens of thousands of both) into training and
 * validation, and by what Rendle et al. took for MovieLens 20M and MSD:
 *
 *   unobserved weight  16 n_ratings / (n_users n_items), at most 1
 *   rank               64; with n = min(n_users, n_items) from 5,000 on 128,
 *                      from 20,000 on 256
 *   lambda             0.01 (1000 / n_users)^1/4, from 0.002 to 0.01, but
 *                      0.11 n_users / n_ratings at least: with 10 ratings to
 *                      a user and fewer less than that learnt them by heart
 *                      (simulated)
 */
double mr_ials_weight(const struct mr_extent *x);
double mr_ials_rank(const struct mr_extent *x);
double mr_ials_lambda(const struct mr_extent *x);
/* mr_ials_bytes - of training, with the model. */
double mr_ials_bytes(const struct mr_csr *R, int64_t d, int threads);

/* The parameters, of a struct S with fields of these names. */
#define MR_IALS_ROWS(S) \
	{ MR_RANK_ROW(S, 64), .suited = mr_ials_rank }, \
	{ MR_SWEEPS_ROW(S, 10) }, \
	{ MR_LAMBDA_ROW(S, 0.01), .suited = mr_ials_lambda }, \
	{ MR_REAL_ROW(S, alpha, 0, "alpha", "X", \
	    "ials: a rating r weighs 1 + X r", 0, 1e9, 0) }, \
	{ MR_REAL_ROW(S, unobserved_weight, 0, "unobserved-weight", "X", \
	    "ials: weight of every pair, seen or not", 0, 1e9, 0.02), \
	    .suited = mr_ials_weight }, \
	{ MR_REAL_ROW(S, reg_exponent, 0, "reg-exponent", "X", \
	    "ials: how lambda grows with the number of ratings", 0, 10, 1) }

#endif
