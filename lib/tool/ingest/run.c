/* A run of mr-ingest; see run.h.
 * SPDX-License-Identifier: MIT */
#include "tool/ingest/run.h"

#include <string.h>

#include "stream/encoding.h"
#include "tool/ingest/presets.h"
#include "tool/ingest/wikipedia.h"

/* Open the file in turn. */
static int
open_source(const struct mr_ingest_run *r, struct mr_source *src,
    struct mr_err *err)
{
	const struct mr_ingest *o = r->o;
	const char *path = o->path[r->file];

	if (o->text.p)
		return mr_ingest_source_text(src, o->text, path, err);
	return mr_ingest_preset_pages(o->preset) ?
	    mr_ingest_wikipedia_open(src, path, r->report, err) :
	    mr_ingest_source_open(src, path, r->cols.what,
	    mr_ingest_encoding(o->encoding) == MR_ENCODING_OTHER ?
	    o->encoding : NULL, err);
}

/* The same and its columns. */
static int
open_file(struct mr_ingest_run *r, struct mr_source *src,
    struct mr_columns *cols, struct mr_err *err)
{
	int rc = open_source(r, src, err);

	if (rc == MR_OK)
		rc = mr_ingest_columns_open(cols, r->o, r->run->header_in, src,
		    err);
	return rc;
}

int
mr_ingest_run_open(struct mr_ingest_run *r, const struct mr_ingest *o,
    enum mr_ingest_what what, struct mr_run *run, struct mr_err *err)
{
	int rc;

	r->o = o;
	r->run = run;
	r->out = &run->out;
	r->report = &run->report;
	r->src.in.fd = -1;
	r->cols.what = what;
	rc = mr_ingest_options(o, what, run, &r->rule, err);
	if (rc == MR_OK)
		rc = open_file(r, &r->src, &r->cols, err);
	/* An empty file has no columns. */
	while (rc == MR_OK && r->cols.n == 0 && r->src.form != MR_FORM_BLANKS &&
	    r->file + 1 < o->n_paths) {
		mr_ingest_columns_free(&r->cols);
		mr_ingest_source_close(&r->src);
		r->cols.what = what;
		r->file++;
		rc = open_file(r, &r->src, &r->cols, err);
	}
	if (rc == MR_OK && r->cols.preset && !o->unrated)
		rc = mr_ingest_unrated(r->cols.preset->unrated, &r->rule, err);
	if (rc == MR_OK)
		mr_ingest_columns_warn(&r->cols, o, &r->src, r->report);
	if (rc == MR_OK)
		rc = mr_ingest_rejects_open(&r->rejects, o, run, err);
	r->rejects.no_item = r->cols.preset ? r->cols.preset->no_item : NULL;
	if (rc == MR_OK && (o->merge_titles || o->anonymise) && o->id_map)
		rc = mr_run_side(run, o->id_map, &r->map, err);
	/* Who is who is the owner's to know. */
	if (rc == MR_OK && r->map && o->anonymise)
		rc = mr_out_private(r->map, err);
	r->clean.encoding = mr_ingest_encoding(o->encoding);
	r->clean.missing = o->missing || !r->cols.preset ? o->missing :
	    r->cols.preset->missing;
	r->clean.guess_latin1 = r->cols.quirks & MR_QUIRK_LATIN1;
	/* A slot for each column, for each role of --preset lists, and for
	 * what a role finds by a path. */
	if (rc == MR_OK)
		rc = mr_ingest_clean_init(&r->clean, r->cols.n +
		    2 * MR_N_ROLES, err);
	return rc;
}

static int
same_columns(const struct mr_ingest_run *r, const struct mr_source *src,
    const struct mr_columns *cols, struct mr_err *err)
{
	bool same = cols->n == r->cols.n;

	for (int i = 0; same && i < cols->n; i++)
		same = mr_slice_eq(cols->name[i], r->cols.name[i]);
	return same ? MR_OK : mr_err_set(err, MR_EFORMAT, "%s:%lld: other "
	    "columns than in %s, expected the same", src->in.name,
	    (long long)src->line_no, r->src.in.name);
}

