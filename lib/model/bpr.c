/* Bayesian personalised ranking; see bpr.h.
 * SPDX-License-Identifier: MIT */
#include "model/bpr.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/mem.h"
#include "core/par.h"
#include "core/rng.h"
#include "math/lanes.h"
#include "model/sgd.h"

#define TRIES 16

/* What a number is drawn for: streams of one seed. */
enum { STRIPS = 1, ORDER, OTHERS };

struct event {
	int32_t user, item;
};

struct run {
	const struct mr_csr *R;
	struct mr_sgd_rows U, V;
	float *bi;
	float rate, keep;	/* keep = 1 - rate lambda */
	uint64_t seed;		/* of the sweep */
	int b, diagonal;
	int32_t *user_strip;	/* [n_users] */
	int32_t *strip;		/* [n_items] of the sweep; -1: no event */
	struct event *t;	/* [nnz] by block */
	int64_t *start;		/* [b * b + 1]: block (a, c) at a * b + c */
	int32_t *pool;		/* items by strip */
	int64_t *pool_start;	/* [b + 1] */
	int64_t *bad;		/* [b] event that blew up, or -1 */
};

/* ---- the blocks of a sweep ---- */

/* About as many events in each strip of users. */
static void
cut_users(struct run *s)
{
	const struct mr_csr *R = s->R;
	int64_t nnz = mr_csr_nnz(R);

	for (int64_t u = 0; u < R->rows; u++)
		s->user_strip[u] = (int32_t)(R->ptr[u] * s->b / (nnz + 1));
}

static void
deal_items(struct run *s, const struct mr_csr *Rt)
{
	int64_t at[MR_SGD_BLOCKS_MAX];

	memset(s->pool_start, 0, ((size_t)s->b + 1) * sizeof *s->pool_start);
	for (int64_t i = 0; i < Rt->rows; i++) {
		s->strip[i] = Rt->ptr[i] == Rt->ptr[i + 1] ? -1 :
		    (int32_t)(mr_rng_u64(s->seed, STRIPS, (uint64_t)i) %
		    (uint64_t)s->b);
		if (s->strip[i] >= 0)
			s->pool_start[s->strip[i] + 1]++;
	}
	for (int c = 0; c < s->b; c++) {
		s->pool_start[c + 1] += s->pool_start[c];
		at[c] = s->pool_start[c];
	}
	for (int64_t i = 0; i < Rt->rows; i++)
		if (s->strip[i] >= 0)
			s->pool[at[s->strip[i]]++] = (int32_t)i;
}

static void
deal_events(struct run *s)
{
	int64_t at[MR_SGD_BLOCKS_MAX * MR_SGD_BLOCKS_MAX];
	const struct mr_csr *R = s->R;
	int n = s->b * s->b;

	memset(s->start, 0, ((size_t)n + 1) * sizeof *s->start);
	for (int64_t u = 0; u < R->rows; u++)
		for (int64_t k = R->ptr[u]; k < R->ptr[u + 1]; k++)
			s->start[s->user_strip[u] * s->b +
			    s->strip[R->idx[k]] + 1]++;
	for (int i = 0; i < n; i++) {
		s->start[i + 1] += s->start[i];
		at[i] = s->start[i];
	}
	for (int64_t u = 0; u < R->rows; u++)
		for (int64_t k = R->ptr[u]; k < R->ptr[u + 1]; k++)
			s->t[at[s->user_strip[u] * s->b +
			    s->strip[R->idx[k]]]++] = (struct event){
			    (int32_t)u, R->idx[k] };
}

static void
shuffle(struct event *t, int64_t n, uint64_t key)
{
	for (int64_t k = n - 1; k > 0; k--) {
		int64_t other = (int64_t)(mr_rng_u64(key, ORDER, (uint64_t)k) %
		    (uint64_t)(k + 1));
		struct event e = t[k];

		t[k] = t[other];
		t[other] = e;
	}
}

/* ---- the steps ---- */

