/* Film columns beside results; see films.h.
 * SPDX-License-Identifier: MIT */
#include "store/films.h"

#include <string.h>

#include "stream/tsv.h"

#define MAX_WITH 64

/* A header must not have a name twice: no tool could read it. */
static int
add_name(struct mr_table *t, const char *name, struct mr_err *err)
{
	static const char *const ours[] = { "query", "user", "group", "rank",
	    "item", "score", "rating", "estimate", "base", "because",
	    "rest", "content", "alike", "per", "new" };
	int32_t index;
	bool is_new;
	int rc;

	for (size_t i = 0; i < sizeof ours / sizeof *ours; i++)
		if (strcmp(name, ours[i]) == 0 ||
		    strncmp(name, "because_", 8) == 0 ||
		    strncmp(name, "alike_", 6) == 0)
			return mr_err_set(err, MR_EARG, "--with: a column of "
			    "results is called '%s' already", name);
	rc = mr_ids_add(&t->columns, mr_slice_of(name), &index, &is_new, err);
	return rc || is_new ? rc : mr_err_set(err, MR_EARG, "--with: '%s' "
	    "stands twice", name);
}

/* Where the wanted columns stand in the file, in the order asked for. */
static int
find_columns(struct mr_table *t, const struct mr_tsv *file,
    const char *columns, int *col, struct mr_err *err)
{
	struct mr_slice rest = mr_slice_of(columns);
	int rc = MR_OK;

	while (rest.p && rc == MR_OK) {
		struct mr_slice name = mr_slice_cut(&rest, ',');
		struct mr_buf c = { 0 };

		if (t->columns.n == MAX_WITH || name.n == 0)
			return mr_err_set(err, MR_EARG, "--with: an empty "
			    "name, or more than %d", MAX_WITH);
		rc = mr_buf_add(&c, name.p, name.n, err);
		if (rc == MR_OK)
			rc = mr_buf_add(&c, "", 1, err);
		if (rc == MR_OK)
			rc = mr_tsv_need(file, c.p, &col[t->columns.n], err);
		if (rc == MR_OK)
			rc = add_name(t, c.p, err);
		mr_buf_free(&c);
	}
	return rc;
}

/* All columns of the file but item, in its order. */
static int
name_every(struct mr_table *every, const struct mr_tsv *file, int item,
    struct mr_err *err)
{
	int32_t index;
	int rc = MR_OK;

	for (int c = 0; c < file->n_cols && rc == MR_OK; c++)
		if (c != item)
			rc = mr_ids_add(&every->columns, file->name[c],
			    &index, NULL, err);
	return rc;
}

/* The cells of every stand before and behind that of item. */
static int
add_every(struct mr_table *every, struct mr_tsv *file, int item,
    struct mr_err *err)
{
	struct mr_slice key = file->field[item];

	if (!every)
		return MR_OK;
	for (int c = item; c + 1 < file->n_cols; c++)
		file->field[c] = file->field[c + 1];
	return mr_table_add(every, key, file->field, err);
}

static int
read_rows(struct mr_table *t, struct mr_table *every, struct mr_tsv *file,
    int item, const int *col, struct mr_err *err)
{
	struct mr_slice cell[MAX_WITH];
	bool more = true;
	int rc;

	while ((rc = mr_tsv_next(file, &more, err)) == MR_OK && more) {
		for (int c = 0; c < t->columns.n; c++)
			cell[c] = file->field[col[c]];
		rc = mr_table_add(t, file->field[item], cell, err);
		if (rc == MR_OK)
			rc = add_every(every, file, item, err);
		if (rc)
			return rc;
	}
	return rc;
}

int
mr_films_load(struct mr_table *t, const char *path, const char *columns,
    struct mr_table *every, struct mr_err *err)
{
	int col[MAX_WITH], item, rc;
	struct mr_tsv file;

	*t = (struct mr_table){ 0 };
	if (every)
		*every = (struct mr_table){ 0 };
	if (!columns && !path)
		return MR_OK;
	if (!path)
		return mr_err_set(err, MR_EARG,
		    "--with needs --movies: which file has the columns?");
	rc = mr_tsv_open(&file, path, NULL, err);
	if (rc)
		return rc;
	rc = mr_tsv_need(&file, "item", &item, err);
	if (rc == MR_OK && columns)
		rc = find_columns(t, &file, columns, col, err);
	if (rc == MR_OK && every)
		rc = name_every(every, &file, item, err);
	if (rc == MR_OK && (columns || every))
		rc = read_rows(t, every, &file, item, col, err);
	mr_tsv_close(&file);
	return rc;
}

void
mr_films_head(const struct mr_table *t, struct mr_out *out)
{
	for (int32_t c = 0; c < t->columns.n; c++) {
		struct mr_slice name = mr_ids_get(&t->columns, c);

		mr_out_byte(out, '\t');
		mr_out_write(out, name.p, name.n);
	}
}

bool
mr_films_put(const struct mr_table *t, int32_t row, struct mr_out *out)
{
	for (int32_t c = 0; c < t->columns.n; c++) {
		mr_out_byte(out, '\t');
		if (row >= 0)
			mr_tsv_put(out, mr_table_get(t, row, c));
	}
	return row >= 0 || t->columns.n == 0;
}

void
mr_films_report(const char *path, const char *columns,
    const struct mr_table *t, int64_t n_missing, int64_t n, struct mr_report *report)
{
	if (path && !columns)
		mr_report_warn(report, "--movies without --with adds no "
		    "column");
	if (t->n_repeats)
		mr_report_warn(report, "--movies: %lld rows are of an item "
		    "that has one before: the first counts",
		    (long long)t->n_repeats);
	if (n_missing)
		mr_report_warn(report, "%lld results name a film that "
		    "--movies does not have: their columns are empty%s",
		    (long long)n_missing, n_missing == n ?
		    "; are its ids others?" : "");
}