/* Objects of the next file are read by the names of the first. */
static int
open_json(struct mr_ingest_run *r, struct mr_source *src, struct mr_err *err)
{
	int rc = open_source(r, src, err);
	struct mr_slice line;

	if (rc == MR_OK && !r->o->json && !mr_ingest_sniff_json(&src->head) &&
	    mr_ingest_sniff_first(&src->head, &line))
		rc = mr_err_set(err, MR_EFORMAT, "%s: is no JSON, expected "
		    "the form of %s", src->in.name, r->src.in.name);
	if (rc == MR_OK)
		rc = mr_ingest_source_start(src, MR_FORM_JSON, "", err);
	if (rc == MR_OK) {
		src->paths = r->src.paths;
		src->list.outer = r->src.list.outer;
		r->src.paths = r->src.list.outer = (struct mr_json_paths){ 0 };
	}
	return rc;
}

static void
count_undecoded(struct mr_ingest_run *r)
{
	if (r->src.in.decoder)
		r->n_undecoded += mr_decoder_bad(r->src.in.decoder);
}

static int
next_file(struct mr_ingest_run *r, struct mr_err *err)
{
	struct mr_columns cols = { .what = r->cols.what };
	struct mr_source src = { .in.fd = -1 };
	bool json = r->src.form == MR_FORM_JSON;
	int rc;

	r->file++;
	rc = json ? open_json(r, &src, err) : open_file(r, &src, &cols, err);
	if (rc == MR_OK && !json && (cols.n || src.form == MR_FORM_BLANKS))
		rc = same_columns(r, &src, &cols, err);
	mr_ingest_columns_free(&cols);
	if (rc) {
		mr_ingest_source_close(&src);
		return rc;
	}
	src.n_cols = r->src.n_cols;
	src.n_named = r->src.n_named;
	src.rest = r->src.rest;
	src.n_swallowed = r->src.n_swallowed;
	src.swallow_line = r->src.swallow_line;
	src.n_slashes = r->src.n_slashes;
	count_undecoded(r);
	mr_ingest_source_close(&r->src);
	r->src = src;
	/* What a reader borrows stands in the source. */
	r->src.csv.in = r->src.json.in = r->src.backslash.in = &r->src.in;
	return MR_OK;
}

int
mr_ingest_run_more(struct mr_ingest_run *r, bool *more, struct mr_err *err)
{
	int rc = MR_OK;

	while (rc == MR_OK && !*more && r->file + 1 < r->o->n_paths) {
		rc = next_file(r, err);
		if (rc == MR_OK)
			rc = mr_ingest_source_next(&r->src, more, err);
	}
	return rc;
}

int64_t
mr_ingest_run_total(const struct mr_ingest_run *r, int64_t n)
{
	return r->o->n_paths > 1 ? 0 : mr_in_total(&r->src.in, n);
}

