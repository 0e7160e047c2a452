/* Which column of the input is which.
 * SPDX-License-Identifier: MIT */
#ifndef MR_TOOL_INGEST_COLUMNS_H
#define MR_TOOL_INGEST_COLUMNS_H

#include "core/report.h"
#include "tool/ingest/field.h"
#include "tool/ingest/ingest.h"
#include "tool/ingest/source.h"

enum mr_role {
	MR_ROLE_ITEM, MR_ROLE_TITLE, MR_ROLE_YEAR, MR_ROLE_PEOPLE,
	MR_ROLE_GENRE, MR_ROLE_POSTER,
	MR_ROLE_USER, MR_ROLE_RATING, MR_ROLE_TIME, MR_N_ROLES
};
#define MR_N_FILM_ROLES 6	/* the first ones, in output order */

struct mr_columns {
	enum mr_ingest_what what;
	bool films;		/* what is MR_INGEST_MOVIES */
	int n;			/* 0: the input is empty */
	int flags_from;		/* first of the genre flags, or n */
	const struct mr_preset *preset;	/* chosen, or known by its header */
	const char *sep;	/* of the preset's fields, as they are here */
	bool found;		/* it was known so */
	const char *cols;	/* as --cols or the preset say, or NULL */
	int only_at;		/* the column of its only, or -1 */
	int year_at;		/* of the year in MR_QUIRK_NAME_YEAR, or -1 */
	int date_at[6];		/* of MR_QUIRK_DATE_PARTS, year first */
	int or_at;		/* where or_role is empty this counts; -1 */
	int or_role;
	int also_at;		/* people of a second column, or -1 */
	unsigned inside;	/* bit of a role: by path, or with a year */
	unsigned quirks;	/* MR_QUIRK_.. of the preset */
	struct mr_buf text;	/* names, end to end */
	struct mr_buf head;	/* as the header has them */
	struct mr_slice *name;	/* [n] */
	struct mr_slice *was;	/* [n] in the header; NULL: there is none */
	bool *taken;		/* [n] has a role */
	int at[MR_N_ROLES];	/* column of a role, or -1 */
	struct mr_json_paths path[MR_N_ROLES];	/* n = 1: it goes on inside */
};

/* mr_ingest_columns_open - read the header of s as o says, and start its rows.
 * */
int mr_ingest_columns_open(struct mr_columns *c, const struct mr_ingest *o,
    bool header_in, struct mr_source *s, struct mr_err *err) MR_CHECKED;
/* mr_ingest_columns_assign - give each role its column of those whose names are
 * there: as cols says, then by known names; MR_EARG for cols that cannot be,
 * MR_EFORMAT for a column that must be there and is not. */
int mr_ingest_columns_assign(struct mr_columns *c, const struct mr_ingest *o,
    const char *cols, bool header_in, const struct mr_source *s,
    struct mr_err *err) MR_CHECKED;
/* mr_ingest_columns_warn - tell what looks like data and is not read. */
void mr_ingest_columns_warn(const struct mr_columns *c,
    const struct mr_ingest *o, const struct mr_source *s,
    struct mr_report *report);
/* mr_ingest_columns_header - is a row a header, by the clean fields of two
 * roles?  Those of the one the input has, or known names. */
bool mr_ingest_columns_header(const struct mr_columns *c, enum mr_role role_a,
    struct mr_slice a, enum mr_role role_b, struct mr_slice b);
/* mr_ingest_columns_name - may s be the name of that role in a header? */
bool mr_ingest_columns_name(const struct mr_columns *c, enum mr_role role,
    struct mr_slice s);
/* mr_ingest_columns_again - is the current row of s the header, all of it? */
bool mr_ingest_columns_again(const struct mr_columns *c,
    const struct mr_source *s);
/* mr_ingest_columns_list - the names, or those that nothing is read from, for
 * a message. */
void mr_ingest_columns_list(const struct mr_columns *c, bool unread,
    char have[200]);
/* mr_ingest_columns_find - the column of that name; -1. */
int mr_ingest_columns_find(const struct mr_columns *c, struct mr_slice name);
/* mr_ingest_no_column - the message that name is none of the columns. */
int mr_ingest_no_column(const struct mr_columns *c, const struct mr_source *s,
    struct mr_slice name, const char *hint, struct mr_err *err) MR_CHECKED;
#define MR_COLUMNS_HINT (MR_SHOWN_MAX + 64)
/* mr_ingest_columns_hint - what to say where role has no column; perhaps in
 * text. */
const char *mr_ingest_columns_hint(const struct mr_columns *c,
    const struct mr_source *s, enum mr_role role, char text[MR_COLUMNS_HINT]);
/* mr_ingest_columns_option - "--cols ROLE=NAME", as a shell takes it. */
const char *mr_ingest_columns_option(const char *role, struct mr_slice name,
    char text[MR_COLUMNS_HINT]);
bool mr_ingest_is_number(struct mr_slice s);
/* mr_ingest_is_known - is name one that is taken for role, whatever its case and
 * with or without blanks, '_' and '-'? */
bool mr_ingest_is_known(int role, struct mr_slice name);
void mr_ingest_columns_free(struct mr_columns *c);

extern const char *const mr_ingest_role_name[MR_N_ROLES];

#endif
