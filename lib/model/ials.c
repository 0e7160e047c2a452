/* Implicit ALS; see ials.h.
 * SPDX-License-Identifier: MIT */
#include "model/ials.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

#include "core/mem.h"
#include "core/rng.h"
#include "model/half_step.h"
#include "model/kind.h"

/* One side while the other is fixed. */
struct side {
	const struct mr_csr *R;	/* this side's rows */
	const struct mr_ials_opt *o;
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
start_items(struct mr_mat *V, const struct mr_csr *Rt,
    const struct mr_ials_opt *o)
{
	double scale = 0.1 / sqrt((double)o->d);

	for (int64_t i = 0; i < V->rows; i++) {
		if (Rt->ptr[i] == Rt->ptr[i + 1])
			continue;
		for (int64_t j = 0; j < o->d; j++)
			mr_mat_row(V, i)[j] = (float)(scale *
			    mr_rng_normal(o->seed, (uint64_t)i,
			    (uint64_t)j));
	}
}

static int
run_side(const struct side *s, bool users, float *gram,
    const struct mr_blas *blas, struct mr_err *err)
{
	struct mr_half_step h = { .R = s->R, .dim = (int)s->o->d,
	    .base = gram, .gather = gather, .put = put, .ctx = s,
	    .row_kind = users ? "user" : "item",
	    .row_names = users ? s->o->users : s->o->items };
	int rc = mr_gram(blas, s->fixed->a, s->fixed->rows, h.dim,
	    s->o->unobserved_weight, s->o->threads, gram, err);

	return rc ? rc : mr_half_step_run(&h, blas, s->o->threads, err);
}

static int
check(const struct mr_csr *R, const struct mr_ials_opt *o, struct mr_err *err)
{
	int64_t nnz = mr_csr_nnz(R);

	if (o->d < 1 || o->d > 4096 || o->sweeps < 1 || !(o->lambda >= 0) ||
	    !(o->unobserved_weight > 0) || !(o->reg_exponent >= 0) ||
	    !(o->alpha >= 0) || nnz == 0)
		return mr_err_set(err, MR_EARG, "ials: rank from 1 to 4096, "
		    "an unobserved weight above 0, a sweep and a rating are "
		    "needed");
	for (int64_t k = 0; o->alpha > 0 && k < nnz; k++)
		if (R->val[k] < 0)
			return mr_err_set(err, MR_EFORMAT, "ials: a rating "
			    "is %g, with --alpha they must not be negative",
			    (double)R->val[k]);
	return MR_OK;
}

int
mr_ials_train(struct mr_model *m, const struct mr_csr *R,
    const struct mr_csr *Rt, const struct mr_ials_opt *o,
    const struct mr_blas *blas, const struct mr_sweep_log *log,
    struct mr_err *err)
{
	struct side users = { R, o, &m->V, &m->U };
	struct side items = { Rt, o, &m->U, &m->V };
	float *gram;
	int rc = check(R, o, err);

	*m = (struct mr_model){ .clip_lo = 1, .clip_hi = 0 };
	if (rc == MR_OK)
		rc = mr_mat_new(&m->U, R->rows, o->d, "user factors", err);
	if (rc == MR_OK)
		rc = mr_mat_new(&m->V, R->cols, o->d, "item factors", err);
	if (rc)
		return rc;
	gram = mr_alloc((size_t)(o->d * o->d), sizeof *gram, "Gramian", err);
	if (!gram)
		return MR_ENOMEM;
	start_items(&m->V, Rt, o);
	for (int64_t sweep = 0; sweep < o->sweeps && rc == MR_OK; sweep++) {
		rc = run_side(&users, true, gram, blas, err);
		if (rc == MR_OK)
			rc = run_side(&items, false, gram, blas, err);
		if (log->sweep)
			log->sweep(log->ctx, sweep + 1, o->sweeps);
	}
	free(gram);
	return rc;
}

static double
dot(const float *a, const float *b, int64_t n)
{
	double s = 0;

	for (int64_t j = 0; j < n; j++)
		s += (double)a[j] * (double)b[j];
	return s;
}

/* trace(U'U V'V) = sum of all (U_u . V_i)^2 */
static int
sum_of_all_squares(const struct mr_model *m, double *sum, struct mr_err *err)
{
	int64_t d = m->U.cols;
	const struct mr_mat *side[2] = { &m->U, &m->V };
	double *gram[2] = { NULL, NULL };
	int rc = MR_ENOMEM;

	*sum = 0;
	for (int s = 0; s < 2; s++) {
		gram[s] = mr_alloc((size_t)(d * d), sizeof **gram, "Gramian",
		    err);
		if (!gram[s])
			goto out;
		for (int64_t r = 0; r < side[s]->rows; r++)
			for (int64_t i = 0; i < d; i++)
				for (int64_t j = 0; j < d; j++)
					gram[s][i * d + j] += (double)
					    mr_mat_row(side[s], r)[i] *
					    (double)mr_mat_row(side[s], r)[j];
	}
	for (int64_t i = 0; i < d * d; i++)
		*sum += gram[0][i] * gram[1][i];
	rc = MR_OK;
out:
	free(gram[0]);
	free(gram[1]);
	return rc;
}

int
mr_ials_loss(const struct mr_model *m, const struct mr_csr *R,
    const struct mr_ials_opt *o, double *loss, struct mr_err *err)
{
	int64_t d = m->U.cols;
	double *seen_by = mr_alloc((size_t)R->cols, sizeof *seen_by,
	    "item counts", err), all;
	int rc = seen_by ? sum_of_all_squares(m, &all, err) : MR_ENOMEM;

	*loss = 0;
	for (int64_t u = 0; rc == MR_OK && u < R->rows; u++) {
		const float *p = mr_mat_row(&m->U, u);

		for (int64_t k = R->ptr[u]; k < R->ptr[u + 1]; k++) {
			double e = dot(p, mr_mat_row(&m->V, R->idx[k]), d) - 1;

			*loss += (1 + o->alpha * (double)R->val[k]) * e * e;
			seen_by[R->idx[k]]++;
		}
		*loss += dot(p, p, d) * ridge_of(o, R->ptr[u + 1] -
		    R->ptr[u], R->cols);
	}
	for (int64_t i = 0; rc == MR_OK && i < R->cols; i++)
		*loss += dot(mr_mat_row(&m->V, i), mr_mat_row(&m->V, i), d) *
		    ridge_of(o, (int64_t)seen_by[i], R->rows);
	if (rc == MR_OK)
		*loss += o->unobserved_weight * all;
	free(seen_by);
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

static int
train_kind(struct mr_model *m, const struct mr_train *t, const void *opt,
    struct mr_err *err)
{
	const struct mr_sweep_log log = mr_train_log(t);
	struct mr_ials_opt o = *(const struct mr_ials_opt *)opt;

	o.users = t->names.users;
	o.items = t->names.items;
	o.seed = t->seed;
	o.threads = t->threads;
	return mr_ials_train(m, t->R, t->Rt, &o, t->blas, &log, err);
}

const struct mr_kind mr_ials_kind = {
	.name = "ials", .fold = "implicit",
	.lone = "beyond the one film are chance",
	.feedback = MR_FEEDBACK_EVENTS, .wants = MR_WANTS_BLAS,
	.params = params, .opt_bytes = sizeof(struct mr_ials_opt),
	.check = check_kind, .train = train_kind,
};
