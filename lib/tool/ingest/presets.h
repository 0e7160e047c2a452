/* What known publishers' files look like: a record for each form of a file.
 * SPDX-License-Identifier: MIT */
#ifndef MR_TOOL_INGEST_PRESETS_H
#define MR_TOOL_INGEST_PRESETS_H

#include "tool/ingest/ingest.h"
#include "tool/ingest/source.h"

enum {
	MR_QUIRK_TITLE_YEAR = 1,	/* "Toy Story (1995)" */
	MR_QUIRK_LATIN1 = 2,	/* what is not UTF-8 is Latin-1 */
	MR_QUIRK_RATED = 4,	/* a column rating is there */
	MR_QUIRK_U_ITEM = 8,	/* the third column is the day of release,
				 * the last MR_N_GENRE_FLAGS are genres */
	MR_QUIRK_YEAR_DATE = 16,	/* as --year-from date */
	MR_QUIRK_NAME_YEAR = 32,	/* no ids: an item is "Name (Year)" */
	MR_QUIRK_PAGES = 64,	/* of HTML, made TSV when it is opened */
	MR_QUIRK_EVENTS = 128,	/* no rating is meant: each row is 1 */
	MR_QUIRK_ROLES_ONLY = 256,	/* what cols does not name does not
					 * pass through */
	MR_QUIRK_SCORES = 512,	/* ratings as 3.5/4 and 75% are shares */
	MR_QUIRK_TT = 1024,	/* the digits of imdb get tt before them */
	MR_QUIRK_BY_NAME = 2048,	/* the file's name says whether these
					 * were watched, else --events */
	MR_QUIRK_PREAMBLE = 4096,	/* rows stand above the header */
	MR_QUIRK_DIGITS = 8192,	/* an item that is none is no film */
	MR_QUIRK_BLANKS = 16384,	/* part genres */
	MR_QUIRK_GENRE_IDS = 32768,	/* of TMDB, by number */
	MR_QUIRK_DATE_PARTS = 65536	/* time is date_day and further columns */
};

struct mr_preset {
	const char *name;	/* --preset; several are tried in order */
	enum mr_ingest_what what;
	/* Does the first line that is not blank, or what follows?  NULL:
	 * always. */
	bool (*fits)(struct mr_slice line, const struct mr_sniff *head);
	bool by_shape;		/* that is enough without --preset, too */
	enum mr_form form;
	const char *sep;
	/* Of the columns; NULL: a header has them.  Of JSON their paths,
	 * behind which nothing else is looked for. */
	const char *names;
	/* Of JSON: each element of this list in an object is a row, and these
	 * paths of the object stand before names in it; NULL: objects are. */
	const char *rows, *outer;
	/* All names of the header, between commas, in any order: without
	 * --preset it is known by them. */
	const char *header;
	const char *cols;	/* as --cols; NULL: the names that are known */
	const char *or;		/* "ROLE=COLUMN" where ROLE is empty */
	const char *missing;	/* as --missing; NULL: the usual words */
	const char *unrated;	/* as --unrated; NULL: no value */
	const char *only;	/* "COLUMN=WORD,..": rows of others are none */
	int rest;		/* the column that may hold sep, or 0 */
	unsigned quirks;	/* MR_QUIRK_.. */
	const char *no_item;	/* what is said of many rows without one */
	/* Of the last of several: what is said when none of them fits. */
	const char *none_fits;
};

/* The records, those of one publisher beside one another. */
struct mr_publishers {
	const struct mr_preset *preset;	/* [n] */
	size_t n;
};
extern const struct mr_publishers mr_publishers_base, mr_publishers_sites,
    mr_publishers_sets;

/* mr_ingest_preset_pick - the record of the preset for s, of which the first
 * bytes say the form, and what parts fields, ';' or tab where a spreadsheet
 * wrote CSV again; MR_EFORMAT when none fits.  Of a table other records of the
 * publisher say it, too. */
int mr_ingest_preset_pick(const struct mr_preset **p, const char **sep,
    int preset, enum mr_ingest_what what, struct mr_source *s,
    struct mr_err *err) MR_CHECKED;
/* mr_ingest_preset_known - the record that the first line of s is known by, of
 * any publisher; NULL. */
const struct mr_preset *mr_ingest_preset_known(enum mr_ingest_what what,
    const struct mr_source *s, const char **sep);
/* mr_ingest_preset_wrong - MR_EFORMAT when the header of s is a publisher's,
 * but of other things than what; preset negative: of any. */
int mr_ingest_preset_wrong(int preset, enum mr_ingest_what what,
    const struct mr_source *s, struct mr_err *err) MR_CHECKED;
/* mr_ingest_preset_has - has it a record of that? */
bool mr_ingest_preset_has(int preset, enum mr_ingest_what what);
/* mr_ingest_preset_pages - is what it reads pages of HTML? */
bool mr_ingest_preset_pages(int preset);

/* mr_ingest_is_header - are the names of the line those between the commas of
 * header, in any order? */
bool mr_ingest_is_header(const char *header, struct mr_slice line, char sep);

#define MR_N_GENRE_FLAGS 19
extern const char *const mr_ingest_genre_flags[MR_N_GENRE_FLAGS];

#endif