static bool
chose(const struct mr_csr *R, int64_t u, int32_t item)
{
	int64_t from = R->ptr[u], to = R->ptr[u + 1];

	while (from < to) {
		int64_t mid = from + (to - from) / 2;

		if (R->idx[mid] == item)
			return true;
		if (R->idx[mid] < item)
			from = mid + 1;
		else
			to = mid;
	}
	return false;
}

/* An item of strip c that u does not have, by the draws of event k; -1. */
static int32_t
other_item(const struct run *s, int64_t u, int c, uint64_t k)
{
	const int32_t *pool = s->pool + s->pool_start[c];
	uint64_t n = (uint64_t)(s->pool_start[c + 1] - s->pool_start[c]);

	for (uint64_t try = 0; try < TRIES; try++) {
		int32_t j = pool[mr_rng_u64(s->seed, OTHERS, k * TRIES + try) %
		    n];

		if (!chose(s->R, u, j))
			return j;
	}
	return -1;
}

/* One draw: p of the user, q and o of the items, and their biases' difference;
 * returns rate z. */
MR_LANES float
step(float *p, float *q, float *o, float bias, const struct run *s, int64_t n)
{
	mr_v16 sum = { 0 };
	float g;

	for (int64_t j = 0; j < n; j += 16)
		sum += mr_v16_load(p + j) * (mr_v16_load(q + j) -
		    mr_v16_load(o + j));
	g = s->rate / (1 + expf(bias + mr_v16_sum(sum)));
	for (int64_t j = 0; j < n; j += 16) {
		mr_v16 a = mr_v16_load(p + j), b = mr_v16_load(q + j);
		mr_v16 c = mr_v16_load(o + j);

		mr_v16_store(p + j, s->keep * a + g * (b - c));
		mr_v16_store(q + j, s->keep * b + g * a);
		mr_v16_store(o + j, s->keep * c - g * a);
	}
	return g;
}

/* The events of a block in turn; the number of the first whose step is not
 * finite, or -1. */
MR_LANES int64_t
walk(const struct run *s, int64_t block, int64_t n)
{
	int c = (int)(block % s->b);

	for (int64_t k = s->start[block]; k < s->start[block + 1]; k++) {
		int64_t u = s->t[k].user, i = s->t[k].item;
		int64_t j = other_item(s, u, c, (uint64_t)k);
		float g;

		if (j < 0)
			continue;
		g = step(s->U.a + u * n, s->V.a + i * n, s->V.a + j * n,
		    s->bi[i] - s->bi[j], s, n);
		if (!(g <= FLT_MAX))
			return k;
		s->bi[i] = s->keep * s->bi[i] + g;
		s->bi[j] = s->keep * s->bi[j] - g;
	}
	return -1;
}

/* The usual widths by themselves: their loops unroll into registers. */
MR_FOR_EACH_CPU(int64_t, walk_block, MR_LIST(const struct run *s,
    int64_t block), MR_LIST(s, block), {
	switch (s->U.stride) {
	case 16:
		return walk(s, block, 16);
	case 32:
		return walk(s, block, 32);
	case 64:
		return walk(s, block, 64);
	default:
		return walk(s, block, s->U.stride);
	}
})

static void
block_task(void *ctx, int64_t task, int worker)
{
	const struct run *s = ctx;
	int64_t block = task * s->b + (task + s->diagonal) % s->b;

	(void)worker;
	shuffle(s->t + s->start[block], s->start[block + 1] -
	    s->start[block], mr_rng_u64(s->seed, ORDER, (uint64_t)block));
	s->bad[task] = walk_block(s, block);
}

static int
sweep(struct run *s, const struct mr_train *job, int64_t n,
    struct mr_err *err)
{
	s->seed = mr_rng_u64(job->seed, 5, (uint64_t)n);
	deal_items(s, job->Rt);
	deal_events(s);
	for (s->diagonal = 0; s->diagonal < s->b; s->diagonal++) {
		mr_par_run(job->threads, s->b, block_task, s);
		for (int i = 0; i < s->b; i++)
			if (s->bad[i] >= 0)
				return mr_names_blame(&job->names,
				    s->t[s->bad[i]].user,
				    s->t[s->bad[i]].item, MR_ENUMERIC,
				    MR_BLOWN_UP, err);
	}
	return MR_OK;
}

