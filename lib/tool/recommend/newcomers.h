/* Ratings that a model was not trained on: the users of --ratings.
 * SPDX-License-Identifier: MIT */
#ifndef MR_TOOL_RECOMMEND_NEWCOMERS_H
#define MR_TOOL_RECOMMEND_NEWCOMERS_H

#include "engine/recommender.h"
#include "store/ratings.h"

/* All zero is empty; freed by mr_newcomers_free.  Memory: what the ratings
 * take twice, and those of known users. */
struct mr_newcomers {
	const char *path;
	struct mr_ratings file;
	struct mr_csr R;	/* file.users.n x the model's items: theirs,
				 * and what the model has of known users */
	int64_t no_item;	/* ratings of items that the model lacks */
	double lo, hi;		/* the model's scale; lo > hi: it has none */
	int64_t n_outside;	/* ratings of the file that are not on it */
	int64_t n_known, n_nothing;	/* users the model knows; without a
					 * rating in R */
};

/* mr_newcomers_load - the ratings TSV at path; fails as mr_ratings_load. */
int mr_newcomers_load(struct mr_newcomers *n, const char *path, bool header_in,
    struct mr_report *report, struct mr_err *err) MR_CHECKED;
/* mr_newcomers_map - fill R, once r is open with users kept.  Of a pair that
 * the model has, too, the file's rating counts. */
int mr_newcomers_map(struct mr_newcomers *n, const struct mr_recommender *r,
    struct mr_err *err) MR_CHECKED;
/* mr_newcomers_count - how many ratings of the file each of items has, count
 * [items->n] (out). */
int mr_newcomers_count(const struct mr_newcomers *n,
    const struct mr_ids *items, float *count, struct mr_err *err) MR_CHECKED;
/* mr_newcomers_rated - the ratings of user u of the file. */
struct mr_rated mr_newcomers_rated(const struct mr_newcomers *n, int32_t u);
/* mr_newcomers_report - facts, and warnings of what counts for nothing since
 * what, as "the model", does not know it, and of ratings that are not on its
 * scale, or of a file that has none. */
void mr_newcomers_report(const struct mr_newcomers *n, const char *what,
    struct mr_report *report);
void mr_newcomers_free(struct mr_newcomers *n);

#endif
