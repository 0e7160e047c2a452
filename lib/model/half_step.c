/* Alternating least squares, one side at a time; see half_step.h.
 * SPDX-License-Identifier: MIT */
#include "model/half_step.h"

#include <math.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "core/mem.h"
#include "core/par.h"
#include "math/chol.h"
#include "model/names.h"

#define ROW_MAJOR 101	/* cblas's names for these numbers */
#define TRANS 112
#define LOWER 122
#define ROWS_PER_TASK 32
#define FLOAT_ENOUGH 1e6	/* condition up to which 7 digits will do */
#define GRAM_BLOCKS 16

struct workspace {
	float *g, *t, *a, *b;
	double *wide;		/* [dim * (dim + 1)] */
};

struct run {
	const struct mr_half_step *h;
	const struct mr_blas *blas;
	struct workspace *work;		/* [threads] */
	_Atomic int64_t bad_row;	/* the lowest without a solution */
};

/* The row again, sums and solution in double; x goes to w->b. */
static bool
solve_row_wide(const struct mr_half_step *h, const struct workspace *w,
    int64_t n, double ridge)
{
	int d = h->dim;
	double *a = w->wide, *b = w->wide + (size_t)d * (size_t)d;

	for (int i = 0; i < d; i++) {
		b[i] = 0;
		for (int j = 0; j <= i; j++)
			a[j * d + i] = (h->base ? h->base[i * d + j] : 0) +
			    (i == j ? ridge : 0);
	}
	for (int64_t k = 0; k < n; k++) {
		const float *g = w->g + k * d;

		for (int i = 0; i < d; i++) {
			b[i] += (double)w->t[k] * g[i];
			for (int j = 0; j <= i; j++)
				a[j * d + i] += (double)g[i] * g[j];
		}
	}
	if (!mr_chol_factor(a, d))
		return false;
	mr_chol_forward(a, b, d);
	mr_chol_back(a, b, d);
	for (int i = 0; i < d; i++)
		w->b[i] = (float)b[i];
	return true;
}

static bool
all_finite(const float *x, int n)
{
	for (int i = 0; i < n; i++)
		if (!isfinite(x[i]))
			return false;
	return true;
}

static bool
solve_row(const struct run *r, const struct workspace *w, int64_t row)
{
	const struct mr_half_step *h = r->h;
	int64_t n = h->R->ptr[row + 1] - h->R->ptr[row];
	int d = h->dim;
	double ridge;

	h->gather(h->ctx, row, w->g, w->t, &ridge);
	if (h->base)
		memcpy(w->a, h->base, (size_t)d * (size_t)d * sizeof *w->a);
	r->blas->ssyrk(ROW_MAJOR, LOWER, TRANS, d, (int)n, 1, w->g, d,
	    h->base ? 1 : 0, w->a, d);
	memset(w->b, 0, (size_t)d * sizeof *w->b);
	for (int64_t k = 0; k < n; k++)
		for (int i = 0; i < d; i++)
			w->b[i] += w->t[k] * w->g[k * d + i];
	for (int i = 0; i < d; i++)
		w->a[i * d + i] += (float)ridge;
	/* Sums that overflow in float need not in double. */
	if (mr_blas_solve(r->blas, w->a, w->b, d) <= FLOAT_ENOUGH &&
	    all_finite(w->b, d))
		return true;
	return solve_row_wide(h, w, n, ridge) && all_finite(w->b, d);
}

static void
solve_task(void *ctx, int64_t task, int worker)
{
	struct run *r = ctx;
	const struct mr_half_step *h = r->h;
	int64_t to = (task + 1) * ROWS_PER_TASK;

	for (int64_t row = task * ROWS_PER_TASK;
	    row < to && row < h->R->rows; row++) {
		int64_t low = r->bad_row;

		if (h->R->ptr[row] == h->R->ptr[row + 1])
			continue;
		if (solve_row(r, &r->work[worker], row))
			h->put(h->ctx, row, r->work[worker].b);
		else
			while (row < low && !atomic_compare_exchange_weak(
			    &r->bad_row, &low, row))
				;
	}
}

