/* mr-recommend: lists for users, estimates for pairs.  Manual:
 * mr-recommend(1).
 * SPDX-License-Identifier: MIT */
#include <string.h>

#include "cli/cli.h"
#include "tool/recommend/recommend.h"

static const char examples[] =
    "  mr-recommend -n 10 --movies movies.tsv --with title model.mrm\n"
    "  mr-factorize -m ials ratings.tsv | mr-recommend --users some.tsv\n"
    "  mr-recommend --pairs test.tsv model.mrm > estimates.tsv\n";

static const char output[] =
    "output: TSV user, rank, item, score, with --per its value, per; with\n"
    "--pairs user, item, rating (if given), estimate; then the columns of\n"
    "--with.  Films a user has rated are left out unless --keep-seen.";

static void
take_shard(const struct mr_cli *c, const char *text,
    struct mr_recommend_opt *o)
{
	if (!text)
		return;
	mr_cli_shard(c, text, &o->shard, &o->shards);
	if (o->users || o->ratings || o->pairs || o->groups)
		mr_cli_usage(c, "--shard is of all users: --users, --ratings, "
		    "--groups and --pairs name others");
	if (!o->model || strcmp(o->model, "-") == 0)
		mr_cli_usage(c, "--shard reads the model twice: it cannot be "
		    "standard input");
}

/* What does not go together. */
static void
check(const struct mr_cli *c, const struct mr_recommend_opt *o)
{
	if (o->pairs && (o->users || o->seen || o->keep_seen || o->where ||
	    o->only || o->hide || o->min_lists || o->groups ||
	    mr_cli_given(c, "length")))
		mr_cli_usage(c, "--pairs makes no lists: -n, --users, "
		    "--seen, --keep-seen, --where, --only, --not, "
		    "--groups and --min-lists mean nothing to it");
	if (o->no_model && (!o->ratings || !o->items || o->model))
		mr_cli_usage(c, "--no-model takes --ratings and --items in "
		    "its place");
	if (!o->no_model && !o->model && mr_cli_terminal_in())
		mr_cli_usage(c, "no input: standard input is a terminal");
	if (!o->items && mr_cli_given(c, "mix"))
		mr_cli_usage(c, "--mix means nothing without --items");
	if (!o->groups && mr_cli_given(c, "misery"))
		mr_cli_usage(c, "--misery means nothing without --groups");
	MR_CLI_INPUTS(c, o->no_model ? NULL : o->model ? o->model : "-",
	    o->users, o->pairs, o->ratings, o->groups, o->items, o->seen,
	    o->only, o->hide, o->movies);
}

static int
recommend(struct mr_cli *c, struct mr_recommend_opt *o, const char *shard,
    struct mr_err *err)
{
	int rc;

	take_shard(c, shard, o);
	if (o->no_model && !mr_cli_given(c, "mix"))
		o->mix = 1;
	check(c, o);
	rc = mr_recommend_check(o, err);
	if (rc == MR_OK)
		rc = mr_cli_out(c, err);
	if (rc)
		return rc;
	if (o->pairs)
		return mr_recommend_pairs(o, &c->run, err);
	return o->groups ? mr_recommend_groups(o, &c->run, err) :
	    mr_recommend_lists(o, &c->run, err);
}

int
main(int argc, char *argv[])
{
	struct mr_recommend_opt o = MR_RECOMMEND_OPT_DEFAULT;
	const char *shard = NULL;
	const struct mr_opt opts[] = {
		MR_OPT_INT('n', "length", &o.n, 1, 100000, "N",
		    "films in a list"),
		MR_OPT_TABLE(0, "users", &o.users, "FILE",
		    "TSV with the users who get a list; else all"),
		MR_OPT_TABLE(0, "pairs", &o.pairs, "FILE",
		    "TSV of user and item: estimate these, no lists"),
		MR_OPT_TABLE(0, "ratings", &o.ratings, "FILE",
		    "ratings TSV of users to fold in: lists for them"),
		MR_OPT_TABLE(0, "groups", &o.groups, "FILE",
		    "TSV of group and user: a list for each group"),
		MR_OPT_REAL(0, "misery", &o.misery, 0, 1, "X",
		    "weight of the least pleased of a group, not the mean"),
		MR_OPT_TABLE(0, "seen", &o.seen, "FILE",
		    "TSV of user and item that are not recommended"),
		MR_OPT_FLAG(0, "keep-seen", &o.keep_seen, "what is seen, too"),
		MR_OPT_MATRIX(0, "items", &o.items, "FILE",
		    "vectors of films: lists by ratings and text"),
		MR_OPT_REAL(0, "mix", &o.mix, 0, 1, "X", "share of the text"),
		MR_OPT_FLAG(0, "no-model", &o.no_model,
		    "lists for --ratings by --items alone, with --mix 1"),
		MR_OPT_STR(0, "per", &o.per, "COLUMN",
		    "a list for each value of this column, as genre"),
		MR_OPT_REAL(0, "novelty", &o.novelty, 0, 1, "X",
		    "share of what few have rated in the order"),
		MR_OPT_REAL(0, "diversity", &o.diversity, 0, 0.999, "X",
		    "share of being unlike the films before in the order"),
		MR_OPT_INT(0, "new-films", &o.new_films, 0, 100000, "N",
		    "keep N places of a list for films nobody has rated"),
		MR_OPT_INT(0, "explain", &o.explain, 0, 1000, "N",
		    "name N films, or members, behind each score, with shares"),
		MR_OPT_STR(0, "shard", &shard, "I/N",
		    "the I-th of N parts of the users, end to end the whole"),
		MR_OPT_INT(0, "min-lists", &o.min_lists, 0, 1LL << 40, "N",
		    "fewer lists are an error, and no output"),
		MR_OPT_STR(0, "where", &o.where, "EXPR",
		    "only films that are so, as year>=1990 and genre=War"),
		MR_OPT_TABLE(0, "only", &o.only, "FILE",
		    "TSV of item, or user and item: only these films"),
		MR_OPT_TABLE(0, "not", &o.hide, "FILE",
		    "TSV of item, or user and item: never these films"),
		MR_OPT_TABLE(0, "movies", &o.movies, "FILE",
		    "film TSV that --with and --where take columns from"),
		MR_OPT_STR(0, "with", &o.with, "COLUMN,...",
		    "columns of the film added to each row"),
		MR_OPT_END
	};
	struct mr_cli cli = {
		.name = "mr-recommend", .operands = "[MODEL.mrm]",
		.summary = "lists for users, estimates for pairs",
		.examples = examples, .output = output, .opts = opts,
		.max_operands = 1,
	};
	struct mr_err err = { 0 };

	o.model = argv[mr_cli_parse(&cli, argc, argv)];
	return mr_cli_finish(&cli, recommend(&cli, &o, shard, &err), &err);
}
