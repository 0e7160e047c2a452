/* Factors of events by pairs: what was chosen before what was not.
 * SPDX-License-Identifier: MIT */
#ifndef MR_MODEL_BPR_H
#define MR_MODEL_BPR_H

#include "model/kind.h"

struct mr_bpr_opt {
	int64_t d;		/* rank */
	int64_t sweeps;
	double learning_rate, lambda;	/* >= 0 */
};

/*
 * mr_bpr_train - every rating an event, whatever its value; gradient ascent on
 *
 *   sum over draws (u, i, j) of ln s(x_ui - x_uj) - lambda / 2 |parameters|^2
 *
 *   x_ui = bi_i + U_u . V_i,  s(x) = 1 / (1 + e^-x)
 *
 * where i is an item of u and j one that he does not have: a sweep takes every
 * event once, with one j.  With z = s(x_uj - x_ui) and the old values on the
 * right
 *
 *   U_u += rate (z (V_i - V_j) - lambda U_u)
 *   V_i += rate (z U_u - lambda V_i)     bi_i += rate (z - lambda bi_i)
 *   V_j -= rate (z U_u + lambda V_j)     bi_j -= rate (z + lambda bi_j)
 *
 * opt  struct mr_bpr_opt
 * m    (out) bi, U and V
 *
 * Start: bi 0, U and V N(0, 0.01 / d), or job->start.  For several cores users
 * and items are in strips, blocks of which are worked on as those of
 * model/sgd.h, in an order by chance; j is drawn from the items of i's strip,
 * all alike, and the items are dealt to strips anew for every sweep, so that in
 * the long run every pair of items is compared.  A user whom 16 draws find no j
 * for is passed over.  MR_ENUMERIC names the event at which the numbers blew up.  Time per sweep 15
 * nnz d flops; memory 8 bytes an event beside the factors, and 4 d (n_users +
 * n_items) if 16 does not divide d.
 *
 * Rendle, Freudenthaler, Gantner & Schmidt-Thieme, "BPR: Bayesian personalized
 * ranking from implicit feedback", UAI 2009 (objective and steps; there draws
 * are independent and i, j from all items).
 */
int mr_bpr_train(struct mr_model *m, const struct mr_train *job,
    const void *opt, struct mr_err *err) MR_CHECKED;

#endif
