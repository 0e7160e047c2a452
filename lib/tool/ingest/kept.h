/* Ratings that wait for the end of input, as the numbers of their texts.
 * SPDX-License-Identifier: MIT */
#ifndef MR_TOOL_INGEST_KEPT_H
#define MR_TOOL_INGEST_KEPT_H

#include "data/ids.h"
#include "tool/ingest/rating.h"
#include "tool/ingest/repeats.h"

/* All zero is ready; freed by mr_ingest_kept_free. */
struct mr_ingest_kept {
	struct mr_ids users, items, values;
	int32_t last_user;	/* of the row before */
	struct mr_ingest_rows rows;
};

/* mr_ingest_kept_user - the number of a user, given now or before. */
int mr_ingest_kept_user(struct mr_ingest_kept *k, struct mr_slice user,
    int32_t *i, struct mr_err *err) MR_CHECKED;
/* mr_ingest_kept_add - one more, of user i; time NULL for every row, or for
 * none. */
int mr_ingest_kept_add(struct mr_ingest_kept *k, int32_t i,
    const struct mr_ingest_rating *x, const int64_t *time, struct mr_err *err)
    MR_CHECKED;
/* mr_ingest_kept_mark - mr_ingest_rows_mark (repeats.h): which are repeats. */
int mr_ingest_kept_mark(struct mr_ingest_kept *k, int dedupe,
    int64_t *n_repeats, struct mr_err *err) MR_CHECKED;
/* mr_ingest_kept_rating - that of row i, borrowed or in text. */
struct mr_slice mr_ingest_kept_rating(const struct mr_ingest_kept *k,
    int dedupe, size_t i, char text[32]);
void mr_ingest_kept_free(struct mr_ingest_kept *k);

#endif
