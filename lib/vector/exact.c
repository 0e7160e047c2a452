/* Exact nearest neighbours; see exact.h.
 * SPDX-License-Identifier: MIT */
#include "vector/exact.h"

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

/* A row is copied out of the panels in the time in which it is scored for
 * some 32 queries, or for one alone, where scoring is slow, some 16 times.
 * So few rows are better copied, and the others never looked at. */
#define COPY_COST 32
#define COPY_QUERIES 16

/* Queries that are scored together. */
struct group {
	int64_t first, m;
	double length[QUERIES];
	bool alone[QUERIES];	/* see mr_exact_alone */
	int on[QUERIES];	/* those that a chunk may have rows for */
};

struct search {
	const struct mr_exact *x;
	const struct mr_search *s;
	const float *q;		/* [n * d], normalised for cosine */
	struct mr_hit *hit;
	int64_t *found;
	int64_t width;		/* queries of a group at most */
	int64_t per;		/* groups of a task */
	struct group *group;	/* [workers * per] */
	float *scores;		/* [workers * width * CHUNK] */
	float *rows;		/* [workers * width * d] queries still on */
	float *panels;		/* [workers * CHUNK * d] of a borrowed base */
};

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

static void
begin(const struct search *a, struct group *t)
{
	for (int64_t i = 0; i < t->m; i++) {
		const float *q = a->q + (t->first + i) * a->x->d;

		t->length[i] = mr_exact_length(q, a->x->d);
		t->alone[i] = mr_exact_alone(a->x, q);
		a->found[t->first + i] = 0;
	}
}

/* Which queries chunk c may have rows for; returns how many. */
static int
choose(const struct search *a, struct group *t, int64_t c)
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

/* *panels: of the chunk, NULL before it is first asked for. */
static void
search_chunk(const struct search *a, struct group *t, int64_t c, int worker,
    const float **panels)
{
	const struct mr_exact *x = a->x;
	const float *q = a->q + t->first * x->d;
	float *rows = a->rows + worker * a->width * x->d;
	float *scores = a->scores + worker * a->width * CHUNK;
	int64_t from = c * CHUNK, d = x->d;
	int64_t n = x->n - from < CHUNK ? x->n - from : CHUNK;
	int m = choose(a, t, c);

	if (m && !*panels)
		*panels = mr_exact_panels(x, from, n, a->panels + worker *
		    CHUNK * d);
	for (int64_t i = 0; d && m < t->m && i < m; i++)
		memcpy(rows + i * d, q + t->on[i] * d,
		    (size_t)d * sizeof *rows);
	if (m && x->metric != MR_METRIC_L2)
		mr_gemm(m < t->m ? rows : q, m, d, *panels, n, d, scores,
		    CHUNK);
	for (int i = 0; i < m; i++, scores += CHUNK) {
		int at = t->on[i];

		if (t->alone[at])
			mr_exact_panel_pairs(x, q + at * d, *panels, n,
			    scores);
		keep_best(a, t->first + at, from, n, scores);
	}
}

static void
search_task(void *ctx, int64_t task, int worker)
{
	const struct search *a = ctx;
	const struct mr_exact *x = a->x;
	struct group *t = a->group + worker * a->per;
	int64_t chunks = (x->n + CHUNK - 1) / CHUNK, n = 0;
	int64_t first = task * a->per * QUERIES, end = first;

	for (; n < a->per && end < a->s->q.n; n++, end += t[n - 1].m) {
		t[n].first = end;
		t[n].m = a->s->q.n - end < QUERIES ? a->s->q.n - end :
		    QUERIES;
		begin(a, &t[n]);
	}
	for (int64_t c = 0; c < chunks; c++) {
		const float *panels = NULL;

		for (int64_t g = 0; g < n; g++)
			search_chunk(a, &t[g], c, worker, &panels);
	}
	for (int64_t q = first; q < end; q++)
		mr_topk_sort(a->hit + q * a->s->k, a->found[q], x->rank);
}

static int
make_work(struct search *a, int workers, struct mr_err *err)
{
	size_t w = (size_t)workers, d = (size_t)a->x->d;
	size_t n = w * (size_t)a->width;

	a->group = mr_alloc(w * (size_t)a->per, sizeof *a->group, "queries",
	    err);
	a->scores = a->group ? mr_alloc(n * CHUNK, sizeof *a->scores,
	    "scores", err) : NULL;
	a->rows = a->scores ? mr_alloc(n, d * sizeof *a->rows, "queries",
	    err) : NULL;
	a->panels = a->rows ? mr_alloc(a->x->lent.a ? w * CHUNK : 0, d *
	    sizeof *a->panels, "packed vectors", err) : NULL;
	return a->panels ? MR_OK : MR_ENOMEM;
}

/* A borrowed base is packed once by each task, so they are few. */
static int
run(struct search *a, struct mr_err *err)
{
	int64_t groups = (a->s->q.n + QUERIES - 1) / QUERIES, tasks;
	int workers = a->s->threads > 0 ? a->s->threads : mr_par_cpus();
	int rc;

	if (workers > groups)
		workers = (int)groups;
	a->per = a->x->lent.a && workers ? (groups + workers - 1) / workers :
	    1;
	tasks = (groups + a->per - 1) / a->per;
	a->width = a->s->q.n < QUERIES ? a->s->q.n : QUERIES;
	rc = make_work(a, workers, err);
	if (rc == MR_OK)
		mr_par_run(workers, tasks, search_task, a);
	free(a->group);
	free(a->scores);
	free(a->rows);
	free(a->panels);
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
