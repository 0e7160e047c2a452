/* Linear models of items in closed form; see ease.h.
 * SPDX-License-Identifier: MIT */
#include "model/ease.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/mem.h"
#include "core/par.h"
#include "model/folder_sums.h"
#include "model/kept_rows.h"
#include "model/walk.h"

struct lane {
	double *row;		/* [n_items] weights to an item */
	double *y;		/* [n_users] by the users */
	struct mr_hit *best;	/* [n_items] */
	struct mr_err err;
};

struct run {
	const struct mr_train *job;
	struct mr_model *m;
	bool by_users;
	int64_t n, k;
	double *inverse_L;	/* [n_items] 1 / L */
	float *a;		/* [n * n] G or M */
	int32_t *rank;
	struct mr_kept_rows rows;
	struct lane *lane;	/* [workers] */
	int workers;
	_Atomic int64_t bad;	/* the first item without weights */
};

/* Row x of R'R or of R L^-1 R', with the diagonal that is added. */
static void
row_of_system(void *ctx, int64_t x, int worker)
{
	const struct run *r = ctx;
	const struct mr_csr *X = r->by_users ? r->job->R : r->job->Rt;
	const struct mr_csr *Y = r->by_users ? r->job->Rt : r->job->R;
	float *a = r->a + x * r->n;

	(void)worker;
	for (int64_t k = X->ptr[x]; k < X->ptr[x + 1]; k++) {
		int32_t y = X->idx[k];
		float w = r->by_users ? (float)r->inverse_L[y] : 1;

		for (int64_t c = Y->ptr[y]; c < Y->ptr[y + 1]; c++)
			a[Y->idx[c]] += w;
	}
	a[x] += r->by_users ? 1 : (float)(1 / r->inverse_L[x]);
}

static int
invert(struct run *r, struct mr_err *err)
{
	const struct mr_blas *blas = r->job->blas;
	int n = 0, info = 0, rc = mr_blas_int(r->n, &n, err);

	if (rc)
		return rc;
	mr_par_run(r->job->threads, r->n, row_of_system, r);
	blas->spotrf("U", &n, r->a, &n, &info);
	if (info == 0)
		blas->spotri("U", &n, r->a, &n, &info);
	if (info)
		return mr_err_set(err, MR_ENUMERIC, "ease: its system of %d "
		    "rows is not positive definite in float: a larger "
		    "--lambda helps", n);
	/* LAPACK's upper triangle is our lower one. */
	for (int64_t x = 0; x < r->n; x++)
		for (int64_t y = x + 1; y < r->n; y++)
			r->a[x * r->n + y] = r->a[y * r->n + x];
	return MR_OK;
}

/* Weights to item i by M, and what divides them: G[i][i]. */
static double
row_by_users(const struct run *r, struct lane *l, int64_t i)
{
	const struct mr_csr *R = r->job->R, *Rt = r->job->Rt;
	const double *by = r->inverse_L;

	memset(l->y, 0, (size_t)R->rows * sizeof *l->y);
	memset(l->row, 0, (size_t)R->cols * sizeof *l->row);
	for (int64_t k = Rt->ptr[i]; k < Rt->ptr[i + 1]; k++) {
		const float *a = r->a + Rt->idx[k] * r->n;

		for (int64_t v = 0; v < R->rows; v++)
			l->y[v] += (double)a[v];
	}
	for (int64_t v = 0; v < R->rows; v++)
		for (int64_t k = R->ptr[v]; k < R->ptr[v + 1]; k++)
			l->row[R->idx[k]] += l->y[v];
	for (int64_t j = 0; j < R->cols; j++)
		l->row[j] *= by[i] * by[j];
	return by[i] - l->row[i];
}

static double
row_by_items(const struct run *r, struct lane *l, int64_t i)
{
	for (int64_t j = 0; j < r->n; j++)
		l->row[j] = -(double)r->a[i * r->n + j];
	return -l->row[i];
}

static int
no_weights(const struct run *r, int64_t i, struct mr_err *err)
{
	return mr_names_blame(&r->job->names, -1, i, MR_ENUMERIC, "ease has no "
	    "weights in float: a larger --lambda helps", err);
}

static void
add_row(struct run *r, struct lane *l, int64_t i)
{
	double whole = r->by_users ? row_by_users(r, l, i) :
	    row_by_items(r, l, i);
	int64_t n = 0;

	if (!(whole > 0) || !isfinite(whole)) {
		l->err.code = no_weights(r, i, &l->err);
		return;
	}
	for (int32_t j = 0; j < r->job->R->cols; j++) {
		float v = (float)(l->row[j] / whole);

		l->row[j] = (double)v;
		if (j != i && fabsf(v) > 0)
			l->best[n++] = (struct mr_hit){ fabsf(v), j };
	}
	if (n > r->k) {
		mr_topk_select(l->best, n, r->k, r->rank);
		n = r->k;
	}
	for (int64_t c = 0; c < n; c++)
		l->best[c].score = (float)l->row[l->best[c].row];
	mr_kept_rows_add(&r->rows, i, l->best, n, &l->err);
}

