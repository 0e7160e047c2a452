/* Drawing the effects of the implicit sets; see bayes_side.h.
 * SPDX-License-Identifier: MIT */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/mem.h"
#include "core/par.h"
#include "core/rng.h"
#include "math/chol.h"
#include "model/bayes_side.h"

#define ROWS_PER_TASK 64
#define LANES 4		/* columns that one task of regress_task takes */

/*
 * With Lambda = C'C and w the row's weight,
 *
 *   C (x_u - m) = w_u sum_(j in I_u) c_j + N(0, E)    c_j = C y_j
 *
 * whose columns are independent.  A task takes LANES of them and draws
 *
 *   c_j ~ N((sum_u w_u (e_u + w_u c_j)) / p, 1 / p)
 *   p = lambda + sum_u w_u^2
 *
 * one j after the other, with the residuals e up to date.
 */
struct regression {
	struct mr_bayes_side *s;
	uint64_t key;
	float *e;	/* [lanes][rows][LANES] */
	float *c;	/* [lanes][cols][LANES] */
	double *v;	/* [tasks * dim] a row, for each task */
};

static void
whiten_task(void *ctx, int64_t task, int worker)
{
	const struct regression *r = ctx;
	const struct mr_bayes_side *s = r->s;
	int64_t n = s->R->rows, cols = s->R->cols, dim = s->dim;
	int64_t to = (task + 1) * ROWS_PER_TASK;
	double *v = r->v + task * dim;

	(void)worker;
	for (int64_t u = task * ROWS_PER_TASK; u < to && u < n + cols; u++) {
		bool set = u >= n;	/* rows of x first, then of y */
		int64_t row = set ? u - n : u, rows = set ? cols : n;
		float *out = (set ? r->c : r->e) + row * LANES;

		for (int64_t i = 0; i < dim; i++)
			v[i] = set ? (double)s->y[row * dim + i] :
			    (double)s->x[row * dim + i] - s->mean[i] -
			    (double)s->sum[row * dim + i];
		for (int64_t i = 0; i < dim; i++) {
			double t = 0;

			for (int64_t j = i; j < dim; j++)
				t += s->root[i * dim + j] * v[j];
			out[i / LANES * rows * LANES + i % LANES] = (float)t;
		}
	}
}

/* What adding step to c_j does to the residuals of its rows. */
static void
subtract(const struct mr_bayes_side *s, int64_t j, const float *step,
    float *e)
{
	for (int64_t k = s->Rt->ptr[j]; k < s->Rt->ptr[j + 1]; k++) {
		float *row = e + (int64_t)s->Rt->idx[k] * LANES;
		float w = s->weight[s->Rt->idx[k]];

		for (int f = 0; f < LANES; f++)
			row[f] -= w * step[f];
	}
}

static void
regress_task(void *ctx, int64_t lane, int worker)
{
	const struct regression *r = ctx;
	const struct mr_bayes_side *s = r->s;
	const struct mr_csr *Rt = s->Rt;
	float *e = r->e + lane * s->R->rows * LANES;

	(void)worker;
	for (int64_t j = 0; j < Rt->rows; j++) {
		float *c = r->c + (lane * Rt->rows + j) * LANES;
		float step[LANES], sum[LANES] = { 0 };
		double ww = 0, p;

		for (int64_t k = Rt->ptr[j]; k < Rt->ptr[j + 1]; k++) {
			const float *row = e + (int64_t)Rt->idx[k] * LANES;
			float w = s->weight[Rt->idx[k]];

			ww += (double)w * (double)w;
			for (int f = 0; f < LANES; f++)
				sum[f] += w * row[f];
		}
		p = s->lambda + ww;
		for (int f = 0; f < LANES; f++) {
			int64_t column = lane * LANES + f;
			double z = column < s->dim ? mr_rng_normal(r->key,
			    (uint64_t)j, (uint64_t)column) : 0;
			double now = ((double)sum[f] + ww * (double)c[f]) / p
			    + z / sqrt(p);

			step[f] = (float)now - c[f];
			c[f] = (float)now;
		}
		subtract(s, j, step, e);
	}
}

static void
unwhiten_task(void *ctx, int64_t task, int worker)
{
	const struct regression *r = ctx;
	const struct mr_bayes_side *s = r->s;
	int64_t cols = s->R->cols, dim = s->dim;
	int64_t to = (task + 1) * ROWS_PER_TASK;
	double *v = r->v + task * dim;

	(void)worker;
	for (int64_t j = task * ROWS_PER_TASK; j < to && j < cols; j++) {
		for (int64_t i = 0; i < dim; i++)
			v[i] = (double)r->c[(i / LANES * cols + j) * LANES +
			    i % LANES];
		mr_chol_back(s->root, v, s->dim);
		for (int64_t i = 0; i < dim; i++)
			s->y[j * dim + i] = (float)v[i];
	}
}

static void
sum_task(void *ctx, int64_t task, int worker)
{
	const struct mr_bayes_side *s = ctx;
	int64_t to = (task + 1) * ROWS_PER_TASK;

	(void)worker;
	for (int64_t u = task * ROWS_PER_TASK; u < to && u < s->R->rows; u++) {
		float *sum = s->sum + u * s->dim;

		memset(sum, 0, (size_t)s->dim * sizeof *sum);
		for (int64_t k = s->R->ptr[u]; k < s->R->ptr[u + 1]; k++) {
			const float *y = s->y + (int64_t)s->R->idx[k] * s->dim;

			for (int i = 0; i < s->dim; i++)
				sum[i] += y[i];
		}
		for (int i = 0; i < s->dim; i++)
			sum[i] *= s->weight[u];
	}
}

static int64_t
tasks(int64_t rows)
{
	return (rows + ROWS_PER_TASK - 1) / ROWS_PER_TASK;
}

void
mr_bayes_sum_sets(struct mr_bayes_side *s, int threads)
{
	mr_par_run(threads, tasks(s->R->rows), sum_task, s);
}

int
mr_bayes_draw_sets(struct mr_bayes_side *s, const struct mr_bayes_given *g,
    struct mr_err *err)
{
	int64_t lanes = (s->dim + LANES - 1) / LANES;
	int64_t n = s->R->rows, cols = s->R->cols;
	struct regression r = { .s = s, .key = g->key };
	int rc = MR_ENOMEM;

	r.e = mr_alloc((size_t)(lanes * n), LANES * sizeof *r.e,
	    "set effects", err);
	r.c = mr_alloc((size_t)(lanes * cols), LANES * sizeof *r.c,
	    "set effects", err);
	r.v = mr_alloc((size_t)(tasks(n + cols) * s->dim), sizeof *r.v,
	    "set effects", err);
	if (!r.e || !r.c || !r.v)
		goto out;
	mr_par_run(g->threads, tasks(n + cols), whiten_task, &r);
	mr_par_run(g->threads, lanes, regress_task, &r);
	mr_par_run(g->threads, tasks(cols), unwhiten_task, &r);
	mr_bayes_sum_sets(s, g->threads);
	rc = MR_OK;
out:
	free(r.e);
	free(r.c);
	free(r.v);
	return rc;
}
