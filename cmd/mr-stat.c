/* mr-stat: films or ratings in figures and plain words.  Manual: mr-stat(1).
 * SPDX-License-Identifier: MIT */
#include <string.h>

#include "cli/cli.h"
#include "tool/stat/stat.h"

static const char examples[] =
    "  mr-stat ratings ratings.tsv | grep '^diagnosis'\n"
    "  mr-ingest movies movies.csv | mr-stat movies > films.stat.tsv\n"
    "  mr-stat ratings ratings.tsv | mr-plot ratings-histogram\n";

static const char output[] =
    "output: TSV section, name, value, share, note; the sections are in\n"
    "mr-stat(1), and the section diagnosis says what the counts mean.";

int
main(int argc, char *argv[])
{
	static const char *const verbs[] = { "movies", "ratings", NULL };
	struct mr_stat_opt o = { 0 };
	const struct mr_opt opts[] = {
		MR_OPT_TABLE(0, "movies", &o.movies, "FILE",
		    "of ratings: film TSV that has their items"),
		MR_OPT_END
	};
	struct mr_cli cli = {
		.name = "mr-stat", .operands = "movies|ratings [FILE]",
		.summary = "films or ratings in figures and plain words",
		.examples = examples, .output = output, .opts = opts,
		.verbs = verbs,
		.min_operands = 1, .max_operands = 2,
	};
	struct mr_err err = { 0 };
	int first = mr_cli_parse(&cli, argc, argv), rc;
	bool movies = strcmp(argv[first], "movies") == 0;

	if (!movies && strcmp(argv[first], "ratings") != 0)
		mr_cli_usage(&cli, "'%s' is neither movies nor ratings",
		    argv[first]);
	if (movies && o.movies)
		mr_cli_usage(&cli, "--movies means nothing to movies");
	o.path = argv[first + 1];
	if (!o.path && mr_cli_terminal_in())
		mr_cli_usage(&cli, "no input: standard input is a terminal");
	MR_CLI_INPUTS(&cli, o.path ? o.path : "-", o.movies);
	rc = mr_cli_out(&cli, &err);
	if (rc == MR_OK)
		rc = movies ?
		    mr_stat_movies(&o, &cli.run, &err) :
		    mr_stat_ratings(&o, &cli.run, &err);
	return mr_cli_finish(&cli, rc, &err);
}
