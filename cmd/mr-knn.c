/* mr-knn: the rows of a matrix nearest to query rows.  Manual: mr-knn(1).
 * SPDX-License-Identifier: MIT */
#include "cli/cli.h"
#include "tool/knn/knn.h"

static const char examples[] =
    "  mr-knn -k 5 --row f042 --movies movies.tsv --with title movies.mrm\n"
    "  echo 'a heist that goes wrong' | mr-embed --lines |\n"
    "    mr-knn -k 20 --movies movies.tsv --with title,year movies.mrm\n"
    "  mr-knn -k 20 --self movies.mrm > similar.tsv\n";

static const char output[] =
    "output: TSV query, rank, item, score (cosine, dot, or minus distance:\n"
    "larger is nearer), then the columns of --with.";

static void
check(struct mr_cli *c, const struct mr_knn_opt *o)
{
	if (o->self + (o->row != NULL) + (o->queries != NULL) > 1)
		mr_cli_usage(c, "--self, --row and --queries: only one "
		    "can say what the queries are");
	if (o->where && !o->movies)
		mr_cli_usage(c, "--where needs --movies: which file has "
		    "the columns?");
	if (!o->check_recall != !o->recall_table)
		mr_cli_usage(c, "--check-recall and --recall-table go "
		    "together");
	MR_CLI_SIDES(c, o->recall_table);
	MR_CLI_INPUTS(c, o->base, o->movies, o->self || o->row ? NULL :
	    o->queries ? o->queries : "-");
	if (!o->self && !o->row && !o->queries && mr_cli_terminal_in())
		mr_cli_usage(c, "no queries: standard input is a "
		    "terminal, and neither --self nor --row nor --queries "
		    "is given");
}

int
main(int argc, char *argv[])
{
	static const char *const metrics[] = { "cosine", "dot", "l2", NULL };
	struct mr_knn_opt o = MR_KNN_OPT_DEFAULT;
	const struct mr_opt opts[] = {
		MR_OPT_INT('k', "neighbours", &o.k, 1, 100000, "K",
		    "rows given for a query"),
		MR_OPT_WORD(0, "metric", &o.metric, metrics, "NAME",
		    "what nearest means"),
		MR_OPT_REAL(0, "recall", &o.recall, 0, 1, "X",
		    "least recall by the table of a store; 1: score all rows"),
		MR_OPT_INT(0, "check-recall", &o.check_recall, 0, 1e9, "N",
		    "answer N queries exactly beside, for --recall-table"),
		MR_OPT_STR(0, "recall-table", &o.recall_table, "FILE",
		    "of each query checked what share was found"),
		MR_OPT_REAL(0, "min-score", &o.min_score, -1e300, 1e300, "X",
		    "leave out rows whose score is below X"),
		MR_OPT_FLAG(0, "self", &o.self,
		    "every row of BASE is a query"),
		MR_OPT_STR(0, "row", &o.row, "NAME",
		    "the row NAME of BASE is the query"),
		MR_OPT_MATRIX(0, "queries", &o.queries, "FILE",
		    "queries from FILE, not stdin"),
		MR_OPT_STR(0, "matrix", &o.matrix, "NAME",
		    "the matrix of BASE, where it has several"),
		MR_OPT_STR(0, "where", &o.where, "EXPR",
		    "only films that are so, as year>=1990 and genre=War"),
		MR_OPT_TABLE(0, "movies", &o.movies, "FILE",
		    "film TSV that --with and --where take columns from"),
		MR_OPT_STR(0, "with", &o.with, "COLUMN,...",
		    "columns of the film added to each row"),
		MR_OPT_END
	};
	struct mr_cli cli = {
		.name = "mr-knn", .operands = "BASE.mrm",
		.summary = "the rows of a matrix nearest to query rows",
		.examples = examples, .output = output, .opts = opts,
		.min_operands = 1, .max_operands = 1,
	};
	struct mr_err err = { 0 };
	int first = mr_cli_parse(&cli, argc, argv), rc;

	o.base = argv[first];
	check(&cli, &o);
	rc = mr_cli_out(&cli, &err);
	if (rc == MR_OK)
		rc = mr_knn(&o, &cli.run, &err);
	return mr_cli_finish(&cli, rc, &err);
}
