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
#include "vector/exact_parts.h"

/* Queries of a task: whole tiles of mr_gemm, of 6 or of 14 rows. */
#define QUERIES 126
#define CHUNK MR_EXACT_CHUNK
/* Likewise, of those whose scores are all wanted. */
#define GROUP (MR_EXACT_TOGETHER / 2)

/* A row is copied out of the panels in the time in which it is scored for
 * some 32 queries, or for one alone, where scoring is slow, some 16 times.
 * So few rows are better copied, and the others never looked at. */
#define COPY_COST 32
#define COPY_QUERIES 16

struct search {
	const struct mr_exact *x;
	const struct mr_search *s;
	const float *q;		/* [n * d], normalised for cosine */
	struct mr_hit *hit;
	int64_t *found;
	int64_t width;		/* queries of a task at most */
	float *scores;		/* [workers * width * CHUNK] */
	float *rows;		/* [workers * width * d] queries still on */
};

/* -|q - b|, or q . b, of one query and a row b whose values stand step
 * apart, in double. */
static float
score_pair(enum mr_metric metric, const float *q, const float *b, int64_t d,
    int64_t step)
{
	double sum = 0;

	if (metric == MR_METRIC_L2)
		for (int64_t p = 0; p < d; p++) {
			double e = (double)q[p] - (double)b[p * step];

			sum += e * e;
		}
	else
		for (int64_t p = 0; p < d; p++)
			sum += (double)q[p] * (double)b[p * step];
	return (float)(metric == MR_METRIC_L2 ? -sqrt(sum) : sum);
}

/* Of one query and n base rows of packed. */
static void
score_pairs(enum mr_metric metric, const float *q, const float *packed,
    int64_t n, int64_t d, float *scores)
{
	for (int64_t j = 0; j < n; j++)
		scores[j] = score_pair(metric, q, packed + j / MR_GEMM_PANEL *
		    MR_GEMM_PANEL * d + j % MR_GEMM_PANEL, d, MR_GEMM_PANEL);
}

/* Must pairs be summed one by one?  A float that overflows on the way to a sum
 * would leave inf or nan there, where the sum may well be a number. */
static bool
one_by_one(const struct mr_exact *x, const float *q)
{
	return x->metric == MR_METRIC_L2 || (double)x->d * (double)x->most *
	    (double)mr_mat_largest(q, x->d) > FLT_MAX / 2;
}

/* Scores of one query and rows at from .. from + n - 1, from at a panel. */
static void
score_one(const struct mr_exact *x, const float *q, int64_t from, int64_t n,
    float *scores)
{
	const float *packed = x->packed + from * x->d;

	if (one_by_one(x, q))
		score_pairs(x->metric, q, packed, n, x->d, scores);
	else
		mr_gemm(q, 1, x->d, packed, n, x->d, scores, CHUNK);
}

/* Offer a chunk's scores to query q.  Of a full list only rows that reach its
 * worst are looked at one by one. */
static void
keep_best(const struct search *a, int64_t q, int64_t from, int64_t n,
    const float *score)
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
		if (i < n && mr_search_may(a->s, q, x->number[from + i]))
			mr_topk_push(h, found, k, (struct mr_hit){
			    score[i] + bias[i] + offset,
			    x->number[from + i] }, x->rank);
	}
}

/* The queries of a task. */
struct task {
	int64_t first, m;
	double length[QUERIES];
	bool alone[QUERIES];	/* see one_by_one */
	int on[QUERIES];	/* those that a chunk may have rows for */
};

static void
begin(const struct search *a, struct task *t)
{
	for (int64_t i = 0; i < t->m; i++) {
		const float *q = a->q + (t->first + i) * a->x->d;

		t->length[i] = mr_exact_length(q, a->x->d);
		t->alone[i] = one_by_one(a->x, q);
		a->found[t->first + i] = 0;
	}
}

/* Which queries chunk c may have rows for; returns how many. */
static int
choose(const struct search *a, struct task *t, int64_t c)
{
	int n = 0;

	for (int i = 0; i < t->m; i++) {
		int64_t q = t->first + i, k = a->s->k;

		if (a->found[q] < k || mr_exact_reach(a->x, c, t->length[i],
		    mr_search_offset(a->s, q)) >= a->hit[q * k].score)
			t->on[n++] = i;
	}
	return n;
}

