/* Exact nearest neighbours; see exact.h.
 * SPDX-License-Identifier: MIT */
#include "vector/exact.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/mem.h"
#include "core/par.h"
#include "math/first.h"
#include "math/gemm.h"

/* Queries of a task: whole tiles of mr_gemm, of 6 or of 14 rows. */
#define QUERIES 42
#define CHUNK 512	/* base rows scored at a time, whole panels */

/* The largest |a[i]|. */
static float
largest(const float *a, int64_t n)
{
	float most = 0;

	for (int64_t i = 0; i < n; i++)
		most = fabsf(a[i]) > most ? fabsf(a[i]) : most;
	return most;
}

int
mr_exact_build(struct mr_exact *x, const struct mr_mat *base,
    const float *bias, const int32_t *rank, enum mr_metric metric,
    struct mr_err *err)
{
	struct mr_mat unit = { 0 };
	int rc = MR_OK;

	*x = (struct mr_exact){ .metric = metric, .n = base->rows,
	    .d = base->cols, .rank = rank };
	x->packed = mr_alloc(mr_gemm_packed(x->n, x->d), sizeof *x->packed,
	    "packed vectors", err);
	x->bias = x->packed ? mr_alloc((size_t)x->n, sizeof *x->bias,
	    "biases", err) : NULL;
	if (!x->bias)
		return MR_ENOMEM;
	if (bias)
		memcpy(x->bias, bias, (size_t)x->n * sizeof *bias);
	if (x->d == 0)
		return MR_OK;	/* biases alone; base->a may be NULL */
	/* A panel at a time, so that no second copy is needed. */
	rc = mr_mat_new(&unit, x->n < MR_GEMM_PANEL ? x->n : MR_GEMM_PANEL,
	    x->d, "vectors", err);
	for (int64_t j = 0; j < x->n && rc == MR_OK; j += MR_GEMM_PANEL) {
		unit.rows = x->n - j < MR_GEMM_PANEL ? x->n - j :
		    MR_GEMM_PANEL;
		memcpy(unit.a, mr_mat_row(base, j),
		    (size_t)(unit.rows * x->d) * sizeof *unit.a);
		if (metric == MR_METRIC_COSINE)
			mr_mat_normalise(&unit);
		x->most = fmaxf(x->most, largest(unit.a, unit.rows * x->d));
		mr_gemm_pack(x->packed + j * x->d, unit.a, unit.rows, x->d,
		    x->d, true);
	}
	mr_mat_free(&unit);
	return rc;
}

void
mr_exact_free(struct mr_exact *x)
{
	free(x->packed);
	free(x->bias);
	*x = (struct mr_exact){ 0 };
}

struct search {
	const struct mr_exact *x;
	const struct mr_search *s;
	const float *q;		/* [n * d], normalised for cosine */
	struct mr_hit *hit;
	int64_t *found;
	float *scores;		/* [workers * QUERIES * CHUNK] */
};

/* -|q - b|, or q . b, of one query and n base rows of packed, in double. */
static void
score_pairs(enum mr_metric metric, const float *q, const float *packed,
    int64_t n, int64_t d, float *scores)
{
	for (int64_t j = 0; j < n; j++) {
		const float *b = packed + j / MR_GEMM_PANEL * MR_GEMM_PANEL *
		    d + j % MR_GEMM_PANEL;
		double sum = 0;

		if (metric == MR_METRIC_L2)
			for (int64_t p = 0; p < d; p++) {
				double e = (double)q[p] -
				    (double)b[p * MR_GEMM_PANEL];

				sum += e * e;
			}
		else
			for (int64_t p = 0; p < d; p++)
				sum += (double)q[p] *
				    (double)b[p * MR_GEMM_PANEL];
		scores[j] = (float)(metric == MR_METRIC_L2 ? -sqrt(sum) : sum);
	}
}

/* Scores of m queries and base rows from .. from + n - 1, from at a panel.
 * A float that overflows on the way to a sum would leave inf or nan there,
 * where the sum may well be a number. */
static void
score_chunk(const struct mr_exact *x, const float *q, int64_t m, int64_t from,
    int64_t n, float *scores)
{
	const float *packed = x->packed + from * x->d;
	bool l2 = x->metric == MR_METRIC_L2;

	if (!l2)
		mr_gemm(q, m, x->d, packed, n, x->d, scores, CHUNK);
	for (int64_t i = 0; i < m; i++, q += x->d)
		if (l2 || (double)x->d * (double)x->most *
		    (double)largest(q, x->d) > FLT_MAX / 2)
			score_pairs(x->metric, q, packed, n, x->d,
			    scores + i * CHUNK);
}

/* Offer a chunk's scores to query q; *at as in mr_search_offers.  Of a full
 * list only rows that reach its worst are looked at one by one. */
