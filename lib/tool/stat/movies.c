/* mr-stat of films: what is missing, years, genres, repeats.
 * SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include "core/mem.h"
#include "data/counted.h"
#include "eval/summary.h"
#include "tool/stat/private.h"

/* What is gathered row by row. */
struct films {
	struct mr_tsv t;
	int item, title, year, genre;	/* columns, or -1 */
	struct mr_stat_missing missing;
	struct mr_counted items, titles, genres;
	struct mr_tally years, per_film;	/* year; genres of a film */
};

static int
take_genres(struct films *f, struct mr_slice all, struct mr_err *err)
{
	int64_t n = 0;
	int rc = MR_OK;

	while (all.p && rc == MR_OK) {
		struct mr_slice genre = mr_slice_cut(&all, '|');

		n += genre.n > 0;
		rc = mr_counted_add(&f->genres, genre, err);
	}
	return rc ? rc : mr_tally_add(&f->per_film, (double)n, 1, err);
}

static int
take_row(struct films *f, struct mr_err *err)
{
	const struct mr_slice *field = f->t.field;
	int64_t year;
	int rc;

	mr_stat_missing_add(&f->missing, &f->t);
	rc = mr_counted_add(&f->items, field[f->item], err);
	if (rc == MR_OK && f->title >= 0)
		rc = mr_counted_add(&f->titles, field[f->title], err);
	if (rc == MR_OK && f->genre >= 0)
		rc = take_genres(f, field[f->genre], err);
	if (rc || f->year < 0 || field[f->year].n == 0)
		return rc;
	if (!mr_parse_i64(field[f->year], &year) || year < 0 || year > 9999)
		return mr_tsv_bad(&f->t, err, "year '%.*s', expected four "
		    "digits", MR_SHOWN(field[f->year]));
	return mr_tally_add(&f->years, (double)year, 1, err);
}

static int
read_rows(struct films *f, struct mr_report *report, struct mr_err *err)
{
	bool more = true;
	int rc = mr_tsv_need(&f->t, "item", &f->item, err);

	f->title = mr_tsv_find(&f->t, "title");
	f->year = mr_tsv_find(&f->t, "year");
	f->genre = mr_tsv_find(&f->t, "genre");
	if (rc == MR_OK)
		rc = mr_stat_missing_open(&f->missing, &f->t, err);
	f->t.report = report;
	while (rc == MR_OK && more) {
		rc = mr_tsv_next(&f->t, &more, err);
		if (rc == MR_OK && more) {
			rc = take_row(f, err);
			if (f->missing.rows % 65536 == 0)
				mr_report_step(report, "films",
				    f->missing.rows, mr_in_total(&f->t.in,
				    f->missing.rows));
		}
	}
	mr_tally_sort(&f->years);
	mr_tally_sort(&f->per_film);
	return rc;
}

/* How many stood more than once, every time counted. */
static int64_t
shared(const struct mr_counted *c)
{
	int64_t n = 0;

	for (int32_t i = 0; i < c->ids.n; i++)
		n += c->n[i] > 1 ? c->n[i] : 0;
	return n;
}

static void
put_counts(struct mr_out *out, const struct films *f)
{
	int64_t rows = f->missing.rows;

	mr_stat_count(out, "counts", mr_slice_of("rows"), rows, 0);
	mr_stat_count(out, "counts", mr_slice_of("items"), f->items.ids.n,
	    rows);
	mr_stat_count(out, "counts", mr_slice_of("repeated"),
	    f->items.total - f->items.ids.n, rows);
	if (f->title >= 0) {
		mr_stat_count(out, "counts", mr_slice_of("titles"),
		    f->titles.ids.n, 0);
		mr_stat_count(out, "counts", mr_slice_of("shared-titles"),
		    shared(&f->titles), rows);
	}
	if (f->genre >= 0)
		mr_stat_count(out, "counts", mr_slice_of("genres"),
		    f->genres.ids.n, 0);
}

static int
put_years(struct mr_out *out, const struct mr_tally *years,
    struct mr_err *err)
{
	struct mr_tally decades = { 0 };
	int rc = MR_OK;

	mr_stat_describe(out, "years", years);
	mr_stat_numbers(out, "years-histogram", years);
	for (size_t i = 0; i < years->distinct && rc == MR_OK; i++) {
		int64_t year = (int64_t)years->cell[i].value;

		year -= year % 10;
		rc = mr_tally_add(&decades, (double)year, years->cell[i].n,
		    err);
	}
	mr_tally_sort(&decades);
	mr_stat_numbers(out, "decades", &decades);
	mr_tally_free(&decades);
	return rc;
}

struct place {
	int64_t n;
	int32_t rank, index;
};

static int
by_count(const void *a, const void *b)
{
	const struct place *x = a, *y = b;

	return x->n != y->n ? (x->n < y->n) - (x->n > y->n) :
	    (x->rank > y->rank) - (x->rank < y->rank);
}

