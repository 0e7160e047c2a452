/* SVD++ in O(d) a rating; see svdpp.h.
 * SPDX-License-Identifier: MIT */
#include "model/svdpp.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/mem.h"
#include "math/lanes.h"

#define AHEAD 6		/* ratings whose item is fetched early */

struct run {
	const struct mr_csr *R;
	struct mr_sgd_rows U, V, Y;
	float *bu, *bi;
	double mu;
	float rate, keep;	/* keep = 1 - rate lambda */
	float *z, *b;		/* [stride] of the user at hand */
};

/* out = |I_u|^-1/2 times the sum of the user's y. */
MR_LANES void
sum_y(const struct run *s, int64_t u, float *out, int64_t n)
{
	int64_t from = s->R->ptr[u], to = s->R->ptr[u + 1];
	float root = 1 / sqrtf((float)(to - from));

	memset(out, 0, (size_t)n * sizeof *out);
	for (int64_t k = from; k < to; k++) {
		const float *y = s->Y.a + s->R->idx[k] * n;
		const float *next = s->Y.a + s->R->idx[k + AHEAD < to ?
		    k + AHEAD : k] * n;

		for (int64_t j = 0; j < n; j += 16) {
			__builtin_prefetch(next + j);
			mr_v16_store(out + j, mr_v16_load(out + j) +
			    mr_v16_load(y + j));
		}
	}
	for (int64_t j = 0; j < n; j += 16)
		mr_v16_store(out + j, mr_v16_load(out + j) * root);
}

/* One rating; returns the error e before the step.  root: |I_u|^-1/2. */
MR_LANES float
step(const struct run *s, float *p, float *q, float target, float root,
    int64_t n)
{
	mr_v16 sum = { 0 };
	float e, g, keep = s->keep;

	for (int64_t j = 0; j < n; j += 16)
		sum += (mr_v16_load(p + j) + mr_v16_load(s->z + j)) *
		    mr_v16_load(q + j);
	e = target - mr_v16_sum(sum);
	g = s->rate * e;
	for (int64_t j = 0; j < n; j += 16) {
		mr_v16 pj = mr_v16_load(p + j), qj = mr_v16_load(q + j);
		mr_v16 zj = mr_v16_load(s->z + j), add = g * qj;

		mr_v16_store(p + j, keep * pj + add);
		mr_v16_store(q + j, keep * qj + g * (pj + zj));
		mr_v16_store(s->z + j, keep * zj + add);
		mr_v16_store(s->b + j, keep * mr_v16_load(s->b + j) +
		    root * add);
	}
	return e;
}

/* All ratings of a user; the number of the first whose error is not finite,
 * or -1. */
MR_LANES int64_t
one_user(const struct run *s, int64_t u, int64_t n)
{
	int64_t from = s->R->ptr[u], to = s->R->ptr[u + 1];
	float root = 1 / sqrtf((float)(to - from)), a = 1;

	sum_y(s, u, s->z, n);
	memset(s->b, 0, (size_t)n * sizeof *s->b);
	for (int64_t k = from; k < to; k++) {
		int64_t i = s->R->idx[k];
		const float *next = s->V.a + s->R->idx[k + AHEAD < to ?
		    k + AHEAD : k] * n;
		float target = (float)((double)s->R->val[k] - s->mu);
		float e;

		for (int64_t j = 0; j < n; j += 16)
			__builtin_prefetch(next + j, 1);
		e = step(s, s->U.a + u * n, s->V.a + i * n, target -
		    s->bu[u] - s->bi[i], root, n);
		if (!(fabsf(e) <= FLT_MAX))
			return k;
		s->bu[u] = s->keep * s->bu[u] + s->rate * e;
		s->bi[i] = s->keep * s->bi[i] + s->rate * e;
		a *= s->keep;
	}
	for (int64_t k = from; k < to; k++) {
		float *y = s->Y.a + s->R->idx[k] * n;

		for (int64_t j = 0; j < n; j += 16)
			mr_v16_store(y + j, a * mr_v16_load(y + j) +
			    mr_v16_load(s->b + j));
	}
	return -1;
}

/* The usual widths by themselves: their loops unroll into registers. */
MR_FOR_EACH_CPU(int64_t, walk_user, MR_LIST(const struct run *s, int64_t u),
    MR_LIST(s, u), {
	switch (s->U.stride) {
	case 16:
		return one_user(s, u, 16);
	case 32:
		return one_user(s, u, 32);
	case 64:
		return one_user(s, u, 64);
	default:
		return one_user(s, u, s->U.stride);
	}
})