static void
search_chunk(const struct search *a, struct task *t, int64_t c, float *rows,
    float *scores)
{
	const struct mr_exact *x = a->x;
	const float *q = a->q + t->first * x->d;
	int64_t from = c * CHUNK, d = x->d;
	int64_t n = x->n - from < CHUNK ? x->n - from : CHUNK;
	int m = choose(a, t, c);

	for (int i = 0; d && m < t->m && i < m; i++)
		memcpy(rows + i * d, q + t->on[i] * d,
		    (size_t)d * sizeof *rows);
	if (m && x->metric != MR_METRIC_L2)
		mr_gemm(m < t->m ? rows : q, m, d, x->packed + from * d, n, d,
		    scores, CHUNK);
	for (int i = 0; i < m; i++, scores += CHUNK) {
		int at = t->on[i];

		if (t->alone[at])
			score_pairs(x->metric, q + at * d, x->packed +
			    from * d, n, d, scores);
		keep_best(a, t->first + at, from, n, scores);
	}
}

static void
search_task(void *ctx, int64_t task, int worker)
{
	const struct search *a = ctx;
	const struct mr_exact *x = a->x;
	struct task t = { .first = task * QUERIES };
	int64_t chunks = (x->n + CHUNK - 1) / CHUNK;

	t.m = a->s->q.n - t.first < QUERIES ? a->s->q.n - t.first : QUERIES;
	begin(a, &t);
	for (int64_t c = 0; c < chunks; c++)
		search_chunk(a, &t, c, a->rows + worker * a->width * x->d,
		    a->scores + worker * a->width * CHUNK);
	for (int64_t q = t.first; q < t.first + t.m; q++)
		mr_topk_sort(a->hit + q * a->s->k, a->found[q], x->rank);
}

static int
run(struct search *a, struct mr_err *err)
{
	int64_t tasks = (a->s->q.n + QUERIES - 1) / QUERIES;
	int workers = a->s->threads > 0 ? a->s->threads : mr_par_cpus();
	int rc = MR_ENOMEM;
	size_t n;

	if (workers > tasks)
		workers = (int)tasks;
	a->width = a->s->q.n < QUERIES ? a->s->q.n : QUERIES;
	n = (size_t)workers * (size_t)a->width;
	a->scores = mr_alloc(n * CHUNK, sizeof *a->scores, "scores", err);
	a->rows = a->scores ? mr_alloc(n, (size_t)a->x->d * sizeof *a->rows,
	    "queries", err) : NULL;
	if (a->rows) {
		mr_par_run(workers, tasks, search_task, a);
		rc = MR_OK;
	}
	free(a->scores);
	free(a->rows);
	return rc;
}

/* Are the rows that s may be offered so few that they are better copied? */
static bool
few_rows(const struct mr_exact *x, const struct mr_search *s)
{
	int64_t n = 0, m = s->q.n < COPY_QUERIES ? s->q.n : COPY_QUERIES;

	for (int64_t i = 0; s->allow && i < (x->rows + 63) / 64; i++)
		n += __builtin_popcountll(s->allow[i]);
	return s->allow && n * COPY_COST <= x->n * m;
}

int
mr_exact_queries(enum mr_metric metric, int64_t d, const struct mr_search *s,
    struct mr_mat *unit, const float **q, struct mr_err *err)
{
	const struct mr_rows *r = &s->q;
	bool gaps = r->gap && (r->from + r->n - 1) / MR_ROWS_BLOCK !=
	    r->from / MR_ROWS_BLOCK;
	int rc;

	*q = mr_rows_dense(r, 0);
	if (metric != MR_METRIC_COSINE && !gaps)
		return MR_OK;
	rc = mr_mat_new(unit, r->n, d, "queries", err);
	if (rc)
		return rc;
	for (int64_t i = 0; i < r->n && d > 0; i++)
		memcpy(mr_mat_row(unit, i), mr_rows_dense(r, i), (size_t)d *
		    sizeof *unit->a);
	if (metric == MR_METRIC_COSINE)
		mr_mat_normalise(unit);
	*q = unit->a;
	return MR_OK;
}

