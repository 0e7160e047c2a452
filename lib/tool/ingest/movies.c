/* Cleaning a catalogue of films.
 * SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <string.h>

#include "core/mem.h"
#include "stream/tsv.h"
#include "text/utf8_clean.h"
#include "tool/ingest/presets.h"
#include "tool/ingest/floats.h"
#include "tool/ingest/values.h"

/* Output rows are n_out fields: the core columns, then what passes through.
 * Kept rows lie end to end in text, field f of row r ending at
 * end[r * n_out + f]. */
struct films {
	struct mr_ingest_run run;
	int dedupe;
	int n_out;
	int *from;		/* [n_out] input column, core ones unused */
	struct mr_slice *field;	/* [n_out] the current row */
	bool keep;		/* rows wait for the end of input */
	struct mr_buf text;
	size_t *end, end_cap;
	int32_t *row_item;	/* [n_rows] number of its id */
	size_t row_cap, n_rows;
	struct mr_ids items;
	int64_t *latest;	/* [items.n] its last row */
	size_t latest_cap;
	struct mr_idmap merged;
	struct mr_values values;
	struct mr_floats float_items;
	struct mr_met bad_years, title_years;
};

/* Did cols give column i its name? */
static bool
is_renamed(const struct mr_columns *c, int i)
{
	struct mr_slice rest = mr_slice_of(c->cols ? c->cols : "");
	bool is = false;

	while (rest.n && !is) {
		struct mr_slice one = mr_slice_cut(&rest, ',');

		is = mr_slice_eq(mr_slice_cut(&one, '='), c->name[i]);
	}
	return is;
}

static int
open_columns(struct films *f, struct mr_err *err)
{
	const struct mr_columns *c = &f->run.cols;

	f->from = mr_alloc((size_t)(c->n + MR_N_FILM_ROLES), sizeof *f->from,
	    "columns", err);
	f->field = mr_alloc((size_t)(c->n + MR_N_FILM_ROLES),
	    sizeof *f->field, "columns", err);
	if (!f->from || !f->field)
		return MR_ENOMEM;
	f->n_out = MR_N_FILM_ROLES;
	for (int i = 0; i < c->flags_from; i++)
		if (!c->taken[i] && (!(c->quirks & MR_QUIRK_ROLES_ONLY) ||
		    is_renamed(c, i)))
			f->from[f->n_out++] = i;
	return MR_OK;
}

static void
put_header(const struct films *f)
{
	struct mr_out *out = f->run.out;

	if (!f->run.run->header_out)
		return;
	for (int i = 0; i < f->n_out; i++) {
		if (i)
			mr_out_byte(out, '\t');
		if (i < MR_N_FILM_ROLES)
			mr_out_text(out, mr_ingest_role_name[i]);
		else
			mr_tsv_put(out, f->run.cols.name[f->from[i]]);
	}
	mr_out_byte(out, '\n');
}

static void
put_row(struct films *f, const struct mr_slice *field)
{
	struct mr_out *out = f->run.out;

	for (int i = 0; i < f->n_out; i++) {
		if (i)
			mr_out_byte(out, '\t');
		mr_tsv_put(out, field[i]);
	}
	mr_out_byte(out, '\n');
	f->run.n_out++;
}

static void
take_year(struct films *f)
{
	struct mr_slice *title = &f->field[MR_ROLE_TITLE];
	struct mr_slice *year = &f->field[MR_ROLE_YEAR], date, bare = *title;
	const struct mr_columns *c = &f->run.cols;
	int from = f->run.o->year_from;

	if (from == MR_YEAR_DATE || c->quirks & MR_QUIRK_YEAR_DATE)
		mr_ingest_date_year(year);
	if ((c->quirks & MR_QUIRK_TITLE_YEAR || from == MR_YEAR_TITLE) &&
	    !mr_ingest_title_year(title, year) && c->quirks & MR_QUIRK_U_ITEM) {
		/* 01-Jan-1995. */
		date = mr_slice_trim(f->run.src.field[2]);
		if (date.n > 4)
			*year = (struct mr_slice){ date.p + date.n - 4, 4 };
	}
	date = *year;
	if (!mr_ingest_clean_year(year))
		mr_ingest_met(&f->bad_years, &f->run.src, date);
	else if (year->n == 0 && mr_ingest_title_year(&bare, &date))
		mr_ingest_met(&f->title_years, &f->run.src, *title);
}

/* Why the current row is no film, or MR_N_REASONS; *word: the one that was
 * taken for missing. */
static int
check_film(struct films *f, enum mr_reason *why, struct mr_slice *word,
    struct mr_err *err)
{
	static const struct {
		enum mr_role role;
		enum mr_reason none, lost;
	} need[] = {
		{ MR_ROLE_ITEM, MR_REASON_NO_ITEM, MR_REASON_LOST_ITEM },
		{ MR_ROLE_TITLE, MR_REASON_NO_TITLE, MR_REASON_LOST_TITLE }
	};

