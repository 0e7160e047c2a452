/* Scores of a model in memory: the whole formula of model.h.
 * SPDX-License-Identifier: MIT */
#ifndef MR_ENGINE_SCORER_H
#define MR_ENGINE_SCORER_H

#include "model/near.h"
#include "vector/coded.h"

/* ALL in place of LISTS: mr_scorer_all, and never mr_scorer_lists. */
enum { MR_SCORE_PAIRS = 1, MR_SCORE_LISTS = 2, MR_SCORE_ALL = 6 };

/* Items' factors as bytes; all zero: none. */
struct mr_score_codes {
	struct mr_codes items;
	float *reach, *lost;	/* [n_items up to 16] |x| + E and E of
				 * vector/codes.h, rounded up */
	float *bias;		/* the same */
	double most_bias;	/* none is larger, whatever its sign */
};

/* Only read once open, by any number of threads; stays where it is opened.
 * All zero is empty; freed by mr_scorer_free. */
struct mr_scorer {
	const struct mr_model *m;	/* borrowed */
	int64_t n_items;
	struct mr_exact exact;
	struct mr_coded coded;	/* the same for short lists, where it pays */
	struct mr_score_codes codes;	/* for those made one by one */
	int32_t *rank;		/* [n_items] places in the order of ties;
				 * lists only */
	struct mr_csr R;	/* near= users: of all, borrowed */
	int use;
	struct mr_near_eval pairs, lists;
	struct mr_near_new new;	/* near= users: of those folded in */
	uint64_t *item_key;	/* [n_items] of the ids, where noise is */
	/* Nothing but a sum of N over neighbours: 0 is what an item has that
	 * nothing speaks for or against. */
	bool zero_is_none;
};

/* Some users' factors and all items' as bytes, and what one user's scores lie
 * between. */
struct mr_score_bytes {
	struct mr_code_query *user;	/* [users] */
	int8_t *code;		/* [users * codes.items.wide] */
	int32_t *start;		/* [users] */
	int32_t *sum;		/* [ld up to 1024 / 1024][users][1024] */
	float *low, *high;	/* [ld] */
	int64_t users, ld;	/* ld: n_items up to 16 */
};

/* What one thread needs; made and freed with the two functions below. */
struct mr_score_work {
	struct mr_near_work pairs, lists;
	double *N;		/* [n_items up to 16], lists only */
	/* Lists of near or noise only; where there are factors of 12 to
	 * MR_EXACT_TOGETHER users, 16 MiB of scores if that is between, else
	 * of one.  Where there are codes only their sums are touched, but for
	 * a list of more than a hundredth of the items. */
	float *U;		/* [users * d] */
	float *base;		/* [users * n_items] */
	struct mr_score_bytes bytes;	/* where there are codes */
	/* the user */
	struct mr_user user;
	float offset;
};

/*
 * mr_scorer_open - ready to score: use MR_SCORE_PAIRS, MR_SCORE_LISTS or
 * MR_SCORE_ALL, or both.
 *
 * m      item side; borrowed
 * items  its names: ties of scores and of neighbours are by them
 * all    where users are near= others all users, borrowed; else NULL will do
 *
 * Memory: the items' factors again, for LISTS 2.25 times where
 * mr_coded_pays, 8 bytes an item, and what mr_near_open needs for each use,
 * beside which LISTS of 64 factors or more take d + 16 bytes an item;
 * where m->gap says that they stay in a file, but for ALL, 8 bytes an item and,
 * where mr_coded_pays, a quarter of them.
 */
int mr_scorer_open(struct mr_scorer *s, const struct mr_model *m,
    const struct mr_ids *items, const struct mr_users *all, int use,
    struct mr_err *err) MR_CHECKED;
/* mr_scorer_fold - before any work is made: users who are folded in by rule are
 * near others, too.  After this s stays where it is.  MR_ENOMEM. */
int mr_scorer_fold(struct mr_scorer *s, const struct mr_fold *rule,
    struct mr_err *err) MR_CHECKED;
void mr_scorer_free(struct mr_scorer *s);

int mr_score_work_new(struct mr_score_work *w, const struct mr_scorer *s,
    struct mr_err *err) MR_CHECKED;
void mr_score_work_free(struct mr_score_work *w);

/*
 * mr_scorer_lists - the k best items of each of n users, best first, ties by
 * item id, but those of 0 where zero_is_none.  A list has the bits of its
 * scores alone.
 *
 * users  of the model: one it does not know has no factors to score with
 * skip   n rows: items, rising, that are not offered to user q
 * allow  bit i: item i may be offered at all; NULL: all may
 * k      at least 1
 * w      [threads], one for each thread
 * hit    [n * k] (out); found [n] (out) how many there are
 */
int mr_scorer_lists(const struct mr_scorer *s, const struct mr_user *users,
    int64_t n, const struct mr_csr *skip, const uint64_t *allow, int64_t k,
    struct mr_score_work *w, int threads, struct mr_hit *hit, int64_t *found,
    struct mr_err *err)
    MR_CHECKED;

/* mr_scorer_none - is it the score of an item that nothing speaks for? */
static inline bool
mr_scorer_none(const struct mr_scorer *s, float score)
{
	return s->zero_is_none && !(score > 0) && !(score < 0);
}

/* mr_scorer_all - score(user, i) of all items to scores [n_items] (out), with
 * the bits they have in a list; after an open for lists. */
void mr_scorer_all(const struct mr_scorer *s, struct mr_score_work *w,
    const struct mr_user *user, float *scores);

/* mr_score_begin - the user that follows, of the model, borrowed;
 * mr_score_end - no more of him; mr_score_item - between the two,
 * score(user, item), with the bits it has in a list; after an open for
 * pairs. */
void mr_score_begin(const struct mr_scorer *s, struct mr_score_work *w,
    const struct mr_user *user);
float mr_score_item(const struct mr_scorer *s, struct mr_score_work *w,
    int64_t item);
void mr_score_end(const struct mr_scorer *s, struct mr_score_work *w);
/* mr_score_known - mu and those of bu, bi and the noise that are known of a
 * user or an item (-1: none) that the model does not have. */
double mr_score_known(const struct mr_model *m, const struct mr_user *user,
    struct mr_slice id, int64_t item);

#endif
