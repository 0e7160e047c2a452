/* The table that is looked into; see match_table.h.
 * SPDX-License-Identifier: MIT */
#include "store/match_table.h"

#include <stdlib.h>
#include <string.h>

#include "core/mem.h"
#include "text/utf8_title.h"

const char *const mr_match_titles[MR_MATCH_TITLES] = { "title",
	"original_title", "originalTitle" };

/* ---- columns of both sides ---- */

/* The column of t called name, which is not terminated. */
static int
need(const struct mr_tsv *t, struct mr_slice name, int *col,
    struct mr_err *err)
{
	struct mr_buf c = { 0 };
	int rc = mr_buf_add(&c, name.p, name.n, err);

	if (rc == MR_OK)
		rc = mr_buf_add(&c, "", 1, err);
	if (rc == MR_OK)
		rc = mr_tsv_need(t, c.p, col, err);
	mr_buf_free(&c);
	return rc;
}

/* One of "ours=theirs,..": the names before and behind '='. */
static int
cut_pair(struct mr_slice *rest, const char *option, struct mr_slice *ours,
    struct mr_slice *theirs, struct mr_err *err)
{
	struct mr_slice both = mr_slice_cut(rest, ',');

	*ours = mr_slice_cut(&both, '=');
	*theirs = both.p ? both : *ours;
	if (ours->n && theirs->n)
		return MR_OK;
	return mr_err_set(err, MR_EARG, "--%s: an empty name", option);
}

static int
find_keys(struct mr_match_columns *s, const struct mr_tsv *t, const char *on,
    bool left, struct mr_err *err)
{
	struct mr_slice rest = mr_slice_of(on), ours, theirs;
	int rc = MR_OK;

	while (rest.p && rc == MR_OK) {
		if (s->n_keys == MR_MATCH_COLS)
			return mr_err_set(err, MR_EARG, "--on: more than %d "
			    "columns", MR_MATCH_COLS);
		rc = cut_pair(&rest, "on", &ours, &theirs, err);
		if (rc == MR_OK)
			rc = need(t, left ? ours : theirs,
			    &s->key[s->n_keys++], err);
	}
	return rc;
}

int
mr_match_columns_find(struct mr_match_columns *s, const struct mr_tsv *t,
    const struct mr_match_by *o, bool left, struct mr_err *err)
{
	int rc;

	*s = (struct mr_match_columns){ .year = -1, .people = -1 };
	if (o->on)
		return find_keys(s, t, o->on, left, err);
	rc = mr_tsv_need(t, "title", &s->title[0], err);
	s->n_titles = 1;
	for (int i = 1; i < MR_MATCH_TITLES; i++) {
		int at = mr_tsv_find(t, mr_match_titles[i]);

		if (at >= 0)
			s->title[s->n_titles++] = at;
	}
	s->year = mr_tsv_find(t, "year");
	s->people = mr_tsv_find(t, "people");
	return rc;
}

/* No field has a NUL, so that it parts those of a key; empty when one of its
 * columns is. */
static int
join_key(const struct mr_match_columns *s, const struct mr_tsv *t,
    struct mr_buf *out, struct mr_err *err)
{
	int rc = MR_OK;

	out->n = 0;
	for (int i = 0; i < s->n_keys && rc == MR_OK; i++) {
		struct mr_slice f = t->field[s->key[i]];

		if (f.n == 0) {
			out->n = 0;
			return MR_OK;
		}
		if (i)
			rc = mr_buf_add(out, "", 1, err);
		if (rc == MR_OK)
			rc = mr_buf_add(out, f.p, f.n, err);
	}
	return rc;
}

int32_t
mr_match_year(struct mr_slice s)
{
	int64_t year;

	return mr_parse_i64(s, &year) && year >= -10000 && year <= 10000 ?
	    (int32_t)year : MR_NO_YEAR;
}

int
mr_match_columns_row(const struct mr_match_columns *s, const struct mr_tsv *t,
    struct mr_buf *key, struct mr_match_row *x, struct mr_err *err)
{
	int rc;

	*x = (struct mr_match_row){ .n_titles = s->n_titles,
	    .year = MR_NO_YEAR };
	if (s->n_keys) {
		rc = join_key(s, t, key, err);
		x->key = key->n ? mr_buf_slice(key) :
		    (struct mr_slice){ "", 0 };
		return rc;
	}
	for (int i = 0; i < s->n_titles; i++)
		x->title[i] = t->field[s->title[i]];
	if (s->year >= 0)
		x->year = mr_match_year(t->field[s->year]);
	if (s->people >= 0)
		x->people = t->field[s->people];
	return MR_OK;
}

