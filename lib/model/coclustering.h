/* Groups of users and of items whose ratings of each other are alike.
 * SPDX-License-Identifier: MIT */
#ifndef MR_MODEL_COCLUSTERING_H
#define MR_MODEL_COCLUSTERING_H

#include "model/kind.h"

struct mr_coclustering_opt {
	int64_t user_clusters, item_clusters;
	int64_t sweeps;
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
 * to the lower number.  A sweep that moves nobody is the last.  From
 * job->start: the clusters of its users and items, those of others random;
 * MR_EARG where it has another number of item clusters.
 *
 * opt  struct mr_coclustering_opt
 * m    (out) mu; U[u][h] = C_gh - C_g - C_h + mu, V[i] 1 at h, else 0, and the
 *      means of users and items less mu as mr_biases_fall_back gives them: bu
 *      and bi that serve an unknown item or user too, and two more columns;
 *      clip to the range of R
 *
 * Rows are independent and sums are over blocks of rows that depend on the
 * data alone.  The error need not fall in every sweep.
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
int mr_coclustering_train(struct mr_model *m, const struct mr_train *job,
    const void *opt, struct mr_err *err) MR_CHECKED;

#endif
