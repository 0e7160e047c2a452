/* Rows kept in memory until it is known on which side of a split each falls.
 * SPDX-License-Identifier: MIT */
#ifndef MR_EVAL_KEPT_H
#define MR_EVAL_KEPT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/err.h"
#include "core/str.h"
#include "data/group.h"
#include "data/ids.h"
#include "eval/split.h"

enum mr_side { MR_SIDE_TRAIN, MR_SIDE_TEST, MR_SIDE_NONE };

struct mr_kept_row {
	double time;
	uint64_t hash;		/* of its bytes */
	int32_t user, item;	/* numbers in users and items */
};

/*
 * Rows in the order in which they were added; which side they fall on is a
 * matter of the rows, not of this order.  All zero is empty; freed by
 * mr_kept_free.  24 bytes a row while adding, 5 more after mr_kept_end, the
 * ids, and 8 for each user.
 */
struct mr_kept {
	struct mr_ids users, items;
	struct mr_kept_row *row;	/* [n] */
	size_t n, cap;
	unsigned char *side;	/* [n] enum mr_side, from mr_kept_end on */
	struct mr_group by_user;	/* the rows of each, from then on */
};

/* mr_kept_add - one more row; time may be NAN where times do not count. */
int mr_kept_add(struct mr_kept *k, struct mr_slice user, struct mr_slice item,
    double time, struct mr_slice bytes, struct mr_err *err) MR_CHECKED;
/* mr_kept_end - after the last row: all are in train.  MR_ERANGE past
 * 2^32 - 1 rows. */
int mr_kept_end(struct mr_kept *k, struct mr_err *err) MR_CHECKED;
/*
 * mr_kept_core - no side for the rows of users and items with fewer than
 * least rows, over and over until all that are left have least or more: the
 * largest such set, whatever is taken first.
 * O(n); 4 bytes for each row and 24 for each id while it works.
 */
int mr_kept_core(struct mr_kept *k, int64_t least, struct mr_err *err)
    MR_CHECKED;

/* What mr_kept_each found. */
struct mr_kept_cut {
	int64_t n_parted;	/* users with rows in test */
	int64_t n_short;	/* users with rows, none of them in test */
	int64_t n_tied;		/* users of whom rows in test and in train
				 * have one time, which is that of several
				 * pairs: the draw decided */
};

/*
 * mr_kept_each - of the n rows of each user mr_split_each(some, n) to test:
 * with by_time the latest, and of equal times (without it, of all) those with
 * the least mr_split_draw(key, user, item), of a pair that is there twice
 * those with the least XXH3 of their bytes.
 * O(n log m), m the rows of one user; 32 bytes for each row of the user with
 * the most.
 */
int mr_kept_each(struct mr_kept *k, struct mr_split_amount some, bool by_time,
    uint64_t key, struct mr_kept_cut *cut, struct mr_err *err) MR_CHECKED;
/*
 * mr_kept_whole - all rows of n users, or items, to test: those with
 * the least mr_split_draw(key, user, ""), or ("", item).
 */
int mr_kept_whole(struct mr_kept *k, int64_t n, enum mr_split_by by,
    uint64_t key, struct mr_err *err) MR_CHECKED;
/* mr_kept_time - in *time the time of row floor(share n + 1/2), counted from
 * 0 by rising time, at most the last; NAN where no row is left. */
int mr_kept_time(const struct mr_kept *k, double share, double *time,
    struct mr_err *err) MR_CHECKED;

/* mr_kept_seen - *n_seen rows of test have user and item in common with one
 * of train; drop: they get no side. */
int mr_kept_seen(struct mr_kept *k, bool drop, int64_t *n_seen,
    struct mr_err *err) MR_CHECKED;
/* mr_kept_unknown - no side for the *n_unknown rows of test whose user or item
 * has no row in train. */
int mr_kept_unknown(struct mr_kept *k, int64_t *n_unknown,
    struct mr_err *err) MR_CHECKED;
/* mr_kept_sides - for each user, or item, the sides on which it has rows, as
 * bits 1 << side; to be given to free(). */
unsigned char *mr_kept_sides(const struct mr_kept *k, enum mr_split_by by,
    struct mr_err *err) MR_CHECKED;
void mr_kept_free(struct mr_kept *k);

#endif
