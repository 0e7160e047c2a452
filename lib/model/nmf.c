/* Non-negative factors by multiplicative steps; see nmf.h.
 * SPDX-License-Identifier: MIT */
#include "model/nmf.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/mem.h"
#include "core/par.h"
#include "core/rng.h"
#include "math/lanes.h"
#include "model/biases.h"

#define ROWS_PER_TASK 64

/* One side's step while the other is fixed. */
struct side {
	const struct mr_csr *R;		/* this side's rows */
	float *x;		/* [R->rows * stride] (in, out) */
	const float *y;		/* [R->cols * stride] */
	int64_t stride;
	float lambda;
	float *work;		/* [workers * 2 * stride] */
};

/* num = sum r y, den = sum (x . y) y over the row; then the step. */
MR_LANES void
one_row(const struct side *s, int64_t row, float *num, int64_t n)
{
	int64_t from = s->R->ptr[row], to = s->R->ptr[row + 1];
	float *x = s->x + row * n;
	float ridge = s->lambda * (float)(to - from), *den = num + n;

	memset(num, 0, 2 * (size_t)n * sizeof *num);
	for (int64_t k = from; k < to; k++) {
		const float *y = s->y + s->R->idx[k] * n;
		float r = s->R->val[k], estimate;
		mr_v16 sum = { 0 };

		for (int64_t j = 0; j < n; j += 16)
			sum += mr_v16_load(x + j) * mr_v16_load(y + j);
		estimate = mr_v16_sum(sum);
		for (int64_t j = 0; j < n; j += 16) {
			mr_v16 yj = mr_v16_load(y + j);

			mr_v16_store(num + j, mr_v16_load(num + j) + r * yj);
			mr_v16_store(den + j, mr_v16_load(den + j) +
			    estimate * yj);
		}
	}
	/* den >= ridge x: the quotient is finite, and 0 where x is. */
	for (int64_t j = 0; j < n; j++) {
		float below = den[j] + ridge * x[j];

		x[j] = x[j] * num[j] / (below > FLT_MIN ? below : FLT_MIN);
	}
}

MR_FOR_EACH_CPU(int64_t, some_rows, MR_LIST(const struct side *s,
    int64_t from, int64_t to, float *work), MR_LIST(s, from, to, work), {
	for (int64_t i = from; i < to; i++)
		if (s->stride == 16)
			one_row(s, i, work, 16);
		else
			one_row(s, i, work, s->stride);
	return to;
})

static void
side_task(void *ctx, int64_t task, int worker)
{
	const struct side *s = ctx;
	int64_t from = task * ROWS_PER_TASK, to = from + ROWS_PER_TASK;

	some_rows(s, from, to < s->R->rows ? to : s->R->rows,
	    s->work + worker * 2 * s->stride);
}

static float *
padded(int64_t rows, int64_t stride, const char *what, struct mr_err *err)
{
	return mr_alloc((size_t)rows, (size_t)stride * sizeof(float), what,
	    err);
}

static void
draw(float *x, const struct mr_csr *R, int64_t stride, int64_t d,
    uint64_t seed, uint64_t side)
{
	for (int64_t i = 0; i < R->rows; i++)
		for (int64_t j = 0; j < d && R->ptr[i] < R->ptr[i + 1]; j++)
			x[i * stride + j] = (float)mr_rng_uniform(seed,
			    2 * (uint64_t)i + side, (uint64_t)j);
}

/* The factors to the model's first columns. */
static void
put_side(struct mr_mat *out, const float *x, int64_t stride)
{
	for (int64_t i = 0; i < out->rows; i++)
		memcpy(mr_mat_row(out, i), x + i * stride,
		    (size_t)(out->cols - 2) * sizeof *x);
}

/* p . q as a score: bu takes mu away before the fall-back biases come. */
static int
finish(struct mr_model *m, const struct mr_train *job, struct mr_err *err)
{
	for (int64_t u = 0; u < job->R->rows; u++)
		m->bu[u] = (float)-m->mu;
	return mr_biases_fall_back(m, job->R, job->Rt, job->threads, err);
}