/* ---- loading ---- */

static int
add_name(struct mr_match_table *r, const struct mr_match_by *o,
    const struct mr_tsv *left, struct mr_slice name, struct mr_err *err)
{
	int32_t index;
	bool is_new = true;
	int rc;

	for (int i = 0; left && i < left->n_cols; i++)
		is_new &= !mr_slice_eq(left->name[i], name);
	if (!is_new)
		return mr_err_set(err, MR_EFORMAT, "%s: there is a column "
		    "'%.*s' already: --with NAME=%.*s adds it as NAME",
		    left->in.name, MR_SHOWN(name), MR_SHOWN(name));
	rc = mr_ids_add(&r->with, name, &index, &is_new, err);
	if (rc)
		return rc;
	if (!is_new || (o->how && mr_slice_is(name, "how")))
		return mr_err_set(err, MR_EARG, "--with: '%.*s' stands twice",
		    MR_SHOWN(name));
	return MR_OK;
}

/* Which columns of t are kept, to col. */
static int
find_with(struct mr_match_table *r, const struct mr_match_by *o,
    const struct mr_tsv *left, const struct mr_tsv *t, int *col,
    struct mr_err *err)
{
	struct mr_slice rest = mr_slice_of(o->with ? o->with : ""), ours,
	    theirs;
	int rc = MR_OK;

	if (o->how && left && mr_tsv_find(left, "how") >= 0)
		return mr_err_set(err, MR_EFORMAT, "%s: --how: there is a "
		    "column 'how' already", left->in.name);
	while (o->with && rest.p && rc == MR_OK) {
		if (r->n_with == MR_MATCH_COLS)
			return mr_err_set(err, MR_EARG, "--with: more than %d "
			    "columns", MR_MATCH_COLS);
		rc = cut_pair(&rest, "with", &ours, &theirs, err);
		if (rc == MR_OK)
			rc = need(t, theirs, &col[r->n_with++], err);
		if (rc == MR_OK)
			rc = add_name(r, o, left, ours, err);
	}
	r->n_cells = r->n_with;
	return rc;
}

/* One more key of the current row, whose posts begin at first; again is none:
 * title and original title are mostly one. */
static int
add_post(struct mr_match_table *r, struct mr_slice key, size_t first,
    struct mr_err *err)
{
	int32_t number;
	int rc = mr_ids_add(&r->keys, key, &number, NULL, err);

	for (size_t i = first; rc == MR_OK && i < r->n_posts; i++)
		if (r->key_of[i] == number)
			return MR_OK;
	if (rc == MR_OK)
		rc = mr_grow(&r->key_of, &r->key_cap, r->n_posts + 1,
		    sizeof *r->key_of, "keys of rows", err);
	if (rc == MR_OK)
		rc = mr_grow(&r->row_of, &r->row_cap, r->n_posts + 1,
		    sizeof *r->row_of, "keys of rows", err);
	if (rc)
		return rc;
	r->key_of[r->n_posts] = number;
	r->row_of[r->n_posts++] = r->n_rows;
	return MR_OK;
}

/* The keys of a row; *any: it has one. */
static int
add_posts(struct mr_match_table *r, const struct mr_match_row *x,
    struct mr_buf *key, bool *any, struct mr_err *err)
{
	size_t before = r->n_posts;
	struct mr_slice form[MR_TITLE_FORMS];
	int n, rc = MR_OK;

	if (x->key.n)
		rc = add_post(r, x->key, before, err);
	for (int i = 0; i < x->n_titles && rc == MR_OK; i++) {
		rc = mr_utf8_title(x->title[i], key, form, &n, err);
		for (int j = 0; j < n && rc == MR_OK; j++)
			rc = add_post(r, form[j], before, err);
	}
	*any = r->n_posts > before;
	return rc;
}

int
mr_match_table_add(struct mr_match_table *r, const struct mr_match_row *x,
    const struct mr_slice *cell, struct mr_buf *key, bool *any,
    struct mr_err *err)
{
	size_t at = (size_t)r->n_rows * (size_t)r->n_cells;
	int rc = add_posts(r, x, key, any, err);

