/* How far users and items lie from the mean, without factors.
 * SPDX-License-Identifier: MIT */
#ifndef MR_MODEL_BIASES_H
#define MR_MODEL_BIASES_H

#include "model/model.h"

struct mr_biases_opt {
	int64_t sweeps;
	double reg_user, reg_item;	/* >= 0 */
	int threads;
};

/*
 * mr_biases_als - from zero, in every sweep all items and then all users:
 *
 *   bi = sum over u in U_i of (r_ui - mu - bu) / (reg_item + |U_i|)
 *   bu = sum over i in I_u of (r_ui - mu - bi) / (reg_user + |I_u|)
 *
 * bu [n_users], bi [n_items] (out); R n_users x n_items and its transpose
 * Rt are borrowed.  A row without ratings has 0.  Rows are independent: the
 * result does not depend on threads.  Time sweeps . 2 nnz.
 * Koren, "Factor in the neighbors: scalable and accurate collaborative
 * filtering", TKDD 4(1), 2010, section 2.1.
 */
void mr_biases_als(float *bu, float *bi, double mu, const struct mr_csr *R,
    const struct mr_csr *Rt, const struct mr_biases_opt *o);

/* mr_biases_mean - b[x] (out) = the mean of row x - mu; 0 without ratings. */
void mr_biases_mean(float *b, double mu, const struct mr_csr *rows);

/* Ratings at the mean that shrink the biases of mr_biases_fall_back. */
#define MR_FALL_BACK_REG_USER 15
#define MR_FALL_BACK_REG_ITEM 10

/*
 * mr_biases_replace - put bu [n_users] and bi [n_items] in the place of m's,
 * as what is said of a pair of which one side is unknown, without changing any
 * score of a known pair: the last two of the columns of U and V, zeros until
 * now, take the change back,
 *
 *   U = (.., bu before - bu after, 1)     V = (.., 1, bi before - bi after)
 *
 * Rows without ratings keep zeros there.
 */
void mr_biases_replace(struct mr_model *m, const float *bu, const float *bi,
    const struct mr_csr *R, const struct mr_csr *Rt);
/* mr_biases_fall_back - put those of mr_biases_als there (10 sweeps, the
 * numbers above), which alone are a sound estimate.  MR_ENOMEM. */
int mr_biases_fall_back(struct mr_model *m, const struct mr_csr *R,
    const struct mr_csr *Rt, int threads, struct mr_err *err) MR_CHECKED;

#endif
