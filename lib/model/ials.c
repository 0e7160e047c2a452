/* Implicit ALS; see ials.h.
 * SPDX-License-Identifier: MIT */
#include "model/ials.h"

#include <math.h>
#include <stdlib.h>

#include "core/mem.h"
#include "core/rng.h"
#include "model/half_step.h"

/* One side while the other is fixed. */
struct side {
	const struct mr_train *job;
	const struct mr_ials_opt *o;
	const struct mr_csr *R;	/* this side's rows */
	const struct mr_mat *fixed;	/* factors of the columns */
	struct mr_mat *factors;	/* of the rows (out) */
};

/* lambda (n + a0 of the other side's size)^nu */
static double
ridge_of(const struct mr_ials_opt *o, int64_t n, int64_t others)
{
	return o->lambda * pow((double)n + o->unobserved_weight *
	    (double)others, o->reg_exponent);
}

/* g = sqrt(c) v and t = sqrt(c), so that sums of gg' and tg are weighted. */
static void
gather(const void *ctx, int64_t row, float *g, float *t, double *ridge)
{
	const struct side *s = ctx;
	int64_t d = s->fixed->cols, from = s->R->ptr[row];
	int64_t n = s->R->ptr[row + 1] - from;

	for (int64_t k = 0; k < n; k++, g += d) {
		const float *v = mr_mat_row(s->fixed, s->R->idx[from + k]);

		t[k] = (float)sqrt(1 + s->o->alpha *
		    (double)s->R->val[from + k]);
		for (int64_t p = 0; p < d; p++)
			g[p] = t[k] * v[p];
	}
	*ridge = ridge_of(s->o, n, s->R->cols);
}

static void
put(const void *ctx, int64_t row, const float *x)
{
	const struct side *s = ctx;
	float *p = mr_mat_row(s->factors, row);

	for (int64_t j = 0; j < s->factors->cols; j++)
		p[j] = x[j];
}

static void
start_items(struct mr_mat *V, const struct mr_train *job)
{
	double scale = 0.1 / sqrt((double)V->cols);

	for (int64_t i = 0; i < V->rows; i++) {
		if (job->Rt->ptr[i] == job->Rt->ptr[i + 1])
			continue;
		for (int64_t j = 0; j < V->cols; j++)
			mr_mat_row(V, i)[j] = (float)(scale *
			    mr_rng_normal(job->seed, (uint64_t)i,
			    (uint64_t)j));
	}
}

static int
run_side(const struct side *s, float *gram, struct mr_err *err)
{
	const struct mr_train *job = s->job;
	bool users = s->R == job->R;
	struct mr_half_step h = { .R = s->R, .dim = (int)s->o->d,
	    .base = gram, .gather = gather, .put = put, .ctx = s,
	    .row_kind = users ? "user" : "item",
	    .row_names = users ? job->names.users : job->names.items };
	int rc = mr_gram(job->blas, s->fixed->a, s->fixed->rows, h.dim,
	    s->o->unobserved_weight, job->threads, gram, err);

	return rc ? rc : mr_half_step_run(&h, job->blas, job->threads, err);
}

static int
check_values(const struct mr_csr *R, struct mr_err *err)
{
	for (int64_t k = 0; k < mr_csr_nnz(R); k++)
		if (R->val[k] < 0)
			return mr_err_set(err, MR_EFORMAT, "ials: a rating "
			    "is %g, with --alpha they must not be negative",
			    (double)R->val[k]);
	return MR_OK;
}

int
mr_ials_train(struct mr_model *m, const struct mr_train *job,
    const void *opt, struct mr_err *err)
{
	const struct mr_ials_opt *o = opt;
	struct side users = { job, o, job->R, &m->V, &m->U };
	struct side items = { job, o, job->Rt, &m->U, &m->V };
	float *gram;
	int rc = o->alpha > 0 ? check_values(job->R, err) : MR_OK;

	*m = (struct mr_model){ .clip_lo = 1, .clip_hi = 0 };
	if (rc == MR_OK)
		rc = mr_mat_new(&m->U, job->R->rows, o->d, "user factors",
		    err);
	if (rc == MR_OK)
		rc = mr_mat_new(&m->V, job->R->cols, o->d, "item factors",
		    err);
	if (rc)
		return rc;
	gram = mr_alloc((size_t)(o->d * o->d), sizeof *gram, "Gramian", err);
	if (!gram)
		return MR_ENOMEM;
	start_items(&m->V, job);
	for (int64_t sweep = 0; sweep < o->sweeps && rc == MR_OK; sweep++) {
		rc = run_side(&users, gram, err);
		if (rc == MR_OK)
			rc = run_side(&items, gram, err);
		mr_report_step(job->report, "sweeps", sweep + 1, o->sweeps);
	}
	free(gram);
	return rc;
}

static const struct mr_param params[] = {
	{ MR_RANK_ROW(struct mr_ials_opt, 64) },
	{ MR_SWEEPS_ROW(struct mr_ials_opt, 10) },
	{ MR_LAMBDA_ROW(struct mr_ials_opt, 0.8) },
	{ MR_REAL_ROW(struct mr_ials_opt, alpha, 0, "alpha", "X",
	    "ials: a rating r weighs 1 + X r", 0, 1e9, 0) },
	{ MR_REAL_ROW(struct mr_ials_opt, unobserved_weight, 0,
	    "unobserved-weight", "X",
	    "ials: weight of every pair, seen or not", 0, 1e9, 0.02) },
	{ MR_REAL_ROW(struct mr_ials_opt, reg_exponent, 0,
	    "reg-exponent", "X",
	    "ials: how lambda grows with the number of ratings", 0, 10,
	    0.25) },
	{ .name = NULL }
};

static int
check_kind(const void *opt, struct mr_err *err)
{
	return ((const struct mr_ials_opt *)opt)->unobserved_weight > 0 ?
	    MR_OK : mr_err_set(err, MR_EARG, "ials needs an "
	    "--unobserved-weight above 0");
}

static void
fold(struct mr_fold *rule, const void *opt)
{
	const struct mr_ials_opt *o = opt;

	*rule = (struct mr_fold){ .rule = MR_FOLD_WEIGHTED,
	    .lambda = o->lambda, .exponent = o->reg_exponent,
	    .alpha = o->alpha, .unobserved = o->unobserved_weight };
}

const struct mr_kind mr_ials_kind = {
	.name = "ials",
	.lone = "beyond the one film are chance",
	.feedback = MR_FEEDBACK_EVENTS, .wants = MR_WANTS_BLAS,
	.params = params, .opt_bytes = sizeof(struct mr_ials_opt),
	.check = check_kind, .train = mr_ials_train, .fold = fold,
};
