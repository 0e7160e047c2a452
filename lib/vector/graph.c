/* Searches of a graph; see graph.h.
 * SPDX-License-Identifier: MIT */
#include "vector/graph.h"

#include <math.h>
#include <stdlib.h>

#include "core/mem.h"
#include "core/par.h"
#include "math/qdot.h"
#include "vector/exact_parts.h"
#include "vector/graph_parts.h"

#define QUERIES MR_GRAPH_QUERIES
#define SHARE 64	/* queries for which rows of a filter are packed */
#define WIDEN 16	/* the most by which a filter widens the way */

/* What a thread needs. */
struct work {
	struct mr_graph_point point[QUERIES];
	struct mr_code_query bound[QUERIES];
	int32_t start[QUERIES];
	int8_t *codes;		/* [QUERIES * wide] */
	int32_t *sums;		/* [QUERIES * entries up to 16] */
	struct mr_graph_walk walk;
	struct mr_graph_scan scan;
};

struct search {
	struct mr_graph_task t;
	int64_t ef;
	int64_t few;		/* as many rows are sooner scored */
	int64_t together;	/* queries of a task */
	const uint32_t *hidden;
	struct work *work;
};

static int64_t
padded(const struct mr_graph *g)
{
	return (g->n_entries + MR_QDOT_PANEL - 1) / MR_QDOT_PANEL *
	    MR_QDOT_PANEL;
}

static bool
allowed(const struct search *a, int64_t number)
{
	const uint64_t *allow = a->t.s->allow;

	return !allow || (allow[number / 64] >> number % 64 & 1);
}

/* How many rows query q may be offered. */
static int64_t
offered(const struct search *a, int64_t q)
{
	const struct mr_graph *g = a->t.g;
	const struct mr_csr *skip = a->t.s->skip;
	int64_t m = a->t.m;

	for (int64_t i = skip ? skip->ptr[q] : 0; skip && i < skip->ptr[q + 1];
	    i++)
		m -= skip->idx[i] < g->numbers && (!g->place ||
		    g->place[skip->idx[i]] >= 0) && allowed(a, skip->idx[i]);
	return m;
}

/* The first of row r and those that hang on it which query q may be offered,
 * or NONE.  Only its vector is sure to be there: see graph.h, rows. */
static uint32_t
first_offered(const struct search *a, int64_t q, uint32_t r)
{
	while (r != MR_GRAPH_NONE && !mr_graph_offers(a->t.g, a->t.s, q, r))
		r = mr_graph_next(a->t.g, r);
	return r;
}

/* The pool's rows that may be among the best, scored in full; those that hang
 * on them are their equals. */
static void
score_pool(const struct search *a, struct work *w, int64_t q,
    const struct mr_code_query *c, const struct mr_graph_pool *pool)
{
	const struct mr_graph *g = a->t.g;
	int64_t k = a->t.s->k, n = 0, m = MR_GRAPH_SCORED;
	float score[MR_GRAPH_SCORED], far = INFINITY;
	uint32_t row[MR_GRAPH_SCORED];

	if (pool->n > k) {
		far = sqrtf(mr_graph_key_distance(pool->key[k - 1])) +
		    2 * ((float)c->error + g->error);
		far *= far;
	}
	a->t.found[q] = 0;
	while (m == MR_GRAPH_SCORED) {
		for (m = 0; m < MR_GRAPH_SCORED && n < pool->n &&
		    mr_graph_key_distance(pool->key[n]) <= far; n++) {
			row[m] = first_offered(a, q, (uint32_t)
			    mr_graph_key_row(pool->key[n]));
			m += row[m] != MR_GRAPH_NONE;
		}
		mr_graph_score(&a->t, &w->scan.scorer, q, row, m, score);
		for (int64_t i = 0; i < m; i++)
			for (uint32_t r = row[i]; r != MR_GRAPH_NONE;
			    r = mr_graph_next(g, r))
				mr_graph_push(&a->t, q, r, score[i]);
	}
	mr_topk_sort_by(a->t.hit + q * k, a->t.found[q], &g->ties);
}

