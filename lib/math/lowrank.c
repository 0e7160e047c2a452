/* Sums of products at a bounded rank; see lowrank.h.
 * SPDX-License-Identifier: MIT */
#include "math/lowrank.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/mem.h"
#include "core/par.h"
#include "core/rng.h"
#include "math/gram.h"

#define CHUNK 128	/* rows turned to double at a time */
#define OVER 16		/* more columns than wanted, for accuracy */
#define POWERS 3	/* steps of the subspace iteration */
#define SEED 7

int
mr_lowrank_new(struct mr_lowrank *l, int64_t n_u, int64_t n_v,
    int64_t max_rank, int64_t cap, struct mr_err *err)
{
	int rc;

	l->cols = 0;
	l->max_rank = max_rank;
	rc = mr_mat_new(&l->U, n_u, cap, "samples of user factors", err);
	return rc ? rc : mr_mat_new(&l->V, n_v, cap,
	    "samples of item factors", err);
}

void
mr_lowrank_free(struct mr_lowrank *l)
{
	mr_mat_free(&l->U);
	mr_mat_free(&l->V);
	mr_mat_free(&l->W);
	free(l->C);
	*l = (struct mr_lowrank){ 0 };
}

int
mr_lowrank_follow(struct mr_lowrank *l, int64_t n_w, struct mr_err *err)
{
	size_t cap = (size_t)l->U.cols;

	l->C = mr_alloc(cap * cap, sizeof *l->C, "a form", err);
	return l->C ? mr_mat_new(&l->W, n_w, (int64_t)cap,
	    "samples of set effects", err) : MR_ENOMEM;
}

/* Numbers of a compression of c columns with subspaces of q. */
struct core {
	const struct mr_blas *blas;
	int c, q;
	double *gu, *gv;	/* [c * c] Gramians */
	double *a, *t, *s;	/* [c * q] */
	double *h, *w, *work;	/* [q * q], [q], for eigen */
	int lwork, liwork, *iwork;
};

/* out = x y with x [c * c], y [c * q]. */
static void
times(const struct core *k, const double *x, const double *y, double *out)
{
	k->blas->dgemm(MR_ROW_MAJOR, MR_NO_TRANS, MR_NO_TRANS, k->c, k->q, k->c, 1, x,
	    k->c, y, k->q, 0, out, k->q);
}

/* h = x'y, then its eigenvectors in rows (LAPACK's columns), w rising. */
static int
eigen(const struct core *k, const double *x, const double *y,
    struct mr_err *err)
{
	int info = 0;

	k->blas->dgemm(MR_ROW_MAJOR, MR_TRANS, MR_NO_TRANS, k->q, k->q, k->c, 1, x,
	    k->q, y, k->q, 0, k->h, k->q);
	k->blas->dsyevd("V", "U", &k->q, k->h, &k->q, k->w, k->work,
	    &k->lwork, k->iwork, &k->liwork, &info);
	return info || !isfinite(k->w[k->q - 1]) ? mr_err_set(err,
	    MR_ENUMERIC, "the sum of products has no singular values") :
	    MR_OK;
}

/* a = a h' diag(w^power), largest first; columns whose eigenvalue is less
 * than floor of the largest are zero.  s is overwritten. */
static void
turn(const struct core *k, double *a, double power, double floor)
{
	int q = k->q;

	for (int i = 0; i < q; i++) {
		bool keep = k->w[i] > 0 && k->w[i] > floor * k->w[q - 1];
		double f = keep ? pow(k->w[i], power) : 0;

		for (int j = 0; j < q; j++)
			k->h[i * q + j] *= f;
	}
	k->blas->dgemm(MR_ROW_MAJOR, MR_NO_TRANS, MR_TRANS, k->c, q, q, 1, a, q, k->h,
	    q, 0, k->s, q);
	/* LAPACK's order is rising. */
	for (int i = 0; i < k->c; i++)
		for (int j = 0; j < q; j++)
			a[i * q + j] = k->s[i * q + q - 1 - j];
}

/*
 * The left singular vectors of U V' are U a with a'Gu a = E and
 * Gv Gu a = a diag(sigma^2): a subspace iteration in the core, then
 * Rayleigh and Ritz.  In the end U a sigma^1/2 and V t sigma^-1/2 with
 * t = Gu a are the two sides.
 */
