/* What would this user like: a model and its films, asked by anybody.
 *
 *	struct mr_recommender_opt o = { .model = "m.mrm",
 *	    .use = MR_SCORE_LISTS };
 *	mr_recommender_open(&r, &o, &err);
 *	mr_recommender_keep(r, NULL, NULL, NULL, &err);
 *	mr_work_new(&w, r, 1, &err);
 *	mr_recommender_user(r, mr_slice_of("u7"), &user);
 *	mr_recommender_lists(r, &user, 1, &(struct mr_ask){ .n = 10 }, w, hit,
 *	    &found, &err);
 *
 * SPDX-License-Identifier: MIT */
#ifndef MR_ENGINE_RECOMMENDER_H
#define MR_ENGINE_RECOMMENDER_H

#include "core/report.h"
#include "data/table.h"
#include "engine/content.h"
#include "engine/scorer.h"

struct mr_meta;
struct mr_recommender;
struct mr_work;

/* Strings are borrowed until the open is done. */
struct mr_recommender_opt {
	const char *model;	/* path, NULL: standard input */
	const char *films;	/* film TSV, or NULL */
	const char *columns;	/* of it, "title,year" */
	bool every;		/* all columns, too, for mr_recommender_where */
	/* Users who are asked for, to 0: all: of a file of one stream, in which
	 * users are no neighbours, others are not read. */
	int64_t from, to;
	int use;		/* MR_SCORE_LISTS or, where lists are made by
				 * mr_recommender_scores and _group alone,
				 * MR_SCORE_ALL, and MR_SCORE_PAIRS */
	bool scores_alone;	/* nothing of the items' factors but scores
				 * will be asked for: they may stay in the
				 * model's file */
	bool reasons;		/* mr_recommender_reasons will be asked */
	bool fold;		/* users are folded in; MR_EFORMAT when the
				 * model has no rule for it */
	bool may_fold;		/* likewise, where the model has a rule */
	bool count;		/* mr_recommender_raters will be asked without
				 * mr_recommender_keep: model is read once
				 * more, and must be a file */
};

/* What may stand in a list.  Borrowed. */
struct mr_ask {
	int64_t n;		/* items of a list, at least 1 */
	bool keep_seen;		/* offer what a user has rated, too */
	/* Row row[q] of skip, rising items, is not offered to user q, nothing
	 * where row[q] is below 0; skip NULL: all is. */
	const struct mr_csr *skip;
	const int32_t *row;
	const uint64_t *allow;	/* bit i: item i may be offered; NULL: all */
};

/*
 * mr_recommender_open - read the item side; the film of each item is found
 * here.  MR_EIO, MR_EFORMAT, MR_ENOMEM, and of the
 * films MR_EARG as mr_films_load.  *r is closed by mr_recommender_close, also
 * after a failure.
 */
int mr_recommender_open(struct mr_recommender **r,
    const struct mr_recommender_opt *o, struct mr_err *err) MR_CHECKED;
/*
 * mr_recommender_open_counts - without a model: score(u, i) is count[i], the
 * number of ratings of item i, nobody is known, and who is folded in has his
 * ratings and nothing else.  o's model is not read, fold is implied.  Names of
 * items, count [items->n] and name, for messages, are borrowed until the close,
 * which is due as above.
 */
int mr_recommender_open_counts(struct mr_recommender **r,
    const struct mr_recommender_opt *o, const struct mr_ids *items,
    float *count, const char *name, struct mr_err *err) MR_CHECKED;
/*
 * mr_recommender_keep - read all users once and keep those in only (NULL: all)
 * in memory, found by their names; with names, not NULL, known [names->n] (out)
 * becomes true where a user of the model is called so.  Once, right after the
 * open.  MR_EIO, MR_EFORMAT, MR_ENOMEM.
 */
int mr_recommender_keep(struct mr_recommender *r, const struct mr_ids *only,
    const struct mr_ids *names, bool *known, struct mr_err *err) MR_CHECKED;
/* mr_recommender_next - users not kept: the next ones of the stream, valid
 * until the call after, in bounded memory (see mr_model_next); *more false
 * after the last.  Not while others use r. */
int mr_recommender_next(struct mr_recommender *r, struct mr_users *batch,
    bool *more, struct mr_err *err) MR_CHECKED;
void mr_recommender_close(struct mr_recommender *r);

/* Borrowed from r: the model's item side, its item names, what its stream is
 * called, the films. */
const struct mr_model *mr_recommender_model(const struct mr_recommender *r);
/* mr_recommender_untouched - after the last list: MR_EIO where factors stayed
 * in the model's file and that was written to. */
int mr_recommender_untouched(const struct mr_recommender *r,
    struct mr_err *err) MR_CHECKED;
