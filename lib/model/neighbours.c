/* Neighbour models of ratings; see neighbours.h.
 * SPDX-License-Identifier: MIT */
#include "model/neighbours.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

#include "core/mem.h"
#include "model/biases.h"

/* The ratings seen from the axis: x the kept side, y the other. */
struct sides {
	const struct mr_csr *X, *Y;
	const float *bx, *by;	/* taken off the ratings; NULL: nothing is */
	double mu;
};

static void
baselines(float *bu, float *bi, const struct mr_train *job,
    const struct mr_neighbours_opt *o, double mu)
{
	mr_biases_als(bu, bi, mu, job->R, job->Rt, &(struct mr_biases_opt){
	    o->sweeps, o->reg_user, o->reg_item, job->threads });
}

double
mr_neighbours_spread(const float *val, int64_t n)
{
	double sum = 0, squares = 0;

	for (int64_t k = 0; k < n; k++)
		sum += (double)val[k];
	for (int64_t k = 0; k < n; k++) {
		double e = (double)val[k] - sum / (double)n;

		squares += e * e;
	}
	return n > 0 ? sqrt(squares / (double)n) : 0;
}

/* What is 0 as a float would divide by it. */
static int
set_scale(struct mr_near *near, const struct mr_csr *X, struct mr_err *err)
{
	float all = (float)mr_neighbours_spread(X->val,
	    mr_csr_nnz(X));

	near->scale = mr_alloc((size_t)X->rows, sizeof *near->scale,
	    "standard deviations", err);
	if (!near->scale)
		return MR_ENOMEM;
	for (int64_t x = 0; x < X->rows; x++) {
		float s = (float)mr_neighbours_spread(X->val + X->ptr[x],
		    X->ptr[x + 1] - X->ptr[x]);

		near->scale[x] = s > 0 ? s : all > 0 ? all : 1;
	}
	return MR_OK;
}

static void
drop(float **b)
{
	free(*b);
	*b = NULL;
}

/* The parts of m beside S. */
static int
normalise(struct mr_model *m, const struct mr_train *job,
    const struct mr_neighbours_opt *o, struct mr_err *err)
{
	const struct mr_csr *X = o->by_item ? job->Rt : job->R;

	if (o->normalise == MR_NORMALISE_BASELINE) {
		baselines(m->bu, m->bi, job, o, m->mu);
		return MR_OK;
	}
	if (!o->by_item || o->normalise == MR_NORMALISE_NONE)
		drop(&m->bi);
	if (o->by_item || o->normalise == MR_NORMALISE_NONE)
		drop(&m->bu);
	if (o->normalise != MR_NORMALISE_NONE)
		mr_biases_mean(o->by_item ? m->bi : m->bu, m->mu, X);
	return o->normalise == MR_NORMALISE_ZSCORE ?
	    set_scale(&m->near, X, err) : MR_OK;
}

static int
similarities(struct mr_csr *S, const struct sides *s,
    const struct mr_neighbours_opt *o, int threads, struct mr_err *err)
{
	double *val = mr_alloc((size_t)mr_csr_nnz(s->Y), sizeof *val,
	    "ratings", err);
	int rc;

	if (!val)
		return MR_ENOMEM;
	for (int64_t y = 0; y < s->Y->rows; y++)
		for (int64_t k = s->Y->ptr[y]; k < s->Y->ptr[y + 1]; k++)
			val[k] = (double)s->Y->val[k] - (s->bx ? s->mu +
			    (double)s->bx[s->Y->idx[k]] +
			    (double)s->by[y] : 0);
	rc = mr_similarity_build(S, s->X, s->Y, val,
	    &(struct mr_similarity_opt){ .kind = o->similarity,
	    .min_support = o->min_support, .shrinkage = o->shrinkage,
	    .threads = threads }, err);
	free(val);
	return rc;
}

/* Baselines for pearson-baseline that are not those of m. */
static int
fill_near(struct mr_model *m, const struct mr_train *job,
    const struct mr_neighbours_opt *o, struct mr_err *err)
{
	const struct mr_csr *R = job->R, *Rt = job->Rt;
	struct sides s = { .X = o->by_item ? Rt : R,
	    .Y = o->by_item ? R : Rt, .mu = m->mu };
	float *bu = NULL, *bi = NULL;
	int rc = MR_ENOMEM;

	if (o->similarity == MR_SIMILARITY_PEARSON_SHRUNK) {
		bu = mr_alloc((size_t)R->rows, sizeof *bu, "biases", err);
		bi = bu ? mr_alloc((size_t)R->cols, sizeof *bi, "biases",
		    err) : NULL;
		if (!bi)
			goto out;
		baselines(bu, bi, job, o, m->mu);
		s.bx = o->by_item ? bi : bu;
		s.by = o->by_item ? bu : bi;
	}
	rc = similarities(&m->near.S, &s, o, job->threads, err);
out:
	free(bu);
	free(bi);
	return rc;
}