static int
find_core(const struct core *k, struct mr_err *err)
{
	size_t n = (size_t)k->c * (size_t)k->q;
	int rc = MR_OK;

	for (size_t i = 0; i < n; i++)
		k->a[i] = mr_rng_normal(SEED, 0, i);
	for (int step = 0; step <= POWERS && rc == MR_OK; step++) {
		times(k, k->gu, k->a, k->t);
		times(k, k->gv, k->t, k->a);
		times(k, k->gu, k->a, k->t);
		rc = eigen(k, k->a, k->t, err);
		if (rc == MR_OK)
			turn(k, k->a, -0.5, 1e-14);
	}
	if (rc)
		return rc;
	times(k, k->gu, k->a, k->t);
	times(k, k->gv, k->t, k->s);
	rc = eigen(k, k->t, k->s, err);
	if (rc)
		return rc;
	/* w is sigma^2; turn destroys h, so keep what the second needs. */
	memcpy(k->work, k->h, (size_t)k->q * (size_t)k->q * sizeof *k->h);
	turn(k, k->a, 0.25, 1e-18);
	memcpy(k->h, k->work, (size_t)k->q * (size_t)k->q * sizeof *k->h);
	turn(k, k->t, -0.25, 1e-18);
	return MR_OK;
}

/* The first r columns of x become x times core [c * q]. */
struct project {
	const struct mr_lowrank *l;
	struct mr_mat *x;
	const float *core;	/* [c * r] */
	int64_t r;
	float *out;		/* [threads * CHUNK * r] */
};

static void
project_task(void *ctx, int64_t task, int worker)
{
	const struct project *p = ctx;
	int64_t from = task * CHUNK, r = p->r;
	int64_t n = p->x->rows - from < CHUNK ? p->x->rows - from : CHUNK;
	float *out = p->out + worker * CHUNK * r;

	p->l->blas->sgemm(MR_ROW_MAJOR, MR_NO_TRANS, MR_NO_TRANS, (int)n, (int)r,
	    (int)p->l->cols, 1, mr_mat_row(p->x, from), (int)p->x->cols,
	    p->core, (int)r, 0, out, (int)r);
	for (int64_t i = 0; i < n; i++)
		memcpy(mr_mat_row(p->x, from + i), out + i * r,
		    (size_t)r * sizeof *out);
}

static int
project(const struct mr_lowrank *l, struct mr_mat *x, const double *core,
    int q, int64_t r, struct mr_err *err)
{
	int threads = l->threads > 0 ? l->threads : mr_par_cpus();
	struct project p = { l, x, NULL, r, NULL };
	float *narrow = mr_alloc((size_t)(l->cols * r), sizeof *narrow,
	    "a projection", err);
	int rc = MR_ENOMEM;

	p.out = mr_alloc((size_t)(threads * CHUNK * r), sizeof *p.out,
	    "a projection", err);
	if (!narrow || !p.out)
		goto out;
	for (int64_t i = 0; i < l->cols; i++)
		for (int64_t j = 0; j < r; j++)
			narrow[i * r + j] = (float)core[i * q + j];
	p.core = narrow;
	mr_par_run(threads, (x->rows + CHUNK - 1) / CHUNK, project_task, &p);
	rc = MR_OK;
out:
	free(narrow);
	free(p.out);
	return rc;
}

/* W becomes W core, C core' C core; core [cols * q], its first r columns. */
static int
follow(struct mr_lowrank *l, const double *core, int q, int64_t r,
    struct mr_err *err)
{
	int c = (int)l->cols, cap = (int)l->U.cols, n = (int)r;
	double *half;

	if (!l->C)
		return MR_OK;
	half = mr_alloc((size_t)c * (size_t)n, sizeof *half, "a form", err);
	if (!half)
		return MR_ENOMEM;
	l->blas->dgemm(MR_ROW_MAJOR, MR_NO_TRANS, MR_NO_TRANS, c, n, c, 1,
	    l->C, cap, core, q, 0, half, n);
	memset(l->C, 0, (size_t)cap * (size_t)cap * sizeof *l->C);
	l->blas->dgemm(MR_ROW_MAJOR, MR_TRANS, MR_NO_TRANS, n, n, c, 1, core,
	    q, half, n, 0, l->C, cap);
	free(half);
	return project(l, &l->W, core, q, r, err);
}

