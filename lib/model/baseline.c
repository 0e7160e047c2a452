/* Biases by alternating least squares or gradient descent; see baseline.h.
 * SPDX-License-Identifier: MIT */
#include "model/baseline.h"

#include <stdlib.h>

#include "core/mem.h"
#include "core/par.h"

#define ROWS_PER_TASK 256

/* The biases of one side while the other's are fixed. */
struct side {
	const struct mr_csr *R;		/* this side's rows */
	double mu, reg;
	const double *fixed;
	double *bias;		/* (out) */
};

static void
side_task(void *ctx, int64_t task, int worker)
{
	const struct side *s = ctx;
	int64_t to = (task + 1) * ROWS_PER_TASK;

	(void)worker;
	for (int64_t i = task * ROWS_PER_TASK; i < to && i < s->R->rows;
	    i++) {
		int64_t n = s->R->ptr[i + 1] - s->R->ptr[i];
		double sum = 0;

		for (int64_t k = s->R->ptr[i]; k < s->R->ptr[i + 1]; k++)
			sum += (double)s->R->val[k] - s->mu -
			    s->fixed[s->R->idx[k]];
		s->bias[i] = n ? sum / (s->reg + (double)n) : 0;
	}
}

static void
sweep_als(const struct side *users, const struct side *items, int threads)
{
	mr_par_run(threads, (items->R->rows + ROWS_PER_TASK - 1) /
	    ROWS_PER_TASK, side_task, (void *)items);
	mr_par_run(threads, (users->R->rows + ROWS_PER_TASK - 1) /
	    ROWS_PER_TASK, side_task, (void *)users);
}

static void
sweep_sgd(const struct side *users, const struct side *items,
    const struct mr_baseline_opt *o)
{
	const struct mr_csr *R = users->R;
	double rate = o->learning_rate, keep = 1 - rate * o->lambda;

	for (int64_t u = 0; u < R->rows; u++)
		for (int64_t k = R->ptr[u]; k < R->ptr[u + 1]; k++) {
			double *bu = &users->bias[u];
			double *bi = &items->bias[R->idx[k]];
			double e = (double)R->val[k] - users->mu - *bu - *bi;

			*bu = keep * *bu + rate * e;
			*bi = keep * *bi + rate * e;
		}
}

int
mr_baseline_train(struct mr_model *m, const struct mr_csr *R,
    const struct mr_csr *Rt, const struct mr_baseline_opt *o,
    const struct mr_sweep_log *log, struct mr_err *err)
{
	double *bu = NULL, *bi = NULL;
	int rc;

	*m = (struct mr_model){ .clip_lo = 1, .clip_hi = 0 };
	if (o->sweeps < 1 || !(o->reg_user >= 0) || !(o->reg_item >= 0) ||
	    !(o->learning_rate >= 0) || !(o->lambda >= 0) ||
	    mr_csr_nnz(R) == 0)
		return mr_err_set(err, MR_EARG, "baseline: strengths and "
		    "learning rate of 0 or more, a sweep and a rating are "
		    "needed");
	rc = mr_model_begin(m, R, 0, err);
	if (rc == MR_OK)
		bu = mr_alloc((size_t)R->rows, sizeof *bu, "biases", err);
	if (bu)
		bi = mr_alloc((size_t)R->cols, sizeof *bi, "biases", err);
	if (!bi) {
		free(bu);
		return rc ? rc : MR_ENOMEM;
	}
	for (int64_t i = 0; i < o->sweeps; i++) {
		struct side users = { R, m->mu, o->reg_user, bi, bu };
		struct side items = { Rt, m->mu, o->reg_item, bu, bi };

		if (o->method == MR_BASELINE_ALS)
			sweep_als(&users, &items, o->threads);
		else
			sweep_sgd(&users, &items, o);
		if (log->sweep)
			log->sweep(log->ctx, i + 1, o->sweeps);
	}
	for (int64_t u = 0; u < R->rows; u++)
		m->bu[u] = (float)bu[u];
	for (int64_t i = 0; i < R->cols; i++)
		m->bi[i] = (float)bi[i];
	free(bu);
	free(bi);
	return mr_names_finite(&o->names, m, R, MR_BLOWN_UP, err);
}