	*why = MR_N_REASONS;
	for (int i = 0; i < 2; i++) {
		int rc;

		if (f->field[need[i].role].n)
			continue;
		rc = mr_ingest_run_lost(&f->run, need[i].role, word, err);
		*why = word->n ? need[i].lost : need[i].none;
		return rc;
	}
	*word = f->field[MR_ROLE_ITEM];
	if (f->run.cols.quirks & MR_QUIRK_DIGITS &&
	    !mr_ingest_is_digits(*word)) {
		*why = MR_REASON_NOT_DIGITS;
		return MR_OK;
	}
	if (mr_ingest_is_object(*word)) {
		*why = MR_REASON_ITEM_OBJECT;
		return MR_OK;
	}
	*word = (struct mr_slice){ "", 0 };
	if (mr_ingest_columns_header(&f->run.cols, MR_ROLE_ITEM,
	    f->field[MR_ROLE_ITEM], MR_ROLE_TITLE, f->field[MR_ROLE_TITLE]))
		*why = MR_REASON_HEADER;
	return MR_OK;
}

/* Field i of the output, one that passes through. */
static int
take_other(struct films *f, int i, struct mr_err *err)
{
	struct mr_ingest_run *r = &f->run;
	int from = f->from[i], rc = mr_ingest_clean(&r->clean, from,
	    r->src.field[from], &f->field[i], err);

	return rc || !(r->cols.quirks & MR_QUIRK_TT) ||
	    !mr_slice_is(r->cols.name[from], "imdb") ? rc :
	    mr_ingest_run_imdb(r, &f->field[i], err);
}

/* The current input row to f->field, or *why it is no film. */
static int
take_fields(struct films *f, enum mr_reason *why, struct mr_slice *word,
    struct mr_err *err)
{
	struct mr_ingest_run *r = &f->run;
	int rc = MR_OK;

	*why = r->src.bad ? MR_REASON_NOT_OBJECT : MR_REASON_FIELDS;
	if (r->src.n != r->cols.n)
		return MR_OK;
	for (int i = 0; i < MR_N_FILM_ROLES && rc == MR_OK; i++)
		rc = mr_ingest_run_field(r, (enum mr_role)i, &f->field[i], err);
	for (int i = MR_N_FILM_ROLES; i < f->n_out && rc == MR_OK; i++)
		rc = take_other(f, i, err);
	if (rc == MR_OK)
		rc = check_film(f, why, word, err);
	if (rc || *why != MR_N_REASONS)
		return rc;
	mr_ingest_floats_add(&f->float_items, r->o->id_floats,
	    &f->field[MR_ROLE_ITEM]);
	take_year(f);
	rc = mr_ingest_values_genre(&f->values, r, &f->field[MR_ROLE_GENRE],
	    err);
	return rc ? rc : mr_ingest_values_people(&f->values, r,
	    &f->field[MR_ROLE_PEOPLE], err);
}

static int
keep_row(struct films *f, int32_t item, struct mr_err *err)
{
	size_t n = f->n_rows * (size_t)f->n_out;
	int rc = mr_grow(&f->end, &f->end_cap, n + (size_t)f->n_out,
	    sizeof *f->end, "films", err);

	if (rc == MR_OK)
		rc = mr_grow(&f->row_item, &f->row_cap, f->n_rows + 1,
		    sizeof *f->row_item, "films", err);
	if (rc == MR_OK)
		rc = mr_grow(&f->latest, &f->latest_cap, (size_t)f->items.n,
		    sizeof *f->latest, "films", err);
	for (int i = 0; i < f->n_out && rc == MR_OK; i++) {
		rc = mr_buf_add(&f->text, f->field[i].p, f->field[i].n, err);
		f->end[n + (size_t)i] = f->text.n;
	}
	if (rc == MR_OK) {
		f->row_item[f->n_rows] = item;
		f->latest[item] = (int64_t)f->n_rows++;
	}
	return rc;
}

static int
take_row(struct films *f, struct mr_err *err)
{
	struct mr_ingest_run *r = &f->run;
	struct mr_slice word = { "", 0 };
	enum mr_reason why;
	bool is_new = true;
	int32_t item = 0;
	int rc;

	if (r->cols.only_at >= 0 && r->src.n == r->cols.n &&
	    mr_ingest_run_other(r))
		return MR_OK;
	rc = take_fields(f, &why, &word, err);
	if (rc || why != MR_N_REASONS)
		return rc ? rc : mr_ingest_reject(&r->rejects, &r->src, why,
		    word, r->src.raw, err);
	if (f->keep || f->dedupe != MR_DEDUPE_NONE)
		rc = mr_ids_add(&f->items, f->field[MR_ROLE_ITEM], &item,
		    &is_new, err);
	if (rc)
		return rc;
	if (!is_new && f->dedupe != MR_DEDUPE_NONE)
		r->n_repeats++;
	if (!is_new && f->dedupe == MR_DEDUPE_FIRST)
		return MR_OK;
	if (f->keep)
		return keep_row(f, item, err);
	put_row(f, f->field);
	return MR_OK;
}

