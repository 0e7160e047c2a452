/* Biased factorisation by gradient descent; see svd.h.
 * SPDX-License-Identifier: MIT */
#include "model/svd.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>

#include "core/mem.h"
#include "core/par.h"
#include "math/lanes.h"

#define AHEAD 12		/* ratings whose item is fetched early */

struct run {
	const struct mr_sgd_blocks *blocks;
	struct mr_sgd_rows U, V;
	float *bu, *bi;
	float rate, keep;	/* keep = 1 - rate lambda */
	int diagonal;
	int64_t *bad;		/* [b] first rating that blew up, or -1 */
};

/* One rating: p, q and their biases; returns the error e before the step. */
MR_LANES float
step(float *p, float *q, float target, const struct run *s, int64_t n)
{
	mr_v16 sum = { 0 };
	float e;

	for (int64_t j = 0; j < n; j += 16)
		sum += mr_v16_load(p + j) * mr_v16_load(q + j);
	e = target - mr_v16_sum(sum);
	for (int64_t j = 0; j < n; j += 16) {
		mr_v16 a = mr_v16_load(p + j), b = mr_v16_load(q + j);
		float g = s->rate * e;

		mr_v16_store(p + j, s->keep * a + g * b);
		mr_v16_store(q + j, s->keep * b + g * a);
	}
	return e;
}

/* All ratings of a block in turn; the number of the first whose error is not
 * finite, or -1. */
MR_LANES int64_t
walk(const struct run *s, int64_t from, int64_t to, int64_t n)
{
	const struct mr_sgd_rating *t = s->blocks->t;

	for (int64_t k = from; k < to; k++) {
		int64_t u = t[k].user, i = t[k].item;
		const struct mr_sgd_rating *next = &t[k + AHEAD < to ?
		    k + AHEAD : k];
		float e;

		for (int64_t j = 0; j < n; j += 16) {
			__builtin_prefetch(s->U.a + next->user * n + j, 1);
			__builtin_prefetch(s->V.a + next->item * n + j, 1);
		}
		e = step(s->U.a + u * n, s->V.a + i * n,
		    t[k].r - s->bu[u] - s->bi[i], s, n);
		if (!(fabsf(e) <= FLT_MAX))
			return k;
		s->bu[u] = s->keep * s->bu[u] + s->rate * e;
		s->bi[i] = s->keep * s->bi[i] + s->rate * e;
	}
	return -1;
}

/* The usual widths by themselves: their loops unroll into registers. */
MR_FOR_EACH_CPU(int64_t, walk_block, MR_LIST(const struct run *s,
    int64_t from, int64_t to), MR_LIST(s, from, to), {
	switch (s->U.stride) {
	case 16:
		return walk(s, from, to, 16);
	case 32:
		return walk(s, from, to, 32);
	case 64:
		return walk(s, from, to, 64);
	default:
		return walk(s, from, to, s->U.stride);
	}
})

static void
block_task(void *ctx, int64_t task, int worker)
{
	const struct run *s = ctx;
	int b = s->blocks->b;
	int64_t block = task * b + (task + s->diagonal) % b;

	(void)worker;
	s->bad[task] = walk_block(s, s->blocks->start[block],
	    s->blocks->start[block + 1]);
}

static int
sweep(struct run *s, const struct mr_train *job, struct mr_err *err)
{
	int b = s->blocks->b;

	for (s->diagonal = 0; s->diagonal < b; s->diagonal++) {
		mr_par_run(job->threads, b, block_task, s);
		for (int i = 0; i < b; i++) {
			const struct mr_sgd_rating *t = s->blocks->t;

			if (s->bad[i] >= 0)
				return mr_names_blame(&job->names,
				    t[s->bad[i]].user, t[s->bad[i]].item,
				    MR_ENUMERIC, MR_BLOWN_UP, err);
		}
	}
	return MR_OK;
}

int
mr_svd_train(struct mr_model *m, const struct mr_train *job,
    const void *opt, struct mr_err *err)
{
	const struct mr_sgd_opt *o = opt;
	struct mr_sgd_blocks blocks = { 0 };
	struct run s = { .blocks = &blocks, .rate = (float)o->learning_rate,
	    .keep = (float)(1 - o->learning_rate * o->lambda) };
	int rc = mr_model_begin(m, job->R, o->d, err);

	if (rc == MR_OK)
		rc = mr_sgd_blocks_new(&blocks, job->R, m->mu, err);
	if (rc == MR_OK)
		rc = mr_sgd_rows_of(&s.U, &m->U, err);
	if (rc == MR_OK)
		rc = mr_sgd_rows_of(&s.V, &m->V, err);
	if (rc == MR_OK)
		s.bad = mr_alloc((size_t)blocks.b, sizeof *s.bad, "blocks",
		    err);
	if (!s.bad) {
		rc = rc ? rc : MR_ENOMEM;
		goto out;
	}
	s.bu = m->bu;
	s.bi = m->bi;
	mr_sgd_rows_draw(&s.U, job->R, 0.1, job->seed, 0, job->threads);
	mr_sgd_rows_draw(&s.V, job->Rt, 0.1, job->seed, 1, job->threads);
	if (job->start)
		mr_sgd_start(&s.U, &s.V, m, job);
	for (int64_t i = 0; i < o->sweeps && rc == MR_OK; i++) {
		rc = sweep(&s, job, err);
		mr_report_step(job->report, "sweeps", i + 1, o->sweeps);
	}
out:
	mr_sgd_rows_put(&s.U, &m->U);
	mr_sgd_rows_put(&s.V, &m->V);
	mr_sgd_blocks_free(&blocks);
	free(s.bad);
	return rc ? rc : mr_names_finite(&job->names, m, job->R, MR_BLOWN_UP,
	    err);
}

/* Surprise's. */
static const struct mr_param params[] = MR_SGD_PARAMS(100, 0.005);

const struct mr_kind mr_svd_kind = {
	.name = "svd",
	.lone = "will follow the one film and the films' means, and chance "
	    "(-s) where these are close",
	.feedback = MR_FEEDBACK_RATINGS,
	.wants = MR_TAKES_START, .maps = true,
	.params = params, .opt_bytes = sizeof(struct mr_sgd_opt),
	.train = mr_svd_train, .fold = mr_sgd_fold,
};
