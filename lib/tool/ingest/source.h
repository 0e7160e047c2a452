/* Rows from CSV, TSV, lines with another separator, lists, groups, and JSON.
 * SPDX-License-Identifier: MIT */
#ifndef MR_TOOL_INGEST_SOURCE_H
#define MR_TOOL_INGEST_SOURCE_H

#include "core/str.h"
#include "stream/backslash.h"
#include "stream/csv.h"
#include "stream/json.h"
#include "tool/ingest/ingest.h"
#include "tool/ingest/sniff.h"

enum mr_form {
	MR_FORM_CSV,		/* quotes, one-byte separator */
	MR_FORM_TSV,		/* tab and escapes, as ours */
	MR_FORM_PLAIN,		/* a separator string, nothing escaped */
	MR_FORM_BLANKS,		/* runs of blanks */
	MR_FORM_BACKSLASH,	/* quotes that a backslash takes away */
	MR_FORM_GROUPS,		/* "7:", then lines; 7 is their first field */
	MR_FORM_JSON		/* objects, by the paths of columns */
};

/* Each element of a list in an object is a row. */
struct mr_json_list {
	struct mr_json_paths outer;	/* the list, then other fields; n = 0:
					 * the object is the row */
	bool open;		/* json reads the current one, of in */
	struct mr_json json;
	struct mr_in in;
};

/* Rows of any form; blank ones are passed over.  field and raw are borrowed
 * until the next row. */
struct mr_source {
	struct mr_in in;
	enum mr_form form;
	const char *sep;	/* borrowed */
	struct mr_csv csv;
	struct mr_backslash backslash;
	struct mr_json json;
	struct mr_json_paths paths;	/* fields of an object or element */
	struct mr_json_list list;
	bool bad;		/* the current value is no object: n = 0 */
	struct mr_buf line;	/* of the forms but CSV */
	struct mr_buf text;	/* the same, unescaped */
	struct mr_buf group;	/* of MR_FORM_GROUPS */
	struct mr_slice *own;	/* [MR_COLS_MAX + 1], fields of line, or of a
				 * row that ended before n_cols */
	struct mr_buf pages;	/* what in reads, made of pages of HTML */
	struct mr_sniff head;	/* the first bytes, as they were */
	enum mr_ingest_what what;	/* for messages */
	int n_cols;		/* of the header once it is known */
	int n_named;		/* of these, without the last ones that have no
				 * name: a row may end here */
	int rest;		/* the column that may hold sep, or 0 */
	int64_t n_swallowed, swallow_line;	/* fields that may hold rows */
	int64_t n_slashes;	/* fields with what would be an escape */
	bool have_line;		/* line is read but not taken */
	bool again;		/* the next row is the current one */
	bool later;		/* rows were read before those of csv */
	int64_t line_no;
	int n;
	struct mr_slice *field;	/* [n]; MR_FORM_BLANKS: one, the line */
	struct mr_slice raw;
};

/* mr_ingest_source_open - open path and pass a byte order mark; encoding: of
 * the text, NULL is UTF-8, or UTF-16 where its mark says so.  MR_EFORMAT, with
 * the command that makes rows of it, for what is no text.
 * mr_ingest_source_text - the same of text in memory, which stays. */
int mr_ingest_source_open(struct mr_source *s, const char *path,
    enum mr_ingest_what what, const char *encoding, struct mr_err *err)
    MR_CHECKED;
int mr_ingest_source_text(struct mr_source *s, struct mr_slice text,
    const char *name, struct mr_err *err) MR_CHECKED;
/* mr_ingest_source_ours - is the line read ahead the header of a table of
 * ours?  item title year people genre poster and perhaps others, or user item
 * rating and perhaps time, with tabs between. */
bool mr_ingest_source_ours(const struct mr_source *s);
/* mr_ingest_source_peek - the first line that is not blank, to s->line; empty
 * at the end of input. */
int mr_ingest_source_peek(struct mr_source *s, struct mr_err *err) MR_CHECKED;
/* mr_ingest_source_start - rows from here on have this form. */
int mr_ingest_source_start(struct mr_source *s, enum mr_form form,
    const char *sep, struct mr_err *err) MR_CHECKED;
int mr_ingest_source_next(struct mr_source *s, bool *more, struct mr_err *err)
    MR_CHECKED;
/* mr_ingest_source_rest - are the next rows lines, or CSV, that another reader
 * may begin with?  *line: the number of the first of them. */
int mr_ingest_source_rest(struct mr_source *s, bool *may, int64_t *line,
    struct mr_err *err) MR_CHECKED;
/* mr_ingest_source_over - the next rows are those of the n bytes at p, which
 * stay; the first is on line.  s->in was closed, or is of such bytes, and no
 * row is there that was read ahead. */
int mr_ingest_source_over(struct mr_source *s, const void *p, size_t n,
    int64_t line, const char *name, struct mr_err *err) MR_CHECKED;
/* mr_ingest_source_pass - n rows, a line each, were taken from s->in by
 * somebody else, who began and ended between rows. */
void mr_ingest_source_pass(struct mr_source *s, int64_t n);
void mr_ingest_source_close(struct mr_source *s);
/* mr_ingest_cut_name - the next name of a header line, *rest moved behind sep
 * as by mr_slice_cut: without blanks around it and quotes inside them, between
 * which sep is a letter. */
struct mr_slice mr_ingest_cut_name(struct mr_slice *rest, char sep);
/* mr_ingest_cut - fields of line between sep, at most max. */
int mr_ingest_cut(struct mr_slice line, const char *sep,
    struct mr_slice *field, int max);
/* mr_ingest_fit - the row as the header has it: without empty fields behind the
 * last column, with those of the last ones that have no name. */
int mr_ingest_fit(struct mr_source *s, struct mr_err *err) MR_CHECKED;
/* mr_ingest_path_root - what is before the first '.' or '['. */
struct mr_slice mr_ingest_path_root(struct mr_slice path);
/* mr_ingest_count - how many there are. */
int64_t mr_ingest_count(struct mr_slice line, const char *sep);
/* mr_ingest_source_json - the next row of MR_FORM_JSON: the fields of
 * list.outer but the list, then those of paths. */
int mr_ingest_source_json(struct mr_source *s, bool *more, struct mr_err *err)
    MR_CHECKED;
void mr_ingest_list_close(struct mr_json_list *l);

#endif
