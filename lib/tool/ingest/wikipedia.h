/* Films out of Wikipedia's pages "List of American films of YEAR".
 * SPDX-License-Identifier: MIT */
#ifndef MR_TOOL_INGEST_WIKIPEDIA_H
#define MR_TOOL_INGEST_WIKIPEDIA_H

#include "core/report.h"
#include "tool/ingest/source.h"

/*
 * mr_ingest_wikipedia_open - read all pages at path, one behind another, each
 * beginning with "<!doctype", and make s a source of TSV in memory: item title
 * year people genre opening company.  mr-ingest(1) says from where.  report
 * counts pages, and films without an article; it warns of pages without a
 * table of films.  MR_EFORMAT: no page has one, and what mr_html_read refuses.
 * Memory: the pages, the text of the films, and text/html.h for one page.
 */
int mr_ingest_wikipedia_open(struct mr_source *s, const char *path,
    struct mr_report *report, struct mr_err *err) MR_CHECKED;

#endif