/* The way ended before it came to rows of the filter: those that were found on
 * it need not be the nearest. */
static bool
is_off(const struct mr_graph_walk *w, int64_t k)
{
	const struct mr_graph_pool *near = &w->near, *found = &w->found;

	return near->n == near->most && (found->n < k ||
	    found->key[k - 1] > (near->key[near->n - 1] | 1));
}

/* Does a walk answer query q?  i: its number in the task. */
static bool
walk(const struct search *a, struct work *w, int64_t q, int i,
    const int32_t *sums)
{
	const struct mr_graph *g = a->t.g;
	const struct mr_search *s = a->t.s;
	int64_t m = offered(a, q), ef = a->ef;
	bool filtered = m < g->n;
	struct mr_graph_walk *k = &w->walk;

	k->near.most = ef;
	k->found.most = filtered ? ef : 0;
	if (filtered) {
		int64_t wide = (g->n + m - 1) / m;

		k->near.most = ef * (wide < WIDEN ? wide : WIDEN);
	}
	k->budget = !filtered ? INT64_MAX : m / 16 > 32 * ef ? m / 16 :
	    32 * ef;
	k->may = a->t.f ? a->t.f->may : NULL;
	k->s = s;
	k->q = q;
	mr_graph_begin(g, k, &w->point[i], sums, a->hidden ?
	    (int64_t)a->hidden[q] : -1);
	if (!mr_graph_walk_on(g, k, &w->point[i]) ||
	    (filtered && is_off(k, s->k)))
		return false;
	score_pool(a, w, q, &w->bound[i], filtered ? &k->found : &k->near);
	return a->t.found[q] >= (m - !!a->hidden < s->k ? m - !!a->hidden :
	    s->k);
}

/* Also where no distance is sure to be a number. */
static bool
is_scanned(const struct search *a, int64_t q, double length)
{
	const struct mr_graph *g = a->t.g;
	int64_t m = offered(a, q);

	return !g->n_entries || m <= a->t.s->k ||
	    (m < g->n - g->n / 16 && m <= a->few) ||
	    !(length > MR_GRAPH_SHORT && length < MR_GRAPH_LONG);
}

static void
search_task(void *ctx, int64_t task, int worker)
{
	const struct search *a = ctx;
	const struct mr_graph *g = a->t.g;
	struct work *w = &a->work[worker];
	int64_t q0 = task * a->together, left = a->t.s->q.n - q0;
	int64_t m = left < a->together ? left : a->together, n = 0;
	int64_t q[QUERIES];
	bool scanned[QUERIES];

	for (int64_t i = 0; i < m; i++) {
		w->point[i].codes = w->codes + i * g->wide;
		w->bound[i] = mr_graph_point_query(g, a->t.q + (q0 + i) *
		    g->d, &w->point[i]);
		w->start[i] = w->point[i].start;
		scanned[i] = is_scanned(a, q0 + i, w->bound[i].length);
		n += scanned[i];
	}
	if (n < m)
		mr_qdot(w->codes, w->start, m, g->panels, padded(g), g->wide,
		    w->sums, padded(g));
	n = 0;
	for (int i = 0; i < m; i++) {
		if (!scanned[i] && walk(a, w, q0 + i, i, w->sums + i *
		    padded(g)))
			continue;
		w->point[n] = w->point[i];
		w->bound[n] = w->bound[i];
		q[n++] = q0 + i;
	}
	if (n)
		mr_graph_scan(&a->t, &w->scan, q, w->point, w->bound, n);
}