int
mr_neighbours_train(struct mr_model *m, const struct mr_train *job,
    const void *opt, struct mr_err *err)
{
	const struct mr_neighbours_opt *o = opt;
	int rc = mr_model_begin(m, job->R, 0, err);

	m->near = (struct mr_near){ .axis = o->by_item ? MR_NEAR_ITEM :
	    MR_NEAR_USER, .norm = MR_NORM_SUM, .k = o->k,
	    .min = o->min_neighbours };
	if (rc == MR_OK)
		rc = normalise(m, job, o, err);
	if (rc == MR_OK)
		rc = fill_near(m, job, o, err);
	mr_report_step(job->report, "sweeps", 1, 1);
	return rc;
}

static const char *const axes[] = { "user", "item", NULL };
static const char *const normalise_words[] = { "none", "mean", "zscore",
	"baseline", NULL };

static bool
is_shrunk(const void *opt)
{
	return ((const struct mr_neighbours_opt *)opt)->similarity ==
	    MR_SIMILARITY_PEARSON_SHRUNK;
}

static bool
has_biases(const void *opt)
{
	return is_shrunk(opt) || ((const struct mr_neighbours_opt *)opt)->
	    normalise == MR_NORMALISE_BASELINE;
}

#define OPT struct mr_neighbours_opt
#define WITH_SHRUNK .counts = is_shrunk, \
	.when = "--similarity pearson-baseline"
#define WITH_BIASES .counts = has_biases, .when = "--normalise baseline or " \
	"--similarity pearson-baseline"

/* Surprise's. */
static const struct mr_param params[] = {
	{ MR_WORD_ROW(OPT, normalise, "normalise", "HOW",
	    "what knn takes off the ratings", normalise_words,
	    MR_NORMALISE_NONE) },
	{ MR_WORD_ROW(OPT, similarity, "similarity", "NAME",
	    "how knn compares", mr_similarity_words, MR_SIMILARITY_MSD) },
	{ MR_WORD_ROW(OPT, by_item, "axis", "AXIS",
	    "whose neighbours knn takes", axes, 0) },
	{ MR_INT_ROW(OPT, k, 'k', "neighbours", "K",
	    "neighbours of an estimate", 1, INT32_MAX, 40) },
	{ MR_INT_ROW(OPT, min_neighbours, 0, "min-neighbours", "K",
	    "fewer than that are not used", 1, INT32_MAX, 1) },
	{ MR_INT_ROW(OPT, min_support, 0, "min-support", "N",
	    "common ratings that a similarity needs", 1, INT32_MAX, 1) },
	{ MR_REAL_ROW(OPT, shrinkage, 0, "shrinkage", "X",
	    "common ratings that halve pearson-baseline", 0, 1e9, 100),
	    WITH_SHRUNK },
	{ MR_SWEEPS_ROW(OPT, 10), WITH_BIASES },
	{ MR_REG_USER_ROW(OPT, 15), WITH_BIASES },
	{ MR_REG_ITEM_ROW(OPT, 10), WITH_BIASES },
	{ .name = NULL }
};

static void
fold(struct mr_fold *rule, const void *opt)
{
	const struct mr_neighbours_opt *o = opt;
	bool baseline = o->normalise == MR_NORMALISE_BASELINE;

	rule->rule = baseline ? MR_FOLD_MEANS : MR_FOLD_RATED;
	rule->lambda = baseline ? o->reg_user : 0;
	if (o->by_item)
		return;
	rule->rule = MR_FOLD_SIMILAR;
	rule->similarity = o->similarity;
	rule->support = o->min_support;
	if (!is_shrunk(opt))
		return;
	rule->shrinkage = o->shrinkage;
	rule->sweeps = o->sweeps;
	rule->reg_user = o->reg_user;
	rule->reg_item = o->reg_item;
}

const struct mr_kind mr_neighbours_kind = {
	.name = "knn",
	.lone = "have hardly anything to go by",
	.feedback = MR_FEEDBACK_RATINGS,
	.params = params, .opt_bytes = sizeof(struct mr_neighbours_opt),
	.train = mr_neighbours_train, .fold = fold,
};
