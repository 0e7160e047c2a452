/* CSV as in RFC 4180, row by row, with the raw text of each row.
 * Strict: a quote in the wrong place stops the reader, but for a field that is
 * ="..", which is taken as it stands.
 * SPDX-License-Identifier: MIT */
#ifndef MR_STREAM_CSV_H
#define MR_STREAM_CSV_H

#include "core/str.h"
#include "stream/io.h"

struct mr_csv_parser;

/*
 * A reader of rows.  field[i] and raw are borrowed until the next row; raw is
 * the row's text without the line end behind it.  A blank line is a row of
 * one empty field; rows may differ in their number of fields.  Rows end with
 * LF, CR LF or CR.  All zero is closed; freed by mr_csv_close.
 */
struct mr_csv {
	struct mr_in *in;	/* borrowed */
	int64_t line_no;	/* on which the current row begins, from 1 */
	int n;
	struct mr_slice *field;	/* [n] */
	struct mr_slice raw;
	bool plain;		/* a line without quotes */
	struct mr_csv_parser *parser;
};

/*
 * mr_csv_open - read rows from in, an open input whose byte order mark is
 * passed already; first_line is the number of the line it stands on.  delim
 * is any ASCII byte but a quote, CR or LF: MR_EARG.
 * Memory: the longest row twice, and 64 KiB.
 */
int mr_csv_open(struct mr_csv *c, struct mr_in *in, char delim,
    int64_t first_line, struct mr_err *err) MR_CHECKED;
/*
 * mr_csv_next - *more: a row was read.  MR_EFORMAT, with the line on which
 * the trouble begins: a quote inside an unquoted field, text behind a closing
 * quote, a quote never closed, a NUL byte, a field over MR_FIELD_MAX bytes,
 * a row over MR_LINE_MAX bytes or MR_COLS_MAX fields (stream/tsv.h).
 */
int mr_csv_next(struct mr_csv *c, bool *more, struct mr_err *err) MR_CHECKED;
/* mr_csv_rest - between rows: what is unread of the input is whole rows, the
 * first on *line; another reader may go on there. */
int mr_csv_rest(struct mr_csv *c, int64_t *line, struct mr_err *err)
    MR_CHECKED;
/* mr_csv_pass - between rows: n lines that are rows were taken from the input
 * by another reader. */
void mr_csv_pass(struct mr_csv *c, int64_t n);
void mr_csv_close(struct mr_csv *c);

#endif
