/* Ratings TSV: a reader of rows, and all of them as a matrix.
 * SPDX-License-Identifier: MIT */
#ifndef MR_STORE_RATINGS_H
#define MR_STORE_RATINGS_H

#include "core/report.h"
#include "data/csr.h"
#include "data/ids.h"
#include "stream/matrix.h"
#include "stream/tsv.h"

/* One row; slices are borrowed until the next. */
struct mr_rating {
	struct mr_slice user, item;
	struct mr_slice text;	/* the rating as it stands; empty: none */
	double value;		/* 1 where there is none */
	double time;		/* NAN: none, or not asked for */
	int64_t seconds;	/* the same without its fraction, of
				 * MR_TIMES_SECONDS */
};

/* What a caller makes of the column time. */
enum mr_times {
	MR_TIMES_UNREAD,
	MR_TIMES_ANY,		/* any finite number */
	MR_TIMES_SECONDS	/* seconds that int64_t holds */
};

struct mr_ratings_rule {
	bool header;		/* false: none, the columns in their order */
	bool may_lack_ids;	/* an empty user or item is no error */
	bool keep_raw;		/* for mr_tsv_raw */
	int times;		/* enum mr_times */
	struct mr_report *report;	/* borrowed; NULL: without warnings */
};

/* Columns are -1 where there is none; in an empty input all are. */
struct mr_ratings_in {
	struct mr_tsv t;
	struct mr_ratings_rule rule;
	int user, item, rating, time;
};

/*
 * mr_ratings_open - the TSV at path (NULL or "-": stdin), which needs the
 * columns user and item and may have rating and time; without a header line
 * these are its columns, in this order.  Closed by mr_ratings_close in every
 * case.
 */
int mr_ratings_open(struct mr_ratings_in *in, const char *path,
    const struct mr_ratings_rule *rule, struct mr_err *err) MR_CHECKED;
/* mr_ratings_next - *more: a row was read.  MR_EFORMAT names the line of an
 * empty id, a rating that a float cannot hold, or a time that is none; warns
 * when the first row looks like a header line that was not to be there. */
int mr_ratings_next(struct mr_ratings_in *in, struct mr_rating *x, bool *more,
    struct mr_err *err) MR_CHECKED;
/* mr_ratings_alike - does a column's name say that it is a rating, though it
 * is not "rating"?  Score, Rating, user_rating. */
bool mr_ratings_alike(struct mr_slice name);
/* mr_ratings_warn - that there are other columns, but no rating: not user,
 * item, time or those of films. */
void mr_ratings_warn(const struct mr_ratings_in *in, struct mr_report *report);
void mr_ratings_close(struct mr_ratings_in *in);

/* Users and items are numbered as they first appear.  All zero is empty;
 * freed by mr_ratings_free. */
struct mr_ratings {
	struct mr_ids users, items;
	struct mr_csr R;	/* users.n x items.n */
	double *time;		/* [nnz] as R, NAN: none; NULL: none at all */
	double *exact;		/* [nnz] as R, the ratings before they became
				 * floats; NULL: not asked for */
	int64_t n_rows;		/* read, repeated pairs included */
	bool rated;		/* a row has a rating; else all are 1 */
	uint64_t digest;	/* mr_ratings_digest */
};

/* What is wanted beside the matrix. */
enum mr_ratings_keep { MR_KEEP_TIMES = 1, MR_KEEP_EXACT = 2 };

/*
 * mr_ratings_load - all rows.  Without the column rating, or where it is empty
 * throughout, every rating is 1; where it has values a row without one is left
 * out, and its ids with it; both with the warnings they need.  Of a pair rated
 * twice the latest counts, of equal times or none the last, with a warning; a
 * row without a time is before all that have one.  keep: bits of
 * mr_ratings_keep.
 * Fails as mr_ratings_next.
 * Memory: 28 bytes a row while reading, 8 after, and the ids; with times 8
 * more while reading, 24 when they are kept or a pair stands twice, and 8
 * after when they are kept; with exact ratings 16 more while reading, 8 after.
 */
int mr_ratings_load(struct mr_ratings *r, const char *path, bool header,
    unsigned keep, struct mr_report *report, struct mr_err *err) MR_CHECKED;
/*
 * mr_ratings_digest - of what is in the matrix, by names: the sum modulo 2^64,
 * over all ratings, of the XXH3 of 20 bytes, little-endian: XXH3 of the user's
 * name, XXH3 of the item's, the float; 28 with the time, where r has times.
 * So it does not depend on the order of rows, and digests of parts, by users
 * or otherwise, add up to that of the whole.  Memory: 8 bytes an item.
 */
int mr_ratings_digest(const struct mr_ratings *r, uint64_t *digest,
    struct mr_err *err) MR_CHECKED;
void mr_ratings_free(struct mr_ratings *r);

/* mr_ratings_totals - to a META: the digest of ratings and how many there are,
 * input.ratings, users, items and ratings. */
int mr_ratings_totals(struct mr_meta *meta, uint64_t digest, int64_t users,
    int64_t items, int64_t ratings, struct mr_err *err) MR_CHECKED;

#endif
