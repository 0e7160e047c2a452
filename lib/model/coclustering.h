/* Groups of users and of items whose ratings of each other are alike.
 * SPDX-License-Identifier: MIT */
#ifndef MR_MODEL_COCLUSTERING_H
#define MR_MODEL_COCLUSTERING_H

#include "model/model.h"

struct mr_coclustering_opt {
	int64_t user_clusters, item_clusters;	/* 1 .. 4096 */
	int64_t sweeps;		/* at least 1 */
	uint64_t seed;
	int threads;
};

/*
 * mr_coclustering_train - with g the cluster of u and h that of i,
 *
 *   score = C_gh + (mean of u - C_g) + (mean of i - C_h)
 *
 * C_gh, C_g, C_h are the means of the ratings of a pair of clusters, of a
 * cluster of users, of one of items; mu where there are none.  From random
 * clusters, in every sweep: means; every user to the cluster with the least
 * squared error over his ratings; means; every item likewise; equal ones go
 * to the lower number.  A sweep that moves nobody is the last.
 *
 * R   n_users x n_items, finite values, at least one     borrowed
 * Rt  its transpose                                      borrowed
 * m   (out) mu; U[u][h] = C_gh - C_g - C_h + mu, V[i] 1 at h, else 0, and the
 *     means of users and items less mu as mr_biases_fall_back gives them: bu
 *     and bi that serve an unknown item or user too, and two more columns;
 *     clip to the range of R
 *
 * Rows are independent and sums are over blocks of rows that depend on the
 * data alone, so the result does not depend on threads.  The error need not
 * fall in every sweep.  Returns MR_OK, MR_ENOMEM, MR_EARG, MR_ENUMERIC.
 * Time per sweep nnz (user_clusters + item_clusters); memory
 * 4 (item_clusters + 2) (n_users + n_items) bytes, and for each of the
 * user_clusters x item_clusters pairs 16 bytes in each of up to 16 blocks of
 * users and 16 more.
 *
 * George & Merugu, "A scalable collaborative filtering framework based on
 * co-clustering", ICDM 2005.  Surprise's CoClustering takes for the items'
 * step the means from before the users' step, cuts half stars off, and says
 * mu where the user or the item is unknown.
 */
int mr_coclustering_train(struct mr_model *m, const struct mr_csr *R,
    const struct mr_csr *Rt, const struct mr_coclustering_opt *o,
    const struct mr_sweep_log *log, struct mr_err *err) MR_CHECKED;

#endif
