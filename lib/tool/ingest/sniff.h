/* What a file is, by its first bytes, and which option or command reads it.
 * SPDX-License-Identifier: MIT */
#ifndef MR_TOOL_INGEST_SNIFF_H
#define MR_TOOL_INGEST_SNIFF_H

#include "core/str.h"
#include "tool/ingest/ingest.h"

/* The first bytes of an input. */
struct mr_sniff {
	char text[4096];
	size_t n;
	bool whole;		/* there are no others */
};

/* mr_ingest_sniff_utf16 - do the n bytes at p begin with its mark? */
bool mr_ingest_sniff_utf16(const void *p, size_t n);
/* mr_ingest_sniff_kind - MR_EFORMAT, with the command that makes rows of it,
 * when these are the first bytes of a compressed file, a workbook, HTML, text
 * in another width or the like. */
int mr_ingest_sniff_kind(const struct mr_sniff *f, const char *name,
    struct mr_err *err) MR_CHECKED;
/* mr_ingest_sniff_json - do they begin as JSON, or a dict of Python does? */
bool mr_ingest_sniff_json(const struct mr_sniff *f);

/* mr_ingest_sniff_first - the first line that is not blank, or what is known of
 * it; false when there is none. */
bool mr_ingest_sniff_first(const struct mr_sniff *f, struct mr_slice *line);

/* mr_ingest_sniff_line - the next of the first lines, *at begins at 0; blank
 * ones are passed over.  False at their end, and at one of which only a part
 * is known unless it is the first. */
bool mr_ingest_sniff_line(const struct mr_sniff *f, size_t *at,
    struct mr_slice *line);
/*
 * mr_ingest_sniff_option - the option that would part the first lines better
 * than sep does, which makes n fields of the first: " (--tsv reads it)" or the
 * like to stand behind a message, "" when there is none.  Lines agree in their
 * number of fields, and the more of these the better.
 */
const char *mr_ingest_sniff_option(const struct mr_sniff *f, const char *sep,
    int n, enum mr_ingest_what what);

/* mr_ingest_sniff_inside - the same of JSON: what makes rows of the list that
 * its first object begins with.
 * mr_ingest_sniff_deeper - of some list in it.
 * mr_ingest_sniff_lists - of one without objects, a list of lists. */
const char *mr_ingest_sniff_inside(const struct mr_sniff *f);
const char *mr_ingest_sniff_deeper(const struct mr_sniff *f);
const char *mr_ingest_sniff_lists(const struct mr_sniff *f);

/* mr_ingest_sniff_quoted - the column, from 0, whose every value in the first
 * rows is in quotes, though tabs part them and quotes mean nothing; -1. */
int mr_ingest_sniff_quoted(const struct mr_sniff *f, bool header_in);

#endif
