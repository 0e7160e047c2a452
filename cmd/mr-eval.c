/* mr-eval: how good predictions or lists are.  Manual: mr-eval(1).
 * SPDX-License-Identifier: MIT */
#include <string.h>

#include "cli/cli.h"
#include "tool/eval/eval.h"

static const char examples[] =
    "  mr-recommend --pairs test.tsv model.mrm | mr-eval\n"
    "  mr-recommend -n 20 model.mrm |\n"
    "    mr-eval -k 5,10,20 --test test.tsv --train train.tsv\n"
    "  mr-eval --test test.tsv --compare old.tsv new.tsv newer.tsv\n";

static const char output[] =
    "output: TSV measure, k, value, lo, hi (95 % interval), users,\n"
    "definition; with --compare measure, k, value, other, difference, lo,\n"
    "hi, p, p_holm, wins, ties, losses, users, definition; with --per-user\n"
    "user, measure, k, value; before them file when there are several, and\n"
    "group with --by.";

static void
check_inputs(const struct mr_cli *cli, const struct mr_eval_opt *o)
{
	const char *path[MR_EVAL_FILES_MAX + 6] = { o->test, o->train,
		o->compare, o->groups, o->vectors, o->movies,
		"-" };

	for (int i = 0; o->in && i < o->n_in; i++)
		path[6 + i] = o->in[i];
	mr_cli_inputs(cli, path, 6 + o->n_in);
}

static void
check_groups(const struct mr_cli *cli, const struct mr_eval_opt *o)
{
	if (o->groups && !o->by)
		mr_cli_usage(cli, "--groups needs --by, the column that has "
		    "them");
	if (o->by && !o->groups && strcmp(o->by, "activity") != 0 &&
	    strcmp(o->by, "popularity") != 0)
		mr_cli_usage(cli, "--by %s needs --groups, the file that has "
		    "the column; activity and popularity do not", o->by);
	if (o->by && !o->groups && !o->train)
		mr_cli_usage(cli, "--by %s needs --train, whose ratings it "
		    "counts", o->by);
	if (o->by && o->per_user)
		mr_cli_usage(cli, "--by is for the summary, not for "
		    "--per-user");
}

static void
check_usage(const struct mr_cli *cli, const struct mr_eval_opt *o)
{
	check_groups(cli, o);
	if (o->n_in > 1 && !o->compare)
		mr_cli_usage(cli, "several files need --compare, which says "
		    "with which each is compared");
	if (o->movies && !o->train)
		mr_cli_usage(cli, "--movies needs --train, which has what users "
		    "had before");
	if (o->known_only && !o->train)
		mr_cli_usage(cli, "--known-only needs --train, which has "
		    "those that are known");
	if (o->common && !o->compare)
		mr_cli_usage(cli, "--common needs --compare");
	if (o->markdown && o->per_user)
		mr_cli_usage(cli, "--markdown is for the summary, not for "
		    "--per-user");
	if (o->relevant && !o->test)
		mr_cli_usage(cli, "--relevant needs --test: it chooses "
		    "among its ratings");
	if (!cli->run.header_in && o->kind == MR_EVAL_AUTO)
		mr_cli_usage(cli, "--no-header-in needs --kind: there are "
		    "no columns to tell lists from predictions");
}

int
main(int argc, char *argv[])
{
	static const char *const kinds[] = { "auto", "lists", "predictions",
	    NULL };
	struct mr_eval_opt o = MR_EVAL_OPT_DEFAULT;
	const struct mr_opt opts[] = {
		MR_OPT_TABLE(0, "test", &o.test, "FILE",
		    "ratings TSV: what is relevant, or the ratings"),
		MR_OPT_TABLE(0, "train", &o.train, "FILE",
		    "ratings TSV the model was learnt from"),
		MR_OPT_MATRIX(0, "vectors", &o.vectors, "FILE",
		    "matrix of items: how unlike those of a list are"),
		MR_OPT_TABLE(0, "movies", &o.movies, "FILE", "film TSV: are "
		    "genres of lists as those of the user's ratings in --train"),
		MR_OPT_STR('k', "cutoffs", &o.cutoffs, "K,...",
		    "lengths at which lists are measured"),
		MR_OPT_STR(0, "measures", &o.measures, "NAME,...",
		    "only these measures; also ndcg_linear, ndcg_exp, map_all, auc"),
		MR_OPT_STR(0, "relevant", &o.relevant, "X",
		    "only test ratings of at least X are relevant"),
		MR_OPT_STR(0, "compare", &o.compare, "OTHER",
		    "file of the same kind: differences, their p values"),
		MR_OPT_FLAG(0, "known-only", &o.known_only, "users and items "
		    "that --train lacks do not count"),
		MR_OPT_FLAG(0, "common", &o.common, "compare lists of users "
		    "whom both files have; otherwise no list counts as 0"),
		MR_OPT_STR(0, "by", &o.by, "COLUMN", "rows by group: a column "
		    "of --groups, or activity or popularity in --train"),
		MR_OPT_TABLE(0, "groups", &o.groups, "FILE",
		    "TSV of users or items with the column of --by"),
		MR_OPT_FLAG(0, "per-user", &o.per_user,
		    "a row for each user in place of the summary"),
		MR_OPT_FLAG(0, "markdown", &o.markdown,
		    "a Markdown table in place of TSV"),
		MR_OPT_INT(0, "resamples", &o.resamples, 0, 1000000, "N",
		    "draws for intervals and p values; 0: none"),
		MR_OPT_WORD(0, "kind", &o.kind, kinds, "NAME",
		    "what the input is, if not told by its columns"),
		MR_OPT_END
	};
	struct mr_cli cli = {
		.name = "mr-eval",
		.operands = "[FILE | --compare OTHER FILE ...]",
		.summary = "how good predictions or lists are",
		.examples = examples, .output = output, .opts = opts,
		.max_operands = MR_EVAL_FILES_MAX,
		.stdin_unless_operand = true,
	};
	struct mr_err err = { 0 };
	int first = mr_cli_parse(&cli, argc, argv), rc;

	if (argc > first) {
		o.in = (const char *const *)argv + first;
		o.n_in = argc - first;
	}
	check_inputs(&cli, &o);
	check_usage(&cli, &o);
	rc = mr_cli_out(&cli, &err);
	if (rc == MR_OK)
		rc = mr_eval(&o, &cli.run, &err);
	return mr_cli_finish(&cli, rc, &err);
}