static void
rows_task(void *ctx, int64_t task, int worker)
{
	struct run *r = ctx;
	struct lane *l = r->lane + worker;
	const struct mr_csr *Rt = r->job->Rt;
	int64_t from = task * MR_KEPT_TASK, to = from + MR_KEPT_TASK;

	for (int64_t i = from; i < to && i < Rt->rows; i++)
		if (Rt->ptr[i] < Rt->ptr[i + 1] && l->err.code == MR_OK)
			add_row(r, l, i);
	mr_kept_rows_fit(&r->rows, task);
}

/* ---- as factors ---- */

/* V[i] and Y[i]: what C' makes of the users of i is a sum of rows of C. */
static void
factors_of_item(void *ctx, int64_t i, int worker)
{
	struct run *r = ctx;
	const struct mr_csr *Rt = r->job->Rt;
	double *h = r->lane[worker].y, by = r->inverse_L[i], whole = by;
	float *V = mr_mat_row(&r->m->V, i);

	if (Rt->ptr[i] == Rt->ptr[i + 1])
		return;
	memset(h, 0, (size_t)r->n * sizeof *h);
	for (int64_t k = Rt->ptr[i]; k < Rt->ptr[i + 1]; k++) {
		const float *c = r->a + Rt->idx[k] * r->n;

		for (int64_t v = 0; v <= Rt->idx[k]; v++)
			h[v] += by * (double)c[v];
	}
	for (int64_t v = 0; v < r->n; v++)
		whole -= h[v] * h[v];
	if (!(whole > 0) || !isfinite(whole)) {
		mr_par_lowest(&r->bad, i);
		return;
	}
	r->m->Y.a[i] = (float)whole;
	for (int64_t v = 0; v < r->n; v++)
		V[v] = (float)(h[v] / whole);
}

static void
factors_of_user(void *ctx, int64_t u, int worker)
{
	struct run *r = ctx;
	const struct mr_csr *R = r->job->R;
	const struct mr_rated x = { R->idx + R->ptr[u], R->val + R->ptr[u],
	    R->ptr[u + 1] - R->ptr[u] };

	(void)worker;
	mr_fold_sums(&r->m->V, &r->m->Y, 0, &x, mr_mat_row(&r->m->U, u));
}

static int
put_factors(struct run *r, struct mr_err *err)
{
	struct mr_model *m = r->m;
	int64_t items = r->job->R->cols;
	int n = (int)r->n, info = 0;
	int rc = mr_mat_new(&m->U, r->n, r->n, "user factors", err);

	if (rc == MR_OK)
		rc = mr_mat_new(&m->V, items, r->n, "item factors", err);
	if (rc == MR_OK)
		rc = mr_mat_new(&m->Y, items, 1, "weights of items", err);
	if (rc)
		return rc;
	r->job->blas->spotrf("U", &n, r->a, &n, &info);
	if (info)
		return mr_err_set(err, MR_ENUMERIC, "ease: its inverse of %d "
		    "rows is not positive definite in float: a larger "
		    "--lambda helps", n);
	r->bad = INT64_MAX;
	mr_par_run(r->workers, items, factors_of_item, r);
	if (r->bad < INT64_MAX)
		return no_weights(r, r->bad, err);
	mr_par_run(r->workers, r->n, factors_of_user, r);
	return MR_OK;
}

/* ---- a run ---- */

static int
prepare(struct run *r, const struct mr_ease_opt *o, struct mr_err *err)
{
	const struct mr_csr *R = r->job->R, *Rt = r->job->Rt;
	int rc = mr_walk_ranks(&r->rank, r->job->names.items, err);

	mr_report_fact(r->job->report, "ease: %.1f MiB for a system of %lld "
	    "%s", 4. * (double)r->n * (double)r->n / 1048576, (long long)r->n,
	    r->by_users ? "users" : "items");
	if (rc == MR_OK)
		rc = mr_kept_rows_new(&r->rows, R->cols, R->cols, err);
	if (rc)
		return rc;
	r->inverse_L = mr_alloc((size_t)R->cols, sizeof *r->inverse_L,
	    "weights", err);
	r->a = r->inverse_L ? mr_alloc((size_t)r->n, (size_t)r->n *
	    sizeof *r->a, "the system of ease", err) : NULL;
	r->lane = r->a ? mr_alloc((size_t)r->workers, sizeof *r->lane, "rows",
	    err) : NULL;
	for (int i = 0; r->lane && i < r->workers; i++) {
		struct lane *l = r->lane + i;

		l->row = mr_alloc((size_t)R->cols, sizeof *l->row, "rows",
		    err);
		l->y = l->row ? mr_alloc((size_t)R->rows, sizeof *l->y,
		    "rows", err) : NULL;
		l->best = l->y ? mr_alloc((size_t)R->cols, sizeof *l->best,
		    "rows", err) : NULL;
		if (!l->best)
			return MR_ENOMEM;
	}
	for (int64_t j = 0; r->lane && j < R->cols; j++)
		r->inverse_L[j] = 1 / (o->lambda + o->dropout /
		    (1 - o->dropout) * (double)(Rt->ptr[j + 1] - Rt->ptr[j]));
	return r->lane ? MR_OK : MR_ENOMEM;
}

