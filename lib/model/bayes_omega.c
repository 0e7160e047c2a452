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
	float *score;
	double *error;		/* [tasks] */
};

static double
estimate(const float *x, const float *y, int dim)
{
	double sum = (double)x[0] + (double)y[0];

	for (int j = 1; j < dim; j++)
		sum += (double)x[j] * (double)y[j];
	return sum;
}

static void
omega_task(void *ctx, int64_t task, int worker)
{
	const struct run *r = ctx;
	const struct mr_bayes_side *other = r->g->other;
	const struct mr_csr *R = r->s->R;
	int64_t to = (task + 1) * ROWS_PER_TASK;

	(void)worker;
	for (int64_t u = task * ROWS_PER_TASK; u < to && u < R->rows; u++) {
		const float *x = r->s->x + u * r->s->dim;
		double n = (double)(R->ptr[u + 1] - R->ptr[u]), sum = 0;

		for (int64_t k = R->ptr[u]; k < R->ptr[u + 1]; k++) {
			int32_t i = R->idx[k];
			double score = estimate(x, other->x + (int64_t)i *
			    other->dim, other->dim);
			double e = ((double)R->val[k] - r->g->mu) /
			    r->g->unit - score;

			sum += (double)other->omega[i] * e * e;
			if (r->score)
				r->score[k] += (float)score;
		}
		r->s->omega[u] = (float)(mr_draw_gamma(r->g->key, (uint64_t)u,
		    (DOF + n) / 2) / ((DOF + r->g->alpha * sum) / 2));
		r->error[task] += (double)r->s->omega[u] * sum;
	}
}

int
mr_bayes_draw_omega(struct mr_bayes_side *s, const struct mr_bayes_given *g,
    float *score, double *error, struct mr_err *err)
{
	int64_t tasks = (s->R->rows + ROWS_PER_TASK - 1) / ROWS_PER_TASK;
	struct run r = { s, g, score, NULL };

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