const struct mr_ids *mr_recommender_items(const struct mr_recommender *r);
const char *mr_recommender_name(const struct mr_recommender *r);
const struct mr_table *mr_recommender_films(const struct mr_recommender *r);
/* mr_recommender_meta - its first META, what made it; mr_recommender_totals -
 * its last, once all users are read. */
const struct mr_meta *mr_recommender_meta(const struct mr_recommender *r);
const struct mr_meta *mr_recommender_totals(const struct mr_recommender *r);
/* mr_recommender_users - how many users of the model were read so far. */
int64_t mr_recommender_users(const struct mr_recommender *r);
/* mr_recommender_kept - the names of the users kept. */
const struct mr_ids *mr_recommender_kept(const struct mr_recommender *r);
/* mr_recommender_every - all columns of the films, after an open with every. */
const struct mr_table *mr_recommender_every(const struct mr_recommender *r);
/* mr_recommender_taste - how many of the first columns of V say how items are
 * alike: behind them some models have biases (fold.h). */
int64_t mr_recommender_taste(const struct mr_recommender *r);
/* mr_recommender_folds - may users be folded in?  After an open with fold or
 * may_fold. */
bool mr_recommender_folds(const struct mr_recommender *r);
/* mr_recommender_film - the row of films that is item i, -1: none. */
int32_t mr_recommender_film(const struct mr_recommender *r, int32_t item);
/* mr_recommender_raters - [items] how many ratings of each the model was learnt
 * from; of users kept, or after an open with count.  mr_recommender_rank -
 * [items] their places in the order of ties; after one for lists. */
const float *mr_recommender_raters(const struct mr_recommender *r);
const int32_t *mr_recommender_rank(const struct mr_recommender *r);

/* mr_recommender_where - after an open with every: bit i of items [(items +
 * 63) / 64] (out) says whether the film of item i is one that the filter text
 * (filter.h) chooses; an item without a film is none.  Warns and fails as
 * mr_filter_names. */
int mr_recommender_where(const struct mr_recommender *r, struct mr_slice text,
    uint64_t *items, struct mr_report *report, struct mr_err *err) MR_CHECKED;

/*
 * From here on r is only read: any number of threads may ask, each with work
 * of its own.  mr_work_new - for calls that run on at most threads cores, one
 * or more.
 */
int mr_work_new(struct mr_work **w, const struct mr_recommender *r,
    int threads, struct mr_err *err) MR_CHECKED;
void mr_work_free(struct mr_work *w);

/* mr_recommender_user - of those kept the user of this name; false when
 * there is none, who then has nothing but his name. */
bool mr_recommender_user(const struct mr_recommender *r, struct mr_slice id,
    struct mr_user *u);
/*
 * mr_recommender_fold - after an open with fold: the user that the model's
 * rule (fold.h) makes of ratings x, at least one, towards the mean of the
 * users with ratings that the model was trained on, where it says so.  u is as
 * mr_recommender_user left it and gets bu, U and rated in the place of those
 * of the model; where users are near users, he is near those that his ratings
 * say.
 *
 * x       items of the model; borrowed by u
 * U       [d] (out); borrowed by u
 * worker  0 .. threads of w - 1, each at most once at a time
 */
void mr_recommender_fold(const struct mr_recommender *r,
    const struct mr_rated *x, struct mr_work *w, int worker, float *U,
    struct mr_user *u);
/*
 * mr_recommender_popular - of users kept: for somebody of whom nothing is known
 * the items with most ratings, ties by id; their scores are those
 * numbers.  hit [n] (out); returns how many.
 */
int64_t mr_recommender_popular(const struct mr_recommender *r, int64_t n,
    struct mr_hit *hit);

/*
 * mr_recommender_lists - for each of m users of the model, found by name or of
 * a batch or folded in, at most a->n items of highest score, best first, ties
 * by item id; whatever m is, a user's list has the same bits.
 *
 * hit  [m * a->n] (out) rows are items; found [m] (out)
 *
 * MR_ENUMERIC: a score is no finite number.
 */
int mr_recommender_lists(const struct mr_recommender *r,
    const struct mr_user *u, int64_t m, const struct mr_ask *a,
    struct mr_work *w, struct mr_hit *hit, int64_t *found,
    struct mr_err *err) MR_CHECKED;
