/* The options of a run; see options.h.
 * SPDX-License-Identifier: MIT */
#include "tool/ingest/options.h"

#include <math.h>
#include <string.h>
#include <strings.h>

#include "tool/ingest/presets.h"

/* Standard input is the data, and so is standard output. */
static bool
is_dash(const char *path)
{
	return path && strcmp(path, "-") == 0;
}

/* What does not fit films, or NULL. */
static const char *
bad_films(const struct mr_ingest *o)
{
	if (o->movies || o->scale || o->rescale || o->anonymise || o->events)
		return "--movies, --events, --scale, --rescale and "
		    "--anonymise are for ratings";
	if (o->preset >= 0 && !mr_ingest_preset_has(o->preset,
	    MR_INGEST_MOVIES))
		return "this --preset is for ratings";
	if (o->user || o->unrated || o->decimal || o->time_unit ||
	    o->time_form || o->scores)
		return "--user, --unrated, --decimal, --scores, --time-form "
		    "and --time-unit are for ratings";
	if (o->dedupe == MR_DEDUPE_LATEST)
		return "--dedupe latest is for ratings: films have no times";
	return o->dedupe >= MR_DEDUPE_MEAN ?
	    "--dedupe mean, sum and count are for ratings" : NULL;
}

static const char *
bad_ratings(const struct mr_ingest *o)
{
	if (o->merge_titles || o->genre_map || o->year_from)
		return o->year_from ? "--year-from is for movies" :
		    "--merge-titles and --genre-map are for movies";
	return o->preset >= 0 && !mr_ingest_preset_has(o->preset,
	    MR_INGEST_RATINGS) ? "this --preset is for movies" : NULL;
}

static const char *
bad_table(const struct mr_ingest *o)
{
	if (o->movies || o->scale || o->rescale || o->anonymise || o->events ||
	    o->unrated || o->decimal || o->scores || o->merge_titles ||
	    o->genre_map || o->year_from || o->id_map || o->id_floats ||
	    o->dedupe >= 0)
		return "of a table only the form, --cols, --user, --missing, "
		    "--encoding, --time-form, --time-unit and --rejects can "
		    "be said: it has no films and no ratings";
	return o->preset >= 0 && !mr_ingest_preset_has(o->preset,
	    MR_INGEST_TABLE) ? "this --preset is for movies or ratings" :
	    NULL;
}

/* What does not fit what is asked for, or NULL. */
static const char *
bad_kind(const struct mr_ingest *o, enum mr_ingest_what what)
{
	return what == MR_INGEST_MOVIES ? bad_films(o) :
	    what == MR_INGEST_RATINGS ? bad_ratings(o) : bad_table(o);
}

/* What is said of the form twice, or NULL. */
static const char *
bad_form(const struct mr_ingest *o, bool header_in)
{
	if (o->csv && (o->tsv || o->tsv_escapes || o->preset >= 0))
		return "--csv excludes --tsv and --preset";
	if (o->preset >= 0 && (o->tsv || o->tsv_escapes || o->delimiter ||
	    o->cols || o->quote || !header_in))
		return "a preset says what the input looks like: not with "
		    "--tsv, --delimiter, --quote, --cols or --no-header-in";
	if ((o->tsv || o->tsv_escapes) && o->delimiter)
		return "--tsv and --delimiter exclude each other";
	if (o->json && (o->csv || o->tsv || o->tsv_escapes || o->delimiter ||
	    o->preset >= 0 || !header_in))
		return "--json excludes --csv, --tsv, --delimiter, --preset "
		    "and --no-header-in";
	if (o->quote && (o->json || o->tsv || o->tsv_escapes ||
	    (o->delimiter && strlen(o->delimiter) > 1 &&
	    strcmp(o->delimiter, "\\t") != 0 &&
	    strcasecmp(o->delimiter, "tab") != 0)))
		return "--quote is for CSV, with a delimiter of one byte";
	return o->delimiter && !*o->delimiter ? "--delimiter: empty" : NULL;
}

