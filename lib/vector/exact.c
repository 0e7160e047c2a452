/* Exact nearest neighbours; see exact.h.
 * SPDX-License-Identifier: MIT */
#include "vector/exact.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/mem.h"
#include "core/par.h"
#include "math/gemm.h"

#define QUERIES 16	/* of a task */
#define CHUNK 1024	/* base rows scored at a time, whole panels */

int
mr_exact_build(struct mr_exact *x, const struct mr_mat *base,
    const float *bias, const int32_t *rank, enum mr_metric metric,
    struct mr_err *err)
{
	struct mr_mat unit = { 0 };
	int rc = MR_OK;

	*x = (struct mr_exact){ .metric = metric, .n = base->rows,
	    .d = base->cols };
	x->packed = mr_alloc(mr_gemm_packed(x->n, x->d), sizeof *x->packed,
	    "packed vectors", err);
	x->rank = x->packed ? mr_alloc((size_t)x->n, sizeof *x->rank,
	    "order of ids", err) : NULL;
	x->bias = x->rank ? mr_alloc((size_t)x->n, sizeof *x->bias,
	    "biases", err) : NULL;
	if (!x->bias)
		return MR_ENOMEM;
	for (int32_t i = 0; i < (int32_t)x->n; i++)
		x->rank[i] = rank ? rank[i] : i;
	if (bias)
		memcpy(x->bias, bias, (size_t)x->n * sizeof *bias);
	if (x->d == 0)
		return MR_OK;	/* biases alone; base->a may be NULL */
	/* A panel at a time, so that no second copy is needed. */
	rc = mr_mat_new(&unit, MR_GEMM_PANEL, x->d, "vectors", err);
	for (int64_t j = 0; j < x->n && rc == MR_OK; j += MR_GEMM_PANEL) {
		unit.rows = x->n - j < MR_GEMM_PANEL ? x->n - j :
		    MR_GEMM_PANEL;
		memcpy(unit.a, mr_mat_row(base, j),
		    (size_t)(unit.rows * x->d) * sizeof *unit.a);
		if (metric == MR_COSINE)
			mr_mat_normalise(&unit);
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
	free(x->rank);
	*x = (struct mr_exact){ 0 };
}

struct search {
	const struct mr_exact *x;
	const struct mr_exact_query *q;
	const struct mr_mat *rows;	/* of q, normalised for cosine */
	int64_t k;
	struct mr_scored *best;
	int64_t *found;
	float *scores;		/* [workers * QUERIES * CHUNK] */
};

/* -|q - b| for m queries and n base rows of packed. */
static void
score_l2(const float *q, int64_t m, const float *packed, int64_t n, int64_t d,
    float *scores)
{
	for (int64_t i = 0; i < m; i++, q += d)
		for (int64_t j = 0; j < n; j++) {
			const float *b = packed + j / MR_GEMM_PANEL *
			    MR_GEMM_PANEL * d + j % MR_GEMM_PANEL;
			double sum = 0;

			for (int64_t p = 0; p < d; p++) {
				double e = (double)q[p] -
				    (double)b[p * MR_GEMM_PANEL];

				sum += e * e;
			}
			scores[i * CHUNK + j] = (float)-sqrt(sum);
		}
}

/* Scores of m queries and base rows from .. from + n - 1, from at a panel. */
static void
score_chunk(const struct mr_exact *x, const float *q, int64_t m, int64_t from,
    int64_t n, float *scores)
{
	const float *packed = x->packed + from * x->d;

	if (x->metric == MR_L2)
		score_l2(q, m, packed, n, x->d, scores);
	else
		mr_gemm(q, m, x->d, packed, n, x->d, scores, CHUNK);
}

static float
with_biases(const struct mr_exact *x, const struct mr_exact_query *q,
    int64_t query, int64_t i, float score)
{
	score += x->bias[i];
	return q->offset ? score + q->offset[query] : score;
}

/* Offer a chunk's scores; *skip walks along the query's list. */
static void
keep_best(const struct search *s, int64_t query, int64_t from, int64_t n,
    const float *score, int64_t *skip)
{
	const struct mr_exact_query *q = s->q;
	struct mr_scored *h = s->best + query * s->k;
	int64_t end = q->skip_ptr ? q->skip_ptr[query + 1] : 0;
	int64_t *found = &s->found[query];

	for (int64_t i = from; i < from + n; i++) {
		float v = with_biases(s->x, q, query, i, score[i - from]);

		if (*skip < end && q->skip[*skip] == i) {
			(*skip)++;
			continue;
		}
		if (*found < s->k || v >= h[0].score)
			mr_topk_push(h, found, s->k, v, s->x->rank[i]);
	}
}

static void
search_task(void *ctx, int64_t task, int worker)
{
	const struct search *s = ctx;
	const struct mr_exact *x = s->x;
	float *scores = s->scores + (int64_t)worker * QUERIES * CHUNK;
	int64_t q0 = task * QUERIES, left = s->rows->rows - q0;
	int64_t m = left < QUERIES ? left : QUERIES, skip[QUERIES] = { 0 };

	for (int64_t i = 0; i < m; i++) {
		s->found[q0 + i] = 0;
		if (s->q->skip_ptr)
			skip[i] = s->q->skip_ptr[q0 + i];
	}
	for (int64_t from = 0; from < x->n; from += CHUNK) {
		int64_t n = x->n - from < CHUNK ? x->n - from : CHUNK;

		score_chunk(x, mr_mat_row(s->rows, q0), m, from, n, scores);
		for (int64_t i = 0; i < m; i++)
			keep_best(s, q0 + i, from, n, scores + i * CHUNK,
			    &skip[i]);
	}
	for (int64_t i = 0; i < m; i++)
		mr_topk_sort(s->best + (q0 + i) * s->k, s->found[q0 + i]);
}

int
mr_exact_search(const struct mr_exact *x, const struct mr_exact_query *q,
    int64_t k, int threads, struct mr_scored *best, int64_t *found,
    struct mr_err *err)
{
	struct search s = { x, q, q->rows, k, best, found, NULL };
	int64_t tasks = (q->rows->rows + QUERIES - 1) / QUERIES;
	struct mr_mat unit = { 0 };
	int workers = threads > 0 ? threads : mr_par_cpus();
	int rc = MR_OK;

