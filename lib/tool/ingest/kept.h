/* Ratings that wait for the end of input, as the numbers of their texts.
 * SPDX-License-Identifier: MIT */
#ifndef MR_TOOL_INGEST_KEPT_H
#define MR_TOOL_INGEST_KEPT_H

#include "data/ids.h"
#include "data/recent.h"
#include "tool/ingest/rating.h"
#include "tool/ingest/repeats.h"

/*
 * All zero is ready; freed by mr_ingest_kept_free.
 * With known, ratings of a block whose users, items and values have the numbers
 * of known, which nobody changes meanwhile, where they stand there; others have
 * numbers of k's own, and stand in the rows as their complements, below 0.
 * mr_ingest_kept_join makes them known.
 */
struct mr_ingest_kept {
	struct mr_ids users, items, values;
	int32_t last_user;	/* of the row before */
	struct mr_ingest_rows rows;
	const struct mr_ingest_kept *known;	/* borrowed; NULL: none */
	struct mr_recent *recent;		/* borrowed, with known */
};

/* mr_ingest_kept_user - the number of a user, given now or before. */
int mr_ingest_kept_user(struct mr_ingest_kept *k, struct mr_slice user,
    int32_t *i, struct mr_err *err) MR_CHECKED;
/* mr_ingest_kept_add - one more, of user i; time NULL for every row, or for
 * none. */
int mr_ingest_kept_add(struct mr_ingest_kept *k, int32_t i,
    const struct mr_ingest_rating *x, const int64_t *time, struct mr_err *err)
    MR_CHECKED;
/* mr_ingest_kept_join - what a block keeps that knows k goes behind the rest;
 * the result is that of adding its rows one by one. */
int mr_ingest_kept_join(struct mr_ingest_kept *k,
    const struct mr_ingest_kept *block, struct mr_err *err) MR_CHECKED;
/* mr_ingest_kept_join_users - the same of the users alone, whose numbers then
 * stand in the block's rows. */
int mr_ingest_kept_join_users(struct mr_ingest_kept *k,
    struct mr_ingest_kept *block, struct mr_err *err) MR_CHECKED;
/* mr_ingest_kept_clear - no names and rows, in the memory that there is. */
void mr_ingest_kept_clear(struct mr_ingest_kept *k);
/* mr_ingest_kept_mark - mr_ingest_rows_mark (repeats.h): which are repeats. */
int mr_ingest_kept_mark(struct mr_ingest_kept *k, int dedupe, int threads,
    int64_t *n_repeats, struct mr_err *err) MR_CHECKED;
/* mr_ingest_kept_rating - that of row i, borrowed or in text. */
struct mr_slice mr_ingest_kept_rating(const struct mr_ingest_kept *k,
    int dedupe, size_t i, char text[32]);
void mr_ingest_kept_free(struct mr_ingest_kept *k);

#endif