int
mr_ingest_run_end(struct mr_ingest_run *r, struct mr_err *err)
{
	mr_report_fact(r->report, "rows read: %lld", (long long)r->n_rows);
	mr_report_fact(r->report, "rows written: %lld", (long long)r->n_out);
	mr_report_fact(r->report, "repeated, not written: %lld",
	    (long long)r->n_repeats);
	/* Some are normal, of plays most may be. */
	if (r->o->dedupe < 0 && r->n_repeats &&
	    r->n_repeats * 10 >= r->n_rows)
		mr_report_warn(r->report, "%lld of %lld rows repeat %s and "
		    "are not written (--dedupe says which is)",
		    (long long)r->n_repeats, (long long)r->n_rows,
		    r->cols.films ? "an item" : "a user and item");
	if (r->src.n_slashes)
		mr_report_fact(r->report, "fields with \\t, \\n, \\r or \\\\ "
		    "taken as they stand (--tsv-escapes reads them): %lld",
		    (long long)r->src.n_slashes);
	if (r->bad_cells.n)
		mr_report_warn(r->report, "%lld fields are not JSON that a "
		    "path of --cols goes into, and count as missing (%s on "
		    "line %lld)", (long long)r->bad_cells.n, r->bad_cells.value,
		    (long long)r->bad_cells.line);
	if (r->src.n_swallowed)
		mr_report_warn(r->report, "%lld fields have line breaks and "
		    "as many delimiters as a row, the first on line %lld: is "
		    "a quote not closed?%s", (long long)r->src.n_swallowed,
		    (long long)r->src.swallow_line, *r->src.sep == '\t' ?
		    " (--tsv takes quotes as they are)" : "");
	if (r->clean.n_repaired)
		mr_report_warn(r->report, "%lld byte sequences are not UTF-8 "
		    "and became U+FFFD%s", (long long)r->clean.n_repaired,
		    r->clean.saw_utf8 ? "" : " (--encoding latin-1?)");
	if (r->n_others)
		mr_report_fact(r->report, "not of %s, not written: %lld",
		    r->cols.preset->only, (long long)r->n_others);
	count_undecoded(r);
	if (r->n_undecoded)
		mr_report_warn(r->report, "%lld byte sequences are not of "
		    "the encoding and became U+FFFD",
		    (long long)r->n_undecoded);
	if (r->clean.encoding == MR_ENCODING_LATIN1 && r->clean.saw_utf8 &&
	    !r->clean.saw_other)
		mr_report_warn(r->report, "the input is UTF-8, so --encoding "
		    "latin-1 garbles what is not ASCII");
	return mr_ingest_rejects_tell(&r->rejects, r->n_rows, r->report, err);
}

void
mr_ingest_run_free(struct mr_ingest_run *r)
{
	mr_buf_free(&r->name_year);
	mr_buf_free(&r->imdb);
	mr_buf_free(&r->date);
	mr_idmap_free(&r->scores);
	mr_ingest_clean_free(&r->clean);
	mr_ingest_columns_free(&r->cols);
	mr_ingest_source_close(&r->src);
	mr_ingest_rejects_free(&r->rejects);
}

bool
mr_ingest_run_other(struct mr_ingest_run *r)
{
	struct mr_slice words, field;
	int at = r->cols.only_at;

	words = mr_slice_of(r->cols.preset->only);
	mr_slice_cut(&words, '=');
	field = mr_ingest_trim(r->src.field[at]);
	while (words.p)
		if (mr_slice_eq(mr_slice_cut(&words, ','), field))
			return false;
	r->n_others++;
	return true;
}

int
mr_ingest_run_field(struct mr_ingest_run *r, enum mr_role role,
    struct mr_slice *out, struct mr_err *err)
{
	int at = r->cols.at[role];

	*out = (struct mr_slice){ "", 0 };
	if (at < 0)
		return MR_OK;
	if (r->cols.inside & 1u << role)
		return mr_ingest_run_inside(r, role, out, err);
	return mr_ingest_clean(&r->clean, at, r->src.field[at], out, err);
}

int
mr_ingest_run_lost(struct mr_ingest_run *r, enum mr_role role,
    struct mr_slice *word, struct mr_err *err)
{
	int rc;

	r->clean.keep_missing = true;
	rc = mr_ingest_run_field(r, role, word, err);
	r->clean.keep_missing = false;
	return rc;
}

void
mr_ingest_run_years(struct mr_ingest_run *r, const struct mr_met *bad)
{
	/* The value is shown in ''. */
	size_t n = strlen(bad->value);
	struct mr_slice was = { bad->value + 1, n > 2 ? n - 2 : 0 };
	struct mr_slice year = was;

	if (bad->n == 0)
		return;
	mr_ingest_date_year(&year);
	mr_report_warn(r->report, "%lld years are not four digits and were "
	    "left empty (%s on line %lld)%s", (long long)bad->n, bad->value,
	    (long long)bad->line, year.n != was.n && r->cols.films &&
	    !r->o->year_from ?
	    "; --year-from date reads dates and ranges" : "");
}