static int
check_values(const struct mr_train *job, struct mr_err *err)
{
	const struct mr_csr *R = job->R;

	for (int64_t u = 0; u < R->rows; u++)
		for (int64_t k = R->ptr[u]; k < R->ptr[u + 1]; k++)
			if (R->val[k] < 0)
				return mr_names_blame(&job->names, u,
				    R->idx[k], MR_EFORMAT, "a rating below "
				    "0, which nmf cannot take", err);
	return MR_OK;
}

/* Both sides by turns; p, q [rows or columns of R * stride]. */
static void
descend(struct side *users, struct side *items, int64_t sweeps, int workers,
    struct mr_report *report)
{
	int64_t user_tasks = (users->R->rows + ROWS_PER_TASK - 1) /
	    ROWS_PER_TASK;
	int64_t item_tasks = (items->R->rows + ROWS_PER_TASK - 1) /
	    ROWS_PER_TASK;

	for (int64_t i = 0; i < sweeps; i++) {
		mr_par_run(workers, user_tasks, side_task, users);
		mr_par_run(workers, item_tasks, side_task, items);
		mr_report_step(report, "sweeps", i + 1, sweeps);
	}
}

int
mr_nmf_train(struct mr_model *m, const struct mr_train *job,
    const void *opt, struct mr_err *err)
{
	const struct mr_nmf_opt *o = opt;
	const struct mr_csr *R = job->R, *Rt = job->Rt;
	int64_t stride = (o->d + 15) / 16 * 16;
	int workers = job->threads > 0 ? job->threads : mr_par_cpus();
	float *p = NULL, *q = NULL, *work = NULL;
	int rc = check_values(job, err);

	*m = (struct mr_model){ .clip_lo = 1, .clip_hi = 0 };
	if (rc == MR_OK)
		rc = mr_model_begin(m, R, o->d + 2, err);
	if (rc)
		return rc;
	p = padded(R->rows, stride, "user factors", err);
	q = p ? padded(R->cols, stride, "item factors", err) : NULL;
	work = q ? padded(workers * 2, stride, "sums", err) : NULL;
	if (work) {
		draw(p, R, stride, o->d, job->seed, 0);
		draw(q, Rt, stride, o->d, job->seed, 1);
		if (job->start) {
			mr_start_rows(p, stride, o->d, &job->start->m.U,
			    job->start->user);
			mr_start_rows(q, stride, o->d, &job->start->m.V,
			    job->start->item);
		}
		descend(&(struct side){ R, p, q, stride, (float)o->lambda,
		    work }, &(struct side){ Rt, q, p, stride,
		    (float)o->lambda, work }, o->sweeps, workers,
		    job->report);
		put_side(&m->U, p, stride);
		put_side(&m->V, q, stride);
		rc = mr_names_finite(&job->names, m, R, "sums outside of "
		    "float: scale the ratings down", err);
		if (rc == MR_OK)
			rc = finish(m, job, err);
	} else {
		rc = MR_ENOMEM;
	}
	free(p);
	free(q);
	free(work);
	return rc;
}

/* Surprise's. */
static const struct mr_param params[] = {
	{ MR_RANK_ROW(struct mr_nmf_opt, 15) },
	{ MR_SWEEPS_ROW(struct mr_nmf_opt, 50) },
	{ MR_LAMBDA_ROW(struct mr_nmf_opt, 0.06) },
	{ .name = NULL }
};

/* The last two columns are no factors: they take the biases back. */
static void
fold(struct mr_fold *rule, const void *opt)
{
	const struct mr_nmf_opt *o = opt;

	*rule = (struct mr_fold){ .rule = MR_FOLD_NONNEG, .lambda = o->lambda,
	    .exponent = 1, .solved = o->d };
}

const struct mr_kind mr_nmf_kind = {
	.name = "nmf",
	.lone = "will follow the one film and the films' means, and chance "
	    "(-s) where these are close",
	.feedback = MR_FEEDBACK_RATINGS,
	.wants = MR_TAKES_START,
	.params = params, .opt_bytes = sizeof(struct mr_nmf_opt),
	.train = mr_nmf_train, .fold = fold,
};
