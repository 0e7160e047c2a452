/* Implicit ALS; see ials.h.
 * SPDX-License-Identifier: MIT */
#include "model/ials.h"

#include <math.h>
#include <string.h>

#include "core/par.h"
#include "core/rng.h"
#include "model/weighted_step.h"

#define REMEDY "a smaller --alpha or a larger --lambda helps"

static void
fold(struct mr_fold *rule, const void *opt)
{
	const struct mr_ials_opt *o = opt;

	*rule = (struct mr_fold){ .rule = MR_FOLD_WEIGHTED,
	    .lambda = o->lambda, .exponent = o->reg_exponent,
	    .alpha = o->alpha, .unobserved = o->unobserved_weight };
}

#define START_TASK 256	/* rows begun at a time */

/* Items that begin with what their numbers draw. */
struct begun {
	struct mr_mat *V;
	const struct mr_csr *Rt;
	int64_t d, first;	/* row 0 is item first */
	uint64_t seed;
};

static void
start_task(void *ctx, int64_t task, int worker)
{
	const struct begun *b = ctx;
	double scale = 0.1 / sqrt((double)b->d);
	int64_t from = task * START_TASK, n = b->Rt->rows - from;

	(void)worker;
	for (int64_t i = from; i < from + (n < START_TASK ? n : START_TASK);
	    i++) {
		if (b->Rt->ptr[i] == b->Rt->ptr[i + 1])
			continue;
		for (int64_t j = 0; j < b->d; j++)
			mr_mat_row(b->V, i)[j] = (float)(scale *
			    mr_rng_normal(b->seed, (uint64_t)(b->first + i),
			    (uint64_t)j));
	}
}

static void
start_items(struct begun *b, int threads)
{
	mr_par_run(threads > 0 ? threads : mr_par_cpus(), (b->Rt->rows +
	    START_TASK - 1) / START_TASK, start_task, b);
}

static int
sweep(struct mr_model *m, const struct mr_train *job,
    const struct mr_ials_opt *o, struct mr_vague vague[2], struct mr_err *err)
{
	struct mr_weighted users = { .R = job->R, .fixed = &m->V,
	    .rows = &m->U, .d = o->d, .row_kind = "user",
	    .row_names = job->names.users };
	struct mr_weighted items = { .R = job->Rt, .fixed = &m->U,
	    .rows = &m->V, .d = o->d, .row_kind = "item",
	    .row_names = job->names.items };
	int rc;

	fold(&users.rule, o);
	items.rule = users.rule;
	rc = mr_weighted_step(&users, job->blas, job->threads, &vague[0],
	    err);
	return rc ? rc : mr_weighted_step(&items, job->blas, job->threads,
	    &vague[1], err);
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
	struct mr_vague vague[2] = { { 0, -1 }, { 0, -1 } };
	int64_t width = mr_weighted_width(o->d);
	int rc = o->alpha > 0 ? check_values(job->R, err) : MR_OK;

	*m = (struct mr_model){ .clip_lo = 1, .clip_hi = 0 };
	if (rc == MR_OK)
		rc = mr_mat_new(&m->U, job->R->rows, width, "user factors",
		    err);
	if (rc == MR_OK)
		rc = mr_mat_new(&m->V, job->R->cols, width, "item factors",
		    err);
	if (rc)
		return rc;
	start_items(&(struct begun){ &m->V, job->Rt, o->d, 0, job->seed },
	    job->threads);
	if (job->start) {
		mr_start_rows(m->U.a, width, o->d, &job->start->m.U,
		    job->start->user);
		mr_start_rows(m->V.a, width, o->d, &job->start->m.V,
		    job->start->item);
	}
	for (int64_t n = 0; n < o->sweeps && rc == MR_OK; n++) {
		rc = sweep(m, job, o, vague, err);
		mr_report_step(job->report, "sweeps", n + 1, o->sweeps);
	}
	mr_mat_narrow(&m->U, o->d);
	mr_mat_narrow(&m->V, o->d);
	if (rc == MR_OK)
		mr_vague_warn(&vague[0], &vague[1], &job->names, REMEDY,
		    job->report);
	return rc;
}

