/* A table of whatever a publisher has: clean, and without a role.
 * SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <string.h>

#include "core/mem.h"
#include "stream/tsv.h"
#include "tool/ingest/names.h"
#include "tool/ingest/presets.h"
#include "tool/ingest/run.h"

enum as { AS_TEXT, AS_YEAR, AS_TIME, AS_IMDB };

/* A column of the output. */
struct column {
	struct mr_slice name;
	int from;		/* of the input */
	enum as as;
	struct mr_json_paths path;	/* n = 1: it goes on inside */
};

struct table {
	struct mr_ingest_run run;
	struct column *col;	/* [n] */
	size_t cap;
	int n;
	struct mr_not_times not_times;
	struct mr_met bad_years;
};

static int
add_column(struct table *t, struct mr_slice name, int from, enum as as,
    struct mr_err *err)
{
	int rc = mr_grow(&t->col, &t->cap, (size_t)t->n + 1, sizeof *t->col,
	    "columns", err);

	if (rc)
		return rc;
	for (int i = 0; i < t->n; i++)
		if (mr_slice_eq(t->col[i].name, name))
			return mr_err_set(err, MR_EARG, "--cols: column '%.*s' "
			    "stands twice", MR_SHOWN(name));
	if (t->run.o->user && mr_slice_is(name, "user"))
		return mr_err_set(err, MR_EARG, "--user: the input has the "
		    "column 'user'");
	t->col[t->n++] = (struct column){ .name = name, .from = from,
	    .as = as };
	return MR_OK;
}

/* Columns that are called so by us are what we call so. */
static enum as
meaning(const struct mr_columns *c, struct mr_slice ours)
{
	if (mr_slice_is(ours, "year"))
		return AS_YEAR;
	if (mr_slice_is(ours, "time"))
		return AS_TIME;
	return mr_slice_is(ours, "imdb") && c->quirks & MR_QUIRK_TT ?
	    AS_IMDB : AS_TEXT;
}

/* Is theirs column i, or does it go on inside it? */
static bool
is_of(const struct table *t, struct mr_slice theirs, int i, bool *inside)
{
	const struct mr_columns *c = &t->run.cols;
	struct mr_slice root = mr_ingest_path_root(theirs);

	*inside = false;
	if (mr_slice_eq(theirs, c->name[i]))
		return true;
	*inside = t->run.src.form != MR_FORM_JSON && root.n < theirs.n &&
	    mr_slice_eq(root, c->name[i]) &&
	    mr_ingest_columns_find(c, theirs) < 0;
	return *inside;
}

/* What of the assignments is column i's. */
static int
assign(struct table *t, int i, int *n, struct mr_err *err)
{
	const struct mr_columns *c = &t->run.cols;
	struct mr_slice rest = mr_slice_of(c->cols ? c->cols : "");
	int rc = MR_OK;

	while (rest.n && rc == MR_OK) {
		struct mr_slice theirs = mr_slice_cut(&rest, ','), path;
		struct mr_slice ours = mr_slice_cut(&theirs, '=');
		bool inside;

		if (!theirs.p || !is_of(t, theirs, i, &inside))
			continue;
		++*n;
		rc = add_column(t, ours, i, meaning(c, ours), err);
		path = mr_ingest_path_root(theirs);
		path = (struct mr_slice){ path.p + path.n,
		    theirs.n - path.n };
		if (inside && *path.p == '.')
			path = (struct mr_slice){ path.p + 1, path.n - 1 };
		if (rc == MR_OK && inside)
			rc = mr_json_paths_add(&t->col[t->n - 1].path, path,
			    false, err);
	}
	return rc;
}

/* Is column i of JSON one that paths go into? */
static bool
is_root(const struct table *t, int i)
{
	const struct mr_columns *c = &t->run.cols;
	bool root = false;

	for (int j = 0; t->run.src.form == MR_FORM_JSON && j < c->n; j++) {
		struct mr_slice of = mr_ingest_path_root(c->name[j]);

		root |= of.n < c->name[j].n && mr_slice_eq(of, c->name[i]);
	}
	return root;
}

/* Each assignment must be of some column. */
static int
check_cols(const struct table *t, struct mr_err *err)
{
	const struct mr_columns *c = &t->run.cols;
	struct mr_slice rest = mr_slice_of(c->cols ? c->cols : "");

	while (rest.n && c->n) {
		struct mr_slice theirs = mr_slice_cut(&rest, ',');
		struct mr_slice ours = mr_slice_cut(&theirs, '=');
		bool found = false, inside;

		if (!theirs.p || theirs.n == 0 || ours.n == 0)
			return mr_err_set(err, MR_EARG, "--cols: '%.*s', "
			    "expected OURS=THEIRS", MR_SHOWN(ours));
		for (int i = 0; i < c->n && !found; i++)
			found = is_of(t, theirs, i, &inside);
		if (!found)
			return mr_ingest_no_column(c, &t->run.src, theirs, "",
			    err);
	}
	return MR_OK;
}

