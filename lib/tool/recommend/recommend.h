/* The work of mr-recommend: lists for users, estimates for pairs.
 * SPDX-License-Identifier: MIT */
#ifndef MR_TOOL_RECOMMEND_RECOMMEND_H
#define MR_TOOL_RECOMMEND_RECOMMEND_H

#include "stream/run.h"

#define MR_LISTS_BYTES ((int64_t)256 << 20)	/* of lists in memory */

struct mr_recommend_opt {
	int64_t n;		/* items of a list */
	const char *items;	/* stream of vectors of films, or NULL */
	double mix;		/* their share, mr_recommender_scores's */
	const char *per;	/* column: a list for each value of it */
	double novelty, diversity;	/* as of engine/pick.h */
	int64_t new_films;	/* places of a list kept for them */
	int64_t explain;	/* rated films, or users of a group, named for
				 * a row; 0: none */
	int64_t min_lists;	/* fewer are an error */
	int64_t shard, shards;	/* users of shard 1 .. shards alone; 0: all */
	const char *model;	/* path, NULL: stdin */
	bool no_model;		/* none: by ratings' films, and how often each
				 * film is rated there */
	const char *users;	/* TSV of the users wanted; NULL: all */
	const char *pairs;	/* TSV of pairs to estimate */
	const char *ratings;	/* TSV of ratings to fold in */
	const char *groups;	/* TSV of group and user: a list a group */
	double misery;		/* its weight, see mr_recommender_group */
	const char *seen;	/* TSV of pairs not to be recommended */
	bool keep_seen;		/* recommend what a user has seen, too */
	const char *movies, *with;
	const char *where;	/* a filter over the films */
	const char *only, *hide;	/* TSV of films, or pairs, that alone,
					 * or never, are offered */
};

#define MR_RECOMMEND_OPT_DEFAULT \
	{ .n = 10, .mix = 0.25 }

/*
 * mr_recommend_lists - user, rank (from 1), item, score and the columns of
 * --with: for every user of the model in its order, or for those of o->users
 * or, folded in, o->ratings in theirs (of whom nothing is known: by number of
 * ratings), the n items of highest score that o
 * lets through and the user has not seen (fewer
 * when there are fewer), ties by item id; with o->per so for each value of
 * that column, in the order of bytes, which stands behind the score.
 * mr_recommend_groups - group, rank, item and so on: for each group of
 * o->groups in its order the n best for its users, as mr_recommender_group.
 * mr_recommend_pairs - user, item, rating (when the pairs have it) and
 * estimate, for every pair in order; the estimate is clipped to the range the
 * model was trained on; of an unknown user or item the known parts count.
 */
int mr_recommend_lists(const struct mr_recommend_opt *o, struct mr_run *run,
    struct mr_err *err) MR_CHECKED;
int mr_recommend_groups(const struct mr_recommend_opt *o, struct mr_run *run,
    struct mr_err *err) MR_CHECKED;
int mr_recommend_pairs(const struct mr_recommend_opt *o, struct mr_run *run,
    struct mr_err *err) MR_CHECKED;

/* mr_recommend_check - MR_EARG where o asks for what does not go together. */
int mr_recommend_check(const struct mr_recommend_opt *o, struct mr_err *err)
    MR_CHECKED;
/* mr_recommend_enough - MR_EFORMAT when n lists, with a film at least, are
 * fewer than o asks for. */
int mr_recommend_enough(const struct mr_recommend_opt *o, int64_t n,
    struct mr_err *err) MR_CHECKED;

#endif
