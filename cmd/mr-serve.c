/* mr-serve: a page and a JSON API over films, vectors and a model.  Manual:
 * mr-serve(8).
 * SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include "cli/cli.h"
#include "tool/serve/serve.h"

static const char examples[] =
    "  mr-serve --movies movies.tsv --items movies.mrm --model model.mrm\n"
    "  mr-serve --port 0 --movies movies.tsv > address\n"
    "  mr-serve --openapi > openapi.json\n";

static const char output[] =
    "output: one line, the address, once it is ready.  It answers until\n"
    "SIGTERM or SIGINT.  -o, -s and the options on headers have no effect.";

static int
serve(struct mr_cli *c, struct mr_serve_opt *o, struct mr_err *err)
{
	struct mr_serve *s = NULL;
	char *folder = NULL;
	int rc = MR_OK;

	if (o->items && !o->folder) {
		folder = mr_cli_data_path("all-MiniLM-L6-v2", err);
		o->folder = folder;
		rc = folder ? MR_OK : err->code;
	}
	if (rc == MR_OK)
		rc = mr_serve_open(&s, o, &c->run, err);
	if (rc == MR_OK) {
		mr_cli_tell(c);
		mr_serve_run(s, &c->run);
	}
	mr_serve_close(s);
	free(folder);
	return rc;
}

int
main(int argc, char *argv[])
{
	struct mr_serve_opt o = MR_SERVE_OPT_DEFAULT;
	bool openapi = false;
	const struct mr_opt opts[] = {
		MR_OPT_TABLE(0, "movies", &o.movies, "FILE", "film TSV"),
		MR_OPT_MATRIX(0, "items", &o.items, "FILE",
		    "vectors of films: words are searched by them"),
		MR_OPT_STR('M', "model-folder", &o.folder, "PATH",
		    "the transformer that made them; else all-MiniLM-L6-v2 as "
		    "fetched"),
		MR_OPT_MATRIX(0, "model", &o.model, "FILE",
		    "a model: guesses, and lists for users"),
		MR_OPT_INT(0, "port", &o.port, 0, 65535, "N",
		    "to listen on; 0: any"),
		MR_OPT_STR(0, "address", &o.address, "A",
		    "to listen on, in numbers, IPv4 or IPv6"),
		MR_OPT_STR(0, "host", &o.hosts, "NAME,...",
		    "names it answers under; *: any; else this machine's own"),
		MR_OPT_STR(0, "title", &o.title, "TEXT", "of the pages"),
		MR_OPT_STR(0, "posters", &o.posters, "PREFIX",
		    "https://.. before the column poster; shown to who wants "
		    "them"),
		MR_OPT_FLAG(0, "no-users", &o.no_users,
		    "nothing of the users of the ratings"),
		MR_OPT_FLAG(0, "check", &o.check,
		    "load all, say what there is, and end"),
		MR_OPT_FLAG(0, "openapi", &openapi,
		    "write the document of the API, and end"),
		MR_OPT_END
	};
	struct mr_cli cli = {
		.name = "mr-serve", .operands = "",
		.summary = "a page and a JSON API over films and a model",
		.examples = examples, .output = output, .opts = opts,
	};
	struct mr_err err = { 0 };
	int rc;

	mr_cli_parse(&cli, argc, argv);
	if (!o.movies && !openapi)
		mr_cli_usage(&cli, "--movies is missing: which films?");
	if (o.folder && !o.items)
		mr_cli_usage(&cli, "-M means nothing without --items");
	if (o.no_users && !o.model)
		mr_cli_usage(&cli, "--no-users means nothing without --model");
	MR_CLI_INPUTS(&cli, o.movies, o.items, o.model);
	cli.common.out_path = NULL;
	rc = mr_cli_out(&cli, &err);
	if (rc == MR_OK)
		rc = openapi ? mr_serve_openapi(&cli.run, &err) :
		    serve(&cli, &o, &err);
	return mr_cli_finish(&cli, rc, &err);
}
