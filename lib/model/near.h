/* The neighbourhood term N(u, i) of model.h, computed.
 * SPDX-License-Identifier: MIT */
#ifndef MR_MODEL_NEAR_H
#define MR_MODEL_NEAR_H

#include "data/topk.h"
#include "model/model.h"

/* What to compute: N of single pairs, or of all items of a user. */
enum mr_near_use { MR_NEAR_PAIRS, MR_NEAR_LISTS };

/* Built by mr_near_open, then only read; freed by mr_near_close; all zero is
 * a model without the term. */
struct mr_near_eval {
	const struct mr_model *m;	/* borrowed */
	const struct mr_csr *R;	/* axis user: all ratings, borrowed */
	int64_t n_items;
	enum mr_near_use use;
	struct mr_csr St;	/* lists, axis item: S by columns */
	struct mr_csr Rt;	/* pairs, axis user: R by items */
	/* lists, axis item: the heap of item i has heap[i + 1] - heap[i]
	 * places; [n_items + 1] */
	int64_t *heap;
	int64_t longest;	/* the most candidates of a pair, or of a user
				 * in a list */
};

/* A user.  All borrowed until mr_near_end. */
struct mr_near_user {
	double bu;
	/* axis item: the n ratings of the user, rising items */
	const int32_t *item;
	const float *rating;
	int64_t n;
	int64_t number;		/* axis user: the user's row of S */
};

struct mr_near_sum {
	double sum, norm;
	int64_t n;
};

/* A worker's memory; made by mr_near_work_new, freed by mr_near_work_free. */
struct mr_near_work {
	struct mr_near_user user;
	bool *is_near;		/* [n] over the axis: may it be a candidate? */
	double *residual;	/* [n] axis item: (r' - c') / scale[x'] */
	float *weight;		/* [n] axis user: S[u][x'] */
	struct mr_scored *heap;
	struct mr_near_sum *sum;	/* [n_items] lists */
};

/*
 * mr_near_open - ready to compute N of m.
 *
 * m     near.S whole; mu, bi and, for the axis user, bu of all users are read
 *       at every use
 * R     axis user: the ratings of all users; else not used, NULL will do
 *
 * Memory: axis item 8 nnz(S) + 16 n_items bytes for lists, none for pairs;
 * axis user 8 nnz(R) for pairs, none for lists.  MR_ENOMEM.
 */
int mr_near_open(struct mr_near_eval *e, const struct mr_model *m,
    const struct mr_csr *R, int64_t n_items, enum mr_near_use use,
    struct mr_err *err) MR_CHECKED;
void mr_near_close(struct mr_near_eval *e);

/* Memory of a worker: 13 bytes a row of S, 24 an item for lists, and heaps of
 * at most 8 nnz(S) bytes (axis item: 8 k an item). */
int mr_near_work_new(struct mr_near_work *w, const struct mr_near_eval *e,
    struct mr_err *err) MR_CHECKED;
void mr_near_work_free(struct mr_near_work *w);

/*
 * mr_near_begin - the user that follows; mr_near_end - no more of him.
 * Between the two, each any number of times:
 *
 * mr_near_pair - N(user, item), after an open for pairs.  Time: the row of S
 *                (axis item) or the raters of the item (axis user).
 * mr_near_all  - N(user, i) of all items i to N[n_items], after an open for
 *                lists, with the bits of mr_near_pair.  Time: the columns of
 *                S of what he rated (axis item) or the ratings of all users
 *                in his row of S (axis user).
 */
void mr_near_begin(const struct mr_near_eval *e, struct mr_near_work *w,
    const struct mr_near_user *user);
double mr_near_pair(const struct mr_near_eval *e, struct mr_near_work *w,
    int64_t item);
void mr_near_all(const struct mr_near_eval *e, struct mr_near_work *w,
    double *N);
void mr_near_end(const struct mr_near_eval *e, struct mr_near_work *w);

#endif
