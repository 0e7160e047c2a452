/* mr-ingest: films and ratings of any publisher as clean TSV.  Manual:
 * mr-ingest(1).
 * SPDX-License-Identifier: MIT */
#include <string.h>

#include "cli/cli.h"
#include "tool/ingest/ingest.h"

static const char *const verbs[] = { "movies", "ratings", NULL };
static const char *const dedupe_words[] = { "first", "last", "latest", "none",
	"mean", "sum", "count", NULL };
static const char *const quote_words[] = { "rfc", "backslash", "none", NULL };
static const char *const year_words[] = { "column", "date", "title", NULL };
static const char *const unit_words[] = { "auto", "s", "ms", "us", "ns", NULL };
static const char *const form_words[] = { "none", "dmy", "mdy", NULL };

static const char examples[] =
	"  mr-ingest movies < movies.csv > movies.tsv\n"
	"  mr-ingest ratings --movies movies.tsv --rejects bad.tsv "
	"ratings.csv > ratings.tsv\n"
	"  mr-ingest ratings --preset movielens < u.data > ratings.tsv\n";

static const char output[] =
	"movies: item title year people genre poster, then what else the "
	"input has\n"
	"ratings: user item rating, and time if the input has it\n"
	"table: the columns of the input\n";

static int
run(struct mr_cli *c, const char *what, const struct mr_ingest *o)
{
	int (*const work[MR_INGEST_N])(const struct mr_ingest *o,
	    struct mr_run *run, struct mr_err *err) = {
		mr_ingest_movies, mr_ingest_ratings, mr_ingest_table };
	bool maps = o->merge_titles || o->anonymise;
	int as = 0, rc;
	struct mr_err err = { 0 };

	if (!o->path[0] && mr_cli_terminal_in())
		mr_cli_usage(c, "no input: standard input is a terminal");
	while (as < MR_INGEST_N && strcmp(what, mr_ingest_what_name[as]) != 0)
		as++;
	if (as == MR_INGEST_N)
		mr_cli_usage(c, "'%s' is none of movies, ratings and table",
		    what);
	MR_CLI_SIDES(c, o->rejects, maps ? o->id_map : NULL);
	if (o->path[0])
		mr_cli_inputs(c, o->path, o->n_paths);
	else
		MR_CLI_INPUTS(c, "-");
	MR_CLI_INPUTS(c, o->movies, o->genre_map, o->scores,
	    maps ? NULL : o->id_map);
	rc = mr_cli_out(c, &err);
	if (rc == MR_OK)
		rc = work[as](o, &c->run, &err);
	return mr_cli_finish(c, rc, &err);
}

/* What the input looks like; the rest says what is made of it. */
#define FORM_OPTIONS(o, presets) \
	MR_OPT_WORD(0, "preset", &(o).preset, presets, "NAME", \
	    "the input is a known publisher's"), \
	MR_OPT_FLAG(0, "csv", &(o).csv, "input is CSV (the default)"), \
	MR_OPT_FLAG(0, "json", &(o).json, \
	    "input is JSON: objects in a row or one array"), \
	MR_OPT_FLAG(0, "tsv", &(o).tsv, "input is TSV without quoting"), \
	MR_OPT_FLAG(0, "tsv-escapes", &(o).tsv_escapes, \
	    "the same, and \\t, \\n, \\r, \\\\ are escapes"), \
	MR_OPT_STR(0, "delimiter", &(o).delimiter, "S", "fields are " \
	    "parted by S, 'tab' is one; several bytes: no quoting"), \
	MR_OPT_WORD(0, "quote", &(o).quote, quote_words, "HOW", \
	    "quotes of CSV: as RFC 4180 has them, lax with " \
	    "backslashes, or letters"), \
	MR_OPT_FLAG(0, "detect", &(o).detect, \
	    "write the options that say what the input is, no rows"), \
	MR_OPT_STR(0, "cols", &(o).cols, "OURS=THEIRS,...", \
	    "which column is which"), \
	MR_OPT_STR(0, "user", &(o).user, "NAME", \
	    "all rows are of one user, who has no column")

int
main(int argc, char *argv[])
{
	struct mr_ingest o = MR_INGEST_DEFAULT;
	const char *presets[MR_PRESETS_MAX + 1];
	const struct mr_opt opts[] = {
		FORM_OPTIONS(o, presets),
		MR_OPT_STR(0, "unrated", &o.unrated, "VALUE[=event|drop]",
		    "a rating that means none: left out, or counts as 1"),
		MR_OPT_STR(0, "decimal", &o.decimal, "C",
		    "',': a rating 4,5 is 4.5"),
		MR_OPT_STR(0, "scores", &o.scores, "FILE",
		    "TSV from, to: ratings in words as numbers"),
		MR_OPT_WORD(0, "time-unit", &o.time_unit, unit_words, "UNIT",
		    "of times that are numbers"),
		MR_OPT_WORD(0, "time-form", &o.time_form, form_words, "FORM",
		    "of dates such as 03/04/2020"),
		MR_OPT_WORD(0, "year-from", &o.year_from, year_words, "WHERE",
		    "films: years are in dates, or at the end of titles"),
		MR_OPT_FLAG(0, "events", &o.events,
		    "each row counts as 1, whatever its rating"),
		MR_OPT_FLAG(0, "id-floats", &o.id_floats,
		    "ids such as 1.0 are 1"),
		MR_OPT_STR(0, "missing", &o.missing, "WORD,...",
		    "values that mean none, in any case; '': no word does"),
		MR_OPT_STR(0, "encoding", &o.encoding, "NAME",
		    "of the input: utf-8, or any that iconv -l names"),
		MR_OPT_TABLE(0, "movies", &o.movies, "FILE",
		    "reject ratings of films that are not in this TSV"),
		MR_OPT_STR(0, "rejects", &o.rejects, "FILE",
		    "write rejected rows here: line, reason, raw text"),
		MR_OPT_INT(0, "max-rejects", &o.max_rejects, -1, 1e15, "N",
		    "fail on more rejects; -1: any number"),
		MR_OPT_STR(0, "scale", &o.scale, "MIN:MAX",
		    "reject ratings outside"),
		MR_OPT_STR(0, "rescale", &o.rescale, "MIN:MAX",
		    "map ratings from --scale to this"),
		MR_OPT_WORD(0, "dedupe", &o.dedupe, dedupe_words, "WHICH",
		    "of equal ids, or users and items, keep (films first, "
		    "ratings latest)"),
		MR_OPT_FLAG(0, "merge-titles", &o.merge_titles,
		    "films of equal title and year are one"),
		MR_OPT_FLAG(0, "anonymise", &o.anonymise,
		    "users become u1, u2, ..."),
		MR_OPT_TABLE(0, "id-map", &o.id_map, "FILE",
		    "written by the two above, else item ids to change"),
		MR_OPT_TABLE(0, "genre-map", &o.genre_map, "FILE",
		    "TSV from, to: names of genre ids"),
		MR_OPT_END
	};
	struct mr_cli cli = { .name = "mr-ingest",
	    .operands = "movies|ratings|table [FILE...]",
	    .summary = "films and ratings of any publisher as clean TSV",
	    .examples = examples, .output = output, .opts = opts,
	    .verbs = verbs, .min_operands = 1, .max_operands = 1000000 };
	int first;

	mr_ingest_presets(presets);
	first = mr_cli_parse(&cli, argc, argv);
	o.path = (const char *const *)argv + first + 1;
	o.n_paths = argc - first > 2 ? argc - first - 1 : 1;
	return run(&cli, argv[first], &o);
}
