/* Film columns beside results; see lookup.h.
 * SPDX-License-Identifier: MIT */
#include "store/lookup.h"

#include <stdlib.h>
#include <string.h>

#include "core/mem.h"
#include "stream/tsv.h"

#define MAX_WITH 64

/* A header must not have a name twice: no tool could read it. */
static int
check_name(const struct mr_lookup *l, const int *col, const char *name,
    struct mr_err *err)
{
	static const char *const ours[] = { "query", "user", "rank", "item",
	    "score", "rating", "estimate" };
	int last = l->n_cols - 1;

	for (size_t i = 0; i < sizeof ours / sizeof *ours; i++)
		if (strcmp(name, ours[i]) == 0)
			return mr_err_set(err, MR_EARG, "--with: a column of "
			    "results is called '%s' already", name);
	for (int i = 0; i < last; i++)
		if (col[last] >= 0 && col[i] == col[last])
			return mr_err_set(err, MR_EARG, "--with: '%s' stands "
			    "twice", name);
	return MR_OK;
}

/* Where the wanted columns stand in t, in the order asked for. */
static int
find_columns(struct mr_lookup *l, const struct mr_tsv *t, const char *columns,
    int *col, struct mr_err *err)
{
	struct mr_slice rest = mr_slice_of(columns);
	int rc = MR_OK;

	while (rest.p && rc == MR_OK) {
		struct mr_slice name = mr_slice_cut(&rest, ',');
		struct mr_buf c = { 0 };

		if (l->n_cols == MAX_WITH || name.n == 0)
			return mr_err_set(err, MR_EARG, "--with: an empty "
			    "name, or more than %d", MAX_WITH);
		rc = mr_buf_addf(&c, err, "%.*s", (int)name.n, name.p);
		if (rc == MR_OK)
			rc = mr_buf_add(&c, "", 1, err);
		if (rc == MR_OK)
			rc = mr_tsv_need(t, c.p, &col[l->n_cols++], err);
		if (rc == MR_OK)
			rc = check_name(l, col, c.p, err);
		if (rc == MR_OK)
			rc = mr_buf_addf(&l->names, err, "\t%s", c.p);
		mr_buf_free(&c);
	}
	return rc;
}

/* A field as mr_tsv_put would write it. */
static int
add_escaped(struct mr_buf *b, struct mr_slice s, struct mr_err *err)
{
	int rc = mr_buf_add(b, "\t", 1, err);

	for (size_t i = 0; i < s.n && rc == MR_OK; i++) {
		const char *esc = s.p[i] == '\t' ? "\\t" :
		    s.p[i] == '\n' ? "\\n" : s.p[i] == '\r' ? "\\r" :
		    s.p[i] == '\\' ? "\\\\" : NULL;

		rc = mr_buf_add(b, esc ? esc : s.p + i, esc ? 2 : 1, err);
	}
	return rc;
}

static int
add_row(struct mr_lookup *l, const struct mr_tsv *t, int item, const int *col,
    struct mr_err *err)
{
	int32_t index;
	bool is_new;
	int rc = mr_ids_add(&l->items, t->field[item], &index, &is_new, err);

	if (rc || !is_new)
		return rc;
	rc = mr_grow(&l->end, &l->end_cap, (size_t)l->items.n,
	    sizeof *l->end, "film columns", err);
	for (int c = 0; c < l->n_cols && rc == MR_OK; c++)
		rc = add_escaped(&l->text, t->field[col[c]], err);
	if (rc == MR_OK)
		l->end[index] = l->text.n;
	return rc;
}

int
mr_lookup_load(struct mr_lookup *l, const char *path, const char *columns,
    struct mr_err *err)
{
	int col[MAX_WITH], item, rc;
	struct mr_tsv t;
	bool more;

	*l = (struct mr_lookup){ 0 };
	if (!columns && !path)
		return MR_OK;
	if (!path)
		return mr_err_set(err, MR_EARG,
		    "--with needs --movies: which file has the columns?");
	rc = mr_tsv_open(&t, path, NULL, err);
	if (rc)
		return rc;
	rc = mr_tsv_need(&t, "item", &item, err);
	l->unused = !columns;
	if (rc == MR_OK && columns)
		rc = find_columns(l, &t, columns, col, err);
	while (columns && rc == MR_OK && (rc = mr_tsv_next(&t, &more, err)) == MR_OK &&
	    more)
		rc = add_row(l, &t, item, col, err);
	mr_tsv_close(&t);
	return rc;
}

void
mr_lookup_head(const struct mr_lookup *l, struct mr_out *out)
{
	mr_out_write(out, l->names.p, l->names.n);
}

void
mr_lookup_put(struct mr_lookup *l, struct mr_slice item, struct mr_out *out)
{
	int32_t i = mr_ids_find(&l->items, item);
	size_t from = i > 0 ? l->end[i - 1] : 0;

	if (i >= 0) {
		mr_out_write(out, l->text.p + from, l->end[i] - from);
		return;
	}
	l->n_missing += l->n_cols > 0;
	for (int c = 0; c < l->n_cols; c++)
		mr_out_byte(out, '\t');
}

void
mr_lookup_report(const struct mr_lookup *l, struct mr_report *report)
{
	if (l->unused)
		mr_report_warn(report, "--movies without --with adds no "
		    "column");
	if (l->n_missing)
		mr_report_warn(report, "%lld results name a film that "
		    "--movies does not have: their columns are empty",
		    (long long)l->n_missing);
}

void
mr_lookup_free(struct mr_lookup *l)
{
	mr_ids_free(&l->items);
	mr_buf_free(&l->names);
	mr_buf_free(&l->text);
	free(l->end);
	*l = (struct mr_lookup){ 0 };
}
