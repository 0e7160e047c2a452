/* mr-ingest: films and ratings of any publisher as clean TSV.  Manual:
 * mr-ingest(1).
 * SPDX-License-Identifier: MIT */
#include <string.h>

#include "cli/cli.h"
#include "tool/ingest/ingest.h"

static const char *const dedupe_words[] = { "first", "last", "latest", "none",
	NULL };

static const char examples[] =
	"  mr-ingest movies < movies.csv > movies.tsv\n"
	"  mr-ingest ratings --movies movies.tsv --rejects bad.tsv "
	"ratings.csv > ratings.tsv\n"
	"  mr-ingest ratings --preset movielens < u.data > ratings.tsv\n";

static const char output[] =
	"movies: item title year people genre poster, then what else the "
	"input has\n"
	"ratings: user item rating, and time if the input has it\n";

static void
parse_range(const struct mr_cli *c, const char *option, const char *arg,
    struct mr_range *range)
{
	if (arg && !mr_ingest_range(arg, range))
		mr_cli_usage(c, "--%s: '%s', expected MIN:MAX, MIN below MAX",
		    option, arg);
}

/* One file cannot be two outputs: the second would replace the first. */
static void
check_outputs(const struct mr_cli *c, const struct mr_ingest *o)
{
	const struct { const char *option, *path; } out[] = {
		{ "-o", c->common.out_path },
		{ "--rejects", o->rejects },
		{ "--id-map", o->id_map }
	};

	for (int i = 0; i < 3; i++)
		for (int j = 0; j < i && out[i].path; j++)
			if (out[j].path &&
			    strcmp(out[i].path, out[j].path) == 0)
				mr_cli_usage(c, "%s and %s name the same "
				    "file '%s'", out[j].option, out[i].option,
				    out[i].path);
}

/* Options that are more than a number or a word. */
struct texts {
	const char *scale, *rescale;
};

static void
take_texts(const struct mr_cli *c, const struct texts *t, struct mr_ingest *o)
{
	if (!o->path && mr_cli_terminal_in())
		mr_cli_usage(c, "no input: standard input is a terminal");
	if (o->csv && (o->tsv || o->tsv_escapes || o->preset >= 0))
		mr_cli_usage(c, "--csv excludes --tsv and --preset");
	check_outputs(c, o);
	parse_range(c, "scale", t->scale, &o->scale);
	parse_range(c, "rescale", t->rescale, &o->rescale);
}

static int
run(struct mr_cli *c, const char *what, const struct mr_ingest *o)
{
	bool movies = strcmp(what, "movies") == 0;
	struct mr_err err = { 0 };
	int rc;

	if (!movies && strcmp(what, "ratings") != 0)
		mr_cli_usage(c, "'%s' is neither movies nor ratings", what);
	MR_CLI_INPUTS(c, o->path);
	rc = mr_cli_out(c, &err);
	if (rc == MR_OK)
		rc = movies ?
		    mr_ingest_movies(o, &c->run, &err) :
		    mr_ingest_ratings(o, &c->run, &err);
	return mr_cli_finish(c, rc, &err);
}

int
main(int argc, char *argv[])
{
	struct mr_ingest o = MR_INGEST_DEFAULT;
	struct texts t = { NULL };
	const char *presets[MR_PRESETS_MAX + 1];
	const struct mr_opt opts[] = {
		MR_OPT_WORD(0, "preset", &o.preset, presets, "NAME",
		    "the input is a known publisher's"),
		MR_OPT_FLAG(0, "csv", &o.csv, "input is CSV (the default)"),
		MR_OPT_FLAG(0, "json", &o.json,
		    "input is JSON: objects in a row or one array"),
		MR_OPT_FLAG(0, "tsv", &o.tsv, "input is TSV without quoting"),
		MR_OPT_FLAG(0, "tsv-escapes", &o.tsv_escapes,
		    "the same, and \\t, \\n, \\r, \\\\ are escapes"),
		MR_OPT_STR(0, "delimiter", &o.delimiter, "S", "fields are "
		    "parted by S, 'tab' is one; several bytes: no quoting"),
		MR_OPT_STR(0, "cols", &o.cols, "OURS=THEIRS,...",
		    "which column is which"),
		MR_OPT_FLAG(0, "events", &o.events,
		    "each row counts as 1, whatever its rating"),
		MR_OPT_FLAG(0, "id-floats", &o.id_floats,
		    "ids such as 1.0 are 1"),
		MR_OPT_STR(0, "missing", &o.missing, "WORD,...",
		    "values that mean none, in any case; '': no word does"),
		MR_OPT_STR(0, "encoding", &o.encoding, "NAME",
		    "of the input: utf-8, or any that iconv -l names"),
		MR_OPT_STR(0, "movies", &o.movies, "FILE",
		    "reject ratings of films that are not in this TSV"),
		MR_OPT_STR(0, "rejects", &o.rejects, "FILE",
		    "write rejected rows here: line, reason, raw text"),
		MR_OPT_INT(0, "max-rejects", &o.max_rejects, -1, 1e15, "N",
		    "fail on more rejects; -1: any number"),
		MR_OPT_STR(0, "scale", &t.scale, "MIN:MAX",
		    "reject ratings outside"),
		MR_OPT_STR(0, "rescale", &t.rescale, "MIN:MAX",
		    "map ratings from --scale to this"),
		MR_OPT_WORD(0, "dedupe", &o.dedupe, dedupe_words, "WHICH",
		    "of equal ids, or users and items, keep (films first, "
		    "ratings latest)"),
		MR_OPT_FLAG(0, "merge-titles", &o.merge_titles,
		    "films of equal title and year are one"),
		MR_OPT_FLAG(0, "anonymise", &o.anonymise,
		    "users become u1, u2, ..."),
		MR_OPT_STR(0, "id-map", &o.id_map, "FILE",
		    "written by the two above, else item ids to change"),
		MR_OPT_STR(0, "genre-map", &o.genre_map, "FILE",
		    "TSV from, to: names of genre ids"),
		MR_OPT_END
	};
	struct mr_cli cli = { .name = "mr-ingest",
	    .operands = "movies|ratings [FILE]",
	    .summary = "films and ratings of any publisher as clean TSV",
	    .examples = examples, .output = output, .opts = opts,
	    .min_operands = 1, .max_operands = 2 };
	int first;

	mr_ingest_presets(presets);
	first = mr_cli_parse(&cli, argc, argv);
	o.path = argv[first + 1];
	take_texts(&cli, &t, &o);
	return run(&cli, argv[first], &o);
}
