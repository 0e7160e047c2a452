/* The parts of ingest: source of rows, columns, cleaning, rejects, maps.
 * Private to the ingest files.
 * SPDX-License-Identifier: MIT */
#ifndef MR_TOOL_INGEST_PRIVATE_H
#define MR_TOOL_INGEST_PRIVATE_H

#include "core/str.h"
#include "stream/csv.h"
#include "tool/ingest/ingest.h"

/* ---- rows (source.c) ---- */

enum mr_form {
	MR_FORM_CSV,		/* quotes, one-byte separator */
	MR_FORM_TSV,		/* tab and escapes */
	MR_FORM_PLAIN,		/* a separator string, nothing escaped */
	MR_FORM_BLANKS		/* runs of blanks */
};

/* Rows of any form; blank ones are passed over.  field and raw are borrowed
 * until the next row. */
struct mr_source {
	struct mr_in in;
	enum mr_form form;
	const char *sep;	/* borrowed */
	struct mr_csv csv;
	struct mr_buf line;	/* of the forms but CSV */
	struct mr_buf text;	/* the same, unescaped */
	struct mr_slice *own;	/* [MR_COLS_MAX], fields of line */
	bool have_line;		/* line is read but not taken */
	bool again;		/* the next row is the current one */
	int64_t line_no;
	int n;
	struct mr_slice *field;	/* [n]; MR_FORM_BLANKS: one, the line */
	struct mr_slice raw;
};

/* mr_source_open - open path and pass a byte order mark. */
int mr_source_open(struct mr_source *s, const char *path, struct mr_err *err)
    MR_CHECKED;
/* mr_source_peek - the first line that is not blank, to s->line; empty at
 * the end of input. */
int mr_source_peek(struct mr_source *s, struct mr_err *err) MR_CHECKED;
/* mr_source_start - rows from here on have this form. */
int mr_source_start(struct mr_source *s, enum mr_form form, const char *sep,
    struct mr_err *err) MR_CHECKED;
int mr_source_next(struct mr_source *s, bool *more, struct mr_err *err)
    MR_CHECKED;
void mr_source_close(struct mr_source *s);
/* mr_split_text - fields of line between sep, at most MR_COLS_MAX. */
int mr_split_text(struct mr_slice line, const char *sep,
    struct mr_slice *field);

/* ---- columns (columns.c) ---- */

enum mr_role {
	MR_ITEM, MR_TITLE, MR_YEAR, MR_PEOPLE, MR_GENRE, MR_POSTER,
	MR_USER, MR_RATING, MR_TIME, MR_N_ROLES
};
#define MR_N_FILM_ROLES 6	/* the first ones, in output order */

struct mr_columns {
	bool films;
	bool title_has_year;	/* "Toy Story (1995)" */
	int n;			/* 0: the input is empty */
	int flags_from;		/* first of 19 genre flags, or n */
	struct mr_buf text;	/* names, end to end */
	struct mr_slice *name;	/* [n] */
	bool *taken;		/* [n] has a role */
	int at[MR_N_ROLES];	/* column of a role, or -1 */
};

/* mr_columns_open - read the header of s as o says, and start its rows. */
int mr_columns_open(struct mr_columns *c, const struct mr_ingest *o,
    bool header_in, struct mr_source *s, struct mr_err *err) MR_CHECKED;
void mr_columns_free(struct mr_columns *c);
/* mr_columns_name - add a name while the header is built. */
int mr_columns_name(struct mr_columns *c, struct mr_slice name,
    struct mr_err *err) MR_CHECKED;
extern const char *const mr_role_name[MR_N_ROLES];

/* ---- presets (presets.c) ---- */

/* mr_preset_movielens - tell the form from the first line, start the rows,
 * name the columns. */
int mr_preset_movielens(struct mr_columns *c, struct mr_source *s,
    struct mr_err *err) MR_CHECKED;
/* mr_preset_cols - what --cols would say, or NULL. */
const char *mr_preset_cols(const struct mr_ingest *o, bool films);
extern const char *const mr_genre_flags[19];

/* ---- fields (field.c) ---- */

struct mr_cleaner {
	int encoding;		/* enum mr_encoding */
	bool guess_latin1;	/* what is not UTF-8 is Latin-1 */
	int64_t n_repaired;	/* ill-formed sequences */
	struct mr_buf decoded;
	struct mr_buf *slot;	/* [n_slots] results not borrowed */
	int n_slots;
};

