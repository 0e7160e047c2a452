/* mr-split: ratings parted into a training set and a test set.  Manual:
 * mr-split(1).
 * SPDX-License-Identifier: MIT */
#include <stdbool.h>
#include <string.h>

#include "cli/cli.h"
#include "tool/split/split.h"

static const char examples[] =
    "  mr-split --holdout 0.2 --train train.tsv --test test.tsv "
    "< ratings.tsv\n"
    "  mr-split --folds 5 --fold 1 --train - --test test.tsv ratings.tsv |\n"
    "      mr-factorize -m als > model.mrm\n"
    "  mr-split --before 2015-01-01 --train old.tsv --test new.tsv "
    "ratings.tsv\n";

static const char output[] =
    "output: the rows of the input as they are, in its order, in two files.\n"
    "By --folds and --holdout a user and item fall on the same side in\n"
    "whatever order the rows come; to split a part again, take another -s.";

/* Two outputs that are not one, and -o where there is a '-' for it. */
static void
check_outputs(const struct mr_cli *c, const struct mr_split_opt *o)
{
	const char *std = c->common.out_path;
	bool dash;

	if (!o->train || !o->test)
		mr_cli_usage(c, "--%s is missing: where does that part go? "
		    "('-': standard output)", o->train ? "test" : "train");
	if (strcmp(o->train, o->test) == 0)
		mr_cli_usage(c, "--train and --test name the same file '%s'",
		    o->train);
	dash = strcmp(o->train, "-") == 0 || strcmp(o->test, "-") == 0;
	if (std && !dash)
		mr_cli_usage(c, "-o: nothing goes to standard output, as "
		    "neither --train nor --test is '-'");
	if (std && (strcmp(std, o->train) == 0 || strcmp(std, o->test) == 0))
		mr_cli_usage(c, "-o and --%s name the same file '%s'",
		    strcmp(std, o->train) == 0 ? "train" : "test", std);
}

int
main(int argc, char *argv[])
{
	static const char *const by[] = { "pair", "user", "item", NULL };
	struct mr_split_opt o = { 0 };
	const struct mr_opt opts[] = {
		MR_OPT_INT(0, "folds", &o.folds, 2, 1000000, "K",
		    "K parts by a hash of user and item"),
		MR_OPT_INT(0, "fold", &o.fold, 1, 1000000, "I",
		    "which of them is the test set, from 1"),
		MR_OPT_STR(0, "holdout", &o.holdout, "SHARE",
		    "this share, by a hash of user and item, is the test set; "
		    "with --by also so many users or items"),
		MR_OPT_WORD(0, "by", &o.by, by, "WHAT",
		    "what --folds and --holdout draw for; a user or item goes "
		    "with all its rows"),
		MR_OPT_STR(0, "leave-last", &o.last, "N",
		    "the N latest rows of each user, or this share of them, "
		    "are the test set; by chance among equal times"),
		MR_OPT_STR(0, "leave-random", &o.random, "N",
		    "N rows of each user, or this share of them, by chance"),
		MR_OPT_STR(0, "before", &o.before, "TIME",
		    "rows not before TIME are the test set; also a day, "
		    "YYYY-MM-DD, or a share of the rows, 80%"),
		MR_OPT_INT(0, "core", &o.core, 1, 1000000000, "N",
		    "first leave out users and items until all have N rows"),
		MR_OPT_FLAG(0, "drop-seen", &o.drop_seen,
		    "leave out test rows whose user and item train has, too"),
		MR_OPT_FLAG(0, "drop-unknown", &o.drop_unknown,
		    "leave out test rows whose user or item train has not"),
		MR_OPT_TABLE(0, "train", &o.train, "FILE",
		    "the training set goes here; -: to standard output"),
		MR_OPT_TABLE(0, "test", &o.test, "FILE",
		    "the test set goes here; -: to standard output"),
		MR_OPT_END
	};
	struct mr_cli cli = {
		.name = "mr-split", .operands = "[FILE]",
		.summary = "ratings parted into a training and a test set",
		.examples = examples, .output = output, .opts = opts,
		.max_operands = 1, .stdin_unless_operand = true,
	};
	struct mr_err err = { 0 };
	int first = mr_cli_parse(&cli, argc, argv), rc;

	check_outputs(&cli, &o);
	o.path = argv[first];
	rc = mr_cli_out(&cli, &err);
	if (rc == MR_OK)
		rc = mr_split(&o, &cli.run, &err);
	return mr_cli_finish(&cli, rc, &err);
}