/* The most frequent first, equal ones in byte order. */
static int
put_genres(struct mr_out *out, const struct films *f, struct mr_err *err)
{
	const struct mr_counted *c = &f->genres;
	size_t n = (size_t)c->ids.n;
	struct place *v = mr_alloc(n, sizeof *v, "genres", err);
	int32_t *rank = mr_alloc(n, sizeof *rank, "genres", err);
	int rc = v && rank ? mr_ids_order(&c->ids, NULL, rank, err) :
	    MR_ENOMEM;

	for (int32_t i = 0; i < c->ids.n && rc == MR_OK; i++)
		v[i] = (struct place){ c->n[i], rank[i], i };
	if (rc == MR_OK && n)
		qsort(v, n, sizeof *v, by_count);
	for (size_t i = 0; i < n && rc == MR_OK; i++)
		mr_stat_count(out, "genres", mr_ids_get(&c->ids, v[i].index),
		    v[i].n, f->missing.rows);
	if (rc == MR_OK)
		mr_stat_numbers(out, "genres-per-film", &f->per_film);
	free(v);
	free(rank);
	return rc;
}

/* Columns in which every field is empty, by name. */
static int
about_empty_columns(struct mr_out *out, const struct films *f,
    struct mr_err *err)
{
	struct mr_buf names = { 0 };
	int64_t n = 0;
	int rc = MR_OK;

	for (int i = 0; i < f->t.n_cols && rc == MR_OK; i++)
		if (f->missing.n[i] == f->missing.rows)
			rc = mr_buf_addf(&names, err, "%s%.*s",
			    n++ ? ", " : "", (int)f->t.name[i].n,
			    f->t.name[i].p);
	if (rc == MR_OK && n)
		mr_stat_diagnose(out, "empty-columns", n, f->t.n_cols,
		    "no film has a value in %.*s: a template of mr-embed has "
		    "nothing to take from there",
		    (int)(names.n < 600 ? names.n : 600), names.p);
	mr_buf_free(&names);
	return rc;
}

static void
about_column(struct mr_out *out, const struct films *f, const char *name,
    int column, const char *consequence)
{
	int64_t rows = f->missing.rows;
	int64_t n = column < 0 ? 0 : f->missing.n[column];

	if (n > 0 && n < rows)
		mr_stat_diagnose(out, name, n, rows, "%s of %s films (%.1f "
		    "%%) have no %.*s: %s", mr_stat_words(n).s,
		    mr_stat_words(rows).s, mr_stat_percent(n, rows),
		    (int)f->t.name[column].n, f->t.name[column].p,
		    consequence);
}

static int
diagnose(struct mr_out *out, const struct films *f, struct mr_err *err)
{
	int64_t rows = f->missing.rows, again = shared(&f->titles);
	int64_t repeated = f->items.total - f->items.ids.n;
	struct mr_fences fence;

	if (rows == 0) {
		mr_stat_diagnose(out, "empty", 0, 0, "there are no films");
		return MR_OK;
	}
	about_column(out, f, "missing-ids", f->item, "no rating or vector "
	    "can belong to them; mr-ingest movies rejects them");
	if (repeated)
		mr_stat_diagnose(out, "repeated-ids", repeated, rows,
		    "%s of %s rows repeat the id of another film: a matrix "
		    "has each id once, so mr-embed refuses them; mr-ingest "
		    "movies --dedupe chooses", mr_stat_words(repeated).s,
		    mr_stat_words(rows).s);
	about_column(out, f, "missing-titles", f->title,
	    "nothing names them in a list");
	if (again)
		mr_stat_diagnose(out, "shared-titles", again, rows,
		    "%s of %s films share their title with another: the id "
		    "tells them apart, and the year may; mr-ingest movies "
		    "--merge-titles joins those equal in both",
		    mr_stat_words(again).s, mr_stat_words(rows).s);
	about_column(out, f, "missing-years", f->year,
	    "they are in no year and no decade above");
	about_column(out, f, "missing-genres", f->genre,
	    "what goes by genre leaves them out");
	if (f->years.total) {
		mr_summary_fences(&f->years, &fence);
		if (fence.below + fence.above)
			mr_stat_diagnose(out, "unusual-years", fence.below +
			    fence.above, f->years.total, "%s of %s films are "
			    "from years outside Tukey's fences %s to %s: "
			    "few are as old, or as new, here",
			    mr_stat_words(fence.below + fence.above).s,
			    mr_stat_words(f->years.total).s,
			    mr_stat_short(fence.lower).s,
			    mr_stat_short(fence.upper).s);
	}
	return about_empty_columns(out, f, err);
}

static int
put_all(const struct films *f, struct mr_out *out, struct mr_err *err)
{
	int rc = MR_OK;

	put_counts(out, f);
	mr_stat_missing_put(out, &f->missing, &f->t);
	if (f->year >= 0)
		rc = put_years(out, &f->years, err);
	if (rc == MR_OK && f->genre >= 0)
		rc = put_genres(out, f, err);
	return rc ? rc : diagnose(out, f, err);
}

int
mr_stat_movies(const struct mr_stat_opt *o, struct mr_run *run,
    struct mr_err *err)
{
	struct films f = { 0 };
	int rc = mr_tsv_open(&f.t, o->path, run->header_in ? NULL :
	    "item,title,year,people,genre,poster", err);

	if (rc)
		return rc;
	rc = read_rows(&f, &run->report, err);
	if (rc == MR_OK) {
		mr_report_fact(&run->report, "films: %lld",
		    (long long)f.missing.rows);
		if (run->header_out)
			mr_stat_head(&run->out);
		rc = put_all(&f, &run->out, err);
	}
	mr_tsv_close(&f.t);
	free(f.missing.n);
	mr_counted_free(&f.items);
	mr_counted_free(&f.titles);
	mr_counted_free(&f.genres);
	mr_tally_free(&f.years);
	mr_tally_free(&f.per_film);
	return rc;
}