	if (x->metric == MR_COSINE) {
		rc = mr_mat_new(&unit, q->rows->rows, q->rows->cols,
		    "queries", err);
		if (rc)
			return rc;
		memcpy(unit.a, q->rows->a, (size_t)(unit.rows * unit.cols) *
		    sizeof *unit.a);
		mr_mat_normalise(&unit);
		s.rows = &unit;
	}
	s.scores = mr_alloc((size_t)workers * QUERIES * CHUNK,
	    sizeof *s.scores, "scores", err);
	if (s.scores)
		mr_par_run(workers, tasks, search_task, &s);
	else
		rc = MR_ENOMEM;
	free(s.scores);
	mr_mat_free(&unit);
	return rc;
}

float
mr_exact_score(const struct mr_exact *x, const struct mr_exact_query *q,
    int64_t query, int64_t i)
{
	float scores[CHUNK];
	int64_t from = i / MR_GEMM_PANEL * MR_GEMM_PANEL;
	int64_t n = x->n - from < MR_GEMM_PANEL ? x->n - from :
	    MR_GEMM_PANEL;

	score_chunk(x, mr_mat_row(q->rows, query), 1, from, n, scores);
	return with_biases(x, q, query, i, scores[i - from]);
}

void
mr_exact_scores(const struct mr_exact *x, const struct mr_exact_query *q,
    int64_t query, float *scores)
{
	for (int64_t from = 0; from < x->n; from += CHUNK) {
		int64_t n = x->n - from < CHUNK ? x->n - from : CHUNK;

		score_chunk(x, mr_mat_row(q->rows, query), 1, from, n,
		    scores + from);
		for (int64_t i = from; i < from + n; i++)
			scores[i] = with_biases(x, q, query, i, scores[i]);
	}
}
