/* The films in a table of a Wikipedia list, by the names of its columns.
 * SPDX-License-Identifier: MIT */
#ifndef MR_TOOL_INGEST_WIKIPEDIA_TABLE_H
#define MR_TOOL_INGEST_WIKIPEDIA_TABLE_H

#include <stdbool.h>

#include "text/html.h"

#define MR_WIKIPEDIA_COLUMNS 7

/* Where the films of all pages go, and the page at hand. */
struct mr_wikipedia {
	struct mr_html h;
	char year[5];		/* of the page; "": not known */
	int at[MR_WIKIPEDIA_COLUMNS];	/* of the table, or -1 */
	struct mr_buf *out;	/* rows of TSV: item title year people genre
				 * opening company */
	struct mr_buf field;	/* work */
	int64_t n_tables, n_films, n_unlinked;
};

/* mr_wikipedia_table - append the films in the rows from row up to end;
 * *films: it is a table of films. */
int mr_wikipedia_table(struct mr_wikipedia *p, size_t row, size_t end,
    bool *films, struct mr_err *err) MR_CHECKED;

#endif
