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

/* Exactly one way must be given. */
static int
way_of(const struct mr_cli *c, const struct mr_split_opt *o,
    const char *before)
{
	const struct { bool given; int way; const char *name; } ways[] = {
		{ o->part.folds > 0, MR_SPLIT_FOLDS, "--folds" },
		{ o->part.share >= 0, MR_SPLIT_HOLDOUT, "--holdout" },
		{ o->last > 0, MR_SPLIT_LAST, "--leave-last" },
		{ before != NULL, MR_SPLIT_BEFORE, "--before" }
	};
	int found = -1;

	for (int i = 0; i < 4; i++) {
		if (ways[i].given && found >= 0)
			mr_cli_usage(c, "%s and %s exclude each other",
			    ways[found].name, ways[i].name);
		if (ways[i].given)
			found = i;
	}
	if (found < 0 && o->part.fold > 0)
		mr_cli_usage(c, "--fold without --folds: one of how many?");
	if (found < 0)
		mr_cli_usage(c, "how to split? one of --folds, --holdout, "
		    "--leave-last and --before is needed");
	return ways[found].way;
}

static void
check_folds(const struct mr_cli *c, const struct mr_split_opt *o)
{
	if (o->way == MR_SPLIT_FOLDS && o->part.fold == 0)
		mr_cli_usage(c, "--folds without --fold: which one is the "
		    "test set?");
	if (o->way != MR_SPLIT_FOLDS && o->part.fold > 0)
		mr_cli_usage(c, "--fold goes with --folds alone");
	if (o->part.fold > o->part.folds)
		mr_cli_usage(c, "--fold: %lld, expected 1 to %lld",
		    (long long)o->part.fold, (long long)o->part.folds);
}

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
	struct mr_split_opt o = { .part.share = -1 };
	const char *before = NULL;
	const struct mr_opt opts[] = {
		MR_OPT_INT(0, "folds", &o.part.folds, 2, 1000000, "K",
		    "K parts by a hash of user and item"),
		MR_OPT_INT(0, "fold", &o.part.fold, 1, 1000000, "I",
		    "which of them is the test set, from 1"),
		MR_OPT_REAL(0, "holdout", &o.part.share, 0, 1, "SHARE",
		    "this share, by a hash of user and item, is the test set"),
		MR_OPT_INT(0, "leave-last", &o.last, 1, 1000000000, "N",
		    "the N latest ratings of each user are the test set; "
		    "by chance among equal times"),
		MR_OPT_STR(0, "before", &before, "TIME",
		    "ratings not before TIME are the test set; also a day, "
		    "YYYY-MM-DD"),
		MR_OPT_STR(0, "train", &o.train, "FILE",
		    "the training set goes here; -: to standard output"),
		MR_OPT_STR(0, "test", &o.test, "FILE",
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

	o.way = way_of(&cli, &o, before);
	check_folds(&cli, &o);
	check_outputs(&cli, &o);
	if (before && !mr_split_time(before, &o.before))
		mr_cli_usage(&cli, "--before: '%s' is neither a number nor a "
		    "day YYYY-MM-DD", before);
	o.path = argv[first];
	rc = mr_cli_out(&cli, &err);
	if (rc == MR_OK)
		rc = mr_split(&o, &cli.run, &err);
	return mr_cli_finish(&cli, rc, &err);
}
