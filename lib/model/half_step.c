/* Alternating least squares, one side at a time; see half_step.h.
 * SPDX-License-Identifier: MIT */
#include "model/half_step.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "core/mem.h"
#include "core/par.h"
#include "model/names.h"

#define ROWS_PER_TASK 32
#define FLOAT_ENOUGH 1e3	/* condition up to which 7 digits will do */
#define FLOAT_ROW 4096		/* entries whose sums stay in float */

struct workspace {
	float *g;		/* [most * dim], most entries at once */
	float *a, *b;		/* [dim * dim], [most] */
	float *x;		/* [dim] */
	double *t;		/* [most] */
	double *wide;		/* [dim], and mr_ridge_work */
	int64_t most;
};

struct run {
	const struct mr_half_step *h;
	const struct mr_blas *blas;
	struct workspace *work;		/* [threads] */
	/* Counts, and the lowest row of each kind. */
	_Atomic int64_t bad_row, vague, first_vague;
};

/* A row as mr_ridge_solve asks for it. */
struct wide_row {
	const struct mr_half_step *h;
	const struct workspace *w;
	int64_t row;
};

static void
wide_rows(const void *ctx, int64_t from, int64_t n, double *z, double *t)
{
	const struct wide_row *r = ctx;

	r->h->gather(r->h->ctx, r->row, from, n, r->w->g, t);
	for (int64_t k = 0; k < n * r->h->dim; k++)
		z[k] = r->w->g[k];
}

static bool
all_finite(const float *x, int n)
{
	for (int i = 0; i < n; i++)
		if (!isfinite(x[i]))
			return false;
	return true;
}

/* In double; x goes to w->x. */
static bool
solve_wide(struct run *r, const struct workspace *w, int64_t row, int64_t n,
    double ridge)
{
	int d = r->h->dim;
	const struct wide_row ctx = { r->h, w, row };
	const struct mr_ridge_row p = { d, n, ridge, wide_rows, &ctx };
	double error = mr_ridge_solve(&p, r->blas, w->wide + d, w->wide);

	for (int j = 0; j < d; j++)
		w->x[j] = (float)w->wide[j];
	if (!isfinite(error) || !all_finite(w->x, d))
		return false;
	if (error > MR_FOUR_DIGITS) {
		r->vague++;
		mr_par_lowest(&r->first_vague, row);
	}
	return true;
}

/* n unknowns: (ridge E + G G') y = t, x = G'y. */
static bool
solve_flat(const struct run *r, const struct workspace *w, int n, float ridge)
{
	int d = r->h->dim;

	r->blas->ssyrk(MR_ROW_MAJOR, MR_LOWER, MR_NO_TRANS, n, d, 1, w->g, d, 0, w->a,
	    n);
	for (int k = 0; k < n; k++) {
		w->a[k * n + k] += ridge;
		w->b[k] = (float)w->t[k];
	}
	if (!mr_blas_solve(r->blas, w->a, w->b, n))
		return false;
	memset(w->x, 0, (size_t)d * sizeof *w->x);
	for (int k = 0; k < n; k++)
		for (int j = 0; j < d; j++)
			w->x[j] += w->b[k] * w->g[k * d + j];
	return true;
}

/* dim unknowns: (ridge E + G'G) x = G't; the first entries are in w. */
static bool
solve_tall(const struct run *r, const struct workspace *w, int64_t row,
    int64_t n, float ridge)
{
	const struct mr_half_step *h = r->h;
	int d = h->dim;

	memset(w->x, 0, (size_t)d * sizeof *w->x);
	for (int64_t from = 0; from < n; from += w->most) {
		int some = (int)(n - from < w->most ? n - from : w->most);

		if (from > 0)
			h->gather(h->ctx, row, from, some, w->g, w->t);
		r->blas->ssyrk(MR_ROW_MAJOR, MR_LOWER, MR_TRANS, d, some, 1, w->g, d,
		    from > 0, w->a, d);
		for (int k = 0; k < some; k++)
			for (int j = 0; j < d; j++)
				w->x[j] += (float)w->t[k] * w->g[k * d + j];
	}
	for (int j = 0; j < d; j++)
		w->a[j * d + j] += ridge;
	return mr_blas_solve(r->blas, w->a, w->x, d);
}

