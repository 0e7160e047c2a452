/* Which ratings are the latest of their user.
 * SPDX-License-Identifier: MIT */
#ifndef MR_EVAL_LATEST_H
#define MR_EVAL_LATEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/err.h"
#include "core/str.h"
#include "data/ids.h"

struct mr_latest_row {
	double time;
	uint64_t hash;		/* of its bytes */
	int32_t user, item;	/* numbers in users and items */
};

/* Rows in the order in which they were added.  All zero is empty; freed by
 * mr_latest_free.  24 bytes a row, and the ids. */
struct mr_latest {
	struct mr_ids users, items;
	struct mr_latest_row *row;	/* [n] */
	size_t n, cap;
	unsigned char *picked;	/* [n] by mr_latest_pick: 1 is the user's
				 * latest */
	int64_t n_short;	/* users who had too few rows to pick from */
	int64_t n_tied;		/* users of whom a row that was picked and one
				 * that was not have the same time */
	int64_t n_lone;		/* items whose rows were all picked */
};

/* mr_latest_add - one more row. */
int mr_latest_add(struct mr_latest *l, struct mr_slice user,
    struct mr_slice item, double time, struct mr_slice bytes,
    struct mr_err *err) MR_CHECKED;
/*
 * mr_latest_pick - once, after the last row: of every user with more than k
 * rows, k >= 1, the k latest.  Of equal times those with the least
 * mr_split_draw(key, user, item) are picked first, of a pair that has a time
 * twice those with the least XXH3 of their bytes: which rows are picked is a
 * matter of the rows, not of their order.
 * 5 bytes more for each row while it works, 1 afterwards, 8 for each user, and
 * 32 for each row of the user with the most.  MR_ERANGE past 2^32 - 1 rows.
 * O(n log m), m the rows of one user.
 */
int mr_latest_pick(struct mr_latest *l, int64_t k, uint64_t key,
    struct mr_err *err) MR_CHECKED;
void mr_latest_free(struct mr_latest *l);

#endif