static int
new_core(struct core *k, const struct mr_lowrank *l, struct mr_err *err)
{
	size_t c = (size_t)l->cols, q = (size_t)(l->max_rank + OVER);

	q = q < c ? q : c;
	*k = (struct core){ .blas = l->blas, .c = (int)c, .q = (int)q };
	/* What dsyevd asks for with vectors. */
	k->lwork = (int)(1 + 6 * q + 2 * q * q);
	k->liwork = (int)(3 + 5 * q);
	k->gu = mr_alloc(2 * c * c + 3 * c * q + q * q + q +
	    (size_t)k->lwork, sizeof *k->gu, "the core of a product", err);
	k->iwork = mr_alloc((size_t)k->liwork, sizeof *k->iwork,
	    "the core of a product", err);
	if (!k->gu || !k->iwork)
		return MR_ENOMEM;
	k->gv = k->gu + c * c;
	k->a = k->gv + c * c;
	k->t = k->a + c * q;
	k->s = k->t + c * q;
	k->h = k->s + c * q;
	k->w = k->h + q * q;
	k->work = k->w + q;
	return MR_OK;
}

static int64_t
fewer_rows(const struct mr_lowrank *l)
{
	return l->V.rows < l->U.rows ? l->V.rows : l->U.rows;
}

/* U V' itself on the side of more rows and one at the diagonal of the other:
 * exact, where singular values far below the first are lost. */
static int
multiply_out(struct mr_lowrank *l, struct mr_err *err)
{
	struct mr_mat *few = l->V.rows < l->U.rows ? &l->V : &l->U;
	struct mr_mat *many = few == &l->V ? &l->U : &l->V;
	int64_t n = few->rows;
	double *core = mr_alloc((size_t)(l->cols * n), sizeof *core,
	    "a product", err);
	int rc;

	if (!core)
		return MR_ENOMEM;
	for (int64_t i = 0; i < n; i++)
		for (int64_t j = 0; j < l->cols; j++)
			core[j * n + i] = (double)mr_mat_row(few, i)[j];
	rc = project(l, many, core, (int)n, n, err);
	if (rc == MR_OK)
		rc = follow(l, core, (int)n, n, err);
	free(core);
	if (rc)
		return rc;
	for (int64_t i = 0; i < n; i++) {
		memset(mr_mat_row(few, i), 0, (size_t)n * sizeof(float));
		mr_mat_row(few, i)[i] = 1;
	}
	l->cols = n;
	return MR_OK;
}

static int
compress(struct mr_lowrank *l, struct mr_err *err)
{
	struct core k;
	int rc;

	/* What follows U cannot be multiplied out by U itself. */
	if (fewer_rows(l) <= l->max_rank && fewer_rows(l) <= l->cols &&
	    !(l->C && l->U.rows <= l->V.rows))
		return multiply_out(l, err);
	rc = new_core(&k, l, err);
	if (rc == MR_OK)
		rc = mr_gram(l->blas, l->U.a, l->U.rows, (int)l->cols,
		    l->U.cols, l->threads, k.gu, err);
	if (rc == MR_OK)
		rc = mr_gram(l->blas, l->V.a, l->V.rows, (int)l->cols,
		    l->V.cols, l->threads, k.gv, err);
	if (rc == MR_OK)
		rc = find_core(&k, err);
	if (rc == MR_OK)
		rc = project(l, &l->U, k.a, k.q, l->max_rank, err);
	if (rc == MR_OK)
		rc = project(l, &l->V, k.t, k.q, l->max_rank, err);
	if (rc == MR_OK)
		rc = follow(l, k.a, k.q, l->max_rank, err);
	if (rc == MR_OK)
		l->cols = l->max_rank;
	free(k.gu);
	free(k.iwork);
	return rc;
}

int
mr_lowrank_room(struct mr_lowrank *l, int64_t d, struct mr_err *err)
{
	return l->cols + d <= l->U.cols ? MR_OK : compress(l, err);
}

static int
take(const struct mr_mat *from, int64_t cols, int64_t spare, double scale,
    struct mr_mat *to, struct mr_err *err)
{
	int rc = mr_mat_new(to, from->rows, cols + spare, "factors", err);

	for (int64_t u = 0; rc == MR_OK && u < from->rows; u++)
		for (int64_t j = 0; j < cols; j++)
			mr_mat_row(to, u)[j] = (float)(scale *
			    (double)mr_mat_row(from, u)[j]);
	return rc;
}

int
mr_lowrank_finish(struct mr_lowrank *l, double scale, int64_t spare,
    struct mr_mat *U, struct mr_mat *V, struct mr_err *err)
{
	int rc = l->cols > l->max_rank ? compress(l, err) : MR_OK;

	if (rc == MR_OK)
		rc = take(&l->U, l->cols, spare, sqrt(scale), U, err);
	return rc ? rc : take(&l->V, l->cols, spare, sqrt(scale), V, err);
}
