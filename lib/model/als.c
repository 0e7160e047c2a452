/* Biased explicit ALS; see als.h.
 * SPDX-License-Identifier: MIT */
#include "model/als.h"

#include <math.h>
#include <string.h>

#include "core/rng.h"
#include "model/half_step.h"

#define REMEDY "a larger --lambda helps"

/* One side while the other is fixed. */
struct side {
	const struct mr_csr *R;	/* this side's rows */
	double mu, lambda;
	const struct mr_mat *fixed;	/* factors of the columns */
	const float *fixed_bias;
	struct mr_mat *factors;	/* of the rows (out) */
	float *bias;		/* (out) */
};

static void
gather(const void *ctx, int64_t row, int64_t from, int64_t n, float *g,
    double *t)
{
	const struct side *s = ctx;
	int64_t d = s->fixed->cols;

	from += s->R->ptr[row];
	for (int64_t k = 0; k < n; k++, g += d + 1) {
		int32_t j = s->R->idx[from + k];

		g[0] = 1;
		memcpy(g + 1, mr_mat_row(s->fixed, j), (size_t)d * sizeof *g);
		t[k] = (double)s->R->val[from + k] - s->mu -
		    (double)s->fixed_bias[j];
	}
}

static double
ridge(const void *ctx, int64_t n)
{
	const struct side *s = ctx;

	return s->lambda * (double)n;
}

static void
put(const void *ctx, int64_t row, const float *x)
{
	const struct side *s = ctx;
	float *p = mr_mat_row(s->factors, row);

	s->bias[row] = x[0];
	for (int64_t j = 0; j < s->factors->cols; j++)
		p[j] = x[j + 1];
}

/* A start for the items first, first + 1 .. */
static void
start_items(struct mr_mat *V, float *bi, double mu, int64_t d,
    const struct mr_csr *Rt, int64_t first, uint64_t seed)
{
	const double shrink = 5;	/* ratings at the mean, so to speak */
	double scale = 0.1 / sqrt((double)d);

	for (int64_t i = 0; i < Rt->rows; i++) {
		int64_t n = Rt->ptr[i + 1] - Rt->ptr[i];
		double sum = 0;

		for (int64_t k = Rt->ptr[i]; k < Rt->ptr[i + 1]; k++)
			sum += (double)Rt->val[k] - mu;
		bi[i] = (float)(sum / ((double)n + shrink));
		for (int64_t j = 0; n && j < d; j++)
			mr_mat_row(V, i)[j] = (float)(scale *
			    mr_rng_normal(seed, (uint64_t)(first + i),
			    (uint64_t)j));
	}
}

static int
solve(const struct side *s, const char *kind, const struct mr_ids *names,
    const struct mr_blas *blas, int threads, struct mr_vague *vague,
    struct mr_err *err)
{
	const struct mr_half_step h = { .R = s->R,
	    .dim = (int)s->factors->cols + 1, .gather = gather,
	    .ridge = ridge, .put = put, .ctx = s, .row_kind = kind,
	    .row_names = names };

	return mr_half_step_run(&h, blas, threads, vague, err);
}

int
mr_als_train(struct mr_model *m, const struct mr_train *job,
    const void *opt, struct mr_err *err)
{
	const struct mr_als_opt *o = opt;
	struct mr_vague vague[2] = { { 0, -1 }, { 0, -1 } };
	int rc = mr_model_begin(m, job->R, o->d, err);

	if (rc)
		return rc;
	start_items(&m->V, m->bi, m->mu, o->d, job->Rt, 0, job->seed);
	if (job->start) {
		mr_start_rows(m->V.a, o->d, o->d, &job->start->m.V,
		    job->start->item);
		mr_start_biases(m->bi, job->start->m.bi, job->start->item,
		    job->Rt->rows);
	}
	for (int64_t sweep = 0; sweep < o->sweeps && rc == MR_OK; sweep++) {
		const struct side users = { job->R, m->mu, o->lambda, &m->V,
		    m->bi, &m->U, m->bu };
		const struct side items = { job->Rt, m->mu, o->lambda, &m->U,
		    m->bu, &m->V, m->bi };

		rc = solve(&users, "user", job->names.users, job->blas,
		    job->threads, &vague[0], err);
		if (rc == MR_OK)
			rc = solve(&items, "item", job->names.items,
			    job->blas, job->threads, &vague[1], err);
		mr_report_step(job->report, "sweeps", sweep + 1, o->sweeps);
	}
	if (rc == MR_OK)
		mr_vague_warn(&vague[0], &vague[1], &job->names, REMEDY,
		    job->report);
	return rc;
}

static int64_t
width(int64_t d)
{
	return d;
}

static int
start_half(const struct mr_half *h, const void *opt, struct mr_err *err)
{
	const struct mr_als_opt *o = opt;

	(void)err;
	start_items(h->rows, h->bias, h->mu, o->d, h->R, h->first, h->seed);
	return MR_OK;
}

static int
solve_half(const struct mr_half *h, const void *opt, struct mr_err *err)
{
	const struct mr_als_opt *o = opt;
	const struct side s = { h->R, h->mu, o->lambda, h->fixed,
	    h->fixed_bias, h->rows, h->bias };
	struct mr_vague vague = { 0, -1 }, none = { 0, -1 };
	struct mr_names names = { h->names, h->names };
	int rc = solve(&s, h->items ? "item" : "user", h->names, h->blas,
	    h->threads, &vague, err);

	if (rc == MR_OK)
		mr_vague_warn(h->items ? &none : &vague, h->items ? &vague :
		    &none, &names, REMEDY, h->report);
	return rc;
}

static const struct mr_half_kind halves = { .biased = true, .width = width,
    .start = start_half, .solve = solve_half };

static const struct mr_param params[] = {
	{ MR_RANK_ROW(struct mr_als_opt, 64) },
	{ MR_SWEEPS_ROW(struct mr_als_opt, 10) },
	{ MR_LAMBDA_ROW(struct mr_als_opt, 0.12) },
	{ .name = NULL }
};

static int
check_kind(const void *opt, struct mr_err *err)
{
	return ((const struct mr_als_opt *)opt)->lambda > 0 ? MR_OK :
	    mr_err_set(err, MR_EARG, "als needs a --lambda above 0");
}

static void
fold(struct mr_fold *rule, const void *opt)
{
	const struct mr_als_opt *o = opt;

	*rule = (struct mr_fold){ .rule = MR_FOLD_RIDGE, .lambda = o->lambda,
	    .exponent = 1 };
}

const struct mr_kind mr_als_kind = {
	.name = "als",
	.lone = "will follow the one film and the films' means, and chance "
	    "(-s) where these are close",
	.feedback = MR_FEEDBACK_RATINGS, .wants = MR_WANTS_BLAS | MR_TAKES_START,
	.maps = true,
	.params = params, .opt_bytes = sizeof(struct mr_als_opt),
	.check = check_kind, .train = mr_als_train, .fold = fold,
	.half = &halves,
};
