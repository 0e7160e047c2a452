/* Drawing the rows of one side given the other; see bayes_side.h.
 * SPDX-License-Identifier: MIT */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/mem.h"
#include "core/par.h"
#include "core/rng.h"
#include "math/chol.h"
#include "model/bayes_side.h"

#define ROWS_PER_TASK 16

struct workspace {
	float *z;		/* [longest * dim] omega_i^1/2 (1, q_i) */
	float *gram;		/* [dim * dim] */
	double *a, *b;		/* [dim * dim], [dim] */
};

struct run {
	struct mr_bayes_side *s;
	const struct mr_bayes_given *g;
	struct workspace *work;		/* [threads] */
	_Atomic int64_t bad_row;
};

/* The row's z to w->z, and alpha omega_u sum omega_i z t to w->b. */
static void
gather(const struct run *r, const struct workspace *w, int64_t row)
{
	const struct mr_bayes_side *s = r->s, *other = r->g->other;
	const int dim = s->dim;
	double scale = r->g->alpha * (double)s->omega[row];
	float *z = w->z;

	memset(w->b, 0, (size_t)dim * sizeof *w->b);
	for (int64_t k = s->R->ptr[row]; k < s->R->ptr[row + 1]; k++) {
		int32_t i = s->R->idx[k];
		const float *q = other->x + (int64_t)i * dim;
		float root = sqrtf(other->omega[i]);
		double t = scale * (double)root * ((double)s->target[s->at ?
		    s->at[k] : k] - (double)q[0]);

		z[0] = root;
		w->b[0] += t * (double)root;
		for (int j = 1; j < dim; j++) {
			z[j] = root * q[j];
			w->b[j] += t * (double)z[j];
		}
		z += dim;
	}
}

/* b += Lambda (m + sum). */
static void
add_prior(const struct mr_bayes_side *s, double *b, int64_t row)
{
	const float *sum = s->sum ? s->sum + row * s->dim : NULL;

	for (int j = 0; j < s->dim; j++) {
		const double *column = s->prec + (int64_t)j * s->dim;
		double at = s->mean[j] + (sum ? (double)sum[j] : 0);

		for (int i = 0; i < s->dim; i++)
			b[i] += column[i] * at;
	}
}

/* With A = C'C: x = C^-1 (C'^-1 b + a vector of normals). */
static bool
draw_row(const struct run *r, const struct workspace *w, int64_t row)
{
	struct mr_bayes_side *s = r->s;
	int64_t n = s->R->ptr[row + 1] - s->R->ptr[row];
	int dim = s->dim;
	float *x = s->x + row * dim;
	bool finite = true;

	gather(r, w, row);
	r->g->blas->ssyrk(MR_ROW_MAJOR, MR_UPPER, MR_TRANS, dim, (int)n,
	    (float)r->g->alpha * s->omega[row], w->z, dim, 0, w->gram, dim);
	for (int i = 0; i < dim; i++)
		for (int j = i; j < dim; j++)
			w->a[i * dim + j] = s->prec[i * dim + j] +
			    (double)w->gram[i * dim + j];
	add_prior(s, w->b, row);
	if (!mr_chol_factor(w->a, dim))
		return false;
	mr_chol_forward(w->a, w->b, dim);
	for (int j = 0; j < dim; j++)
		w->b[j] += mr_rng_normal(r->g->key, (uint64_t)row,
		    (uint64_t)j);
	mr_chol_back(w->a, w->b, dim);
	for (int j = 0; j < dim; j++) {
		x[j] = (float)w->b[j];
		finite = finite && isfinite(x[j]);
	}
	return finite;
}

static void
draw_task(void *ctx, int64_t task, int worker)
{
	struct run *r = ctx;
	int64_t to = (task + 1) * ROWS_PER_TASK;

	for (int64_t row = task * ROWS_PER_TASK;
	    row < to && row < r->s->R->rows; row++)
		if (!draw_row(r, &r->work[worker], row))
			mr_par_lowest(&r->bad_row, row);
}

static void
free_work(struct workspace *work, int threads)
{
	for (int i = 0; work && i < threads; i++) {
		free(work[i].z);
		free(work[i].a);
	}
	free(work);
}

static struct workspace *
new_work(const struct mr_bayes_side *s, int threads, struct mr_err *err)
{
	size_t d = (size_t)s->dim;
	int64_t longest = 1;
	struct workspace *work = mr_alloc((size_t)threads, sizeof *work,
	    "workspace", err);

	for (int64_t u = 0; u < s->R->rows; u++) {
		int64_t n = s->R->ptr[u + 1] - s->R->ptr[u];

		longest = n > longest ? n : longest;
	}
	for (int i = 0; work && i < threads; i++) {
		struct workspace *w = &work[i];

		w->z = mr_alloc(((size_t)longest + d) * d, sizeof *w->z,
		    "workspace of a row", err);
		w->a = mr_alloc(d * (d + 1), sizeof *w->a,
		    "workspace of a row", err);
		if (!w->z || !w->a) {
			free_work(work, threads);
			return NULL;
		}
		w->gram = w->z + (size_t)longest * d;
		w->b = w->a + d * d;
	}
	return work;
}

int
mr_bayes_draw_rows(struct mr_bayes_side *s, const struct mr_bayes_given *g,
    int64_t *bad, struct mr_err *err)
{
	struct run r = { s, g, NULL, INT64_MAX };
	int threads = g->threads > 0 ? g->threads : mr_par_cpus();

	r.work = new_work(s, threads, err);
	if (!r.work)
		return MR_ENOMEM;
	mr_par_run(threads, (s->R->rows + ROWS_PER_TASK - 1) / ROWS_PER_TASK,
	    draw_task, &r);
	free_work(r.work, threads);
	*bad = r.bad_row == INT64_MAX ? -1 : r.bad_row;
	return MR_OK;
}
