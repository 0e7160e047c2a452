/* A ratings TSV as a matrix of users and items.
 * SPDX-License-Identifier: MIT */
#ifndef MR_STORE_RATINGS_H
#define MR_STORE_RATINGS_H

#include "core/report.h"
#include "data/csr.h"
#include "data/ids.h"

#define MR_RATING_COLUMNS "user,item,rating,time"

/* Users and items are numbered as they first appear.  All zero is empty;
 * freed by mr_ratings_free. */
struct mr_ratings {
	struct mr_ids users, items;
	struct mr_csr R;	/* users.n x items.n */
	int64_t n_rows;		/* read, repeated pairs included */
	uint64_t digest;	/* of the input's bytes */
};

/*
 * mr_ratings_read - the columns user, item and, if there is one, rating
 * (without it every rating is 1; an empty one too) of the TSV at path
 * (NULL: stdin).  header false: no header line, MR_RATING_COLUMNS.  Of a
 * pair rated twice the last counts, with a warning.  MR_EFORMAT names the
 * line of an empty id or a rating that is not a finite number.
 * Memory: 28 bytes a row while reading, 8 after, and the ids.
 */
int mr_ratings_read(struct mr_ratings *r, const char *path, bool header,
    struct mr_report *report, struct mr_err *err) MR_CHECKED;
void mr_ratings_free(struct mr_ratings *r);

#endif