static int
start_half(const struct mr_half *h, const void *opt, struct mr_err *err)
{
	const struct mr_ials_opt *o = opt;

	start_items(&(struct begun){ h->rows, h->R, o->d, h->first, h->seed },
	    h->threads);
	return o->alpha > 0 ? check_values(h->R, err) : MR_OK;
}

static int
turn_half(const struct mr_half *h, const void *opt, struct mr_err *err)
{
	const struct mr_ials_opt *o = opt;
	struct mr_fold rule;

	fold(&rule, o);
	return mr_weighted_turn(h->rows, o->d, &rule, h->n_rows, h->turned,
	    h->blas, h->threads, err);
}

static int
solve_half(const struct mr_half *h, const void *opt, struct mr_err *err)
{
	const struct mr_ials_opt *o = opt;
	struct mr_weighted w = { .R = h->R, .fixed = h->fixed,
	    .n_fixed = h->n_fixed, .gram = h->gram, .rows = h->rows,
	    .d = o->d, .row_kind = h->items ? "item" : "user",
	    .row_names = h->names };
	struct mr_vague vague = { 0, -1 }, none = { 0, -1 };
	struct mr_names names = { h->names, h->names };
	int rc = o->alpha > 0 ? check_values(h->R, err) : MR_OK;

	fold(&w.rule, o);
	if (rc == MR_OK && h->turned)
		rc = turn_half(h, opt, err);
	if (rc == MR_OK)
		rc = mr_weighted_step(&w, h->blas, h->threads, &vague, err);
	if (rc == MR_OK)
		mr_vague_warn(h->items ? &none : &vague, h->items ? &vague :
		    &none, &names, REMEDY, h->report);
	return rc;
}

static const struct mr_half_kind halves = { .turns = true,
    .width = mr_weighted_width, .start = start_half, .solve = solve_half,
    .turn = turn_half };

double
mr_ials_weight(const struct mr_extent *x)
{
	return fmin(16 * (double)x->n_ratings / ((double)x->n_users *
	    (double)x->n_items), 1);
}

double
mr_ials_rank(const struct mr_extent *x)
{
	int64_t n = x->n_users < x->n_items ? x->n_users : x->n_items;

	return n < 5000 ? 64 : n < 20000 ? 128 : 256;
}

double
mr_ials_lambda(const struct mr_extent *x)
{
	double each = (double)x->n_ratings / (double)x->n_users;

	return fmax(0.01 * fmax(fmin(pow(1000 / (double)x->n_users, 0.25), 1),
	    0.2), 0.11 / each);
}

double
mr_ials_bytes(const struct mr_csr *R, int64_t d, int threads)
{
	double width = (double)mr_weighted_width(d);

	return 4 * width * (double)(R->rows + R->cols) + 64 * width * width +
	    2048 * width * threads;
}

static double
bytes(const struct mr_csr *R, int threads, const void *opt)
{
	return mr_ials_bytes(R, ((const struct mr_ials_opt *)opt)->d, threads);
}

static const struct mr_param params[] = {
	MR_IALS_ROWS(struct mr_ials_opt),
	{ .name = NULL }
};

static int
check_kind(const void *opt, struct mr_err *err)
{
	return ((const struct mr_ials_opt *)opt)->unobserved_weight > 0 ?
	    MR_OK : mr_err_set(err, MR_EARG, "ials needs an "
	    "--unobserved-weight above 0");
}

const struct mr_kind mr_ials_kind = {
	.name = "ials",
	.lone = "beyond the one film are chance",
	.feedback = MR_FEEDBACK_EVENTS, .wants = MR_WANTS_BLAS | MR_TAKES_START,
	.maps = true,
	.params = params, .opt_bytes = sizeof(struct mr_ials_opt),
	.check = check_kind, .train = mr_ials_train, .fold = fold,
	.bytes = bytes, .half = &halves,
};
