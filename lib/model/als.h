/* Biased matrix factorisation of explicit ratings by alternating least
 * squares.
 * SPDX-License-Identifier: MIT */
#ifndef MR_MODEL_ALS_H
#define MR_MODEL_ALS_H

#include "model/kind.h"

struct mr_als_opt {
	int64_t d;		/* rank */
	int64_t sweeps;
	double lambda;		/* > 0 */
};

/*
 * mr_als_train - minimise by turns over all users and all items
 *
 *   sum_(u,i) (r_ui - mu - bu_u - bi_i - U_u . V_i)^2
 *     + lambda (sum_u |I_u| (|U_u|^2 + bu_u^2)
 *             + sum_i |U_i| (|V_i|^2 + bi_i^2))
 *
 * opt  struct mr_als_opt
 * m    (out) mu = the mean rating, bu, bi, U, V, clip to the range of R
 *
 * A row's step is exact: (sum x x' + lambda n E)(b, p) = sum x target, with
 * x = (1, q).  Start: bi the item's shrunken mean deviation, V N(0, 0.01/d), or
 * both of job->start.
 * MR_ENUMERIC also for a row without a solution (larger lambda helps); rows
 * without four right digits are warned of.  Time and workspace are those of
 * half_step.h; memory 4 d (n_users + n_items) bytes beside R and Rt.
 *
 * Zhou, Wilkinson, Schreiber & Pan, "Large-scale parallel collaborative
 * filtering for the Netflix prize", AAIM 2008, section 3 (weighted lambda);
 * the biases, fitted together with the factors, are ours.
 */
int mr_als_train(struct mr_model *m, const struct mr_train *job,
    const void *opt, struct mr_err *err) MR_CHECKED;

#endif
