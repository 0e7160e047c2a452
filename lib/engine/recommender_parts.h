/* What a recommender is made of.
 * SPDX-License-Identifier: MIT */
#ifndef MR_ENGINE_RECOMMENDER_PARTS_H
#define MR_ENGINE_RECOMMENDER_PARTS_H

#include "data/table.h"
#include "engine/scorer.h"
#include "model/folder.h"
#include "store/model_file.h"
#include "store/users.h"

struct mr_recommender {
	struct mr_model_in in;
	struct mr_scorer scorer;
	struct mr_kept_users kept;
	struct mr_table films, every;	/* the columns to show; all */
	int32_t *film;		/* [items] row of films, or -1 */
	struct mr_folder folder;	/* where the open asked for it */
	float *mean;		/* [d] with fold: of the users' U */
	float *rows, *share;	/* with fold, rule CHOSEN: those of folder */
	float *raters;		/* [items] of users kept or counted: ratings of
				 * each */
	bool reasons;		/* the open asked for them */
	bool pending;		/* the first batch is read, not given out */
};

/* What the folding of new users takes from all that there are, while they pass:
 * their mean, or each row once. */
struct mr_fold_users {
	double *sum;		/* [d] of U; NULL: not wanted */
	int64_t n;		/* of so many */
	struct mr_ids rows;	/* bytes of their solved columns; */
	float *share;		/* [rows.n] users of each, */
	size_t share_cap;
	double misfit;		/* and of all users, of */
	int64_t ratings;	/* so many ratings */
};

/* Without a folder these do nothing.  mr_fold_users_end - to r, if rc is
 * MR_OK; returns rc or MR_ENOMEM.  Called in every case. */
int mr_fold_users_begin(struct mr_fold_users *f, const struct mr_recommender *r,
    struct mr_err *err) MR_CHECKED;
int mr_fold_users_add(struct mr_fold_users *f, const struct mr_recommender *r,
    const struct mr_users *batch, struct mr_err *err) MR_CHECKED;
int mr_fold_users_end(struct mr_fold_users *f, struct mr_recommender *r,
    int rc, struct mr_err *err) MR_CHECKED;

struct mr_work {
	int threads;
	struct mr_score_work *score;	/* [threads] */
	double **fold;		/* [threads] of the folder, then where items
				 * are near items [items] of reasons */
	struct mr_csr skip;	/* of a call; only ptr and idx */
	size_t ptr_cap, idx_cap;
};

/* mr_recommender_count - add the ratings of a batch to r->raters;
 * mr_recommender_count_first - those of all users of the model at path, read
 * by itself. */
void mr_recommender_count(struct mr_recommender *r,
    const struct mr_users *batch);
int mr_recommender_count_first(struct mr_recommender *r, const char *path,
    struct mr_err *err) MR_CHECKED;

#endif