/* The id that stands for the film in f->field: its own, or the first with
 * the same title and year.  A film without a year is only itself. */
static int
first_of_title(struct films *f, struct mr_idmap *titles, struct mr_slice *id,
    struct mr_err *err)
{
	struct mr_slice item = f->field[MR_ROLE_ITEM], year =
	    f->field[MR_ROLE_YEAR];
	struct mr_buf key = { 0 };
	bool known;
	int rc;

	*id = item;
	if (!f->run.o->merge_titles || year.n == 0)
		return MR_OK;
	rc = mr_utf8_fold(f->field[MR_ROLE_TITLE], &key, err);
	if (rc == MR_OK)
		rc = mr_buf_add(&key, year.p, year.n, err);
	if (rc)
		goto out;
	*id = mr_idmap_get(titles, mr_buf_slice(&key), &known);
	if (!known) {
		*id = item;
		rc = mr_idmap_add(titles, mr_buf_slice(&key), item, err);
	}
out:
	mr_buf_free(&key);
	return rc;
}

static int
put_kept(struct films *f, struct mr_err *err)
{
	struct mr_idmap titles = { 0 };
	size_t from = 0;
	int rc = MR_OK;

	for (size_t row = 0; row < f->n_rows && rc == MR_OK; row++) {
		const size_t *end = f->end + row * (size_t)f->n_out;
		struct mr_slice id;

		for (int i = 0; i < f->n_out; from = end[i++])
			f->field[i] = (struct mr_slice){ f->text.p + from,
			    end[i] - from };
		if (f->dedupe == MR_DEDUPE_LAST &&
		    f->latest[f->row_item[row]] != (int64_t)row)
			continue;
		rc = first_of_title(f, &titles, &id, err);
		if (rc)
			break;
		if (mr_slice_eq(id, f->field[MR_ROLE_ITEM]))
			put_row(f, f->field);
		else
			rc = mr_idmap_add(&f->merged, f->field[MR_ROLE_ITEM],
			    id, err);
	}
	mr_idmap_free(&titles);
	return rc;
}

static int
finish(struct films *f, struct mr_err *err)
{
	struct mr_ingest_run *r = &f->run;
	int rc = f->keep ? put_kept(f, err) : MR_OK;

	if (rc == MR_OK)
		mr_ingest_floats_tell(&f->float_items, &f->items, r->report);
	if (rc == MR_OK)
		mr_ingest_run_years(r, &f->bad_years);
	if (rc == MR_OK && f->title_years.n)
		mr_report_warn(r->report, "%lld films have no year but in "
		    "their titles (%s on line %lld), where it stays: "
		    "--year-from title takes it out",
		    (long long)f->title_years.n, f->title_years.value,
		    (long long)f->title_years.line);
	if (rc == MR_OK)
		mr_ingest_values_tell(&f->values, r->report, r->o->genre_map);
	if (rc == MR_OK && r->o->merge_titles)
		mr_report_fact(r->report, "merged by title and year: %d",
		    f->merged.from.n);
	if (rc == MR_OK)
		rc = mr_ingest_run_end(r, err);
	if (rc == MR_OK && r->map)
		mr_idmap_write(&f->merged, r->map);
	return rc;
}

int
mr_ingest_movies(const struct mr_ingest *o, struct mr_run *run,
    struct mr_err *err)
{
	struct films f = { .from = NULL };
	bool more = true;
	int rc = mr_ingest_run_open(&f.run, o, MR_INGEST_MOVIES, run,
	    err);

	if (rc || o->detect) {
		rc = rc ? rc : mr_ingest_detect(&f.run, err);
		mr_ingest_run_free(&f.run);
		return rc;
	}
	f.dedupe = o->dedupe < 0 ? MR_DEDUPE_FIRST : o->dedupe;
	f.keep = o->merge_titles || f.dedupe == MR_DEDUPE_LAST;
	rc = open_columns(&f, err);
	if (rc == MR_OK && o->genre_map)
		rc = mr_idmap_read(&f.values.map, o->genre_map, err);
	if (rc == MR_OK)
		put_header(&f);
	while (rc == MR_OK && f.run.cols.n) {
		rc = mr_ingest_source_next(&f.run.src, &more, err);
		if (rc == MR_OK && !more)
			rc = mr_ingest_run_more(&f.run, &more, err);
		if (rc || !more)
			break;
		if (++f.run.n_rows % 65536 == 0)
			mr_report_step(&run->report, "films", f.run.n_rows,
			    mr_ingest_run_total(&f.run, f.run.n_rows));
		rc = take_row(&f, err);
	}
	if (rc == MR_OK)
		rc = finish(&f, err);
	mr_ingest_run_free(&f.run);
	free(f.from);
	free(f.field);
	mr_buf_free(&f.text);
	free(f.end);
	free(f.row_item);
	mr_ids_free(&f.items);
	free(f.latest);
	mr_ingest_values_free(&f.values);
	mr_idmap_free(&f.merged);
	return rc;
}
