/* Biases of users and items; see biases.h.
 * SPDX-License-Identifier: MIT */
#include "model/biases.h"

#include <stdlib.h>
#include <string.h>

#include "core/mem.h"
#include "core/par.h"

#define ROWS_PER_TASK 512

/* One side while the other is fixed. */
struct side {
	const struct mr_csr *rows;
	double mu, reg;
	const float *fixed;	/* [cols], or NULL: all 0 */
	float *bias;		/* [rows] (out) */
};

static void
solve_task(void *ctx, int64_t task, int worker)
{
	const struct side *s = ctx;
	int64_t from = task * ROWS_PER_TASK, to = from + ROWS_PER_TASK;

	(void)worker;
	for (int64_t x = from; x < to && x < s->rows->rows; x++) {
		int64_t k = s->rows->ptr[x], end = s->rows->ptr[x + 1];
		double n = (double)(end - k), sum = 0;

		for (; k < end; k++)
			sum += (double)s->rows->val[k] - s->mu -
			    (s->fixed ? (double)s->fixed[s->rows->idx[k]] : 0);
		s->bias[x] = n > 0 ? (float)(sum / (s->reg + n)) : 0;
	}
}

static void
solve(struct side s, int threads)
{
	mr_par_run(threads, (s.rows->rows + ROWS_PER_TASK - 1) /
	    ROWS_PER_TASK, solve_task, &s);
}

void
mr_biases_als(float *bu, float *bi, double mu, const struct mr_csr *R,
    const struct mr_csr *Rt, const struct mr_biases_opt *o)
{
	memset(bu, 0, (size_t)R->rows * sizeof *bu);
	memset(bi, 0, (size_t)Rt->rows * sizeof *bi);
	for (int64_t sweep = 0; sweep < o->sweeps; sweep++) {
		solve((struct side){ Rt, mu, o->reg_item, bu, bi },
		    o->threads);
		solve((struct side){ R, mu, o->reg_user, bi, bu },
		    o->threads);
	}
}

void
mr_biases_mean(float *b, double mu, const struct mr_csr *rows)
{
	solve((struct side){ rows, mu, 0, NULL, b }, 1);
}

/* Put after in the place of *before, the change into column own of F, and the
 * 1 that it is multiplied by into column other. */
static void
take_back(struct mr_mat *F, float *before, const float *after,
    const struct mr_csr *rows, const int64_t column[2])
{
	for (int64_t x = 0; x < rows->rows; x++) {
		float change = before[x] - after[x];

		before[x] = after[x];
		if (rows->ptr[x] == rows->ptr[x + 1])
			continue;
		mr_mat_row(F, x)[column[0]] = change;
		mr_mat_row(F, x)[column[1]] = 1;
	}
}

void
mr_biases_replace(struct mr_model *m, const float *bu, const float *bi,
    const struct mr_csr *R, const struct mr_csr *Rt)
{
	int64_t last = m->U.cols - 1;

	take_back(&m->U, m->bu, bu, R, (int64_t[]){ last - 1, last });
	take_back(&m->V, m->bi, bi, Rt, (int64_t[]){ last, last - 1 });
}

int
mr_biases_fall_back(struct mr_model *m, const struct mr_csr *R,
    const struct mr_csr *Rt, int threads, struct mr_err *err)
{
	const struct mr_biases_opt o = { 10, MR_FALL_BACK_REG_USER,
	    MR_FALL_BACK_REG_ITEM, threads };
	float *bu = mr_alloc((size_t)R->rows, sizeof *bu, "biases", err);
	float *bi = bu ? mr_alloc((size_t)R->cols, sizeof *bi, "biases",
	    err) : NULL;

	if (bi) {
		mr_biases_als(bu, bi, m->mu, R, Rt, &o);
		mr_biases_replace(m, bu, bi, R, Rt);
	}
	free(bu);
	free(bi);
	return bi ? MR_OK : MR_ENOMEM;
}
