/* Whom a user is near to who was not there, with the axis user.
 * SPDX-License-Identifier: MIT */
#ifndef MR_MODEL_NEAR_NEW_H
#define MR_MODEL_NEAR_NEW_H

#include "model/fold.h"
#include "model/model.h"
#include "model/similarity.h"
#include "model/users.h"

/* The ratings of all users by items, as similarities take them.  Only read
 * once open; freed by mr_near_new_close; all zero is none. */
struct mr_near_new {
	const struct mr_model *m;	/* borrowed */
	struct mr_similarity_opt o;
	double reg_user;
	struct mr_csr Rt;	/* n_items x n_users */
	double *val;		/* [nnz] its values less what o wants off */
	float *bi;		/* [n_items] of these; NULL: nothing */
	float spread;		/* standard deviation of all ratings */
};

/*
 * mr_near_new_open - R the ratings of all users, rule one of SIMILAR
 * (fold.h), m the model, whose mu and near.scale are read at every use.
 * Memory 16 bytes a rating, and 8 an item and a user; MR_ENOMEM.
 */
int mr_near_new_open(struct mr_near_new *n, const struct mr_model *m,
    const struct mr_csr *R, const struct mr_fold *rule, struct mr_err *err)
    MR_CHECKED;
void mr_near_new_close(struct mr_near_new *n);
/*
 * mr_near_new_row - the row of S that his ratings give a user, but for himself
 * if the model has him: to idx and weight [n_users] (out), rising; returns how
 * many there are.  x [n_items] is memory, w as mr_similarity_row has it.  Time
 * the ratings of all of his items.
 */
int64_t mr_near_new_row(const struct mr_near_new *n,
    const struct mr_user *user, double *x, struct mr_similarity_work *w,
    int32_t *idx, float *weight);
/* mr_near_new_scale - near.scale of such a user. */
float mr_near_new_scale(const struct mr_near_new *n,
    const struct mr_user *user);

#endif
