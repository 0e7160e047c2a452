/* Ratings as half-steps read them: by users and by items, in one matrix
 * stream, of which a part reads its own rows only.
 * SPDX-License-Identifier: MIT */
#ifndef MR_STORE_HALF_RATINGS_H
#define MR_STORE_HALF_RATINGS_H

#include "store/ratings.h"
#include "stream/matrix_set.h"

/* Parts are cut at multiples of so many rows, whatever their number: those of
 * a block of math/gram.h. */
#define MR_HALF_ROWS 16384

/* What is of all ratings; its META has it. */
struct mr_half_totals {
	int64_t users, items, ratings;
	uint64_t digest;
	double mu, lo, hi;	/* mean and range; lo > hi of no ratings */
	char at_least[64];	/* empty: all ratings counted */
};

/* mr_half_ratings_write - r as a stream: items and Rt, then users and R.
 * at_least NULL: none.  Memory: R once more. */
int mr_half_ratings_write(struct mr_out *out, const struct mr_ratings *r,
    const char *at_least, struct mr_err *err) MR_CHECKED;
/* mr_half_totals_read - those of the file at path, which must be one that can
 * be read again.  MR_EIO, MR_EFORMAT. */
int mr_half_totals_read(struct mr_half_totals *t, const char *path,
    struct mr_err *err) MR_CHECKED;

struct mr_half_part {
	int64_t first, n;
};
/* mr_half_part_of - rows of part i of n, 1 .. n, of all rows; may be none. */
struct mr_half_part mr_half_part_of(int64_t all, int64_t i, int64_t n);

/* The rows of a part.  Owned; all zero is none; freed by mr_half_side_free. */
struct mr_half_side {
	struct mr_set set;
	struct mr_half_part part;
	struct mr_csr R;	/* part.n rows, borrowed from set; its columns
				 * are those of the other side that it has */
	int32_t *column;	/* [R.cols] their numbers, rising */
	struct mr_ids names;	/* of the rows */
};

/* mr_half_side_load - part i of n of the items, or users.  Memory: its ratings
 * and names, 12 bytes a rating more while reading. */
int mr_half_side_load(struct mr_half_side *s, const char *path, bool items,
    const struct mr_half_totals *t, int64_t i, int64_t n, struct mr_err *err)
    MR_CHECKED;
void mr_half_side_free(struct mr_half_side *s);

#endif
