/* Rows in which a backslash takes the meaning of a quote away, as dumps of
 * databases have them, and quotes stand where they should not.  Never strict:
 * RFC 4180 is stream/csv.
 * SPDX-License-Identifier: MIT */
#ifndef MR_STREAM_BACKSLASH_H
#define MR_STREAM_BACKSLASH_H

#include "core/str.h"
#include "stream/io.h"

/* A reader of rows; field[i] and raw are borrowed until the next.  A blank line
 * is a row of one empty field.  All zero is closed. */
struct mr_backslash {
	struct mr_in *in;	/* borrowed */
	char delim;
	int64_t line_no;	/* on which the current row begins, from 1 */
	int64_t next_line;
	int n;
	struct mr_slice *field;	/* [n] */
	struct mr_slice raw;
	struct mr_buf line, row, text;
	size_t *end;		/* [n] where field i ends in text */
	size_t end_cap, field_cap;
};

/* mr_backslash_open - as mr_csv_open. */
int mr_backslash_open(struct mr_backslash *b, struct mr_in *in, char delim,
    int64_t first_line, struct mr_err *err) MR_CHECKED;
/*
 * mr_backslash_next - *more: a row was read.  A field that begins with a quote
 * ends at the next one that stands before the delimiter or the end of a line,
 * and may hold line ends; in it \" and "" are a quote, other quotes are
 * letters.  Blanks may stand behind that quote, and before the first one in a
 * field that ends on its line; they go.  In any field \\ is a backslash and \" a
 * quote, outside of quotes a backslash takes the delimiter for a letter, and
 * another is left as it stands.
 * MR_EFORMAT as for mr_csv_next, where a quote is not closed at the end, too.
 */
int mr_backslash_next(struct mr_backslash *b, bool *more, struct mr_err *err)
    MR_CHECKED;
void mr_backslash_close(struct mr_backslash *b);

#endif