static void
keep_best(const struct search *a, int64_t q, int64_t from, int64_t n,
    const float *score, int64_t *at)
{
	const struct mr_exact *x = a->x;
	struct mr_hit *h = a->hit + q * a->s->k;
	const float *bias = x->bias + from;
	float offset = mr_search_offset(a->s, q);
	int64_t *found = &a->found[q], k = a->s->k;

	for (int64_t i = 0; i < n; i++) {
		if (*found == k)
			i += mr_first_at_least(score + i, bias + i, offset,
			    h[0].score, n - i);
		if (i < n && mr_search_offers(a->s, q, from + i, at))
			mr_topk_push(h, found, k, (struct mr_hit){
			    score[i] + bias[i] + offset, (int32_t)(from + i) },
			    x->rank);
	}
}

static void
search_task(void *ctx, int64_t task, int worker)
{
	const struct search *a = ctx;
	const struct mr_exact *x = a->x;
	float *scores = a->scores + (int64_t)worker * QUERIES * CHUNK;
	int64_t q0 = task * QUERIES, left = a->s->q.n - q0;
	int64_t m = left < QUERIES ? left : QUERIES, at[QUERIES];

	for (int64_t i = 0; i < m; i++) {
		a->found[q0 + i] = 0;
		at[i] = mr_search_start(a->s, q0 + i);
	}
	for (int64_t from = 0; from < x->n; from += CHUNK) {
		int64_t n = x->n - from < CHUNK ? x->n - from : CHUNK;

		score_chunk(x, a->q + q0 * x->d, m, from, n, scores);
		for (int64_t i = 0; i < m; i++)
			keep_best(a, q0 + i, from, n, scores + i * CHUNK,
			    &at[i]);
	}
	for (int64_t i = 0; i < m; i++)
		mr_topk_sort(a->hit + (q0 + i) * a->s->k, a->found[q0 + i],
		    x->rank);
}

int
mr_exact_search(const struct mr_exact *x, const struct mr_search *s,
    struct mr_hit *hit, int64_t *found, struct mr_err *err)
{
	struct search a = { x, s, mr_mat_row(s->q.dense, s->q.from), hit,
	    found, NULL };
	int64_t tasks = (s->q.n + QUERIES - 1) / QUERIES;
	int workers = s->threads > 0 ? s->threads : mr_par_cpus();
	struct mr_mat unit = { 0 };
	int rc = MR_OK;

	if (x->metric == MR_METRIC_COSINE) {
		rc = mr_mat_new(&unit, s->q.n, x->d, "queries", err);
		if (rc)
			return rc;
		if (unit.rows > 0 && unit.cols > 0)
			memcpy(unit.a, a.q, (size_t)(unit.rows * unit.cols) *
			    sizeof *unit.a);
		mr_mat_normalise(&unit);
		a.q = unit.a;
	}
	if (workers > tasks)
		workers = (int)tasks;
	a.scores = mr_alloc((size_t)workers * QUERIES * CHUNK,
	    sizeof *a.scores, "scores", err);
	if (a.scores)
		mr_par_run(workers, tasks, search_task, &a);
	else
		rc = MR_ENOMEM;
	free(a.scores);
	mr_mat_free(&unit);
	return rc;
}

float
mr_exact_score(const struct mr_exact *x, const float *q, float offset,
    int64_t i)
{
	float scores[CHUNK];
	int64_t from = i / MR_GEMM_PANEL * MR_GEMM_PANEL;
	int64_t n = x->n - from < MR_GEMM_PANEL ? x->n - from :
	    MR_GEMM_PANEL;

	score_chunk(x, q, 1, from, n, scores);
	return scores[i - from] + x->bias[i] + offset;
}

void
mr_exact_scores(const struct mr_exact *x, const float *q, float offset,
    float *scores)
{
	for (int64_t from = 0; from < x->n; from += CHUNK) {
		int64_t n = x->n - from < CHUNK ? x->n - from : CHUNK;

		score_chunk(x, q, 1, from, n, scores + from);
		for (int64_t i = from; i < from + n; i++)
			scores[i] = scores[i] + x->bias[i] + offset;
	}
}

static int
build_index(struct mr_index *x, const struct mr_rows *base,
    struct mr_err *err)
{
	x->own = mr_alloc(1, sizeof(struct mr_exact), "an index", err);
	return x->own ? mr_exact_build(x->own, base->dense, NULL, x->rank,
	    x->metric, err) : MR_ENOMEM;
}

static int
search_index(const struct mr_index *x, const struct mr_search *s,
    struct mr_hit *hit, int64_t *found, struct mr_err *err)
{
	return mr_exact_search(x->own, s, hit, found, err);
}

static void
free_index(void *own)
{
	if (own)
		mr_exact_free(own);
	free(own);
}

const struct mr_index_class mr_exact_index = {
	.name = "exact", .build = build_index, .search = search_index,
	.free = free_index,
};
