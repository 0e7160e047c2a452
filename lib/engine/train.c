/* Training a model by name; see train.h.
 * SPDX-License-Identifier: MIT */
#include "engine/train.h"

#include "model/als.h"
#include "model/baseline.h"
#include "model/bayes.h"
#include "model/coclustering.h"
#include "model/ials.h"
#include "model/neighbours.h"
#include "model/nmf.h"
#include "model/random.h"
#include "model/slopeone.h"
#include "model/svd.h"
#include "model/svdpp.h"

/* What every model's glue below may use. */
struct job {
	const struct mr_train *t;
	const struct mr_params *p;
	const struct mr_csr *R, *Rt;
	struct mr_sweep_log log;
};

static void
show_sweep(void *report, int64_t done, int64_t total)
{
	mr_report_step(report, "sweeps", done, total);
}

static int
open_blas(struct mr_blas *blas, const struct job *j, struct mr_err *err)
{
	int rc = mr_blas_open(blas, j->t->threads, err);

	if (rc == MR_OK)
		mr_report_fact(j->t->report, "OpenBLAS kernels: %s",
		    blas->kernel);
	return rc;
}

static int
train_als(struct mr_model *m, const struct job *j, struct mr_err *err)
{
	const struct mr_ratings *r = j->t->ratings;
	struct mr_blas blas;
	int rc = open_blas(&blas, j, err);

	return rc ? rc : mr_als_train(m, j->R, j->Rt, &(struct mr_als_opt){
	    .d = j->p->rank, .sweeps = j->p->sweeps, .lambda = j->p->lambda,
	    .users = &r->users, .items = &r->items, .seed = j->t->seed,
	    .threads = j->t->threads }, &blas, &j->log, err);
}

static int
train_bayes(struct mr_model *m, const struct job *j, struct mr_err *err)
{
	const struct mr_ratings *r = j->t->ratings;
	struct mr_bayes_facts facts = { 0 };
	struct mr_blas blas;
	int rc = open_blas(&blas, j, err);

	if (rc == MR_OK)
		rc = mr_bayes_train(m, j->R, j->Rt, &(struct mr_bayes_opt){
		    .d = j->p->rank, .sweeps = j->p->sweeps,
		    .burn_in = j->p->burn_in, .max_rank = j->p->max_rank,
		    .sets = j->p->implicit_sets, .users = &r->users,
		    .items = &r->items, .seed = j->t->seed,
		    .threads = j->t->threads, .facts = &facts }, &blas,
		    &j->log, err);
	if (rc == MR_OK)
		mr_report_fact(j->t->report, "mean of %lld samples of noise "
		    "%.4g, at rank %lld within %.2g (root mean square over "
		    "the ratings)", (long long)facts.samples, facts.noise,
		    (long long)facts.rank, facts.loss);
	return rc;
}

static int
train_ials(struct mr_model *m, const struct job *j, struct mr_err *err)
{
	const struct mr_ratings *r = j->t->ratings;
	struct mr_blas blas;
	int rc = open_blas(&blas, j, err);

	return rc ? rc : mr_ials_train(m, j->R, j->Rt, &(struct mr_ials_opt){
	    .d = j->p->rank, .sweeps = j->p->sweeps, .lambda = j->p->lambda,
	    .users = &r->users, .items = &r->items, .alpha = j->p->alpha,
	    .reg_exponent = j->p->reg_exponent,
	    .unobserved_weight = j->p->unobserved_weight,
	    .seed = j->t->seed, .threads = j->t->threads }, &blas, &j->log,
	    err);
}

static struct mr_names
names(const struct job *j)
{
	return (struct mr_names){ &j->t->ratings->users,
	    &j->t->ratings->items };
}

static struct mr_sgd_opt
sgd_opt(const struct job *j)
{
	return (struct mr_sgd_opt){ .d = j->p->rank, .sweeps = j->p->sweeps,
	    .learning_rate = j->p->learning_rate, .lambda = j->p->lambda,
	    .names = names(j), .seed = j->t->seed,
	    .threads = j->t->threads };
}

static int
train_svd(struct mr_model *m, const struct job *j, struct mr_err *err)
{
	struct mr_sgd_opt o = sgd_opt(j);

	return mr_svd_train(m, j->R, j->Rt, &o, &j->log, err);
}

