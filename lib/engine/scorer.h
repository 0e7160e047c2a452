/* Scores of a model that was read from a stream: the whole formula.
 * SPDX-License-Identifier: MIT */
#ifndef MR_ENGINE_SCORER_H
#define MR_ENGINE_SCORER_H

#include "model/near.h"
#include "store/model_file.h"
#include "vector/exact.h"

/* Some users of the model; all borrowed. */
struct mr_score_users {
	const struct mr_ids *names;
	int64_t first, n;	/* names first .. first + n - 1 */
	struct mr_mat U;	/* n x d */
	const float *bu;	/* [n], or NULL */
	const struct mr_csr *R;	/* rows row .. row + n - 1 are theirs, or
				 * without ptr: no ratings */
	int64_t row;
};

/* All zero is empty; freed by mr_scorer_free. */
struct mr_scorer {
	const struct mr_model_in *in;	/* borrowed */
	struct mr_exact exact;
	struct mr_near_eval near;
	uint64_t *item_key;	/* [n_items] of the ids, where noise is */
};

/* What one worker needs; made and freed with the two functions below. */
struct mr_score_work {
	struct mr_near_work near;
	double *N;		/* [n_items], lists only */
	/* the user */
	const struct mr_score_users *users;
	struct mr_mat U;	/* 1 x d */
	float offset;
	uint64_t key;
};

enum mr_score_use { MR_SCORE_PAIRS, MR_SCORE_LISTS };

/*
 * mr_scorer_open - ready to score, once the item side of in is complete (and
 * all users are read, where users are near= others).
 *
 * rank  [n_items] places of the items in the order of ties; NULL for pairs,
 *       where none is asked for
 */
int mr_scorer_open(struct mr_scorer *s, const struct mr_model_in *in,
    const int32_t *rank, enum mr_score_use use, struct mr_err *err)
    MR_CHECKED;
void mr_scorer_free(struct mr_scorer *s);

/* mr_scorer_lists - the k best items of each user, as mr_exact_search gives
 * them; row q of skip: items not offered to user q. */
int mr_scorer_lists(const struct mr_scorer *s,
    const struct mr_score_users *users, const struct mr_csr *skip, int64_t k,
    int threads, struct mr_scored *best, int64_t *found, struct mr_err *err)
    MR_CHECKED;

int mr_score_work_new(struct mr_score_work *w, const struct mr_scorer *s,
    struct mr_err *err) MR_CHECKED;
void mr_score_work_free(struct mr_score_work *w);
/* mr_score_begin - user q of users follows; mr_score_end - no more of him. */
void mr_score_begin(const struct mr_scorer *s, struct mr_score_work *w,
    const struct mr_score_users *users, int64_t q);
/* mr_score_item - score(user, item), with the bits it has in a list; after an
 * open for pairs. */
float mr_score_item(const struct mr_scorer *s, struct mr_score_work *w,
    int64_t item);
void mr_score_end(const struct mr_scorer *s, struct mr_score_work *w);
/* mr_score_noise - noise z(user, item) of the two names, known or not. */
double mr_score_noise(const struct mr_model *m, struct mr_slice user,
    struct mr_slice item);

#endif
