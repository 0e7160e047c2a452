/* mr-factorize: learn a model from ratings.  Manual: mr-factorize(1).
 * SPDX-License-Identifier: MIT */
#include "cli/cli.h"
#include "tool/factorize.h"

static const char examples[] =
    "  mr-factorize -m ials -d 64 < ratings.tsv > model.mrm\n"
    "  mr-factorize -m als --lambda 0.05 ratings.tsv | mr-recommend -n 10\n";

static const char output[] =
    "output: a model as a matrix stream, mr-matrix(5): mu, bi, V, bu, U and\n"
    "the ratings R it was learnt from.  -1 stands for the model's default.";

int
main(int argc, char *argv[])
{
	static const char *const models[] = { "als", "ials", NULL };
	struct mr_factorize_opt o = { .model = -1, .d = -1, .sweeps = -1,
	    .lambda = -1, .alpha = -1, .unobserved_weight = -1,
	    .reg_exponent = -1 };
	const struct mr_opt opts[] = {
		MR_OPT_WORD('m', "model", &o.model, models, "MODEL",
		    "what to learn"),
		MR_OPT_INT('d', "rank", &o.d, 1, 4096, "D",
		    "numbers for each user and film"),
		MR_OPT_INT(0, "sweeps", &o.sweeps, 1, 100000, "N",
		    "times both sides are solved"),
		MR_OPT_REAL(0, "lambda", &o.lambda, 0, 1e9, "X",
		    "strength of the regularisation"),
		MR_OPT_REAL(0, "alpha", &o.alpha, 0, 1e9, "X",
		    "ials: a rating r weighs 1 + X r"),
		MR_OPT_REAL(0, "unobserved-weight", &o.unobserved_weight, 0,
		    1e9, "X", "ials: weight of every pair, seen or not"),
		MR_OPT_REAL(0, "reg-exponent", &o.reg_exponent, 0, 10, "X",
		    "ials: how lambda grows with the number of ratings"),
		MR_OPT_END
	};
	struct mr_cli cli = {
		.name = "mr-factorize", .operands = "[RATINGS.tsv]",
		.summary = "learn a model from ratings",
		.examples = examples, .output = output, .opts = opts,
		.max_operands = 1, .stdin_unless_operand = true,
	};
	struct mr_err err = { 0 };
	int first = mr_cli_parse(&cli, argc, argv), rc;

	o.ratings = argv[first];
	o.threads = (int)cli.common.threads;
	o.seed = cli.common.seed;
	o.header = !cli.common.no_header_in;
	rc = mr_factorize_defaults(&o, &err);
	if (rc == MR_OK)
		rc = mr_cli_out(&cli, &err);
	if (rc == MR_OK)
		rc = mr_factorize_run(&o, &cli.out, &cli.report, &err);
	return mr_cli_finish(&cli, rc, &err);
}
