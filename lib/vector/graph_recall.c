/* How much of the best a graph finds; see graph.h.
 * SPDX-License-Identifier: MIT */
#include <math.h>
#include <stdlib.h>

#include "core/mem.h"
#include "data/csr.h"
#include "vector/graph_parts.h"

#define K 10		/* hits that count */

const int64_t mr_graph_efs[MR_GRAPH_EFS] = { 10, 16, 24, 32, 48, 64, 96,
    128 };

struct trial {
	const struct mr_graph *g;
	struct mr_search s;
	struct mr_mat q;	/* rows of the graph */
	uint32_t *hidden;	/* [n] */
	struct mr_csr skip;	/* each query's own number */
	struct mr_hit *best, *hit;	/* [n * K] */
	int64_t *n_best, *n_hit;
};

static bool
has_links(const struct mr_graph *g, int64_t r)
{
	return *mr_graph_list(g, r) != MR_GRAPH_NONE && mr_graph_next(g, r) ==
	    MR_GRAPH_NONE;
}

/* Rows without equals, at equal steps. */
static int
take_rows(struct trial *t, int64_t most, struct mr_err *err)
{
	const struct mr_graph *g = t->g;
	int64_t n = 0, last = -1;

	if (most > g->n)
		most = g->n;
	t->hidden = mr_alloc((size_t)most, sizeof *t->hidden, "queries",
	    err);
	t->skip.idx = t->hidden ? mr_alloc((size_t)most, sizeof *t->skip.idx,
	    "queries", err) : NULL;
	t->skip.ptr = t->skip.idx ? mr_alloc((size_t)most + 1,
	    sizeof *t->skip.ptr, "queries", err) : NULL;
	if (!t->skip.ptr || mr_mat_new(&t->q, most, g->d, "queries", err))
		return MR_ENOMEM;
	for (int64_t i = 0; i < most; i++) {
		int64_t r = i * g->n / most > last ? i * g->n / most :
		    last + 1;
		int64_t number;

		while (r < g->n && !has_links(g, r))
			r++;
		if (r >= g->n)
			break;
		last = r;
		number = mr_graph_number(g, r);
		if (g->d)
			memcpy(mr_mat_row(&t->q, n), mr_graph_at(&g->rows,
			    g->rows_by_order ? number : r), (size_t)g->d *
			    sizeof *t->q.a);
		t->hidden[n] = (uint32_t)r;
		t->skip.idx[n] = (int32_t)number;
		n++;
		t->skip.ptr[n] = n;
	}
	t->q.rows = t->skip.rows = n;
	t->skip.cols = g->numbers;
	t->s.q = (struct mr_rows){ .dense = &t->q, .n = n };
	return MR_OK;
}

/* The share of hits that are among the best, or as good as the last. */
static double
share(const struct trial *t, int64_t q)
{
	const struct mr_hit *best = t->best + q * K, *hit = t->hit + q * K;
	int64_t n = t->n_best[q], good = 0;

	for (int64_t i = 0; i < t->n_hit[q]; i++)
		good += hit[i].score >= best[n - 1].score;
	return n ? (double)good / (double)n : 1;
}

static int
try_all(struct trial *t, struct mr_graph_recall *r, struct mr_err *err)
{
	struct mr_graph plain = *t->g;
	int64_t n = t->s.q.n;
	int rc;

	plain.n_entries = 0;
	t->s.skip = t->hidden ? &t->skip : NULL;
	rc = mr_graph_search(&plain, &t->s, t->best, t->n_best, err);
	t->s.skip = NULL;
	for (int e = 0; e < MR_GRAPH_EFS && rc == MR_OK; e++) {
		double sum = 0, squares = 0, mean;

		t->s.ef = mr_graph_efs[e];
		rc = mr_graph_search_hidden(t->g, NULL, &t->s, t->hidden,
		    t->hit, t->n_hit, err);
		for (int64_t q = 0; q < n && rc == MR_OK; q++) {
			sum += share(t, q);
			squares += share(t, q) * share(t, q);
		}
		mean = n ? sum / (double)n : 1;
		r->recall[e] = mean;
		r->error[e] = n > 1 ? sqrt(fmax(0, squares / (double)n -
		    mean * mean) / (double)(n - 1)) : 0;
	}
	return rc;
}

int
mr_graph_recall(const struct mr_graph *g, const struct mr_rows *q,
    int64_t n, int threads, struct mr_graph_recall *r, struct mr_err *err)
{
	struct trial t = { .g = g, .s = { .k = K, .threads = threads } };
	int rc = MR_OK;

	if (q)
		t.s.q = *q;
	else
		rc = take_rows(&t, g->n_entries ? n : 0, err);
	r->n = n = t.s.q.n;
	t.best = rc ? NULL : mr_alloc((size_t)n, 2 * K * sizeof *t.best,
	    "hits", err);
	t.n_best = t.best ? mr_alloc((size_t)n, 2 * sizeof *t.n_best, "hits",
	    err) : NULL;
	if (t.n_best) {
		t.hit = t.best + n * K;
		t.n_hit = t.n_best + n;
		rc = try_all(&t, r, err);
	} else {
		rc = MR_ENOMEM;
	}
	mr_mat_free(&t.q);
	free(t.hidden);
	free(t.skip.ptr);
	free(t.skip.idx);
	free(t.best);
	free(t.n_best);
	return rc;
}

int64_t
mr_graph_ef(const struct mr_graph_recall *r, double least)
{
	for (int e = 0; e < MR_GRAPH_EFS; e++)
		if (r->recall[e] >= least)
			return mr_graph_efs[e];
	return 0;
}
