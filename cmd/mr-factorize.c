/* mr-factorize: learn a model from ratings.  Manual: mr-factorize(1).
 * SPDX-License-Identifier: MIT */
#include <stdio.h>

#include "cli/cli.h"
#include "tool/factorize/factorize.h"

static const char examples[] =
    "  mr-factorize -m ials -d 64 < ratings.tsv > model.mrm\n"
    "  mr-factorize -m bayes < train.tsv | \\\n"
    "      mr-recommend --pairs test.tsv | mr-eval\n";

/* After it, the parameters of each model. */
static const char output[] =
    "output: a model as a matrix stream, mr-matrix(5), with the ratings R it\n"
    "was learnt from.\n\n"
    "models, with their parameters and defaults:\n";

/* Parse by opts, which set what o holds, and do it. */
static int
learn(struct mr_factorize_opt *o, const struct mr_opt *opts, int argc,
    char *argv[])
{
	char text[4096];
	struct mr_cli cli = {
		.name = "mr-factorize", .operands = "[RATINGS.tsv]",
		.summary = "learn a model from ratings",
		.examples = examples, .output = text, .opts = opts,
		.max_operands = 1, .stdin_unless_operand = true,
	};
	struct mr_err err = { 0 };
	int n = snprintf(text, sizeof text, "%s", output), first, rc;

	mr_params_help(text + n, sizeof text - (size_t)n);
	first = mr_cli_parse(&cli, argc, argv);
	o->ratings = argv[first];
	o->threads = (int)cli.common.threads;
	o->seed = cli.common.seed;
	o->header = !cli.common.no_header_in;
	rc = mr_factorize_check(o, &err);
	if (rc == MR_OK)
		rc = mr_cli_out(&cli, &err);
	if (rc == MR_OK)
		rc = mr_factorize_run(o, &cli.out, &cli.report, &err);
	return mr_cli_finish(&cli, rc, &err);
}

int
main(int argc, char *argv[])
{
	struct mr_factorize_opt o = { .model = -1, .params = MR_PARAMS_NONE };
	struct mr_params *p = &o.params;
	const struct mr_opt opts[] = {
		MR_OPT_WORD('m', "model", &o.model, mr_model_names, "MODEL",
		    "what to learn"),
		MR_OPT_INT('d', "rank", &p->rank, 1, 4096, "D",
		    "numbers for each user and film"),
		MR_OPT_INT(0, "sweeps", &p->sweeps, 1, 100000, "N",
		    "times all ratings are used"),
		MR_OPT_REAL(0, "lambda", &p->lambda, 0, 1e9, "X",
		    "strength of the regularisation"),
		MR_OPT_REAL(0, "learning-rate", &p->learning_rate, 0, 1e3,
		    "X", "step of the gradient descent"),
		MR_OPT_WORD(0, "method", &p->method, mr_method_words,
		    "METHOD", "how baseline finds the biases"),
		MR_OPT_REAL(0, "reg-user", &p->reg_user, 0, 1e9, "X",
		    "ratings at the mean that shrink a user's bias"),
		MR_OPT_REAL(0, "reg-item", &p->reg_item, 0, 1e9, "X",
		    "the same of a film's bias"),
		MR_OPT_WORD(0, "normalise", &p->normalise,
		    mr_normalise_words, "HOW",
		    "what knn takes off the ratings"),
		MR_OPT_WORD(0, "similarity", &p->similarity,
		    mr_similarity_words, "NAME", "how knn compares"),
		MR_OPT_WORD(0, "axis", &p->axis, mr_axis_words, "AXIS",
		    "whose neighbours knn takes"),
		MR_OPT_INT('k', "neighbours", &p->neighbours, 1, INT32_MAX,
		    "K", "neighbours of an estimate"),
		MR_OPT_INT(0, "min-neighbours", &p->min_neighbours, 1,
		    INT32_MAX, "K", "fewer than that are not used"),
		MR_OPT_INT(0, "min-support", &p->min_support, 1, INT32_MAX,
		    "N", "common ratings that a similarity needs"),
		MR_OPT_REAL(0, "shrinkage", &p->shrinkage, 0, 1e9, "X",
		    "common ratings that halve pearson-baseline"),
		MR_OPT_INT(0, "user-clusters", &p->user_clusters, 1, 4096,
		    "N", "groups of users"),
		MR_OPT_INT(0, "item-clusters", &p->item_clusters, 1, 4096,
		    "N", "groups of films"),
		MR_OPT_INT(0, "burn-in", &p->burn_in, 0, 100000, "N",
		    "first sweeps that bayes does not average"),
		MR_OPT_INT(0, "max-rank", &p->max_rank, 1, 4096, "D",
		    "rank that the samples of bayes are brought down to"),
		MR_OPT_WORD(0, "implicit-sets", &p->implicit_sets,
		    mr_sets_words, "SIDES",
		    "bayes: whose sets of rated films, or raters, count"),
		MR_OPT_REAL(0, "alpha", &p->alpha, 0, 1e9, "X",
		    "ials: a rating r weighs 1 + X r"),
		MR_OPT_REAL(0, "unobserved-weight", &p->unobserved_weight, 0,
		    1e9, "X", "ials: weight of every pair, seen or not"),
		MR_OPT_REAL(0, "reg-exponent", &p->reg_exponent, 0, 10, "X",
		    "ials: how lambda grows with the number of ratings"),
		MR_OPT_END
	};

	return learn(&o, opts, argc, argv);
}
