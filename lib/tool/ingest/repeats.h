/* Ratings kept as numbers, and the pairs that stand twice.
 * SPDX-License-Identifier: MIT */
#ifndef MR_TOOL_INGEST_REPEATS_H
#define MR_TOOL_INGEST_REPEATS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/err.h"

/* Ratings as numbers, 12 bytes each and 8 for a time. */
struct mr_ingest_rows {
	size_t n, cap;
	int32_t *user;		/* [n] -1: a repeat */
	int32_t *item, *value;	/* [n] */
	int64_t *time;		/* [n], NULL without times */
	double *sum;		/* [n] of the ratings that are one with row i */
	int32_t *n_same;	/* [n] how many are; both NULL: see mark */
};

/* mr_ingest_rows_add - time NULL for every row, or for none. */
int mr_ingest_rows_add(struct mr_ingest_rows *r, int32_t user, int32_t item,
    int32_t value, const int64_t *time, struct mr_err *err) MR_CHECKED;
/* mr_ingest_rows_grow - room for n rows, with times or without. */
int mr_ingest_rows_grow(struct mr_ingest_rows *r, size_t n, bool times,
    struct mr_err *err) MR_CHECKED;
/* How repeats are told. */
struct mr_ingest_mark {
	int dedupe;		/* enum mr_dedupe */
	int32_t n_users, n_items;	/* what the numbers in rows are below */
	const double *number;	/* what each value is; NULL: no sums */
	int threads;
};

/*
 * mr_ingest_rows_mark - of the rows with the same user and item keep the first,
 * the last or the one with the latest time (enum mr_dedupe; of equal times the
 * last, and a row without a time, -1, is before all that have one), and set
 * user = -1 in the others; *n_repeats of them.  With number sum and n_same are
 * made: for MR_DEDUPE_MEAN and those behind it, which keep the first and give
 * it the latest time.  The result does not depend on threads.
 * Time O(n + n_users + n_items), with no hashing; meanwhile 8 bytes a user, 4
 * an item and thread, and 4 a row where the rows of some user do not stand
 * together or the users not in the order of their numbers.  sum and n_same are
 * r's.
 */
int mr_ingest_rows_mark(struct mr_ingest_rows *r,
    const struct mr_ingest_mark *o, int64_t *n_repeats, struct mr_err *err)
    MR_CHECKED;
void mr_ingest_rows_free(struct mr_ingest_rows *r);

#endif
