/* The record of the kind bayes; see bayes.h.
 * SPDX-License-Identifier: MIT */
#include "model/bayes.h"
#include "model/kind.h"

static const char *const sets[] = { "none", "user", "item", "both", NULL };

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

static int
train_kind(struct mr_model *m, const struct mr_train *t, const void *opt,
    struct mr_err *err)
{
	const struct mr_sweep_log log = mr_train_log(t);
	struct mr_bayes_opt o = *(const struct mr_bayes_opt *)opt;
	struct mr_bayes_facts facts = { 0 };
	int rc;

	o.users = t->names.users;
	o.items = t->names.items;
	o.seed = t->seed;
	o.threads = t->threads;
	o.facts = &facts;
	rc = mr_bayes_train(m, t->R, t->Rt, &o, t->blas, &log, err);
	if (rc == MR_OK)
		mr_report_fact(t->report, "mean of %lld samples of noise "
		    "%.4g, at rank %lld within %.2g (root mean square over "
		    "the ratings)", (long long)facts.samples, facts.noise,
		    (long long)facts.rank, facts.loss);
	return rc;
}

const struct mr_kind mr_bayes_kind = {
	.name = "bayes", .fold = "none",
	.lone = "will follow the one film and the films' means",
	.feedback = MR_FEEDBACK_RATINGS, .wants = MR_WANTS_BLAS,
	.params = params, .opt_bytes = sizeof(struct mr_bayes_opt),
	.check = check_kind, .train = train_kind,
};