static void
free_work(struct workspace *work, int threads)
{
	for (int i = 0; work && i < threads; i++) {
		free(work[i].g);
		free(work[i].wide);
	}
	free(work);
}

static struct workspace *
new_work(const struct mr_half_step *h, int threads, struct mr_err *err)
{
	size_t d = (size_t)h->dim, longest = 1;
	struct workspace *work = mr_alloc((size_t)threads, sizeof *work,
	    "workspace", err);

	for (int64_t u = 0; u < h->R->rows; u++)
		if ((size_t)(h->R->ptr[u + 1] - h->R->ptr[u]) > longest)
			longest = (size_t)(h->R->ptr[u + 1] - h->R->ptr[u]);
	for (int i = 0; work && i < threads; i++) {
		struct workspace *w = &work[i];

		w->g = mr_alloc(longest * (d + 1) + d * (d + 1),
		    sizeof *w->g, "workspace of a row", err);
		w->wide = mr_alloc(d * (d + 1), sizeof *w->wide,
		    "workspace of a row", err);
		if (!w->g || !w->wide) {
			free_work(work, threads);
			return NULL;
		}
		w->a = w->g + longest * d;
		w->b = w->a + d * d;
		w->t = w->b + d;
	}
	return work;
}

static int
no_solution(const struct mr_half_step *h, int64_t row, struct mr_err *err)
{
	char who[MR_CALLED];

	mr_names_call(who, sizeof who, h->row_kind, h->row_names, row);
	return mr_err_set(err, MR_ENUMERIC, "no finite solution for %s: a "
	    "larger lambda helps", who);
}

int
mr_half_step_run(const struct mr_half_step *h, const struct mr_blas *blas,
    int threads, struct mr_err *err)
{
	struct run r = { h, blas, NULL, INT64_MAX };
	int workers = threads > 0 ? threads : mr_par_cpus();

	r.work = new_work(h, workers, err);
	if (!r.work)
		return MR_ENOMEM;
	mr_par_run(workers, (h->R->rows + ROWS_PER_TASK - 1) / ROWS_PER_TASK,
	    solve_task, &r);
	free_work(r.work, workers);
	return r.bad_row == INT64_MAX ? MR_OK : no_solution(h, r.bad_row,
	    err);
}

struct gram {
	const struct mr_blas *blas;
	const float *x;
	int64_t rows, per_block;
	int dim;
	float *part;		/* [blocks * dim * dim] */
};

static void
gram_task(void *ctx, int64_t task, int worker)
{
	const struct gram *g = ctx;
	int64_t from = task * g->per_block, left = g->rows - from;
	int n = (int)(left < g->per_block ? left : g->per_block);

	(void)worker;
	g->blas->ssyrk(ROW_MAJOR, LOWER, TRANS, g->dim, n, 1,
	    g->x + from * g->dim, g->dim, 0,
	    g->part + task * g->dim * g->dim, g->dim);
}

int
mr_gram(const struct mr_blas *blas, const float *x, int64_t rows, int dim,
    double alpha, int threads, float *c, struct mr_err *err)
{
	int64_t per_block = (rows + GRAM_BLOCKS - 1) / GRAM_BLOCKS;
	struct gram g = { blas, x, rows, per_block ? per_block : 1, dim,
	    NULL };
	int64_t blocks = (rows + g.per_block - 1) / g.per_block;
	size_t size = (size_t)dim * (size_t)dim;

	g.part = mr_alloc((size_t)blocks * size, sizeof *g.part,
	    "Gramian blocks", err);
	if (!g.part)
		return MR_ENOMEM;
	mr_par_run(threads, blocks, gram_task, &g);
	for (int i = 0; i < dim; i++)
		for (int j = 0; j <= i; j++) {
			double s = 0;

			for (int64_t b = 0; b < blocks; b++)
				s += (double)g.part[(size_t)b * size +
				    (size_t)(i * dim + j)];
			c[i * dim + j] = c[j * dim + i] = (float)(alpha * s);
		}
	free(g.part);
	return MR_OK;
}
