/* What known publishers' files look like: a record for each form of a file.
 * SPDX-License-Identifier: MIT */
#ifndef MR_TOOL_INGEST_PRESETS_H
#define MR_TOOL_INGEST_PRESETS_H

#include "tool/ingest/source.h"

enum {
	MR_QUIRK_TITLE_YEAR = 1,	/* "Toy Story (1995)" */
	MR_QUIRK_LATIN1 = 2,	/* what is not UTF-8 is Latin-1 */
	MR_QUIRK_RATED = 4,	/* a column rating is there */
	MR_QUIRK_U_ITEM = 8,	/* the third column is the day of release, the
				 * last MR_N_GENRE_FLAGS are genres */
	MR_QUIRK_YEAR_DATE = 16,	/* as --year-from date */
	MR_QUIRK_NAME_YEAR = 32,	/* no ids: an item is "Name (Year)" */
	MR_QUIRK_PAGES = 64	/* of HTML, made TSV when it is opened */
};

struct mr_preset {
	const char *name;	/* --preset; several are tried in order */
	bool films;		/* with movies, or with ratings */
	/* Does the first line that is not blank?  NULL: always. */
	bool (*fits)(struct mr_slice line);
	enum mr_form form;
	const char *sep;
	const char *names;	/* of the columns; NULL: a header has them */
	/* All names of the header, between commas, in any order: without
	 * --preset it is known by them. */
	const char *header;
	const char *cols;	/* as --cols; NULL: the names that are known */
	const char *missing;	/* as --missing; NULL: the usual words */
	const char *unrated;	/* as --unrated; NULL: no value */
	const char *only;	/* "COLUMN=WORD,..": rows of others are none */
	unsigned quirks;	/* MR_QUIRK_.. */
	/* Of the last of several: what is said when none of them fits. */
	const char *none_fits;
};

/* mr_ingest_preset_pick - the record of the preset for s, whose first line is
 * read ahead where a record asks for it; MR_EFORMAT when none fits. */
int mr_ingest_preset_pick(const struct mr_preset **p, int preset, bool films,
    struct mr_source *s, struct mr_err *err) MR_CHECKED;
/* mr_ingest_preset_known - the record whose header the first line of s is, of
 * any publisher; NULL. */
const struct mr_preset *mr_ingest_preset_known(bool films,
    const struct mr_source *s);
/* mr_ingest_preset_has - has it a record for films, or for ratings? */
bool mr_ingest_preset_has(int preset, bool films);
/* mr_ingest_preset_pages - is what it reads pages of HTML? */
bool mr_ingest_preset_pages(int preset);

#define MR_N_GENRE_FLAGS 19
extern const char *const mr_ingest_genre_flags[MR_N_GENRE_FLAGS];

#endif