/* mr_clean - s decoded, repaired, in NFC, trimmed, missing as empty; valid
 * until the next call for the same slot (0 .. n_slots-1). */
int mr_clean(struct mr_cleaner *k, int slot, struct mr_slice s,
    struct mr_slice *out, struct mr_err *err) MR_CHECKED;
int mr_clean_init(struct mr_cleaner *k, int n_slots, struct mr_err *err)
    MR_CHECKED;
void mr_clean_free(struct mr_cleaner *k);
/* mr_clean_year - four digits, "1999.0" too; false and empty otherwise. */
bool mr_clean_year(struct mr_slice *year);
/* mr_split_year - title "Heat (1995)": "Heat", and true with "1995". */
bool mr_split_year(struct mr_slice *title, struct mr_slice *year);

/* ---- rejects (rejects.c) ---- */

enum mr_reason {
	MR_WRONG_FIELDS, MR_NO_USER, MR_NO_ITEM, MR_NO_TITLE, MR_NOT_FILM,
	MR_NO_RATING, MR_NOT_NUMBER, MR_OFF_SCALE, MR_NOT_TIME, MR_N_REASONS
};

struct mr_rejects {
	struct mr_out *out;	/* of the run; NULL: not kept */
	int64_t max, n, by[MR_N_REASONS];
	int64_t last_line;
	enum mr_reason last;
};

int mr_rejects_open(struct mr_rejects *r, const struct mr_ingest *o,
    struct mr_run *run, struct mr_err *err) MR_CHECKED;
/* mr_reject - count and keep raw of s's current row; MR_EFORMAT when that
 * is one too many. */
int mr_reject(struct mr_rejects *r, const struct mr_source *s,
    enum mr_reason why, struct mr_slice raw, struct mr_err *err) MR_CHECKED;
/* mr_rejects_tell - the counts; MR_EFORMAT when all n_rows were rejected. */
int mr_rejects_tell(const struct mr_rejects *r, const struct mr_source *s,
    int64_t n_rows, struct mr_report *report, struct mr_err *err) MR_CHECKED;

/* ---- a run (ingest.c) ---- */

struct mr_ingest_run {
	const struct mr_ingest *o;
	struct mr_source src;
	struct mr_columns cols;
	struct mr_cleaner clean;
	struct mr_rejects rejects;
	struct mr_run *run;
	struct mr_out *out;	/* the run's */
	struct mr_out *map;	/* --id-map where it is written, or NULL */
	struct mr_report *report;	/* the run's */
	int64_t n_rows, n_out, n_repeats;
};

/* mr_ingest_run_open - check what both kinds check, open the input and the
 * outputs. */
int mr_ingest_run_open(struct mr_ingest_run *r, const struct mr_ingest *o,
    bool films, struct mr_run *run, struct mr_err *err) MR_CHECKED;
/* mr_ingest_run_end - tell the counts. */
int mr_ingest_run_end(struct mr_ingest_run *r, struct mr_err *err) MR_CHECKED;
void mr_ingest_run_free(struct mr_ingest_run *r);
/* mr_ingest_run_field - the clean field of a role in the current row; empty when
 * the input has no such column. */
int mr_ingest_run_field(struct mr_ingest_run *r, enum mr_role role,
    struct mr_slice *out, struct mr_err *err) MR_CHECKED;

/* ---- rows kept (repeats.c) ---- */

/* Ratings as numbers, 12 bytes each and 8 for a time. */
struct mr_rows {
	size_t n, cap;
	int32_t *user;		/* [n] -1: a repeat */
	int32_t *item, *value;	/* [n] */
	int64_t *time;		/* [n], NULL without times */
};

/* mr_rows_add - time NULL for every row, or for none. */
int mr_rows_add(struct mr_rows *r, int32_t user, int32_t item, int32_t value,
    const int64_t *time, struct mr_err *err) MR_CHECKED;
/*
 * mr_rows_mark - of the rows with the same user and item keep the last, or
 * the first, by time, of equal times or none by their order, and set user = -1
 * in the others; *n_repeats of them.  A row without a time (-1) is before all
 * that have one.  Users and items are below n_users and n_items.  Time
 * O(n + n_users + n_items), with no hashing; 4 bytes a row, 8 a user and 8 an
 * item meanwhile.
 */
int mr_rows_mark(struct mr_rows *r, int32_t n_users, int32_t n_items,
    bool keep_last, int64_t *n_repeats, struct mr_err *err) MR_CHECKED;
void mr_rows_free(struct mr_rows *r);

#endif
