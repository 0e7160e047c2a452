/* mr-show: what a matrix stream holds, as text and back; a table as CSV.  Manual: mr-show(1).
 * SPDX-License-Identifier: MIT */
#include "cli/cli.h"
#include "tool/show/show.h"

struct mode {
	bool tsv, json, npy, csv, check, from_tsv, from_npy;
};

static const char examples[] =
    "  mr-show model.mrm\n"
    "  mr-show --tsv --matrix V model.mrm | head -n 3\n"
    "  mr-show --from-tsv < vectors.tsv | mr-show --check\n";

static const char output[] =
    "output: a summary for people; --json: one object; --tsv: names and\n"
    "values, or row, column and value of a sparse matrix; --npy: '<f4', C\n"
    "order; --check: nothing; --from-tsv, --from-npy: a matrix stream;\n"
    "--csv: a table for spreadsheets and others.";

static int
run(struct mr_cli *cli, const struct mode *m, const struct mr_show_opt *o,
    const char *path, struct mr_err *err)
{
	if (m->check)
		return mr_show_check(path, &cli->run, err);
	if (m->json)
		return mr_show_json(path, &cli->run, err);
	if (m->tsv)
		return mr_show_tsv(path, o, &cli->run, err);
	if (m->npy)
		return mr_show_npy(path, o, &cli->run, err);
	if (m->csv)
		return mr_show_csv(path, &cli->run, err);
	if (m->from_tsv)
		return mr_show_from_tsv(path, o, &cli->run, err);
	if (m->from_npy)
		return mr_show_from_npy(path, o, &cli->run, err);
	return mr_show_text(path, &cli->run, err);
}

/* What cannot be asked together. */
static void
check_usage(const struct mr_cli *cli, const struct mode *m,
    const struct mr_show_opt *o, const char *path)
{
	bool make = m->from_tsv || m->from_npy;

	if (m->tsv + m->json + m->npy + m->csv + m->check + m->from_tsv +
	    m->from_npy > 1)
		mr_cli_usage(cli, "--tsv, --json, --npy, --csv, --check, "
		    "--from-tsv and --from-npy exclude one another");
	if (o->matrix && !m->tsv && !m->npy && !make)
		mr_cli_usage(cli, "--matrix goes with --tsv, --npy, "
		    "--from-tsv or --from-npy");
	if (o->long_form && !m->tsv)
		mr_cli_usage(cli, "--long goes with --tsv");
	if (o->axis && !make)
		mr_cli_usage(cli, "--axis goes with --from-tsv or --from-npy");
	if (o->ids && !m->from_npy)
		mr_cli_usage(cli, "--ids goes with --from-npy");
	MR_CLI_INPUTS(cli, path ? path : "-", o->ids);
	if (m->csv && cli->common.no_header_in)
		mr_cli_usage(cli, "--csv needs the header line of a table: "
		    "--no-header-in leaves none");
	if (m->from_tsv && cli->common.no_header_in)
		mr_cli_usage(cli, "--from-tsv takes the names of axes and "
		    "columns from the header line: --no-header-in leaves none");
}

int
main(int argc, char *argv[])
{
	struct mode m = { 0 };
	struct mr_show_opt o = { 0 };
	const struct mr_opt opts[] = {
		MR_OPT_FLAG(0, "tsv", &m.tsv, "write a matrix as TSV"),
		MR_OPT_FLAG(0, "json", &m.json, "write the summary as JSON"),
		MR_OPT_FLAG(0, "npy", &m.npy, "write a dense matrix as .npy"),
		MR_OPT_FLAG(0, "csv", &m.csv,
		    "write a table of ours, TSV, as CSV"),
		MR_OPT_FLAG(0, "check", &m.check,
		    "only read all; exit status 1 when damaged"),
		MR_OPT_FLAG(0, "from-tsv", &m.from_tsv,
		    "make a stream of a table of numbers"),
		MR_OPT_FLAG(0, "from-npy", &m.from_npy,
		    "make a stream of a .npy array"),
		MR_OPT_STR(0, "matrix", &o.matrix, "NAME",
		    "the matrix to write or, by default E, to make"),
		MR_OPT_FLAG(0, "long", &o.long_form,
		    "--tsv: a line for every value of a dense matrix, too"),
		MR_OPT_STR(0, "axis", &o.axis, "NAME",
		    "--from-*: name of the column axis; default column or dim"),
		MR_OPT_TABLE(0, "ids", &o.ids, "FILE",
		    "--from-npy: TSV of one column, the names of the rows"),
		MR_OPT_END
	};
	struct mr_cli cli = {
		.name = "mr-show", .operands = "[FILE]",
		.summary = "look into a matrix stream, dump it, make one; tables as "
		    "CSV",
		.examples = examples, .output = output, .opts = opts,
		.max_operands = 1, .stdin_unless_operand = true,
	};
	struct mr_err err = { 0 };
	int first = mr_cli_parse(&cli, argc, argv), rc;

	check_usage(&cli, &m, &o, argv[first]);
	rc = mr_cli_out(&cli, &err);
	if (rc == MR_OK)
		rc = run(&cli, &m, &o, argv[first], &err);
	return mr_cli_finish(&cli, rc, &err);
}
