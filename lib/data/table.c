/* Columns of text by key; see table.h.
 * SPDX-License-Identifier: MIT */
#include "data/table.h"

#include <stdlib.h>

#include "core/mem.h"

int
mr_table_add(struct mr_table *t, struct mr_slice key,
    const struct mr_slice *cell, struct mr_err *err)
{
	size_t n_cols = (size_t)t->columns.n, at, need;
	int32_t row;
	bool is_new;
	int rc = mr_ids_add(&t->keys, key, &row, &is_new, err);

	t->n_repeats += rc == MR_OK && !is_new;
	if (rc || !is_new)
		return rc;
	if (!mr_mul((size_t)row, n_cols, &at) || !mr_add(at, n_cols, &need))
		return mr_err_nomem(err, (double)row * (double)n_cols,
		    "columns of text");
	rc = mr_grow(&t->end, &t->end_cap, need, sizeof *t->end,
	    "columns of text", err);
	for (size_t c = 0; c < n_cols && rc == MR_OK; c++) {
		rc = mr_buf_add(&t->text, cell[c].p, cell[c].n, err);
		t->end[at + c] = t->text.n;
	}
	return rc;
}

struct mr_slice
mr_table_get(const struct mr_table *t, int32_t row, int column)
{
	size_t at = (size_t)row * (size_t)t->columns.n + (size_t)column;
	size_t from = at ? t->end[at - 1] : 0;

	return (struct mr_slice){ t->text.n ? t->text.p + from : "",
	    t->end[at] - from };
}

void
mr_table_free(struct mr_table *t)
{
	mr_ids_free(&t->keys);
	mr_ids_free(&t->columns);
	mr_buf_free(&t->text);
	free(t->end);
	*t = (struct mr_table){ 0 };
}
