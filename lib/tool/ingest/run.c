/* A run of mr-ingest; see run.h.
 * SPDX-License-Identifier: MIT */
#include "tool/ingest/run.h"

#include <string.h>
#include <strings.h>

#include "stream/encoding.h"
#include "tool/ingest/presets.h"
#include "tool/ingest/wikipedia.h"

/* Standard input is the data, and so is standard output. */
static bool
is_dash(const char *path)
{
	return path && strcmp(path, "-") == 0;
}

static int
check(const struct mr_ingest *o, bool films, bool header_in,
    struct mr_err *err)
{
	bool lacks = o->preset >= 0 && !mr_ingest_preset_has(o->preset, films);
	const char *bad = NULL;

	if (films && (o->movies || o->scale.given || o->rescale.given ||
	    o->anonymise || o->events || lacks))
		bad = "--movies, --events, --scale, --rescale, --anonymise "
		    "and --preset lists are for ratings";
	else if (films && o->dedupe == MR_DEDUPE_LATEST)
		bad = "--dedupe latest is for ratings: films have no times";
	else if (!films && (o->merge_titles || o->genre_map))
		bad = "--merge-titles and --genre-map are for movies";
	else if (lacks)
		bad = "this --preset is for movies";
	else if (o->preset >= 0 && (o->tsv || o->tsv_escapes ||
	    o->delimiter || o->cols || !header_in))
		bad = "a preset says what the input looks like: not with "
		    "--tsv, --delimiter, --cols or --no-header-in";
	else if ((o->tsv || o->tsv_escapes) && o->delimiter)
		bad = "--tsv and --delimiter exclude each other";
	else if (o->json && (o->csv || o->tsv || o->tsv_escapes ||
	    o->delimiter || o->preset >= 0 || !header_in))
		bad = "--json excludes --csv, --tsv, --delimiter, --preset "
		    "and --no-header-in";
	else if (o->delimiter && !*o->delimiter)
		bad = "--delimiter: empty";
	else if (o->merge_titles && !o->id_map)
		bad = "--merge-titles: --id-map FILE must keep which ids "
		    "were merged";
	else if (films && o->id_map && !o->merge_titles)
		bad = "--id-map with movies needs --merge-titles";
	else if (o->rescale.given && !o->scale.given)
		bad = "--rescale: --scale MIN:MAX must say from where";
	else if (o->events && o->scale.given)
		bad = "--events: there is no rating for --scale";
	else if (is_dash(o->movies) || is_dash(o->rejects) ||
	    is_dash(o->id_map) || is_dash(o->genre_map))
		bad = "--movies, --rejects, --id-map and --genre-map need a "
		    "file, not '-'";
	if (bad)
		return mr_err_set(err, MR_EARG, "%s", bad);
	return MR_OK;
}

enum mr_encoding
mr_ingest_encoding(const char *name)
{
	static const struct {
		const char *name;
		enum mr_encoding is;
	} known[] = {
		{ "utf-8", MR_ENCODING_UTF8 }, { "utf8", MR_ENCODING_UTF8 },
		{ "utf-8-sig", MR_ENCODING_UTF8 },
		{ "ascii", MR_ENCODING_UTF8 }, { "us-ascii", MR_ENCODING_UTF8 },
		{ "latin-1", MR_ENCODING_LATIN1 },
		{ "latin1", MR_ENCODING_LATIN1 },
		{ "iso-8859-1", MR_ENCODING_LATIN1 },
		{ "iso8859-1", MR_ENCODING_LATIN1 },
		{ "windows-1252", MR_ENCODING_LATIN1 },
		{ "cp1252", MR_ENCODING_LATIN1 }
	};

	for (size_t i = 0; i < sizeof known / sizeof *known; i++)
		if (!name || strcasecmp(name, known[i].name) == 0)
			return known[i].is;
	return MR_ENCODING_OTHER;
}

