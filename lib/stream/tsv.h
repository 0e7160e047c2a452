/* Tab-separated text with a header line: mr-tsv(5).
 * SPDX-License-Identifier: MIT */
#ifndef MR_STREAM_TSV_H
#define MR_STREAM_TSV_H

#include "core/report.h"
#include "core/str.h"
#include "stream/io.h"

#define MR_FIELD_MAX ((size_t)1 << 20)	/* bytes of one field */
#define MR_LINE_MAX ((size_t)16 << 20)	/* bytes of one line */
#define MR_COLS_MAX 4096

/*
 * A reader of rows.  field[i] is column i of the current row, unescaped,
 * borrowed until the next row.  All zero is closed; freed by mr_tsv_close.
 */
struct mr_tsv {
	struct mr_in in;
	int64_t line_no;	/* of the current row, from 1 */
	int n_cols;
	bool may_end_early;	/* read without a header line */
	bool keep_raw;		/* set by a caller who wants mr_tsv_raw */
	/* Set by a caller who wants a warning where the first row, read without
	 * a header line, begins with the name of a column. */
	struct mr_report *report;
	struct mr_slice *name;	/* [n_cols] */
	struct mr_slice *field;	/* [n_cols] */
	struct mr_buf head, line;
	struct mr_buf raw;	/* the line before unescaping changed it */
};

/*
 * mr_tsv_open - open path (NULL or "-": standard input) and read the header
 * line.  With names != NULL there is none: names, separated by commas, are
 * the columns in order, and a row may end early (missing columns are empty).
 * An empty input has no columns and no rows.  MR_EFORMAT names what is wrong
 * with the header: a name twice, an empty name, a carriage return inside, not
 * UTF-8.
 */
int mr_tsv_open(struct mr_tsv *t, const char *path, const char *names,
    struct mr_err *err) MR_CHECKED;
/* mr_tsv_begin - the same over an open input at its start, which becomes t's;
 * closed when this fails. */
int mr_tsv_begin(struct mr_tsv *t, struct mr_in *in, const char *names,
    struct mr_err *err) MR_CHECKED;
/* mr_tsv_find - number of the column name, or -1. */
int mr_tsv_find(const struct mr_tsv *t, const char *name);
/* mr_tsv_need - the same, but its absence is MR_EFORMAT that lists what is
 * there; an empty input has every column (and no row to ask for). */
int mr_tsv_need(const struct mr_tsv *t, const char *name, int *col,
    struct mr_err *err) MR_CHECKED;
/* mr_tsv_lacks - MR_EFORMAT "no column 'name', found .." with the hint behind
 * it; NULL: what the header looks like. */
int mr_tsv_lacks(const struct mr_tsv *t, const char *name, const char *hint,
    struct mr_err *err) MR_CHECKED;
/* mr_tsv_numbers - is a name of a column a number?  Then it is a row. */
bool mr_tsv_numbers(const struct mr_tsv *t);
/* mr_tsv_next - *more: a row was read.  A wrong number of fields, NUL, a
 * carriage return that ends no line, bad UTF-8, a bad escape or an over-long
 * field is MR_EFORMAT with its line. */
int mr_tsv_next(struct mr_tsv *t, bool *more, struct mr_err *err) MR_CHECKED;
/* mr_tsv_raw - the current row as it was read, escapes in place, without its
 * end of line; borrowed until the next row.  For readers with keep_raw. */
struct mr_slice mr_tsv_raw(const struct mr_tsv *t);
/* mr_tsv_bad - MR_EFORMAT "file:line: ..." about the current row. */
int mr_tsv_bad(const struct mr_tsv *t, struct mr_err *err, const char *fmt,
    ...) MR_PRINTF(3, 4);
/* mr_tsv_id - MR_EFORMAT with the line when the id in column col is empty. */
int mr_tsv_id(const struct mr_tsv *t, int col, struct mr_err *err) MR_CHECKED;
/* mr_tsv_float - *v = the number in column col of the current row, one that a
 * float can hold; else MR_EFORMAT with the line, and expected or "above". */
int mr_tsv_float(const struct mr_tsv *t, int col, const char *expected,
    double *v, struct mr_err *err) MR_CHECKED;
void mr_tsv_close(struct mr_tsv *t);

/* mr_tsv_put - s with tab, LF, CR and backslash escaped; no separator. */
void mr_tsv_put(struct mr_out *out, struct mr_slice s);

#endif