/* p becomes p + by z, with the y there is. */
MR_FOR_EACH_CPU(int64_t, add_z, MR_LIST(const struct run *s, int64_t u,
    float by), MR_LIST(s, u, by), {
	float *p = s->U.a + u * s->U.stride;

	sum_y(s, u, s->z, s->U.stride);
	for (int64_t j = 0; j < s->U.stride; j++)
		p[j] += by * s->z[j];
	return u;
})

static int
sweep(const struct run *s, const struct mr_names *names, struct mr_err *err)
{
	for (int64_t u = 0; u < s->R->rows; u++) {
		int64_t bad = s->R->ptr[u] < s->R->ptr[u + 1] ?
		    walk_user(s, u) : -1;

		if (bad >= 0)
			return mr_names_blame(names, u, s->R->idx[bad],
			    MR_ENUMERIC, MR_BLOWN_UP, err);
	}
	return MR_OK;
}

/* Padded rows, drawn; y is nobody's matrix but ours. */
static int
start(struct run *s, struct mr_mat *y, const struct mr_model *m,
    const struct mr_train *job, struct mr_err *err)
{
	int rc = mr_mat_new(y, job->Rt->rows, m->U.cols, "implicit factors",
	    err);

	if (rc == MR_OK)
		rc = mr_sgd_rows_of(&s->U, &m->U, err);
	if (rc == MR_OK)
		rc = mr_sgd_rows_of(&s->V, &m->V, err);
	if (rc == MR_OK)
		rc = mr_sgd_rows_of(&s->Y, y, err);
	if (rc)
		return rc;
	s->z = mr_alloc(2 * (size_t)s->U.stride, sizeof *s->z, "a row", err);
	if (!s->z)
		return MR_ENOMEM;
	s->b = s->z + s->U.stride;
	s->bu = m->bu;
	s->bi = m->bi;
	s->mu = m->mu;
	mr_sgd_rows_draw(&s->U, job->R, 0.1, job->seed, 0, job->threads);
	mr_sgd_rows_draw(&s->V, job->Rt, 0.1, job->seed, 1, job->threads);
	mr_sgd_rows_draw(&s->Y, job->Rt, 0.1, job->seed, 2, job->threads);
	if (job->start)
		mr_sgd_start(&s->U, &s->V, m, job);
	for (int64_t u = 0; job->start && u < job->R->rows; u++)
		if (job->start->user[u] && job->R->ptr[u] <
		    job->R->ptr[u + 1])
			add_z(s, u, -1);
	return MR_OK;
}

int
mr_svdpp_train(struct mr_model *m, const struct mr_train *job,
    const void *opt, struct mr_err *err)
{
	const struct mr_sgd_opt *o = opt;
	const struct mr_csr *R = job->R;
	struct run s = { .R = R, .rate = (float)o->learning_rate,
	    .keep = (float)(1 - o->learning_rate * o->lambda) };
	struct mr_mat y = { 0 };
	int rc = mr_model_begin(m, R, o->d, err);

	if (rc == MR_OK)
		rc = start(&s, &y, m, job, err);
	for (int64_t i = 0; i < o->sweeps && rc == MR_OK; i++) {
		rc = sweep(&s, &job->names, err);
		mr_report_step(job->report, "sweeps", i + 1, o->sweeps);
	}
	for (int64_t u = 0; u < R->rows && rc == MR_OK; u++)
		if (R->ptr[u] < R->ptr[u + 1])
			add_z(&s, u, 1);
	mr_sgd_rows_put(&s.U, &m->U);
	mr_sgd_rows_put(&s.V, &m->V);
	mr_sgd_rows_put(&s.Y, &y);
	mr_mat_free(&y);
	free(s.z);
	return rc ? rc : mr_names_finite(&job->names, m, R, MR_BLOWN_UP, err);
}

/* Surprise's. */
static const struct mr_param params[] = MR_SGD_PARAMS(20, 0.007);

const struct mr_kind mr_svdpp_kind = {
	.name = "svdpp",
	.lone = "will follow the one film and the films' means, and chance "
	    "(-s) where these are close",
	.feedback = MR_FEEDBACK_RATINGS,
	.wants = MR_TAKES_START, .maps = true,
	.params = params, .opt_bytes = sizeof(struct mr_sgd_opt),
	.train = mr_svdpp_train, .fold = mr_sgd_fold,
};
