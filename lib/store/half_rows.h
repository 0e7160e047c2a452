/* What half-steps hand to one another: rows of a side, and blocks of their
 * Gramian.
 * SPDX-License-Identifier: MIT */
#ifndef MR_STORE_HALF_ROWS_H
#define MR_STORE_HALF_ROWS_H

#include "data/ids.h"
#include "stream/matrix_set.h"

/*
 * Numbers in double, which a stream of floats would round, are pairs of u32,
 * the low half first; of a Gramian d x d, its lower triangle by rows:
 *
 *   T  one row of d(d+1)   the Gramian that turned the other side
 *   G  a row for each MR_HALF_ROWS of the side's rows, named by their numbers
 *      0, 1 ..
 */

/* Rows of the users, or the items, to be written; borrowed. */
struct mr_half_made {
	bool items;
	const struct mr_ids *names;
	const struct mr_mat *rows;
	const float *bias;	/* NULL: none */
	const double *turn;	/* [d * d]; NULL: none */
};

/* mr_half_rows_write - as a stream with that META, to which the matrices are
 * added. */
int mr_half_rows_write(struct mr_out *out, struct mr_meta *meta,
    const struct mr_half_made *x, struct mr_err *err) MR_CHECKED;
/* mr_half_gram_write - n blocks part [n * d * d], of which the lower triangle
 * counts, the first of them number first. */
int mr_half_gram_write(struct mr_out *out, struct mr_meta *meta,
    const double *part, int64_t first, int64_t n, int64_t d,
    struct mr_err *err) MR_CHECKED;

/* Which rows of a side are wanted, and how; borrowed. */
struct mr_half_want {
	bool items;
	const int32_t *number;	/* [n] rising; NULL: those from first on */
	int64_t first, n, all;	/* of all rows of the side */
	int64_t d, width;	/* columns there are; and zeros behind them */
	bool bias, turn;	/* are they wanted? */
};

/* All zero is empty; freed by mr_half_rows_free. */
struct mr_half_rows {
	struct mr_meta meta;	/* the first META */
	struct mr_mat a;	/* n x width */
	float *bias;
	double *turn;		/* [d * d]; NULL: there is none */
};

/* mr_half_rows_load - the rows that are wanted from the streams at path, which
 * may be all parts in their order, or the one that has them.  MR_EIO,
 * MR_EFORMAT, MR_ENOMEM.  Memory: these rows and some MiB. */
int mr_half_rows_load(struct mr_half_rows *x, const char *path,
    const struct mr_half_want *want, struct mr_err *err) MR_CHECKED;
void mr_half_rows_free(struct mr_half_rows *x);

/* mr_half_gram_load - the sum of the n blocks there must be, in their order, to
 * g [d * d] (out), both triangles; meta (out) as above. */
int mr_half_gram_load(double *g, struct mr_meta *meta, const char *path,
    int64_t n, int64_t d, struct mr_err *err) MR_CHECKED;

#endif