static int
open_columns(struct table *t, struct mr_err *err)
{
	const struct mr_columns *c = &t->run.cols;
	bool names = !t->run.run->header_in && c->cols &&
	    !strchr(c->cols, '=');
	int rc = names ? MR_OK : check_cols(t, err);

	for (int i = 0; i < c->n && rc == MR_OK; i++) {
		int n = 0;

		if (!names)
			rc = assign(t, i, &n, err);
		if (rc == MR_OK && n == 0 && !is_root(t, i))
			rc = add_column(t, c->name[i], i, AS_TEXT, err);
	}
	return rc;
}

static void
put_header(struct table *t)
{
	struct mr_out *out = t->run.out;

	/* What is empty is a table without rows. */
	if (!t->run.run->header_out || t->n == 0)
		return;
	if (t->run.o->user)
		mr_out_text(out, "user");
	for (int i = 0; i < t->n; i++) {
		if (i || t->run.o->user)
			mr_out_byte(out, '\t');
		mr_tsv_put(out, t->col[i].name);
	}
	mr_out_byte(out, '\n');
}

static void
put_time(struct table *t, struct mr_slice text)
{
	int64_t time = mr_ingest_time(&t->not_times, &t->run.src, text);

	if (time >= 0)
		mr_out_printf(t->run.out, "%lld", (long long)time);
}

static void
put_year(struct table *t, struct mr_slice year)
{
	struct mr_slice was;

	mr_ingest_date_year(&year);
	was = year;
	if (!mr_ingest_clean_year(&year))
		mr_ingest_met(&t->bad_years, &t->run.src, was);
	mr_tsv_put(t->run.out, year);
}

static int
put_field(struct table *t, int i, struct mr_err *err)
{
	struct mr_ingest_run *r = &t->run;
	struct column *c = &t->col[i];
	struct mr_slice text;
	int rc = mr_ingest_clean(&r->clean, 0, r->src.field[c->from], &text,
	    err);

	if (rc == MR_OK && c->path.n)
		rc = mr_ingest_run_follow(r, &c->path, 1, &text, err);
	if (rc == MR_OK && c->as == AS_IMDB)
		rc = mr_ingest_run_imdb(r, &text, err);
	if (rc)
		return rc;
	if (c->as == AS_TIME)
		put_time(t, text);
	else if (c->as == AS_YEAR)
		put_year(t, text);
	else
		mr_tsv_put(r->out, text);
	return MR_OK;
}

static int
take_row(struct table *t, struct mr_err *err)
{
	struct mr_ingest_run *r = &t->run;
	struct mr_slice none = { "", 0 };
	int rc = MR_OK;

	if (r->src.n != r->cols.n)
		return mr_ingest_reject(&r->rejects, &r->src, r->src.bad ?
		    MR_REASON_NOT_OBJECT : MR_REASON_FIELDS, none, r->src.raw,
		    err);
	if (r->cols.only_at >= 0 && mr_ingest_run_other(r))
		return MR_OK;
	if (mr_ingest_columns_again(&r->cols, &r->src))
		return mr_ingest_reject(&r->rejects, &r->src,
		    MR_REASON_HEADER, none, r->src.raw, err);
	if (r->o->user)
		mr_tsv_put(r->out, mr_slice_of(r->o->user));
	for (int i = 0; i < t->n && rc == MR_OK; i++) {
		if (i || r->o->user)
			mr_out_byte(r->out, '\t');
		rc = put_field(t, i, err);
	}
	mr_out_byte(r->out, '\n');
	r->n_out++;
	return rc;
}

static int
take_all(struct table *t, struct mr_err *err)
{
	struct mr_ingest_run *r = &t->run;
	bool more = true;
	int rc = MR_OK;

	while (rc == MR_OK && r->cols.n) {
		rc = mr_ingest_source_next(&r->src, &more, err);
		if (rc == MR_OK && !more)
			rc = mr_ingest_run_more(r, &more, err);
		if (rc || !more)
			break;
		if (++r->n_rows % 65536 == 0)
			mr_report_step(r->report, "rows", r->n_rows, 0);
		rc = take_row(t, err);
	}
	if (rc == MR_OK)
		mr_ingest_run_years(r, &t->bad_years);
	if (rc == MR_OK)
		mr_ingest_time_tell(&t->not_times, r->report);
	return rc ? rc : mr_ingest_run_end(r, err);
}

int
mr_ingest_table(const struct mr_ingest *o, struct mr_run *run,
    struct mr_err *err)
{
	struct table t = { .n = 0 };
	int rc = mr_ingest_run_open(&t.run, o, MR_INGEST_TABLE, run, err);

	t.not_times = mr_ingest_times(o);
	if (rc == MR_OK && o->detect) {
		rc = mr_ingest_detect(&t.run, err);
	} else if (rc == MR_OK) {
		rc = open_columns(&t, err);
		if (rc == MR_OK)
			put_header(&t);
		if (rc == MR_OK)
			rc = take_all(&t, err);
	}
	mr_ingest_run_free(&t.run);
	for (int i = 0; i < t.n; i++)
		mr_json_paths_free(&t.col[i].path);
	free(t.col);
	return rc;
}