/* Is float enough?  The first entries come to w. */
static bool
is_mild(const struct run *r, const struct workspace *w, int64_t row,
    int64_t n, double ridge)
{
	const struct mr_half_step *h = r->h;
	double size = 0, most = (FLOAT_ENOUGH - 1) * ridge;

	for (int64_t from = 0; from < n && size <= most; from += w->most) {
		int64_t some = n - from < w->most ? n - from : w->most;
		float part = 0;

		h->gather(h->ctx, row, from, some, w->g, w->t);
		for (int64_t k = 0; k < some * h->dim; k++)
			part += w->g[k] * w->g[k];
		size += (double)part;
	}
	if (n > w->most)
		h->gather(h->ctx, row, 0, w->most, w->g, w->t);
	return size <= most && (float)ridge > 0;
}

static bool
solve_row(struct run *r, const struct workspace *w, int64_t row)
{
	const struct mr_half_step *h = r->h;
	int64_t n = h->R->ptr[row + 1] - h->R->ptr[row];
	double ridge = h->ridge(h->ctx, n);

	if (n <= FLOAT_ROW && is_mild(r, w, row, n, ridge) &&
	    (n < h->dim ? solve_flat(r, w, (int)n, (float)ridge) :
	    solve_tall(r, w, row, n, (float)ridge)) &&
	    all_finite(w->x, h->dim))
		return true;
	return solve_wide(r, w, row, n, ridge);
}

static void
solve_task(void *ctx, int64_t task, int worker)
{
	struct run *r = ctx;
	const struct mr_half_step *h = r->h;
	int64_t to = (task + 1) * ROWS_PER_TASK;

	for (int64_t row = task * ROWS_PER_TASK;
	    row < to && row < h->R->rows; row++) {
		if (h->R->ptr[row] == h->R->ptr[row + 1])
			continue;
		if (solve_row(r, &r->work[worker], row))
			h->put(h->ctx, row, r->work[worker].x);
		else
			mr_par_lowest(&r->bad_row, row);
	}
}

static void
free_work(struct workspace *work, int threads)
{
	for (int i = 0; work && i < threads; i++) {
		free(work[i].g);
		free(work[i].t);
	}
	free(work);
}

static struct workspace *
new_work(const struct mr_half_step *h, int threads, struct mr_err *err)
{
	size_t d = (size_t)h->dim;
	size_t most = d > MR_RIDGE_CHUNK ? d : MR_RIDGE_CHUNK;
	struct workspace *work = mr_alloc((size_t)threads, sizeof *work,
	    "workspace", err);

	for (int i = 0; work && i < threads; i++) {
		struct workspace *w = &work[i];

		w->g = mr_alloc(most * d + d * d + most + d, sizeof *w->g,
		    "workspace of a row", err);
		w->t = mr_alloc(most + d + mr_ridge_work(h->dim),
		    sizeof *w->t, "workspace of a row", err);
		if (!w->g || !w->t) {
			free_work(work, threads);
			return NULL;
		}
		w->most = (int64_t)most;
		w->a = w->g + most * d;
		w->b = w->a + d * d;
		w->x = w->b + most;
		w->wide = w->t + most;
	}
	return work;
}

int
mr_half_step_run(const struct mr_half_step *h, const struct mr_blas *blas,
    int threads, struct mr_vague *vague, struct mr_err *err)
{
	struct run r = { h, blas, NULL, INT64_MAX, 0, INT64_MAX };
	int workers = threads > 0 ? threads : mr_par_cpus();

	r.work = new_work(h, workers, err);
	if (!r.work)
		return MR_ENOMEM;
	mr_par_run(workers, (h->R->rows + ROWS_PER_TASK - 1) / ROWS_PER_TASK,
	    solve_task, &r);
	free_work(r.work, workers);
	*vague = (struct mr_vague){ r.vague, r.vague ? r.first_vague : -1 };
	return r.bad_row == INT64_MAX ? MR_OK : mr_no_solution(h->row_kind,
	    h->row_names, r.bad_row, err);
}
