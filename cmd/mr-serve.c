/* mr-serve: a page and a JSON API over films and a model: mr-serve(8).
 * SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include "cli/cli.h"
#include "cli/confine.h"
#include "cli/service.h"
#include "tool/serve/serve.h"

static const char examples[] =
    "  mr-serve --movies movies.tsv --items movies.mrm --model model.mrm\n"
    "  mr-serve --port 0 --movies movies.tsv > address\n"
    "  mr-serve --openapi > openapi.json\n";

static const char output[] =
    "output: one line, the address, once it is ready; then it answers until\n"
    "SIGTERM or SIGINT.  -o, -s and the options on headers have no effect.";

/* While it serves there is no end at which messages are printed. */
static void
tell(void *ctx, const char *state)
{
	mr_cli_tell(ctx);
	mr_service_notify(state);
}

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
	o->tell = tell;
	o->tell_ctx = c;
	if (rc == MR_OK)
		rc = mr_serve_open(&s, o, &c->run, err);
	if (rc == MR_OK && !o->check)
		mr_confine(&(struct mr_confine){ .read = { o->movies, o->items,
		    o->model, o->measures }, .folder = o->items ? o->folder :
		    NULL, .append = o->log, .remove = o->socket },
		    &c->run.report);
	if (rc == MR_OK) {
		mr_cli_tell(c);
		mr_serve_run(s);
	}
	mr_serve_close(s);
	free(folder);
	return rc;
}

/* One place to listen: a socket handed over, a path, or a port. */
static int
check_listening(const struct mr_cli *c, struct mr_serve_opt *o,
    struct mr_err *err)
{
	bool port = mr_cli_given(c, "port") || mr_cli_given(c, "address");
	int rc = mr_service_listen(&o->listening, err);

	if (o->socket && port)
		mr_cli_usage(c, "--socket and --port or --address: which?");
	if (rc == MR_OK && o->listening >= 0 && (o->socket || port))
		mr_cli_usage(c, "a socket was handed over: --port, --address "
		    "and --socket mean nothing");
	return rc;
}

static void
check(struct mr_cli *c, const struct mr_serve_opt *o, bool openapi)
{
	if (!o->movies && !openapi)
		mr_cli_usage(c, "--movies is missing: which films?");
	if (o->folder && !o->items)
		mr_cli_usage(c, "-M means nothing without --items");
	if (o->no_users && !o->model)
		mr_cli_usage(c, "--no-users means nothing without --model");
	if ((o->log_queries || o->log_clients) && !o->log)
		mr_cli_usage(c, "--log-... means nothing without --log");
	MR_CLI_SIDES(c, o->log);
	MR_CLI_INPUTS(c, o->movies, o->items, o->model, o->measures);
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
		    "what made them; else all-MiniLM-L6-v2 as fetched"),
		MR_OPT_MATRIX(0, "model", &o.model, "FILE",
		    "a model: guesses, and lists for users"),
		MR_OPT_INT(0, "port", &o.port, 0, 65535, "N",
		    "to listen on; 0: any"),
		MR_OPT_STR(0, "address", &o.address, "A",
		    "to listen on, in numbers, IPv4 or IPv6"),
		MR_OPT_LIST(0, "host", &o.hosts, "NAME,...",
		    "names it answers under; *: any; else this machine's own"),
		MR_OPT_STR(0, "socket", &o.socket, "PATH",
		    "a Unix socket to listen on, in the place of a port"),
		MR_OPT_STR(0, "base-path", &o.base, "PATH",
		    "where a proxy serves it, as /films"),
		MR_OPT_LIST(0, "trust-proxy", &o.proxies, "A,...",
		    "who may say X-Forwarded-For and -Proto, or unix"),
		MR_OPT_STR(0, "title", &o.title, "TEXT", "of the pages"),
		MR_OPT_STR(0, "posters", &o.posters, "PREFIX",
		    "https://.. before the column poster, for who wants them"),
		MR_OPT_STR(0, "measures", &o.measures, "FILE",
		    "TSV of mr-eval, for the page about the model"),
		MR_OPT_STR(0, "log", &o.log, "FILE",
		    "a line for each answer; -: standard error"),
		MR_OPT_FLAG(0, "log-queries", &o.log_queries,
		    "also what is searched for"),
		MR_OPT_FLAG(0, "log-clients", &o.log_clients, "also by whom"),
		MR_OPT_FLAG(0, "metrics", &o.metrics, "figures at /metrics"),
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
	check(&cli, &o, openapi);
	cli.common.out_path = NULL;
	rc = mr_cli_out(&cli, &err);
	if (rc == MR_OK)
		rc = check_listening(&cli, &o, &err);
	if (rc == MR_OK)
		rc = openapi ? mr_serve_openapi(&cli.run, &err) :
		    serve(&cli, &o, &err);
	return mr_cli_finish(&cli, rc, &err);
}