bool
mr_ingest_range(const char *text, struct mr_range *range)
{
	struct mr_slice hi = mr_slice_of(text), lo = mr_slice_cut(&hi, ':');

	range->given = hi.p && mr_parse_f64(lo, &range->lo) &&
	    mr_parse_f64(hi, &range->hi) && range->lo < range->hi;
	return range->given;
}

int
mr_ingest_run_open(struct mr_ingest_run *r, const struct mr_ingest *o,
    bool films, struct mr_run *run, struct mr_err *err)
{
	int rc = check(o, films, run->header_in, err);

	r->o = o;
	r->run = run;
	r->out = &run->out;
	r->report = &run->report;
	r->src.in.fd = -1;
	r->cols.films = films;
	if (rc == MR_OK && films && mr_ingest_preset_pages(o->preset))
		rc = mr_ingest_wikipedia_open(&r->src, o->path, r->report,
		    err);
	else if (rc == MR_OK)
		rc = mr_ingest_source_open(&r->src, o->path, films,
		    mr_ingest_encoding(o->encoding) == MR_ENCODING_OTHER ?
		    o->encoding : NULL, err);
	if (rc == MR_OK)
		rc = mr_ingest_columns_open(&r->cols, o, run->header_in,
		    &r->src, err);
	if (rc == MR_OK)
		mr_ingest_columns_warn(&r->cols, o, &r->src, r->report);
	if (rc == MR_OK)
		rc = mr_ingest_rejects_open(&r->rejects, o, run, err);
	if (rc == MR_OK && (o->merge_titles || o->anonymise) && o->id_map)
		rc = mr_run_side(run, o->id_map, &r->map, err);
	/* Who is who is the owner's to know. */
	if (rc == MR_OK && r->map && o->anonymise)
		rc = mr_out_private(r->map, err);
	r->clean.encoding = mr_ingest_encoding(o->encoding);
	r->clean.missing = o->missing;
	r->clean.guess_latin1 = r->cols.quirks & MR_QUIRK_LATIN1;
	/* A slot for each column, for each role of --preset lists, and for
	 * what a role finds by a path. */
	if (rc == MR_OK)
		rc = mr_ingest_clean_init(&r->clean, r->cols.n +
		    2 * MR_N_ROLES, err);
	return rc;
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
	if (r->src.in.decoder && mr_decoder_bad(r->src.in.decoder))
		mr_report_warn(r->report, "%lld byte sequences are not of "
		    "the encoding and became U+FFFD",
		    (long long)mr_decoder_bad(r->src.in.decoder));
	if (r->clean.encoding == MR_ENCODING_LATIN1 && r->clean.saw_utf8 &&
	    !r->clean.saw_other)
		mr_report_warn(r->report, "the input is UTF-8, so --encoding "
		    "latin-1 garbles what is not ASCII");
	return mr_ingest_rejects_tell(&r->rejects, &r->src, r->n_rows,
	    r->report, err);
}

void
mr_ingest_run_free(struct mr_ingest_run *r)
{
	mr_ingest_clean_free(&r->clean);
	mr_ingest_columns_free(&r->cols);
	mr_ingest_source_close(&r->src);
}

int
mr_ingest_run_field(struct mr_ingest_run *r, enum mr_role role,
    struct mr_slice *out, struct mr_err *err)
{
	struct mr_json_paths *path = &r->cols.path[role];
	int at = r->cols.at[role], rc;
	bool ok;

	*out = (struct mr_slice){ "", 0 };
	if (at < 0)
		return MR_OK;
	rc = mr_ingest_clean(&r->clean, at, r->src.field[at], out, err);
	if (rc || out->n == 0 || path->n == 0)
		return rc;
	rc = mr_json_paths_read(path, *out, &ok, err);
	if (!ok)
		mr_ingest_met(&r->bad_cells, &r->src, *out);
	*out = ok ? mr_buf_slice(path->value) : (struct mr_slice){ "", 0 };
	return rc || out->n == 0 ? rc : mr_ingest_clean(&r->clean, r->cols.n +
	    MR_N_ROLES + (int)role, *out, out, err);
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
