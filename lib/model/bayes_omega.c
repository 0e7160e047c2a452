/* The errors of a sample, and how far the ratings of a row are trusted; see
 * bayes_side.h.
 * SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include "core/mem.h"
#include "core/par.h"
#include "math/draw.h"
#include "model/bayes_side.h"

#define ROWS_PER_TASK 32
#define DOF 20.0	/* omega's prior, in ratings: Gamma(10, rate 10) */

struct run {
	struct mr_bayes_side *s;
	const struct mr_bayes_given *g;
	const float *fit;
	double *error;		/* [tasks] */
};

struct fitting {
	const struct mr_bayes_side *s, *other;
	float *fit;
};

static void
fit_task(void *ctx, int64_t task, int worker)
{
	const struct fitting *f = ctx;
	const struct mr_csr *R = f->s->R;
	int64_t to = (task + 1) * ROWS_PER_TASK, dim = f->s->dim;

	(void)worker;
	for (int64_t u = task * ROWS_PER_TASK; u < to && u < R->rows; u++) {
		const float *x = f->s->x + u * dim;

		for (int64_t k = R->ptr[u]; k < R->ptr[u + 1]; k++) {
			const float *y = f->other->x + R->idx[k] * dim;
			double sum = (double)x[0] + (double)y[0];

			for (int64_t j = 1; j < dim; j++)
				sum += (double)x[j] * (double)y[j];
			f->fit[k] = (float)sum;
		}
	}
}

static int64_t
tasks_of(const struct mr_bayes_side *s)
{
	return (s->R->rows + ROWS_PER_TASK - 1) / ROWS_PER_TASK;
}

void
mr_bayes_fit(const struct mr_bayes_side *s, const struct mr_bayes_given *g,
    float *fit)
{
	struct fitting f = { s, g->other, fit };

	mr_par_run(g->threads, tasks_of(s), fit_task, &f);
}

static void
omega_task(void *ctx, int64_t task, int worker)
{
	const struct run *r = ctx;
	struct mr_bayes_side *s = r->s;
	const struct mr_csr *R = s->R;
	int64_t to = (task + 1) * ROWS_PER_TASK;

	(void)worker;
	for (int64_t u = task * ROWS_PER_TASK; u < to && u < R->rows; u++) {
		double n = (double)(R->ptr[u + 1] - R->ptr[u]), sum = 0;

		for (int64_t k = R->ptr[u]; k < R->ptr[u + 1]; k++) {
			int64_t at = s->at ? s->at[k] : k;
			double e = (double)s->target[at] - (double)r->fit[at];

			sum += (double)r->g->other->omega[R->idx[k]] * e * e;
		}
		s->omega[u] = (float)(mr_draw_gamma(r->g->key, (uint64_t)u,
		    (DOF + n) / 2) / ((DOF + r->g->alpha * sum) / 2));
		r->error[task] += (double)s->omega[u] * sum;
	}
}

int
mr_bayes_draw_omega(struct mr_bayes_side *s, const struct mr_bayes_given *g,
    const float *fit, double *error, struct mr_err *err)
{
	int64_t tasks = tasks_of(s);
	struct run r = { s, g, fit, NULL };

	r.error = mr_alloc((size_t)tasks, sizeof *r.error, "errors", err);
	if (!r.error)
		return MR_ENOMEM;
	mr_par_run(g->threads, tasks, omega_task, &r);
	*error = 0;
	for (int64_t i = 0; i < tasks; i++)
		*error += r.error[i];
	free(r.error);
	return MR_OK;
}