/* What is wrong with files and numbers, or NULL. */
static const char *
bad_use(const struct mr_ingest *o, enum mr_ingest_what what)
{
	if (o->merge_titles && !o->id_map)
		return "--merge-titles: --id-map FILE must keep which ids "
		    "were merged";
	if (what == MR_INGEST_MOVIES && o->id_map && !o->merge_titles)
		return "--id-map with movies needs --merge-titles";
	if (o->rescale && !o->scale)
		return "--rescale: --scale MIN:MAX must say from where";
	if (o->events && o->scale)
		return "--events: there is no rating for --scale";
	if (o->decimal && strcmp(o->decimal, ".") != 0 &&
	    strcmp(o->decimal, ",") != 0)
		return "--decimal: expected ',' or '.'";
	if (o->user && !*o->user)
		return "--user: empty";
	if (is_dash(o->movies) || is_dash(o->rejects) || is_dash(o->id_map) ||
	    is_dash(o->genre_map) || is_dash(o->scores))
		return "--movies, --rejects, --id-map, --genre-map and "
		    "--scores need a file, not '-'";
	return NULL;
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

static int
read_range(const char *option, const char *text, struct mr_range *range,
    struct mr_err *err)
{
	struct mr_slice hi = mr_slice_of(text ? text : ""),
	    lo = mr_slice_cut(&hi, ':');

	range->given = hi.p && mr_parse_f64(lo, &range->lo) &&
	    mr_parse_f64(hi, &range->hi) && range->lo < range->hi &&
	    isfinite((float)range->lo) && isfinite((float)range->hi);
	return !text || range->given ? MR_OK : mr_err_set(err, MR_EARG,
	    "--%s: '%s', expected MIN:MAX, MIN below MAX, both within "
	    "3.4e38", option, text);
}

int
mr_ingest_unrated(const char *text, struct mr_rating_rule *rule,
    struct mr_err *err)
{
	struct mr_slice what = mr_slice_of(text ? text : "");
	const char *word = text ? strrchr(text, '=') : NULL;

	if (!text)
		return MR_OK;
	if (word) {
		what.n = (size_t)(word - text);
		rule->unrated_event = strcmp(word, "=event") == 0;
		if (!rule->unrated_event && strcmp(word, "=drop") != 0)
			return mr_err_set(err, MR_EARG, "--unrated: '%s', "
			    "expected VALUE, VALUE=event or VALUE=drop", text);
	}
	rule->unrated = what;
	rule->unrated_number = mr_parse_f64(what, &rule->unrated_value);
	return MR_OK;
}

/* One file cannot be two outputs: the second would replace the first. */
static int
check_outputs(const struct mr_ingest *o, const struct mr_run *run,
    struct mr_err *err)
{
	const struct { const char *option, *path; } out[] = {
		{ "-o", run->out.path ? run->out.name : NULL },
		{ "--rejects", o->rejects },
		{ "--id-map", o->id_map }
	};

	for (int i = 0; i < 3; i++)
		for (int j = 0; j < i && out[i].path; j++)
			if (out[j].path &&
			    strcmp(out[i].path, out[j].path) == 0)
				return mr_err_set(err, MR_EARG, "%s and %s "
				    "name the same file '%s'", out[j].option,
				    out[i].option, out[i].path);
	return MR_OK;
}

int
mr_ingest_options(const struct mr_ingest *o, enum mr_ingest_what what,
    const struct mr_run *run, struct mr_rating_rule *rule, struct mr_err *err)
{
	const char *bad = bad_kind(o, what);
	int rc;

	*rule = (struct mr_rating_rule){ .comma = o->decimal &&
	    *o->decimal == ',' };
	if (!bad)
		bad = bad_form(o, run->header_in);
	if (!bad)
		bad = bad_use(o, what);
	if (bad)
		return mr_err_set(err, MR_EARG, "%s", bad);
	rc = read_range("scale", o->scale, &rule->scale, err);
	if (rc == MR_OK)
		rc = read_range("rescale", o->rescale, &rule->rescale, err);
	if (rc == MR_OK)
		rc = mr_ingest_unrated(o->unrated, rule, err);
	return rc ? rc : check_outputs(o, run, err);
}
