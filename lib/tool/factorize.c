/* The work of mr-factorize; see factorize.h.
 * SPDX-License-Identifier: MIT */
#include "tool/factorize.h"

#include "model/als.h"
#include "model/ials.h"
#include "tool/model_io.h"
#include "tool/ratings.h"

static const char *const names[] = { "als", "ials" };

static int
refuse(double value, const char *option, const char *model,
    struct mr_err *err)
{
	if (value < 0)
		return MR_OK;
	return mr_err_set(err, MR_EARG, "--%s means nothing to %s", option,
	    model);
}

int
mr_factorize_defaults(struct mr_factorize_opt *o, struct mr_err *err)
{
	bool als = o->model == MR_MODEL_ALS;
	int rc = MR_OK;

	if (o->model < 0)
		return mr_err_set(err, MR_EARG, "-m MODEL is missing: als for "
		    "ratings, ials for events");
	if (o->d < 0)
		o->d = 64;
	if (o->sweeps < 0)
		o->sweeps = 10;
	if (o->lambda < 0)
		o->lambda = als ? 0.12 : 0.8;
	if (als && !(o->lambda > 0))
		return mr_err_set(err, MR_EARG, "als needs a --lambda above "
		    "0");
	if (!als && o->unobserved_weight == 0)
		return mr_err_set(err, MR_EARG, "ials needs an "
		    "--unobserved-weight above 0");
	if (als) {
		rc = refuse(o->alpha, "alpha", "als", err);
		if (rc == MR_OK)
			rc = refuse(o->unobserved_weight,
			    "unobserved-weight", "als", err);
		if (rc == MR_OK)
			rc = refuse(o->reg_exponent, "reg-exponent", "als",
			    err);
		return rc;
	}
	if (o->alpha < 0)
		o->alpha = 0;
	if (o->unobserved_weight < 0)
		o->unobserved_weight = 0.02;
	if (o->reg_exponent < 0)
		o->reg_exponent = 0.25;
	return MR_OK;
}

static int
describe(struct mr_meta *meta, const struct mr_factorize_opt *o,
    struct mr_err *err)
{
	bool als = o->model == MR_MODEL_ALS;
	int rc = mr_meta_begin(meta, "mr-factorize", err);

	if (rc == MR_OK)
		rc = mr_meta_put(meta, err, "model", "%s", names[o->model]);
	if (rc == MR_OK)
		rc = mr_meta_put(meta, err, "fold", "%s", als ? "explicit" :
		    "implicit");
	if (rc == MR_OK)
		rc = mr_meta_put(meta, err, "rank", "%lld", (long long)o->d);
	if (rc == MR_OK)
		rc = mr_meta_put(meta, err, "sweeps", "%lld",
		    (long long)o->sweeps);
	if (rc == MR_OK)
		rc = mr_meta_put(meta, err, "seed", "%lld",
		    (long long)o->seed);
	if (rc == MR_OK)
		rc = mr_meta_put(meta, err, "lambda", "%.17g", o->lambda);
	if (rc || als)
		return rc;
	rc = mr_meta_put(meta, err, "alpha", "%.17g", o->alpha);
	if (rc == MR_OK)
		rc = mr_meta_put(meta, err, "unobserved_weight", "%.17g",
		    o->unobserved_weight);
	if (rc == MR_OK)
		rc = mr_meta_put(meta, err, "reg_exponent", "%.17g",
		    o->reg_exponent);
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

static void
show_sweep(void *report, int64_t done, int64_t total)
{
	mr_report_step(report, "sweeps", done, total);
}

static int
train(struct mr_model *m, const struct mr_ratings *r,
    const struct mr_factorize_opt *o, struct mr_report *report,
    struct mr_err *err)
{
	struct mr_sweep_log log = { show_sweep, report };
	struct mr_csr Rt = { 0 };
	struct mr_blas blas;
	int rc = mr_blas_open(&blas, o->threads, err);

	if (rc)
		return rc;
	mr_report_fact(report, "OpenBLAS kernels: %s", blas.kernel);
	rc = mr_csr_transpose(&Rt, &r->R, err);
	if (rc == MR_OK && o->model == MR_MODEL_ALS)
		rc = mr_als_train(m, &r->R, &Rt, &(struct mr_als_opt){
		    .d = o->d, .sweeps = o->sweeps, .lambda = o->lambda,
		    .users = &r->users, .items = &r->items,
		    .seed = (uint64_t)o->seed, .threads = o->threads }, &blas,
		    &log, err);
	else if (rc == MR_OK)
		rc = mr_ials_train(m, &r->R, &Rt, &(struct mr_ials_opt){
		    .d = o->d, .sweeps = o->sweeps, .lambda = o->lambda,
		    .users = &r->users, .items = &r->items,
		    .alpha = o->alpha, .reg_exponent = o->reg_exponent,
		    .unobserved_weight = o->unobserved_weight,
		    .seed = (uint64_t)o->seed, .threads = o->threads }, &blas,
		    &log, err);
	mr_csr_free(&Rt);
	return rc;
}

/* No ratings make a model of no rows, as an empty shard must. */
static int
no_model(struct mr_model *m, const struct mr_factorize_opt *o,
    struct mr_report *report, struct mr_err *err)
{
	int rc;

	mr_report_warn(report, "no ratings: the model knows nobody");
	*m = (struct mr_model){ .clip_lo = 1, .clip_hi = 0 };
	rc = mr_mat_new(&m->U, 0, o->d, "user factors", err);
	return rc ? rc : mr_mat_new(&m->V, 0, o->d, "item factors", err);
}

static void
warn_about(const struct mr_ratings *r, const struct mr_factorize_opt *o,
    struct mr_report *report)
{
	/* Implicit models have no means, and films meet in no user here. */
	const char *instead = o->model == MR_MODEL_ALS ? "will follow the one "
	    "film and the films' means" : "beyond the one film are chance";
	int64_t nnz = mr_csr_nnz(&r->R);

	if (r->users.n > 1 && nnz == r->users.n)
		mr_report_warn(report, "every one of the %d users has "
		    "exactly one rating: no model can learn what a user "
		    "likes from that; lists %s (is the user column a review "
		    "number?); mr-knn on film vectors does work here",
		    r->users.n, instead);
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
	rc = mr_csr_nnz(&r.R) ? train(&m, &r, o, report, err) :
	    no_model(&m, o, report, err);
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
