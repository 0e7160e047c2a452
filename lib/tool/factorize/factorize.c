/* The work of mr-factorize; see factorize.h.
 * SPDX-License-Identifier: MIT */
#include "tool/factorize/factorize.h"

#include "store/model_file.h"

int
mr_factorize_check(struct mr_factorize_opt *o, struct mr_err *err)
{
	int rc;

	if (o->model < 0)
		return mr_err_set(err, MR_EARG, "-m MODEL is missing: als or "
		    "bayes for ratings, ials for events; see mr-models(7)");
	rc = mr_params_fill(&o->params, o->model, err);
	if (rc)
		return rc;
	if (o->model == MR_MODEL_ALS && !(o->params.lambda > 0))
		return mr_err_set(err, MR_EARG, "als needs a --lambda above "
		    "0");
	if (o->model == MR_MODEL_IALS && !(o->params.unobserved_weight > 0))
		return mr_err_set(err, MR_EARG, "ials needs an "
		    "--unobserved-weight above 0");
	if (o->model == MR_MODEL_BAYES &&
	    o->params.sweeps <= o->params.burn_in)
		return mr_err_set(err, MR_EARG, "bayes needs more --sweeps "
		    "than --burn-in: %lld, not %lld",
		    (long long)o->params.burn_in,
		    (long long)o->params.sweeps);
	return MR_OK;
}

static int
describe(struct mr_meta *meta, const struct mr_factorize_opt *o,
    struct mr_err *err)
{
	int rc = mr_meta_begin(meta, "mr-factorize", err);

	if (rc == MR_OK)
		rc = mr_params_meta(&o->params, o->model, meta, err);
	if (rc == MR_OK)
		rc = mr_meta_put(meta, err, "seed", "%lld",
		    (long long)o->seed);
	return rc;
}

static int
describe_input(struct mr_meta *meta, const struct mr_ratings *r,
    struct mr_err *err)
{
	int rc = mr_meta_put(meta, err, "input.ratings", "%016llx",
	    (unsigned long long)r->digest);

	if (rc == MR_OK)
		rc = mr_meta_put(meta, err, "users", "%d", r->users.n);
	if (rc == MR_OK)
		rc = mr_meta_put(meta, err, "items", "%d", r->items.n);
	if (rc == MR_OK)
		rc = mr_meta_put(meta, err, "ratings", "%lld",
		    (long long)mr_csr_nnz(&r->R));
	return rc;
}

/* No ratings make a model of no rows, as an empty shard must. */
static int
no_model(struct mr_model *m, const struct mr_factorize_opt *o,
    struct mr_report *report, struct mr_err *err)
{
	int64_t d = o->params.rank < 0 ? 0 : o->params.rank;
	int rc;

	mr_report_warn(report, "no ratings: the model knows nobody");
	*m = (struct mr_model){ .clip_lo = 1, .clip_hi = 0 };
	rc = mr_mat_new(&m->U, 0, d, "user factors", err);
	return rc ? rc : mr_mat_new(&m->V, 0, d, "item factors", err);
}

/* What lists show where every user has one rating. */
static const char *
left_to_lists(int model)
{
	switch (model) {
	case MR_MODEL_RANDOM:
	case MR_MODEL_IALS:
		return "beyond the one film are chance";
	case MR_MODEL_SLOPEONE:
	case MR_MODEL_KNN:
		return "have hardly anything to go by";
	default:
		return "will follow the one film and the films' means";
	}
}

static bool
all_equal(const struct mr_csr *R)
{
	int64_t nnz = mr_csr_nnz(R), k = 1;

	while (k < nnz && R->val[k] == R->val[0])
		k++;
	return k == nnz;
}

static void
warn_about(const struct mr_ratings *r, const struct mr_factorize_opt *o,
    struct mr_report *report)
{
	int64_t nnz = mr_csr_nnz(&r->R);

	if (r->users.n > 1 && nnz == r->users.n)
		mr_report_warn(report, "every one of the %d users has "
		    "exactly one rating: no model can learn what a user "
		    "likes from that, and the RMSE of one says nothing about "
		    "taste; lists %s (is the user column a review number?); "
		    "mr-knn on film vectors does work here", r->users.n,
		    left_to_lists(o->model));
	if (o->model != MR_MODEL_IALS && nnz > 1 && all_equal(&r->R))
		mr_report_warn(report, "every rating is %g%s: %s predicts "
		    "nothing else; ials is for events", (double)r->R.val[0],
		    r->R.val[0] == 1 ? " (no column rating?)" : "",
		    mr_model_names[o->model]);
	mr_report_fact(report, "ratings: %lld of %d users and %d items",
	    (long long)nnz, r->users.n, r->items.n);
}

int
mr_factorize_run(const struct mr_factorize_opt *o, struct mr_out *out,
    struct mr_report *report, struct mr_err *err)
{
	struct mr_meta meta = { 0 }, last = { 0 };
	struct mr_ratings r = { 0 };
	struct mr_model m = { 0 };
	int rc = mr_mrm_check_out(out, err);

	if (rc == MR_OK)
		rc = mr_ratings_read(&r, o->ratings, o->header, report, err);
	if (rc)
		goto out;
	warn_about(&r, o, report);
	rc = mr_csr_nnz(&r.R) == 0 ? no_model(&m, o, report, err) :
	    mr_train_model(&m, o->model, &(struct mr_train){ .ratings = &r,
	    .params = &o->params, .seed = (uint64_t)o->seed,
	    .threads = o->threads, .report = report }, err);
	if (rc == MR_OK)
		rc = describe(&meta, o, err);
	if (rc == MR_OK)
		rc = describe_input(&last, &r, err);
	if (rc == MR_OK)
		rc = mr_model_write(out, &meta, &m, &r.users, &r.items, &r.R,
		    &last, err);
out:
	mr_meta_free(&meta);
	mr_meta_free(&last);
	mr_model_free(&m);
	mr_ratings_free(&r);
	return rc;
}