/*
 * mr_recommender_reasons_of - the user whose reasons follow, with work of his
 * worker; mr_recommender_reasons - what stands behind score(u, item): base,
 * and the part [u->rated.n] (out) of each of his ratings, so that
 *
 *   score(u, item) = base + sum of part + rest
 *
 * part   as mr_folder_shares, by the rule of the model, and its term in N where
 *        the model has neighbours among items
 * base   mu + bi + noise and the mean user, which no rating of his is behind;
 *        with it, where there is no rule for new users or he has no ratings,
 *        all that is known of him
 * rest   what the row of a trained user has beyond that of his ratings: the
 *        films' side was trained once more after it, or by another algorithm
 *
 * Only after an open with reasons.  Time: a Cholesky factor a user, for each
 * item that of mr_folder_shares and the item's row of S.
 */
void mr_recommender_reasons_of(const struct mr_recommender *r,
    const struct mr_user *u, struct mr_work *w, int worker);
void mr_recommender_reasons(const struct mr_recommender *r,
    const struct mr_user *u, int32_t item, struct mr_work *w, int worker,
    double *base, double *part);
/* What is mixed, and how it comes out: a score is
 *
 *   ratings (score(u, i) - score_mean) + text (near(i) - near_mean),
 *
 * without the second term where item i has no vector. */
struct mr_blend {
	const struct mr_content *content;
	double share;		/* of the text */
	float *near;		/* [items] of mr_content_near for the user,
				 * with a share above 0; overwritten */
	double ratings, score_mean, text, near_mean;	/* (out) */
};

/*
 * mr_recommender_offered - which items may be offered to u: offered [items]
 * (out); a as in mr_recommender_lists for one user, row[0] his, n not looked
 * at.
 * mr_recommender_scores - score [items] (out) of all of them, with the bits
 * they have in a list; with b, not NULL, those by ratings and text:
 *
 *   (1 - share) z(score(u, i)) + share z(near(i)),
 *
 * near that of b, z as scale.h over the items offered, 0 where one has no
 * vector.  Lists of them: pick.h.  Without b offered loses what has a score of
 * 0 where that says nothing (zero_is_none of scorer.h).
 *
 * Fails as mr_recommender_lists.  Time that of a list.
 */
void mr_recommender_offered(const struct mr_recommender *r,
    const struct mr_user *u, const struct mr_ask *a, bool *offered);
int mr_recommender_scores(const struct mr_recommender *r, struct mr_blend *b,
    const struct mr_user *u, bool *offered, struct mr_work *w, int worker,
    float *score, struct mr_err *err) MR_CHECKED;
/*
 * mr_recommender_group - what m users together are offered, and how it scores:
 *
 *   (1 - misery) mean over them of score(u, i) + misery min over them of it
 *
 * offered, score [items] (out): items that nobody of them has rated and a lets
 * through, but for its n, skip and row, and those of 0 as above.  misery 0 is
 * the average strategy, 1 least misery, between them their mix.  Lists of them:
 * pick.h.  Fails as mr_recommender_lists.  worker as above; time of m lists;
 * memory 16 bytes an item.
 *
 * Masthoff, "Group recommender systems: combining individual models",
 * Recommender Systems Handbook, Springer 2011: its average and least misery
 * strategies; the mix is ours.
 */
int mr_recommender_group(const struct mr_recommender *r,
    const struct mr_user *u, int64_t m, double misery,
    const struct mr_ask *a, struct mr_work *w, int worker, bool *offered,
    float *score, struct mr_err *err) MR_CHECKED;
/*
 * mr_recommender_members - whose taste carries the items of a group's list: of
 * hit [n] base [n] (out) and part [n * m] (out), m an item, so that
 *
 *   score of hit[j] = base[j] + sum over q of part[j * m + q]
 *
 * base   mu + bi, nobody's taste; 0 where a model has U . V alone
 * part   of user q ((1 - misery) / m + misery / k) (score(q, item) - base), k
 *        being the number of those who like the item least and he one of them;
 *        else without the second term
 *
 * After an open for pairs, too; worker as above.
 */
void mr_recommender_members(const struct mr_recommender *r,
    const struct mr_user *u, int64_t m, double misery,
    const struct mr_hit *hit, int64_t n, struct mr_work *w, int worker,
    double *base, double *part);
/*
 * mr_recommender_estimates - what user u would rate n items: the score that
 * they have in a list, clipped to the range of the ratings the model was
 * trained on; of a user or an item that it does not know by the parts that it
 * does.
 *
 * ids     names of items; item [ids->n] their numbers in the model, -1: none
 * pick    [n] which of ids
 * time    [n] when, NAN: not known; NULL: of none.  A user has his mood of then
 *         (mood.h), where the model has moods, else none
 * worker  0 .. threads of w - 1, each at most once at a time
 */
void mr_recommender_estimates(const struct mr_recommender *r,
    const struct mr_user *u, const struct mr_ids *ids, const int32_t *item,
    const int32_t *pick, const double *time, int64_t n, struct mr_work *w,
    int worker, float *estimate);

#endif
