/* The names of the columns: from a header line, or from their order.
 * SPDX-License-Identifier: MIT */
#ifndef MR_TOOL_INGEST_NAMES_H
#define MR_TOOL_INGEST_NAMES_H

#include "tool/ingest/columns.h"

/* Each fills c->n, c->name and c->taken; c->quirks is set.  MR_EFORMAT: a
 * name with a line end in it, a name twice. */

/* mr_ingest_names_read - the header: the line that was read ahead, or the
 * next row of s; c->was, too.  A column without a name is called by its
 * number. */
int mr_ingest_names_read(struct mr_columns *c, const struct mr_ingest *o,
    struct mr_source *s, struct mr_err *err) MR_CHECKED;
/* mr_ingest_names_count - no header: for as many columns as the next row has
 * the names in cols (NULL: ours), in order, then numbers.  Names with '=' in
 * them are an assignment, and every column is a number. */
int mr_ingest_names_count(struct mr_columns *c, const char *cols,
    struct mr_source *s, struct mr_err *err) MR_CHECKED;
/* mr_ingest_names_given - these, separated by commas. */
int mr_ingest_names_given(struct mr_columns *c, const char *names,
    const struct mr_source *s, struct mr_err *err) MR_CHECKED;

/* mr_ingest_names_json - of the objects in the bytes read ahead, then the
 * paths in cols (NULL: none) that go on in their values; s reads its fields by
 * them. */
int mr_ingest_names_json(struct mr_columns *c, const char *cols,
    struct mr_source *s, struct mr_err *err) MR_CHECKED;

#endif
