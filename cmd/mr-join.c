/* mr-join: columns of one table put beside the rows of another.  Manual:
 * mr-join(1).
 * SPDX-License-Identifier: MIT */
#include <string.h>

#include "cli/cli.h"
#include "tool/join/join.h"

static const char examples[] =
    "  mr-join --on item --with imdb,tmdb movies.tsv links.tsv > films.tsv\n"
    "  mr-ingest ratings ratings.csv | mr-join --on item movies.tsv\n"
    "  mr-join --by title --with imdb=item --unmatched rest.tsv \\\n"
    "      --ambiguous choose.tsv movies.tsv imdb.tsv > films.tsv\n";

static const char output[] =
    "output: the rows of the first table that have one match in the second,\n"
    "in their order, with the columns of --with behind theirs.";

static void
check(struct mr_cli *c, const struct mr_join_opt *o, int by)
{
	const char *side[] = { o->unmatched, o->ambiguous };

	if (!o->by.on == (by < 0))
		mr_cli_usage(c, o->by.on ? "--on and --by exclude each other" :
		    "by what? --on COLUMNS or --by title");
	if (o->by.on && mr_cli_given(c, "year-slack"))
		mr_cli_usage(c, "--year-slack means nothing but with --by "
		    "title");
	if (c->common.no_header_in)
		mr_cli_usage(c, "--no-header-in: columns are found by their "
		    "names");
	if (!o->left && mr_cli_terminal_in())
		mr_cli_usage(c, "no input: standard input is a terminal");
	for (int i = 0; i < 2; i++)
		if (side[i] && strcmp(side[i], "-") == 0)
			mr_cli_usage(c, "--%s needs a file, not '-'", i ?
			    "ambiguous" : "unmatched");
	MR_CLI_SIDES(c, o->unmatched, o->ambiguous);
	MR_CLI_INPUTS(c, o->left ? o->left : "-", o->by.right);
}

int
main(int argc, char *argv[])
{
	static const char *const by_words[] = { "title", NULL };
	struct mr_join_opt o = { .year_slack = 1 };
	int by = -1;
	const struct mr_opt opts[] = {
		MR_OPT_STR(0, "on", &o.by.on, "LEFT=RIGHT,...",
		    "rows match that are equal in these columns; LEFT alone: "
		    "both are called so"),
		MR_OPT_WORD(0, "by", &by, by_words, "WHAT",
		    "films match of one title and year"),
		MR_OPT_INT(0, "year-slack", &o.year_slack, 0, 1000, "N",
		    "years may differ by N"),
		MR_OPT_STR(0, "with", &o.by.with, "NAME,NEW=NAME,...",
		    "add these columns of the second table; none: only choose "
		    "rows"),
		MR_OPT_FLAG(0, "how",
		    &o.by.how, "add a column how: id, title, title+people"),
		MR_OPT_STR(0, "unmatched", &o.unmatched, "FILE",
		    "rows without a match go here, as they are"),
		MR_OPT_STR(0, "ambiguous", &o.ambiguous, "FILE",
		    "rows with several go here, once for each"),
		MR_OPT_END
	};
	struct mr_cli cli = {
		.name = "mr-join", .operands = "[TABLE] TABLE",
		.summary = "columns of one table put beside the rows of "
		    "another",
		.examples = examples, .output = output, .opts = opts,
		.min_operands = 1, .max_operands = 2,
	};
	struct mr_err err = { 0 };
	int first = mr_cli_parse(&cli, argc, argv), rc;

	if (argc - first == 2)
		o.left = argv[first++];
	o.by.right = argv[first];
	check(&cli, &o, by);
	rc = mr_cli_out(&cli, &err);
	if (rc == MR_OK)
		rc = mr_join(&o, &cli.run, &err);
	return mr_cli_finish(&cli, rc, &err);
}
