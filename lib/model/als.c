/* Biased explicit ALS; see als.h.
 * SPDX-License-Identifier: MIT */
#include "model/als.h"

#include <math.h>
#include <string.h>

#include "core/rng.h"
#include "model/half_step.h"

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

/* A start for the items' side. */
static void
start(struct mr_model *m, const struct mr_train *job,
    const struct mr_als_opt *o)
{
	const double shrink = 5;	/* ratings at the mean, so to speak */
	const struct mr_csr *Rt = job->Rt;
	double scale = 0.1 / sqrt((double)o->d);

	for (int64_t i = 0; i < Rt->rows; i++) {
		int64_t n = Rt->ptr[i + 1] - Rt->ptr[i];
		double sum = 0;

		for (int64_t k = Rt->ptr[i]; k < Rt->ptr[i + 1]; k++)
			sum += (double)Rt->val[k] - m->mu;
		m->bi[i] = (float)(sum / ((double)n + shrink));
		for (int64_t j = 0; n && j < o->d; j++)
			mr_mat_row(&m->V, i)[j] = (float)(scale *
			    mr_rng_normal(job->seed, (uint64_t)i,
			    (uint64_t)j));
	}
	if (job->start) {
		mr_start_rows(m->V.a, o->d, o->d, &job->start->m.V,
		    job->start->item);
		mr_start_biases(m->bi, job->start->m.bi, job->start->item,
		    Rt->rows);
	}
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
	start(m, job, o);
	for (int64_t sweep = 0; sweep < o->sweeps && rc == MR_OK; sweep++) {
		struct side users = { job->R, m->mu, o->lambda, &m->V, m->bi,
		    &m->U, m->bu };
		struct side items = { job->Rt, m->mu, o->lambda, &m->U, m->bu,
		    &m->V, m->bi };
		struct mr_half_step h = { .R = job->R, .dim = (int)o->d + 1,
		    .gather = gather, .ridge = ridge, .put = put,
		    .ctx = &users,
		    .row_kind = "user", .row_names = job->names.users };

		rc = mr_half_step_run(&h, job->blas, job->threads, &vague[0],
		    err);
		h.R = job->Rt;
		h.ctx = &items;
		h.row_kind = "item";
		h.row_names = job->names.items;
		if (rc == MR_OK)
			rc = mr_half_step_run(&h, job->blas, job->threads,
			    &vague[1], err);
		mr_report_step(job->report, "sweeps", sweep + 1, o->sweeps);
	}
	if (rc == MR_OK)
		mr_vague_warn(&vague[0], &vague[1], &job->names,
		    "a larger --lambda helps", job->report);
	return rc;
}

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
};
