/* mr-eval: how good predictions or lists are.  Manual: mr-eval(1).
 * SPDX-License-Identifier: MIT */
#include "cli/cli.h"
#include "tool/eval/eval.h"

static const char examples[] =
    "  mr-recommend --pairs test.tsv model.mrm | mr-eval\n"
    "  mr-recommend -n 20 model.mrm |\n"
    "    mr-eval -k 5,10,20 --test test.tsv --train train.tsv\n"
    "  mr-eval --test test.tsv --compare old.tsv new.tsv > better.tsv\n";

static const char output[] =
    "output: TSV measure, k, value, lo, hi (95 % interval), users,\n"
    "definition; with --compare measure, k, value, other, difference, lo,\n"
    "hi, p, users, definition; with --per-user user, measure, k, value.";

int
main(int argc, char *argv[])
{
	static const char *const kinds[] = { "auto", "lists", "predictions",
	    NULL };
	struct mr_eval_opt o = MR_EVAL_OPT_DEFAULT;
	const struct mr_opt opts[] = {
		MR_OPT_STR(0, "test", &o.test, "FILE",
		    "ratings TSV: what is relevant, or the ratings"),
		MR_OPT_STR(0, "train", &o.train, "FILE",
		    "ratings TSV the model was learnt from"),
		MR_OPT_STR('k', "cutoffs", &o.cutoffs, "K,...",
		    "lengths at which lists are measured"),
		MR_OPT_STR(0, "relevant", &o.relevant, "X",
		    "only test ratings of at least X are relevant"),
		MR_OPT_STR(0, "compare", &o.compare, "OTHER",
		    "file of the same kind: differences, their p values"),
		MR_OPT_FLAG(0, "per-user", &o.per_user,
		    "a row for each user in place of the summary"),
		MR_OPT_INT(0, "resamples", &o.resamples, 0, 1000000, "N",
		    "draws for intervals and p values; 0: none"),
		MR_OPT_WORD(0, "kind", &o.kind, kinds, "NAME",
		    "what the input is, if not told by its columns"),
		MR_OPT_END
	};
	struct mr_cli cli = {
		.name = "mr-eval", .operands = "[FILE]",
		.summary = "how good predictions or lists are",
		.examples = examples, .output = output, .opts = opts,
		.max_operands = 1, .stdin_unless_operand = true,
	};
	struct mr_err err = { 0 };
	int first = mr_cli_parse(&cli, argc, argv), rc;

	o.in = argv[first];
	MR_CLI_ONE_STDIN(&cli, o.in ? o.in : "-", o.test, o.train, o.compare);
	if (o.relevant && !o.test)
		mr_cli_usage(&cli, "--relevant needs --test: it chooses "
		    "among its ratings");
	if (!cli.run.header_in && o.kind == MR_EVAL_AUTO)
		mr_cli_usage(&cli, "--no-header-in needs --kind: there are "
		    "no columns to tell lists from predictions");
	rc = mr_cli_out(&cli, &err);
	if (rc == MR_OK)
		rc = mr_eval(&o, &cli.run, &err);
	return mr_cli_finish(&cli, rc, &err);
}