static int
train_svdpp(struct mr_model *m, const struct job *j, struct mr_err *err)
{
	struct mr_sgd_opt o = sgd_opt(j);

	return mr_svdpp_train(m, j->R, j->Rt, &o, &j->log, err);
}

static int
train_nmf(struct mr_model *m, const struct job *j, struct mr_err *err)
{
	return mr_nmf_train(m, j->R, j->Rt, &(struct mr_nmf_opt){
	    .d = j->p->rank, .sweeps = j->p->sweeps, .lambda = j->p->lambda,
	    .names = names(j), .seed = j->t->seed,
	    .threads = j->t->threads }, &j->log, err);
}

static int
train_baseline(struct mr_model *m, const struct job *j, struct mr_err *err)
{
	return mr_baseline_train(m, j->R, j->Rt, &(struct mr_baseline_opt){
	    .method = j->p->method, .sweeps = j->p->sweeps,
	    .reg_user = j->p->reg_user, .reg_item = j->p->reg_item,
	    .learning_rate = j->p->learning_rate, .lambda = j->p->lambda,
	    .names = names(j), .threads = j->t->threads }, &j->log, err);
}

static int
train_random(struct mr_model *m, const struct job *j, struct mr_err *err)
{
	return mr_random_train(m, j->R, j->Rt, &(struct mr_random_opt){
	    .seed = j->t->seed }, &j->log, err);
}

static int
train_slopeone(struct mr_model *m, const struct job *j, struct mr_err *err)
{
	return mr_slopeone_train(m, j->R, j->Rt, &(struct mr_slopeone_opt){
	    .threads = j->t->threads }, &j->log, err);
}

static int
train_coclustering(struct mr_model *m, const struct job *j,
    struct mr_err *err)
{
	return mr_coclustering_train(m, j->R, j->Rt,
	    &(struct mr_coclustering_opt){
	    .user_clusters = j->p->user_clusters,
	    .item_clusters = j->p->item_clusters, .sweeps = j->p->sweeps,
	    .seed = j->t->seed, .threads = j->t->threads }, &j->log, err);
}

static int
train_knn(struct mr_model *m, const struct job *j, struct mr_err *err)
{
	const struct mr_params *p = j->p;

	return mr_neighbours_train(m, j->R, j->Rt, &(struct mr_neighbours_opt){
	    .normalise = p->normalise, .similarity = p->similarity,
	    .axis = p->axis ? MR_NEAR_ITEM : MR_NEAR_USER,
	    .k = p->neighbours, .min_neighbours = p->min_neighbours,
	    .min_support = p->min_support, .shrinkage = p->shrinkage,
	    .sweeps = p->sweeps, .reg_user = p->reg_user,
	    .reg_item = p->reg_item, .threads = j->t->threads }, &j->log,
	    err);
}

static int (*const trainers[MR_MODEL_N])(struct mr_model *m,
    const struct job *j, struct mr_err *err) = {
	[MR_MODEL_RANDOM] = train_random,
	[MR_MODEL_BASELINE] = train_baseline,
	[MR_MODEL_SVD] = train_svd,
	[MR_MODEL_SVDPP] = train_svdpp,
	[MR_MODEL_NMF] = train_nmf,
	[MR_MODEL_SLOPEONE] = train_slopeone,
	[MR_MODEL_COCLUSTERING] = train_coclustering,
	[MR_MODEL_KNN] = train_knn,
	[MR_MODEL_ALS] = train_als,
	[MR_MODEL_BAYES] = train_bayes,
	[MR_MODEL_IALS] = train_ials,
};

int
mr_train_model(struct mr_model *m, int model, const struct mr_train *t,
    struct mr_err *err)
{
	struct mr_csr Rt = { 0 };
	struct job j = { .t = t, .p = t->params, .R = &t->ratings->R,
	    .Rt = &Rt, .log = { show_sweep, t->report } };
	int rc = mr_csr_transpose(&Rt, j.R, err);

	if (rc == MR_OK)
		rc = trainers[model](m, &j, err);
	mr_csr_free(&Rt);
	return rc;
}