static int
make_work(struct work *w, const struct search *a, struct mr_err *err)
{
	const struct mr_graph *g = a->t.g;
	int64_t wide = a->t.s->allow || a->t.s->skip ? WIDEN : 1;
	int rc = mr_graph_walk_new(&w->walk, g, a->ef * wide, a->ef, err);

	w->codes = rc ? NULL : mr_alloc(QUERIES, (size_t)g->wide,
	    "codes of queries", err);
	w->sums = w->codes ? mr_alloc(QUERIES, (size_t)padded(g) *
	    sizeof *w->sums, "scores of entries", err) : NULL;
	w->scan.scorer.unit = w->sums ? mr_alloc(MR_GRAPH_SCORED,
	    (size_t)g->d * sizeof(float), "vectors", err) : NULL;
	w->scan.low = w->scan.scorer.unit ? mr_alloc(QUERIES,
	    (size_t)a->t.s->k * sizeof *w->scan.low, "bounds", err) : NULL;
	return w->scan.low ? MR_OK : MR_ENOMEM;
}

static int
run(struct search *a, struct mr_err *err)
{
	int workers = a->t.s->threads > 0 ? a->t.s->threads : mr_par_cpus();
	int64_t n = a->t.s->q.n, tasks;
	int rc;

	/* A query's result does not depend on those beside it. */
	a->together = (n + workers - 1) / workers;
	a->together = a->together < 1 ? 1 : a->together < QUERIES ?
	    a->together : QUERIES;
	tasks = (n + a->together - 1) / a->together;
	if (workers > tasks)
		workers = (int)tasks;
	a->work = mr_alloc((size_t)workers, sizeof *a->work, "workspaces",
	    err);
	rc = a->work ? MR_OK : MR_ENOMEM;
	for (int t = 0; t < workers && rc == MR_OK; t++)
		rc = make_work(&a->work[t], a, err);
	if (rc == MR_OK)
		mr_par_run(workers, tasks, search_task, a);
	for (int t = 0; a->work && t < workers; t++) {
		mr_graph_walk_free(&a->work[t].walk);
		free(a->work[t].codes);
		free(a->work[t].sums);
		free(a->work[t].scan.scorer.unit);
		free(a->work[t].scan.low);
	}
	free(a->work);
	return rc;
}

int
mr_graph_search_hidden(const struct mr_graph *g,
    const struct mr_graph_filter *f, const struct mr_search *s,
    const uint32_t *hidden, struct mr_hit *hit, int64_t *found,
    struct mr_err *err)
{
	struct mr_search by = *s;
	struct search a = { .t = { .g = g, .s = &by, .hit = hit,
	    .found = found, .f = f, .m = f ? f->m : g->n, .frame = {
	    .metric = g->metric, .d = g->d, .most = g->most } },
	    .hidden = hidden };
	struct mr_mat unit = { 0 };
	int rc = mr_exact_queries(g->metric, g->d, s, &unit, &a.t.q, err);

	by.allow = f ? f->allow : NULL;
	a.ef = f ? f->ef : mr_graph_pool_of(g, s->ef, s->k);
	a.few = mr_graph_few(g, a.ef);
	if (rc == MR_OK)
		rc = run(&a, err);
	mr_mat_free(&unit);
	return rc;
}

int
mr_graph_search_under(const struct mr_graph *g,
    const struct mr_graph_filter *f, const struct mr_search *s,
    struct mr_hit *hit, int64_t *found, struct mr_err *err)
{
	return mr_graph_search_hidden(g, f, s, NULL, hit, found, err);
}

int
mr_graph_search(const struct mr_graph *g, const struct mr_search *s,
    struct mr_hit *hit, int64_t *found, struct mr_err *err)
{
	struct mr_graph_filter f = { 0 };
	int rc = s->allow ? mr_graph_filter_open(&f, g, s->allow, s->ef,
	    s->k, s->q.n >= SHARE, s->threads, err) : MR_OK;

	if (rc == MR_OK)
		rc = mr_graph_search_hidden(g, s->allow ? &f : NULL, s, NULL,
		    hit, found, err);
	mr_graph_filter_free(&f);
	return rc;
}