/* ---- the run ---- */

static int
run_new(struct run *s, struct mr_model *m, const struct mr_train *job,
    struct mr_err *err)
{
	size_t users = (size_t)job->R->rows, items = (size_t)job->R->cols;
	size_t nnz = (size_t)mr_csr_nnz(job->R);
	size_t b;
	int rc;

	s->b = mr_sgd_blocks_for((int64_t)nnz);
	b = (size_t)s->b;
	s->bi = m->bi;
	s->user_strip = mr_alloc(users + 2 * items, sizeof *s->user_strip,
	    "strips", err);
	s->t = s->user_strip ? mr_alloc(nnz, sizeof *s->t,
	    "events in blocks", err) : NULL;
	s->start = s->t ? mr_alloc(b * b + 1 + b + 1 + b, sizeof *s->start,
	    "blocks", err) : NULL;
	if (!s->start)
		return MR_ENOMEM;
	s->strip = s->user_strip + users;
	s->pool = s->strip + items;
	s->pool_start = s->start + b * b + 1;
	s->bad = s->pool_start + b + 1;
	rc = mr_sgd_rows_of(&s->U, &m->U, err);
	return rc ? rc : mr_sgd_rows_of(&s->V, &m->V, err);
}

static int
model_new(struct mr_model *m, const struct mr_csr *R, int64_t d,
    struct mr_err *err)
{
	int rc = mr_mat_new(&m->U, R->rows, d, "user factors", err);

	if (rc == MR_OK)
		rc = mr_mat_new(&m->V, R->cols, d, "item factors", err);
	if (rc)
		return rc;
	m->bi = mr_alloc((size_t)R->cols, sizeof *m->bi, "item biases", err);
	return m->bi ? MR_OK : MR_ENOMEM;
}

int
mr_bpr_train(struct mr_model *m, const struct mr_train *job,
    const void *opt, struct mr_err *err)
{
	const struct mr_bpr_opt *o = opt;
	struct run s = { .R = job->R, .rate = (float)o->learning_rate,
	    .keep = (float)(1 - o->learning_rate * o->lambda) };
	double sd = 0.1 / sqrt((double)o->d);
	int rc;

	*m = (struct mr_model){ .clip_lo = 1, .clip_hi = 0 };
	rc = model_new(m, job->R, o->d, err);
	if (rc || mr_csr_nnz(job->R) == 0)
		return rc;
	rc = run_new(&s, m, job, err);
	if (rc == MR_OK) {
		cut_users(&s);
		mr_sgd_rows_draw(&s.U, job->R, sd, job->seed, 0, job->threads);
		mr_sgd_rows_draw(&s.V, job->Rt, sd, job->seed, 1,
		    job->threads);
		if (job->start)
			mr_sgd_start(&s.U, &s.V, m, job);
	}
	for (int64_t i = 0; i < o->sweeps && rc == MR_OK; i++) {
		rc = sweep(&s, job, i, err);
		mr_report_step(job->report, "sweeps", i + 1, o->sweeps);
	}
	mr_sgd_rows_put(&s.U, &m->U);
	mr_sgd_rows_put(&s.V, &m->V);
	free(s.user_strip);
	free(s.t);
	free(s.start);
	return rc ? rc : mr_names_finite(&job->names, m, job->R, MR_BLOWN_UP,
	    err);
}

#define OPT struct mr_bpr_opt

static const struct mr_param params[] = {
	{ MR_RANK_ROW(OPT, 64) },
	{ MR_SWEEPS_ROW(OPT, 100) },
	{ MR_RATE_ROW(OPT, 0.05) },
	{ MR_LAMBDA_ROW(OPT, 0.01) },
	{ .name = NULL }
};

const struct mr_kind mr_bpr_kind = {
	.name = "bpr",
	.lone = "beyond the one film are chance",
	.feedback = MR_FEEDBACK_EVENTS, .wants = MR_TAKES_START,
	.params = params, .opt_bytes = sizeof(OPT),
	.train = mr_bpr_train,
};
