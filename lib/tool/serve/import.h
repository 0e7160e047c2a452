/* What a visitor brings along: ratings that he gave elsewhere, by the films of
 * the catalogue.  Nothing of it is kept.
 * SPDX-License-Identifier: MIT */
#ifndef MR_TOOL_SERVE_IMPORT_H
#define MR_TOOL_SERVE_IMPORT_H

#include "tool/serve/own.h"

#define MR_IMPORT_BYTES 4194304	/* once unpacked */
#define MR_IMPORT_ROWS 10000

/* A row that gave no rating. */
struct mr_import_miss {
	int64_t line;
	size_t from, n;		/* of text: what it names */
	int32_t year;		/* 0: none */
	const char *why;
};

/* All zero is empty; freed by mr_import_free. */
struct mr_import {
	const char *form;	/* what it was read as */
	int64_t n_rows;
	struct mr_own_rating *r;	/* [n] a film each, no ids, the latest
					 * first */
	int64_t n, n_again;	/* again: rows of a film that has another */
	bool scaled;		/* its ratings were of another range .. */
	double top;		/* .. with this for the best */
	struct mr_import_miss *miss;	/* [n_missed] by line */
	int64_t n_missed;
	struct mr_buf text;
	bool too_much;		/* after a failure: it is */
};

/*
 * mr_import_read - the ratings of an export (mr_ingest_own has what is read),
 * which may be packed by gzip.  A row is matched by its title and year, and
 * people where both have them, as mr-join --by title does; of several films it
 * is the one whose id the row has.  A row without a title is matched by its id,
 * so is a line of a list of titles that is none.
 *
 * Ratings become rating hi / top, at least lo, in hundredths: lo and hi are the
 * range of the site's (0 and 5 without a model), top the best of the publisher,
 * else hi, or where one is above it 5, 10 or 100.  Without ratings all are hi,
 * and 1 where the model's are events.
 *
 * MR_EFORMAT: it cannot be read, has ratings of several people, or more than
 * MR_IMPORT_BYTES and MR_IMPORT_ROWS say.  Memory: 80 bytes a row, the text of
 * rows without a film, and all of it where it was packed.
 */
int mr_import_read(struct mr_import *m, const struct mr_site *s,
    struct mr_slice body, struct mr_err *err) MR_CHECKED;
void mr_import_free(struct mr_import *m);

#endif
