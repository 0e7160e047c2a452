/* The record of bayes: its parameters and defaults; see kind.h.
 * SPDX-License-Identifier: MIT */
#include "model/bayes.h"

static const char *const sets[] = { "none", "user", "item", "both", NULL };
static const char *const dates[] = { "none", "user", NULL };
static const char *const categories[] = { "none", "ordered", NULL };

static const struct mr_param params[] = {
	{ MR_RANK_ROW(struct mr_bayes_opt, 16) },
	{ MR_SWEEPS_ROW(struct mr_bayes_opt, 300) },
	{ MR_INT_ROW(struct mr_bayes_opt, burn_in, 0, "burn-in", "N",
	    "first sweeps that bayes does not average", 0, 100000, 20) },
	{ MR_INT_ROW(struct mr_bayes_opt, max_rank, 0, "max-rank", "D",
	    "rank that the samples of bayes are brought down to", 1, 4096,
	    64) },
	{ MR_WORD_ROW(struct mr_bayes_opt, sets, "implicit-sets", "SIDES",
	    "bayes: whose sets of rated films, or raters, count", sets,
	    MR_SETS_BOTH) },
	{ MR_WORD_ROW(struct mr_bayes_opt, dates, "dates", "SIDE",
	    "bayes: whose ratings go by their dates, too", dates,
	    MR_DATES_USER) },
	{ MR_WORD_ROW(struct mr_bayes_opt, categories, "categories", "KIND",
	    "bayes: ratings are numbers, or steps in an order", categories,
	    MR_CATEGORIES_NONE) },
	{ .name = NULL }
};

static int
check_kind(const void *opt, struct mr_err *err)
{
	const struct mr_bayes_opt *o = opt;

	return o->sweeps > o->burn_in ? MR_OK : mr_err_set(err, MR_EARG,
	    "bayes needs more --sweeps than --burn-in: %lld, not %lld",
	    (long long)o->burn_in, (long long)o->sweeps);
}

static void
fold(struct mr_fold *rule, const void *opt)
{
	(void)opt;
	*rule = (struct mr_fold){ .rule = MR_FOLD_POSTERIOR, .lambda = 1 };
}

const struct mr_kind mr_bayes_kind = {
	.name = "bayes",
	.lone = "will follow the one film and the films' means, and chance "
	    "(-s) where these are close",
	.feedback = MR_FEEDBACK_RATINGS, .wants =
	    MR_WANTS_BLAS | MR_WANTS_TIMES,
	.maps = true,
	.params = params, .opt_bytes = sizeof(struct mr_bayes_opt),
	.check = check_kind, .train = mr_bayes_train,
	.fold = fold,
};
