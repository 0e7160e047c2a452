/* mr-embed: text to vectors.  Manual: mr-embed(1).
 * SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include "cli/cli.h"
#include "tool/embed.h"

static const char examples[] =
    "  mr-embed -f '{title} ({year}); {genre}' < movies.tsv > movies.mrm\n"
    "  echo 'a heist that goes wrong' | mr-embed --lines |\n"
    "    mr-knn -k 20 --movies movies.tsv --with title movies.mrm\n";

static const char output[] =
    "output: a matrix stream, mr-matrix(5), with E, item x dim.";

int
main(int argc, char *argv[])
{
	static const char *const models[] = { "minilm", NULL };
	static const char *const precisions[] = { "f32", "int8", NULL };
	struct mr_embed_opt o = MR_EMBED_OPT_DEFAULT;
	int model = 0;
	const struct mr_opt opts[] = {
		MR_OPT_WORD('m', "model", &model, models, "MODEL",
		    "how text becomes numbers"),
		MR_OPT_STR('M', "model-folder", &o.folder, "FOLDER",
		    "the transformer; else all-MiniLM-L6-v2 as fetched"),
		MR_OPT_STR('f', "format", &o.template, "TEMPLATE",
		    "the text of a row"),
		MR_OPT_WORD(0, "precision", &o.precision, precisions, "NAME",
		    "of the products; int8 is faster, not the same"),
		MR_OPT_STR(0, "id", &o.id, "COLUMN",
		    "the column that names a row"),
		MR_OPT_FLAG(0, "lines", &o.lines,
		    "every line is a text, named by its number"),
		MR_OPT_END
	};
	struct mr_cli cli = {
		.name = "mr-embed", .operands = "[FILE]",
		.summary = "text to vectors", .examples = examples,
		.output = output, .opts = opts, .max_operands = 1,
		.stdin_unless_operand = true,
	};
	struct mr_err err = { 0 };
	int first = mr_cli_parse(&cli, argc, argv), rc = MR_OK;
	char *folder = NULL;

	o.input = argv[first];
	o.threads = (int)cli.common.threads;
	o.header = !cli.common.no_header_in;
	if (!o.folder) {
		folder = mr_cli_data_path("all-MiniLM-L6-v2", &err);
		o.folder = folder;
		rc = folder ? MR_OK : err.code;
	}
	if (rc == MR_OK)
		rc = mr_cli_out(&cli, &err);
	if (rc == MR_OK)
		rc = mr_embed_run(&o, &cli.out, &cli.report, &err);
	free(folder);
	return mr_cli_finish(&cli, rc, &err);
}