int
mr_exact_search(const struct mr_exact *x, const struct mr_search *s,
    struct mr_hit *hit, int64_t *found, struct mr_err *err)
{
	struct search a = { .x = x, .s = s, .hit = hit, .found = found };
	struct mr_exact few = { 0 };
	struct mr_mat unit = { 0 };
	int rc = mr_exact_queries(x->metric, x->d, s, &unit, &a.q, err);

	if (rc == MR_OK && few_rows(x, s)) {
		rc = mr_exact_narrow(&few, x, s->allow, err);
		a.x = &few;
	}
	if (rc == MR_OK)
		rc = run(&a, err);
	mr_exact_free(&few);
	mr_mat_free(&unit);
	return rc;
}

void
mr_exact_pairs(const struct mr_exact *x, const float *q,
    const float *const *b, int64_t n, float *scores)
{
	if (!one_by_one(x, q))
		mr_gemm_rows(q, b, n, x->d, scores);
	else
		for (int64_t j = 0; j < n; j++)
			scores[j] = score_pair(x->metric, q, b[j], x->d, 1);
}

float
mr_exact_score(const struct mr_exact *x, const float *q, float offset,
    int64_t i)
{
	float scores[CHUNK];
	int64_t at = x->place[i], from = at / MR_GEMM_PANEL * MR_GEMM_PANEL;
	int64_t n = x->n - from < MR_GEMM_PANEL ? x->n - from :
	    MR_GEMM_PANEL;

	score_one(x, q, from, n, scores);
	return scores[at - from] + x->bias[at] + offset;
}

/* Of m queries, at most GROUP, the scores of n rows from the one at from on;
 * those of single are summed one by one. */
static void
score_chunk(const struct mr_exact *x, const float *q, int64_t m,
    const bool *single, int64_t from, int64_t n, const float *offset,
    float *scores)
{
	float chunk[GROUP * CHUNK];

	mr_gemm(q, m, x->d, x->packed + from * x->d, n, x->d, chunk, CHUNK);
	for (int64_t i = 0; i < m; i++) {
		float *to = scores + i * x->rows, *c = chunk + i * CHUNK;

		if (single[i])
			score_one(x, q + i * x->d, from, n, c);
		if (x->in_order)	/* several at once */
			for (int64_t j = 0; j < n; j++)
				to[from + j] = c[j] + x->bias[from + j] +
				    offset[i];
		else
			for (int64_t j = 0; j < n; j++)
				to[x->number[from + j]] = c[j] +
				    x->bias[from + j] + offset[i];
	}
}

void
mr_exact_scores_of(const struct mr_exact *x, const float *q, int64_t m,
    const float *offset, float *scores)
{
	bool single[MR_EXACT_TOGETHER] = { false };

	for (int64_t i = 0; i < m; i++)
		single[i] = one_by_one(x, q + i * x->d);
	for (int64_t from = 0; from < x->n; from += CHUNK) {
		int64_t n = x->n - from < CHUNK ? x->n - from : CHUNK;

		for (int64_t i = 0; i < m; i += GROUP)
			score_chunk(x, q + i * x->d, m - i < GROUP ? m - i :
			    GROUP, single + i, from, n, offset + i,
			    scores + i * x->rows);
	}
}

void
mr_exact_scores(const struct mr_exact *x, const float *q, float offset,
    float *scores)
{
	mr_exact_scores_of(x, q, 1, &offset, scores);
}

static int
build_index(struct mr_index *x, const struct mr_rows *base,
    const uint64_t *allow, struct mr_err *err)
{
	const struct mr_exact_opt o = { .metric = x->metric, .rank = x->rank,
	    .allow = allow, .gap = base->gap };

	x->borrows = false;
	x->own = mr_alloc(1, sizeof(struct mr_exact), "an index", err);
	return x->own ? mr_exact_build(x->own, base->dense, &o, err) :
	    MR_ENOMEM;
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
	.name = "exact", .exact = true, .build = build_index,
	.search = search_index, .free = free_index,
};