static void
free_run(struct run *r)
{
	for (int i = 0; r->lane && i < r->workers; i++) {
		free(r->lane[i].row);
		free(r->lane[i].y);
		free(r->lane[i].best);
	}
	mr_kept_rows_free(&r->rows);
	free(r->lane);
	free(r->inverse_L);
	free(r->a);
	free(r->rank);
}

static int
put_weights(struct run *r, struct mr_err *err)
{
	struct mr_csr S = { 0 };
	int rc = MR_OK;

	mr_par_run(r->workers, r->rows.n_parts, rows_task, r);
	for (int i = 0; i < r->workers && rc == MR_OK; i++)
		if (r->lane[i].err.code) {
			*err = r->lane[i].err;
			rc = err->code;
		}
	if (rc == MR_OK)
		rc = mr_kept_rows_join(&r->rows, &S, err);
	return rc ? rc : mr_walk_term(&r->m->near, &S, true, err);
}

static bool
is_factors(const struct mr_ease_opt *o)
{
	return o->k == 0 && o->form == MR_EASE_FACTORS;
}

int
mr_ease_train(struct mr_model *m, const struct mr_train *job,
    const void *opt, struct mr_err *err)
{
	const struct mr_ease_opt *o = opt;
	int64_t users = job->R->rows, items = job->R->cols;
	bool by_users = is_factors(o) || users < items;
	struct run r = { .job = job, .m = m, .by_users = by_users,
	    .n = by_users ? users : items,
	    .k = o->k > 0 && o->k < items ? o->k : items,
	    .workers = job->threads > 0 ? job->threads : mr_par_cpus() };
	int rc = prepare(&r, o, err);

	*m = (struct mr_model){ .clip_lo = 1, .clip_hi = 0 };
	if (rc == MR_OK)
		rc = invert(&r, err);
	if (rc == MR_OK)
		rc = is_factors(o) ? put_factors(&r, err) :
		    put_weights(&r, err);
	free_run(&r);
	return rc;
}

#define OPT struct mr_ease_opt

static const char *const forms[] = { "weights", "factors", NULL };

/* The same scores, and of fewer users than films far fewer numbers. */
static double
smaller_form(const struct mr_extent *x)
{
	return x->n_users < x->n_items ? MR_EASE_FACTORS : MR_EASE_WEIGHTS;
}

static bool
keeps_all(const void *opt)
{
	return ((const OPT *)opt)->k == 0;
}

static const struct mr_param params[] = {
	{ MR_LAMBDA_ROW(OPT, 200) },
	{ MR_REAL_ROW(OPT, dropout, 0, "dropout", "P",
	    "share of a user's films that ease learns to do without", 0,
	    0.999, 0) },
	{ MR_KEPT_ROW(OPT, 0) },
	{ MR_WORD_ROW(OPT, form, "form", "NAME",
	    "what ease is kept as: weights of pairs, or factors", forms,
	    MR_EASE_WEIGHTS), .suited = smaller_form, .counts = keeps_all,
	    .when = "--neighbours 0" },
	{ .name = NULL }
};

static void
fold(struct mr_fold *rule, const void *opt)
{
	rule->rule = is_factors(opt) ? MR_FOLD_SUMS : MR_FOLD_RATED;
}

static int
check_kind(const void *opt, struct mr_err *err)
{
	return ((const OPT *)opt)->lambda > 0 ? MR_OK : mr_err_set(err,
	    MR_EARG, "ease needs a --lambda above 0");
}

static double
bytes(const struct mr_csr *R, int threads, const void *opt)
{
	const OPT *o = opt;
	double users = (double)R->rows, items = (double)R->cols;
	double n = is_factors(o) ? users : fmin(users, items);
	double kept = o->k > 0 && (double)o->k < items ? (double)o->k : items;
	double row = is_factors(o) ? 0 : kept;

	return 4 * n * n + 16 * row * items + (is_factors(o) ? 4 * n *
	    (users + items) : 0) + (18 * items + 8 * users) *
	    threads + 12 * items;
}

const struct mr_kind mr_ease_kind = {
	.name = "ease",
	.lone = "have nothing to go by: no two films share a user",
	.feedback = MR_FEEDBACK_EVENTS, .wants = MR_WANTS_BLAS,
	.params = params, .opt_bytes = sizeof(OPT), .check = check_kind,
	.train = mr_ease_train, .fold = fold, .bytes = bytes,
};
