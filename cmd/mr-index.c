/* mr-index: a store of vectors that lasts.  Manual: mr-index(1).
 * SPDX-License-Identifier: MIT */
#include <string.h>

#include "cli/cli.h"
#include "tool/index/index.h"

static const char examples[] =
    "  mr-embed movies.tsv | mr-index build films.mrm\n"
    "  mr-embed new.tsv | mr-index put films.mrm\n"
    "  mr-knn -k 10 --row f042 films.mrm\n";

static const char output[] =
    "verbs: build, add, put VECTORS; delete IDS (TSV with a column item);\n"
    "calibrate QUERIES: TSV ef, recall, error; compact; check; info: TSV\n"
    "fact, value; dump: a matrix stream.  A store\n"
    "is STORE, its changes STORE.log and a lock STORE.lock.";

/* The verbs, in the order of enum mr_index_verb; those that take a FILE. */
static const char *const verbs[] = { "build", "add", "put", "delete",
    "calibrate", "compact", "check", "info", "dump", NULL };

static int
find_verb(const struct mr_cli *cli, const char *word)
{
	for (int i = 0; verbs[i]; i++)
		if (strcmp(verbs[i], word) == 0)
			return i;
	mr_cli_usage(cli, "'%s' is none of build, add, put, delete, "
	    "calibrate, compact, check, info and dump", word);
}

static void
check_usage(struct mr_cli *cli, const struct mr_index_job *job,
    int n_operands)
{
	bool takes = job->verb <= MR_INDEX_CALIBRATE;
	bool looks = job->verb >= MR_INDEX_CHECK;
	const char *word = verbs[job->verb];

	if (n_operands < 2 && !looks)
		mr_cli_usage(cli, "%s: which store?", word);
	if (n_operands > (takes ? 3 : 2))
		mr_cli_usage(cli, "%s takes no vectors", word);
	if (!looks && strcmp(job->store, "-") == 0)
		mr_cli_usage(cli, "%s: a store that is changed is a file",
		    word);
	if ((job->metric_given || job->graph_given) &&
	    job->verb != MR_INDEX_BUILD)
		mr_cli_usage(cli, "--metric and --graph go with build");
	if (job->salvage && (job->verb != MR_INDEX_CHECK || !job->store ||
	    strcmp(job->store, "-") == 0))
		mr_cli_usage(cli, "--salvage goes with check and a file");
	if (cli->common.out_path && !job->salvage &&
	    job->verb != MR_INDEX_INFO &&
	    job->verb != MR_INDEX_DUMP && job->verb != MR_INDEX_CALIBRATE)
		mr_cli_usage(cli, "-o goes with info, dump and calibrate: %s "
		    "prints nothing", word);
	MR_CLI_SIDES(cli, job->salvage);
	MR_CLI_INPUTS(cli, looks && !job->store ? "-" : job->store,
	    takes ? job->file ? job->file : "-" : NULL);
	if (((takes && !job->file) || (looks && !job->store)) &&
	    mr_cli_terminal_in())
		mr_cli_usage(cli, "no input: standard input is a terminal");
}

int
main(int argc, char *argv[])
{
	static const char *const metrics[] = { "cosine", "dot", "l2", NULL };
	static const char *const graphs[] = { "auto", "links", "none", NULL };
	struct mr_index_job job = { 0 };
	const struct mr_opt opts[] = {
		MR_OPT_WORD(0, "metric", &job.metric, metrics, "NAME",
		    "build: what nearest will mean"),
		MR_OPT_WORD(0, "graph", &job.graph, graphs, "WORD",
		    "build: links for fast searches; auto: of 50,000 rows"),
		MR_OPT_STR(0, "salvage", &job.salvage, "FILE",
		    "check: what is whole to FILE, ids lost to stdout"),
		MR_OPT_END
	};
	struct mr_cli cli = {
		.name = "mr-index", .operands = "VERB STORE [FILE]",
		.summary = "a store of vectors that can be changed",
		.examples = examples, .output = output, .opts = opts,
		.verbs = verbs,
		.min_operands = 1, .max_operands = 3,
	};
	struct mr_err err = { 0 };
	int first = mr_cli_parse(&cli, argc, argv), rc;

	job.verb = find_verb(&cli, argv[first]);
	job.store = argv[first + 1];
	job.file = job.store ? argv[first + 2] : NULL;
	job.metric_given = mr_cli_given(&cli, "metric");
	job.graph_given = mr_cli_given(&cli, "graph");
	check_usage(&cli, &job, argc - first);
	rc = mr_cli_out(&cli, &err);
	if (rc == MR_OK)
		rc = mr_index_run(&job, &cli.run, &err);
	return mr_cli_finish(&cli, rc, &err);
}
