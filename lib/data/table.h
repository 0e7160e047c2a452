/* Columns of text by key: what a file says of each film.
 * SPDX-License-Identifier: MIT */
#ifndef MR_DATA_TABLE_H
#define MR_DATA_TABLE_H

#include "data/ids.h"

/* A row a key, in the order of keys, a cell a column.  All zero is empty;
 * freed by mr_table_free.  8 bytes a cell beside its text, and the keys. */
struct mr_table {
	struct mr_ids keys, columns;
	struct mr_buf text;	/* the cells end to end, row by row */
	size_t *end;		/* [keys.n * columns.n] */
	size_t end_cap;
	int64_t n_repeats;	/* rows of a key that was there */
};

/* mr_table_add - one more row of columns.n cells; of a key that is there
 * already the first row stays.  Columns are named before the first row. */
int mr_table_add(struct mr_table *t, struct mr_slice key,
    const struct mr_slice *cell, struct mr_err *err) MR_CHECKED;
/* mr_table_get - a cell; valid until the next add. */
struct mr_slice mr_table_get(const struct mr_table *t, int32_t row,
    int column);
void mr_table_free(struct mr_table *t);

#endif
