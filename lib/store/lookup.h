/* Columns of a film TSV by item: what --movies and --with add to results.
 * SPDX-License-Identifier: MIT */
#ifndef MR_STORE_LOOKUP_H
#define MR_STORE_LOOKUP_H

#include "core/report.h"
#include "data/ids.h"
#include "stream/io.h"

/* The wanted columns of every item; all zero adds nothing. */
struct mr_lookup {
	struct mr_ids items;
	struct mr_buf names;	/* the columns, each with a tab before it */
	int n_cols;
	struct mr_buf text;	/* per item: its fields escaped, a tab before
				 * each */
	size_t *end;		/* [items.n] */
	size_t end_cap;
	bool unused;		/* a file without columns to take from it */
	int64_t n_missing;	/* items asked for and not in the file */
};

/*
 * mr_lookup_load - columns (separated by commas) of the film TSV at path.
 * Both NULL: an empty lookup; without columns only the header is read, which
 * must have an item; columns without path is MR_EARG, and so is a name that
 * stands twice or that results have.  The first row of an item
 * counts.  Memory: the text of those columns and the ids.
 */
int mr_lookup_load(struct mr_lookup *l, const char *path,
    const char *columns, struct mr_err *err) MR_CHECKED;
/* mr_lookup_head - the column names, each with a tab before it. */
void mr_lookup_head(const struct mr_lookup *l, struct mr_out *out);
/* mr_lookup_put - the fields of item, empty ones when it is not known. */
void mr_lookup_put(struct mr_lookup *l, struct mr_slice item,
    struct mr_out *out);
/* mr_lookup_report - a warning when items were missing, or columns. */
void mr_lookup_report(const struct mr_lookup *l, struct mr_report *report);
void mr_lookup_free(struct mr_lookup *l);

#endif