	if (rc || !*any)
		return rc;
	rc = mr_grow(&r->end, &r->end_cap, at + (size_t)r->n_cells,
	    sizeof *r->end, "cells", err);
	for (int c = 0; c < r->n_cells && rc == MR_OK; c++) {
		rc = mr_buf_add(&r->text, cell[c].p, cell[c].n, err);
		r->end[at + (size_t)c] = r->text.n;
	}
	if (rc == MR_OK && x->n_titles)
		rc = mr_grow(&r->year, &r->year_cap, (size_t)r->n_rows + 1,
		    sizeof *r->year, "years", err);
	if (rc == MR_OK && x->n_titles)
		r->year[r->n_rows] = x->year;
	r->n_rows++;
	return rc;
}

int
mr_match_table_end(struct mr_match_table *r, struct mr_err *err)
{
	int rc = mr_group_by(&r->by_key, r->key_of, sizeof *r->key_of,
	    r->n_posts, r->keys.n, "rows by key", err);

	free(r->key_of);
	r->key_of = NULL;
	return rc;
}

static int
read_rows(struct mr_match_table *r, const struct mr_match_columns *s,
    struct mr_tsv *t, const int *col, struct mr_report *report,
    struct mr_err *err)
{
	struct mr_slice cell[MR_MATCH_COLS + 1];
	struct mr_buf key = { 0 };
	struct mr_match_row x;
	int64_t n = 0, n_empty = 0;
	bool more = true, any = false;
	int rc = MR_OK;

	while (rc == MR_OK && (rc = mr_tsv_next(t, &more, err)) == MR_OK &&
	    more) {
		if (++n % 65536 == 0)
			mr_report_step(report, "rows to look into", n,
			    mr_in_total(&t->in, n));
		if (r->n_rows == UINT32_MAX) {
			rc = mr_err_set(err, MR_ERANGE, "%s: more than %u "
			    "rows", t->in.name, UINT32_MAX);
			break;
		}
		rc = mr_match_columns_row(s, t, &key, &x, err);
		for (int c = 0; c < r->n_cells; c++)
			cell[c] = t->field[col[c]];
		if (rc == MR_OK)
			rc = mr_match_table_add(r, &x, cell, &key, &any, err);
		n_empty += rc == MR_OK && !any;
	}
	mr_buf_free(&key);
	mr_report_fact(report, "rows looked into: %lld", (long long)n);
	if (n_empty)
		mr_report_fact(report, "of these without a key: %lld",
		    (long long)n_empty);
	return rc;
}

int
mr_match_table_load(struct mr_match_table *r, const struct mr_match_by *o,
    const struct mr_tsv *left, struct mr_report *report, struct mr_err *err)
{
	int col[MR_MATCH_COLS + 1], rc;
	struct mr_match_columns side;
	struct mr_tsv t;

	rc = mr_tsv_open(&t, o->right, NULL, err);
	if (rc)
		return rc;
	rc = mr_match_columns_find(&side, &t, o, false, err);
	if (rc == MR_OK)
		rc = find_with(r, o, left, &t, col, err);
	if (rc == MR_OK && side.people >= 0)
		col[r->n_cells++] = side.people;
	/* An empty file has every column, and no row. */
	if (rc == MR_OK && t.n_cols)
		rc = read_rows(r, &side, &t, col, report, err);
	if (rc == MR_OK)
		rc = mr_match_table_end(r, err);
	mr_tsv_close(&t);
	return rc;
}

const uint32_t *
mr_match_table_rows(const struct mr_match_table *r, struct mr_slice key,
    int64_t *n)
{
	int32_t k = mr_ids_find(&r->keys, key);

	*n = k < 0 ? 0 : r->by_key.ptr[k + 1] - r->by_key.ptr[k];
	return k < 0 ? NULL : r->by_key.row + r->by_key.ptr[k];
}

struct mr_slice
mr_match_table_cell(const struct mr_match_table *r, uint32_t row, int cell)
{
	size_t at = (size_t)row * (size_t)r->n_cells + (size_t)cell;
	size_t from = at ? r->end[at - 1] : 0;

	return (struct mr_slice){ r->text.n ? r->text.p + from : "",
	    r->end[at] - from };
}

bool
mr_match_table_same(const struct mr_match_table *r, uint32_t a, uint32_t b)
{
	for (int c = 0; c < r->n_with; c++)
		if (!mr_slice_eq(mr_match_table_cell(r, a, c),
		    mr_match_table_cell(r, b, c)))
			return false;
	return true;
}

void
mr_match_table_free(struct mr_match_table *r)
{
	mr_ids_free(&r->with);
	mr_ids_free(&r->keys);
	mr_buf_free(&r->text);
	mr_group_free(&r->by_key);
	free(r->end);
	free(r->year);
	free(r->key_of);
	free(r->row_of);
	*r = (struct mr_match_table){ 0 };
}
