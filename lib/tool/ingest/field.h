/* One field: decoding, repair, NFC, trimming, missing values, years.
 * SPDX-License-Identifier: MIT */
#ifndef MR_TOOL_INGEST_FIELD_H
#define MR_TOOL_INGEST_FIELD_H

#include "core/str.h"

struct mr_cleaner {
	int encoding;		/* enum mr_encoding */
	bool guess_latin1;	/* what is not UTF-8 is Latin-1 */
	bool keep_missing;	/* a word for missing stays */
	const char *missing;	/* those words, by commas; NULL: the usual */
	struct mr_slice *word;	/* [n_words] of them */
	int n_words;
	bool begins[256];	/* one of them begins with this byte */
	int64_t n_repaired;	/* ill-formed sequences */
	bool saw_utf8;		/* and well-formed ones of several bytes */
	bool saw_other;		/* Latin-1 that is no UTF-8 */
	struct mr_buf decoded;
	struct mr_buf *slot;	/* [n_slots] results not borrowed */
	int n_slots;
};

/*
 * mr_ingest_clean - s decoded, repaired, in NFC, trimmed, out of a
 * spreadsheet's ="..", missing as empty; valid until the next call for the
 * same slot (0 .. n_slots-1).
 */
int mr_ingest_clean(struct mr_cleaner *k, int slot, struct mr_slice s,
    struct mr_slice *out, struct mr_err *err) MR_CHECKED;
int mr_ingest_clean_init(struct mr_cleaner *k, int n_slots, struct mr_err *err)
    MR_CHECKED;
void mr_ingest_clean_free(struct mr_cleaner *k);

/* mr_ingest_trim - without what looks like nothing at both ends: ASCII white
 * space and controls, the other blanks of Unicode, zero-width marks, soft
 * hyphens, marks of direction, byte order marks. */
struct mr_slice mr_ingest_trim(struct mr_slice s);

/* mr_ingest_is_object - does s begin as an object of JSON, or a dict? */
static inline bool
mr_ingest_is_object(struct mr_slice s)
{
	return s.n > 2 && s.p[0] == '{' && (s.p[1] == '"' || s.p[1] == '\'');
}

/* mr_ingest_shown - s as a message quotes it: at most 40 bytes, what
 * mr_ingest_trim takes for nothing as <U+00A0>.  Returns text. */
#define MR_SHOWN_MAX 192
const char *mr_ingest_shown(struct mr_slice s, char text[MR_SHOWN_MAX]);

bool mr_ingest_is_digits(struct mr_slice s);
/* mr_ingest_clean_year - four digits, "1999.0" too; false and empty otherwise.
 * */
bool mr_ingest_clean_year(struct mr_slice *year);
/* mr_ingest_date_year - of a date (core/date.h), or of years such as 1975-1979
 * and 2007-, and 1999, in parentheses or not: the first; else *year stays. */
void mr_ingest_date_year(struct mr_slice *year);
/* mr_ingest_title_year - title "Heat (1995)": "Heat", and true with "1995"; of
 * years such as (1975-1979) and (2007-) the first. */
bool mr_ingest_title_year(struct mr_slice *title, struct mr_slice *year);

#endif
