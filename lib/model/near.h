/* The neighbourhood term N(u, i) of model.h, computed.
 * SPDX-License-Identifier: MIT */
#ifndef MR_MODEL_NEAR_H
#define MR_MODEL_NEAR_H

#include "data/topk.h"
#include "model/model.h"
#include "model/near_new.h"
#include "model/users.h"

/* What N is computed from.  Built by an open, then only read; freed by
 * mr_near_close; all zero is a model without the term. */
struct mr_near_eval {
	const struct mr_model *m;	/* borrowed */
	const struct mr_csr *R;	/* axis user: all ratings, borrowed */
	/* Axis user: for users who were folded in, set after the open and
	 * before any work is made; borrowed.  NULL: such a user is as in
	 * training, or near nobody where the model does not have him. */
	const struct mr_near_new *new;
	int64_t n_items;
	bool lists;		/* for lists, not pairs */
	/* [n] over the axis: places in the order of ties, and which is at a
	 * place */
	int32_t *rank, *order;
	struct mr_csr Rt;	/* pairs, axis user: R by items, the users in
				 * the order of ties */
	struct mr_csr St;	/* lists, axis item: S by columns */
	int64_t longest;	/* row of S */
};

struct mr_near_sum {
	double sum, norm;
	int64_t n;
};

/* A worker's memory; made by mr_near_work_new, freed by mr_near_work_free.
 * All [n] are over the axis. */
struct mr_near_work {
	struct mr_user user;
	/* Axis item: the user's items in the order of ties, their places in
	 * it counted from 1, and by these places less 1 (r' - c') / scale[x'];
	 * in lists how far each one's column of S is done. */
	int32_t *mine, *place;	/* [n] */
	double *residual;	/* [n] */
	int64_t *next;		/* [n] */
	/* Axis item: candidates of some items, as keys of their weights and
	 * as places, and how many each item has. */
	int32_t *key, *at, *count;
	/* Axis user: S[u][x'], and whether there is one; axis item: of what
	 * stands at a place, within one pair. */
	float *weight;		/* [n] */
	bool *is_near;		/* [n] */
	struct mr_near_sum *sum;	/* [n_items] lists */
	/* Axis user; a row of S, of the model or the user's own. */
	const int32_t *idx;
	const float *val;
	int64_t n;
	float scale;
	struct mr_similarity_work similar;
	double *x;		/* [n_items] */
	int32_t *own;		/* [n] */
	float *own_val;		/* [n] */
	struct mr_hit *heap;
};

/*
 * mr_near_open - ready to compute N of single pairs of m;
 * mr_near_open_lists - ready to compute N of all items of a user.
 *
 * m     near.S whole; mu, bi and, for the axis user, bu of all users are read
 *       at every use
 * rank  [n] over the axis, of mr_ids_order: the order of ties, copied; NULL:
 *       that of the numbers
 * R     axis user: the ratings of all users; else not used, NULL will do
 *
 * All sums follow weights and rank, not numbers: rows of S that are in another
 * order, with the same values, give the same bits.
 *
 * Memory: 8 n bytes; for pairs, axis user, 8 nnz(R) + 8 n_items more; for
 * lists, axis item, 8 nnz(S) + 8 n_items more.  MR_ENOMEM.
 */
int mr_near_open(struct mr_near_eval *e, const struct mr_model *m,
    const struct mr_csr *R, int64_t n_items, const int32_t *rank,
    struct mr_err *err) MR_CHECKED;
int mr_near_open_lists(struct mr_near_eval *e, const struct mr_model *m,
    const struct mr_csr *R, int64_t n_items, const int32_t *rank,
    struct mr_err *err) MR_CHECKED;
void mr_near_close(struct mr_near_eval *e);

/* Memory of a worker: axis item 37 bytes a row of S and 128 KiB; axis user 5 a
 * row of S, 8 for each entry of the longest of them; for lists 24 an
 * item; with new 73 a row of S and 8 an item more. */
int mr_near_work_new(struct mr_near_work *w, const struct mr_near_eval *e,
    struct mr_err *err) MR_CHECKED;
void mr_near_work_free(struct mr_near_work *w);

/*
 * mr_near_begin - the user that follows, borrowed: axis item his bu and
 * ratings, axis user his bu and number, or with new and where he was folded in
 * bu and ratings; mr_near_end - no more of him.
 * Between the two, each any number of times:
 *
 * mr_near_pair - N(user, item), after an open for pairs.  Time: the row of S
 *                and his items (axis item) or the raters of the item (axis
 *                user).
 * mr_near_all  - N(user, i) of all items i to N[n_items], after an open for
 *                lists, with the bits of mr_near_pair.  Time: axis item, the
 *                columns of S of what he rated, and, where these are more
 *                than k, for an item that shares n > k of them about n log n;
 *                axis user, the ratings of all
 *                users in his row of S.
 */
void mr_near_begin(const struct mr_near_eval *e, struct mr_near_work *w,
    const struct mr_user *user);
double mr_near_pair(const struct mr_near_eval *e, struct mr_near_work *w,
    int64_t item);
void mr_near_all(const struct mr_near_eval *e, struct mr_near_work *w,
    double *N);
void mr_near_end(const struct mr_near_eval *e, struct mr_near_work *w);

#endif
