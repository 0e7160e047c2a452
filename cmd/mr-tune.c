/* mr-tune: the best parameters of a model.  Manual: mr-tune(1).
 * SPDX-License-Identifier: MIT */
#include "cli/cli.h"
#include "tool/tune/tune.h"

static const char examples[] =
    "  mr-tune -m ials --grid 'd=64;lambda=0.003:0.03;unobserved-weight="
    "0.01:1'\\\n"
    "      --trials 40 ratings.tsv > trials.tsv\n"
    "  mr-ingest ratings ratings.csv |\n"
    "      mr-tune -m svdpp --folds 3 --grid 'd=20,50;sweeps=20,40' > t.tsv\n"
    "  mr-tune -m ease --grid 'lambda=50,100,200,400' --test late.tsv "
    "early.tsv\n";

static const char output[] =
    "output: TSV trial, round, share, folds, options, measure, value, lo, hi\n"
    "(95 % interval), users, data; on standard error the best one's command.";

#define MAX_KINDS 48

/* Of ways to choose the test set one, and what goes with it. */
static void
check_usage(const struct mr_cli *cli, struct mr_tune_opt *o, int model)
{
	int ways = (o->folds > 0) + (o->holdout > 0) + (o->latest > 0) +
	    (o->test != NULL);

	if (model < 0)
		mr_cli_usage(cli, "-m MODEL is missing: what is tuned?");
	if (!o->grid)
		mr_cli_usage(cli, "--grid is missing: which parameters, and "
		    "which values of each?");
	if (ways > 1)
		mr_cli_usage(cli, "--folds, --holdout, --latest and --test "
		    "are four ways to choose what is measured on: take one");
	if (o->halving && o->test)
		mr_cli_usage(cli, "--halving leaves users out, which --test "
		    "would count: hold ratings out by another way");
	if (ways == 0)
		o->holdout = 0.1;
}

int
main(int argc, char *argv[])
{
	const char *kinds[MAX_KINDS + 1] = { NULL };
	int model = -1, n = 0, first, rc;
	struct mr_tune_opt o = { .grid = NULL };
	const struct mr_opt opts[] = {
		MR_OPT_WORD('m', "model", &model, kinds, "MODEL",
		    "what to tune, as of mr-factorize"),
		MR_OPT_STR(0, "grid", &o.grid, "GRID", "NAME=VALUE,VALUE;.., "
		    "or NAME=LO:HI to draw from"),
		MR_OPT_INT(0, "trials", &o.trials, 0, 1000000, "N",
		    "so many settings: half by chance, then near the "
		    "best; 0: the whole grid"),
		MR_OPT_FLAG(0, "halving", &o.halving, "begin with a share of "
		    "the users and the best third go on with more"),
		MR_OPT_INT(0, "folds", &o.folds, 0, 200, "K",
		    "measure on each of K folds; 0: no folds"),
		MR_OPT_REAL(0, "holdout", &o.holdout, 0, 0.99, "SHARE",
		    "measure on this share of the ratings, by chance; 0: 0.1 "
		    "where no other way is given"),
		MR_OPT_REAL(0, "latest", &o.latest, 0, 0.99, "SHARE",
		    "measure on this share, the latest; 0: not by time"),
		MR_OPT_STR(0, "test", &o.test, "FILE",
		    "measure on these ratings, learn from all others"),
		MR_OPT_STR(0, "measure", &o.measure, "NAME", "recall, "
		    "precision, ndcg, map, mrr, hit_rate or recall+ndcg, with "
		    "@K, rmse or mae; without: rmse, or of lists ndcg@20"),
		MR_OPT_STR(0, "resume", &o.resume, "FILE",
		    "rows of the same run, which was ended: not again"),
		MR_OPT_END
	};
	struct mr_cli cli = {
		.name = "mr-tune", .operands = "[RATINGS.tsv]",
		.summary = "the best parameters of a model",
		.examples = examples, .output = output, .opts = opts,
		.max_operands = 1, .stdin_unless_operand = true,
	};
	struct mr_err err = { 0 };

	for (; n < MAX_KINDS && mr_kinds[n]; n++)
		kinds[n] = mr_kinds[n]->name;
	first = mr_cli_parse(&cli, argc, argv);
	check_usage(&cli, &o, model);
	o.kind = mr_kinds[model];
	o.ratings = argv[first];
	MR_CLI_INPUTS(&cli, o.ratings ? o.ratings : "-", o.test, o.resume);
	rc = mr_cli_out(&cli, &err);
	if (rc == MR_OK)
		rc = mr_tune(&o, &cli.run, &err);
	return mr_cli_finish(&cli, rc, &err);
}
