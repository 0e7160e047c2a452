/* Fields that are made of what columns hold; see run.h.  Apart from the few
 * lines that every field passes.
 * SPDX-License-Identifier: MIT */
#include <stdio.h>

#include "tool/ingest/presets.h"
#include "tool/ingest/run.h"

/* "Name" as "Name (Year)". */
static int
add_year(struct mr_ingest_run *r, struct mr_slice *name, struct mr_err *err)
{
	struct mr_slice year;
	int at = r->cols.year_at;
	int rc = mr_ingest_clean(&r->clean, at, r->src.field[at], &year, err);

	if (rc || name->n == 0 || year.n == 0)
		return rc;
	r->name_year.n = 0;
	rc = mr_buf_addf(&r->name_year, err, "%.*s (%.*s)", (int)name->n,
	    name->p, (int)year.n, year.p);
	*name = mr_buf_slice(&r->name_year);
	return rc;
}

/* A date and its time out of their columns. */
static int
join_date(struct mr_ingest_run *r, struct mr_slice *date, struct mr_err *err)
{
	static const char *const before[] = { "", "-", "-", " ", ":", ":" };
	int rc = MR_OK;

	r->date.n = 0;
	for (int i = 0; i < 6 && rc == MR_OK; i++) {
		int at = r->cols.date_at[i];
		struct mr_slice part;

		rc = mr_ingest_clean(&r->clean, at, r->src.field[at], &part,
		    err);
		/* An empty one makes no date. */
		if (rc == MR_OK)
			rc = mr_buf_addf(&r->date, err, "%s%s%.*s", before[i],
			    part.n == 1 ? "0" : "", (int)part.n, part.p);
	}
	*date = mr_buf_slice(&r->date);
	return rc;
}

int
mr_ingest_run_imdb(struct mr_ingest_run *r, struct mr_slice *id,
    struct mr_err *err)
{
	int rc;

	if (!mr_ingest_is_digits(*id))
		return MR_OK;
	r->imdb.n = 0;
	rc = mr_buf_addf(&r->imdb, err, "tt%.*s", (int)id->n, id->p);
	*id = mr_buf_slice(&r->imdb);
	return rc;
}

/* A share such as 3.5/4 or 75% as a number. */
static bool
take_share(struct mr_ingest_rating *x)
{
	struct mr_slice of = x->rating, part = mr_slice_cut(&of, '/');
	double a, b = 100;
	int n;

	if (!of.p && part.n && part.p[part.n - 1] == '%')
		part.n--;
	else if (!of.p || !mr_parse_f64(mr_slice_trim(of), &b) || b <= 0)
		return false;
	if (!mr_parse_f64(mr_slice_trim(part), &a))
		return false;
	n = snprintf(x->text, sizeof x->text, "%.9g", a / b);
	x->rating = (struct mr_slice){ x->text, (size_t)n };
	return true;
}

/* What critics mean who give no number. */
static int
take_verdict(struct mr_ingest_run *r, struct mr_ingest_rating *x,
    struct mr_err *err)
{
	static const struct { const char *word, *is; } words[] = {
		{ "Fresh", "1" }, { "fresh", "1" }, { "POSITIVE", "1" },
		{ "Rotten", "0" }, { "rotten", "0" }, { "NEGATIVE", "0" }
	};
	struct mr_slice verdict;
	int at = r->cols.or_at, rc;

	if (at < 0)
		return MR_OK;
	rc = mr_ingest_clean(&r->clean, at, r->src.field[at], &verdict, err);
	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (mr_slice_is(verdict, words[i].word))
			x->rating = mr_slice_of(words[i].is);
	return rc;
}

int
mr_ingest_run_rating(struct mr_ingest_run *r, struct mr_ingest_rating *x,
    struct mr_err *err)
{
	int rc = mr_ingest_run_field(r, MR_ROLE_RATING, &x->rating, err);
	bool known = false;

	if (rc == MR_OK && r->scores.from.n)
		x->rating = mr_idmap_get(&r->scores, x->rating, &known);
	return rc || known || !(r->cols.quirks & MR_QUIRK_SCORES) ||
	    take_share(x) ? rc : take_verdict(r, x, err);
}

int
mr_ingest_run_follow(struct mr_ingest_run *r, struct mr_json_paths *path,
    int slot, struct mr_slice *out, struct mr_err *err)
{
	bool ok;
	int rc;

	if (out->n == 0)
		return MR_OK;
	rc = mr_json_paths_read(path, *out, &ok, err);
	if (!ok)
		mr_ingest_met(&r->bad_cells, &r->src, *out);
	*out = ok ? mr_buf_slice(path->value) : (struct mr_slice){ "", 0 };
	return rc || out->n == 0 ? rc : mr_ingest_clean(&r->clean, slot, *out,
	    out, err);
}

int
mr_ingest_run_inside(struct mr_ingest_run *r, enum mr_role role,
    struct mr_slice *out, struct mr_err *err)
{
	int at = r->cols.at[role];
	int rc = mr_ingest_clean(&r->clean, at, r->src.field[at], out, err);

	if (rc == MR_OK && role == MR_ROLE_TIME &&
	    r->cols.quirks & MR_QUIRK_DATE_PARTS)
		return join_date(r, out, err);
	if (rc == MR_OK && r->cols.path[role].n)
		rc = mr_ingest_run_follow(r, &r->cols.path[role], r->cols.n +
		    MR_N_ROLES + (int)role, out, err);
	if (rc == MR_OK && out->n == 0 && r->cols.or_at >= 0 &&
	    r->cols.or_role == (int)role)
		rc = mr_ingest_clean(&r->clean, r->cols.or_at,
		    r->src.field[r->cols.or_at], out, err);
	if (rc == MR_OK && role == MR_ROLE_ITEM && r->cols.year_at >= 0)
		rc = add_year(r, out, err);
	return rc;
}
