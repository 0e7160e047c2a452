/* The graph of a store; see index_graph.h.
 * SPDX-License-Identifier: MIT */
#include "store/index_graph.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/mem.h"
#include "store/index_file.h"
#include "store/index_lookup.h"

int
mr_store_graph_meta(struct mr_meta *m, const struct mr_graph_recall *r,
    struct mr_err *err)
{
	static const char *const matrix[][2] = { { "matrix.C", "place code" },
	    { "matrix.S", "place sum" }, { "matrix.B", "block bound" },
	    { "matrix.L", "place link" }, { "matrix.D", "place one" },
	    { "matrix.T", "entry one" } };
	int rc = MR_OK;
	char key[32];

	for (size_t i = 0; rc == MR_OK && i < 6; i++)
		rc = mr_meta_put(m, err, matrix[i][0], "%s", matrix[i][1]);
	for (int i = 0; rc == MR_OK && i < MR_GRAPH_EFS; i++) {
		snprintf(key, sizeof key, "recall.%lld",
		    (long long)mr_graph_efs[i]);
		rc = mr_meta_put(m, err, key, "%.4f %.4f", r->recall[i],
		    r->error[i]);
	}
	return rc;
}

void
mr_store_graph_put(struct mr_mrm_out *w, const struct mr_graph *g)
{
	int64_t blocks = (g->n + MR_GRAPH_BLOCK - 1) / MR_GRAPH_BLOCK;

	mr_mrm_whole(w, "C", MR_VALUE_U8, g->codes.base, g->n, g->wide);
	mr_mrm_dense(w, "S", g->sums.base, g->n, 2);
	mr_mrm_dense(w, "B", g->bounds.base, blocks, 2);
	mr_mrm_whole(w, "L", MR_VALUE_U32, g->links.base, g->n,
	    MR_GRAPH_LINKS);
	mr_mrm_whole(w, "D", MR_VALUE_U32, g->next.base, g->n, 1);
	mr_mrm_whole(w, "T", MR_VALUE_U32, g->entries.base, g->n_entries, 1);
}

int
mr_store_graph_recall(const struct mr_vectors *v, struct mr_graph_recall *r,
    struct mr_err *err)
{
	*r = (struct mr_graph_recall){ 0 };
	for (int i = 0; i < MR_GRAPH_EFS; i++) {
		struct mr_slice word, first;
		char key[32];

		snprintf(key, sizeof key, "recall.%lld",
		    (long long)mr_graph_efs[i]);
		word = mr_meta_get(&v->set.r.meta, key);
		first = mr_slice_cut(&word, ' ');
		if (!word.p || !mr_parse_f64(first, &r->recall[i]) ||
		    !mr_parse_f64(word, &r->error[i]))
			return mr_err_set(err, MR_EFORMAT, "%s: META has no "
			    "%s= of two numbers", v->set.in.name, key);
	}
	return MR_OK;
}

/* The matrix called name, of rows x cols of the dtype, as a part. */
static bool
take(const struct mr_vectors *v, const char *name, int dtype, int64_t rows,
    int64_t cols, struct mr_graph_part *part)
{
	int i = mr_mrm_find_matrix(&v->set.r, name);
	const struct mr_matrix_info *m = &v->set.r.matrix[i >= 0 ? i : 0];

	if (i < 0 || m->dtype != dtype || m->rows != rows || m->cols != cols)
		return false;
	*part = (struct mr_graph_part){ .base = dtype == MR_VALUE_F32 ?
	    v->set.mat[i].a : v->set.whole[i],
	    .row = (size_t)cols * mr_value_size(dtype),
	    .gap = mr_set_gap(&v->set) };
	return true;
}

int
mr_store_graph_parts(const struct mr_vectors *v, struct mr_graph *g,
    struct mr_err *err)
{
	int64_t n = v->store.base_rows, d = v->d;
	int64_t blocks = (n + MR_GRAPH_BLOCK - 1) / MR_GRAPH_BLOCK;
	int t = mr_mrm_find_matrix(&v->set.r, "T");
	int64_t entries = t >= 0 ? v->set.r.matrix[t].rows : 0;
	int rc;

	*g = (struct mr_graph){ .n = n, .d = d, .wide = mr_graph_wide(d),
	    .n_entries = entries, .rows_by_order = true, .rows_raw = true,
	    .rows = { .base = v->set.mat[v->index].a,
	    .row = (size_t)d * sizeof(float), .gap = mr_set_gap(&v->set) } };
	rc = mr_store_metric(v, &g->metric, err);
	if (rc)
		return rc;
	if (n < 1 || d < 1 || entries < 1 || entries > MR_GRAPH_ENTRIES ||
	    !take(v, "C", MR_VALUE_U8, n, g->wide, &g->codes) ||
	    !take(v, "S", MR_VALUE_F32, n, 2, &g->sums) ||
	    !take(v, "B", MR_VALUE_F32, blocks, 2, &g->bounds) ||
	    !take(v, "L", MR_VALUE_U32, n, MR_GRAPH_LINKS, &g->links) ||
	    !take(v, "D", MR_VALUE_U32, n, 1, &g->next) ||
	    !take(v, "T", MR_VALUE_U32, entries, 1, &g->entries) ||
	    !take(v, "O", MR_VALUE_U32, n, 1, &g->order))
		return mr_err_set(err, MR_EFORMAT, "%s: a matrix of the graph "
		    "is missing or has another shape", v->set.in.name);
	return MR_OK;
}

/* ---- searching ---- */

static bool
is_set(const uint64_t *bits, int64_t i)
{
	return !bits || bits[i / 64] >> i % 64 & 1;
}

/* Rows in_graph .. n - 1, which are rows, with their names, by number from
 * 0. */
static int
open_log(struct mr_store_search *x, const struct mr_vectors *v,
    const struct mr_mat *rows, const uint64_t *allow, int64_t k, int threads,
    struct mr_err *err)
{
	struct mr_rows base = { .dense = rows, .n = rows->rows };
	uint64_t *bits = mr_alloc((size_t)(rows->rows / 64 + 1), sizeof *bits,
	    "rows of the log", err);
	struct mr_ids names = { 0 };
	int32_t at;
	int rc = bits ? MR_OK : MR_ENOMEM;

	for (int64_t i = 0; i < rows->rows && rc == MR_OK; i++) {
		struct mr_slice name;
		char number[24];

		bits[i / 64] |= (uint64_t)is_set(allow, x->in_graph + i) <<
		    i % 64;
		rc = mr_vectors_name(v, x->in_graph + i, number, &name, err);
		if (rc == MR_OK)
			rc = mr_ids_add(&names, name, &at, NULL, err);
	}
	if (rc == MR_OK)
		rc = mr_index_build(&x->log, &base, &(struct mr_index_opt){
		    .metric = x->graph.metric, .names = &names, .k = k,
		    .allow = allow ? bits : NULL, .threads = threads }, err);
	x->in_log = rc == MR_OK;
	mr_ids_free(&names);
	free(bits);
	return rc;
}

/* The graph of a store that is in memory, the order of its ties, and which of
 * its rows may be found. */
static int
take_read(struct mr_store_search *x, const struct mr_vectors *v,
    const uint64_t *allow, struct mr_err *err)
{
	const struct mr_store_facts *f = &v->store;
	size_t words = (size_t)(f->base_rows + f->log_rows) / 64 + 1;
	int rc = mr_store_graph_parts(v, &x->graph, err);

	if (rc)
		return rc;
	x->n = v->n;
	x->in_graph = f->in_graph;
	x->rank = mr_alloc((size_t)v->n, sizeof *x->rank, "order of ids",
	    err);
	rc = x->rank ? mr_ids_order(v->names, NULL, x->rank, err) : MR_ENOMEM;
	x->graph.ties.rank = x->rank;
	if (rc || (!allow && f->in_graph == f->base_rows))
		return rc;
	x->allow = mr_alloc(words, sizeof *x->allow, "a filter's rows", err);
	for (int64_t i = 0; x->allow && i < f->in_graph; i++)
		x->allow[i / 64] |= (uint64_t)is_set(allow, i) << i % 64;
	return x->allow ? MR_OK : MR_ENOMEM;
}

/* The same of one that is looked into. */
static int
take_looked(struct mr_store_search *x, const struct mr_vectors *v,
    const uint64_t *allow, struct mr_err *err)
{
	const struct mr_store_lookup *l = v->looked;
	int64_t words = l->map.n / 64 + 1;

	x->map = &l->map;
	x->graph = l->map.graph;
	x->graph.ties = (struct mr_ties){ .before = mr_store_looked_before,
	    .ctx = l };
	x->in_graph = l->map.n;
	x->n = l->map.n + l->rows.rows;
	if (!l->any_dead && !allow)
		return MR_OK;
	x->allow = mr_alloc((size_t)words, sizeof *x->allow,
	    "rows that count", err);
	if (!x->allow)
		return MR_ENOMEM;
	for (int64_t i = 0; i < words; i++)
		x->allow[i] = (l->any_dead ? l->live[i] : UINT64_MAX) &
		    (allow ? allow[i] : UINT64_MAX);
	for (int64_t i = l->map.n; i % 64; i++)
		x->allow[i / 64] &= ~((uint64_t)1 << i % 64);
	return MR_OK;
}

int
mr_store_search_open(struct mr_store_search *x, const struct mr_vectors *v,
    const uint64_t *allow, int64_t k, int64_t ef, int threads,
    struct mr_err *err)
{
	struct mr_mat log = { 0 };
	int rc;

	*x = (struct mr_store_search){ .ef = ef };
	rc = v->looked ? take_looked(x, v, allow, err) : take_read(x, v,
	    allow, err);
	if (rc == MR_OK)
		rc = mr_graph_ready(&x->graph, threads, err);
	if (rc == MR_OK && x->allow)
		rc = mr_graph_filter_open(&x->filter, &x->graph, x->allow, ef,
		    k, true, threads, err);
	if (rc || x->n == x->in_graph)
		return rc;
	log = v->looked ? v->looked->rows : (struct mr_mat){ x->n -
	    x->in_graph, v->d, mr_mat_row(&v->set.mat[v->index],
	    x->in_graph) };
	return open_log(x, v, &log, allow, k, threads, err);
}

/* Best first of a and b, which are so, to to[k]; both have number of rows. */
static int64_t
merge(const struct mr_store_search *x, const struct mr_hit *a, int64_t n_a,
    const struct mr_hit *b, int64_t n_b, struct mr_hit *to, int64_t k)
{
	int64_t n = 0, i = 0, j = 0;

	while (n < k && (i < n_a || j < n_b)) {
		struct mr_hit h = { 0 };
		bool first;

		if (j < n_b)
			h = (struct mr_hit){ b[j].score, (int32_t)(b[j].row +
			    x->in_graph) };
		first = j == n_b || (i < n_a && (a[i].score > h.score ||
		    (!(a[i].score < h.score) && mr_ties_before(
		    &x->graph.ties, a[i].row, h.row))));
		to[n++] = first ? a[i++] : h;
		j += !first;
	}
	return n;
}

/* The rows to skip of the log, by number from 0; to be freed. */
static int
skip_of_log(const struct mr_store_search *x, const struct mr_search *s,
    struct mr_csr *skip, struct mr_err *err)
{
	const struct mr_csr *all = s->skip;
	int64_t n = s->q.n, nnz = 0;

	skip->rows = n;
	skip->cols = x->n - x->in_graph;
	skip->ptr = mr_alloc((size_t)n + 1, sizeof *skip->ptr, "rows", err);
	if (skip->ptr)
		skip->idx = mr_alloc((size_t)(all->ptr[n] - all->ptr[0]),
		    sizeof *skip->idx, "rows", err);
	if (!skip->idx)
		return MR_ENOMEM;
	for (int64_t q = 0; q < n; q++) {
		for (int64_t i = all->ptr[q]; i < all->ptr[q + 1]; i++)
			if (all->idx[i] >= x->in_graph)
				skip->idx[nnz++] = (int32_t)(all->idx[i] -
				    x->in_graph);
		skip->ptr[q + 1] = nnz;
	}
	return MR_OK;
}

/* Of each query the hits of the log among those of the graph. */
static int
add_log(const struct mr_store_search *x, const struct mr_search *s,
    struct mr_hit *hit, int64_t *found, struct mr_err *err)
{
	size_t k = (size_t)s->k, n = (size_t)s->q.n;
	struct mr_hit *more = mr_alloc((n + 1) * k, sizeof *more, "results",
	    err);
	int64_t *n_more = mr_alloc(n, sizeof *n_more, "results", err);
	struct mr_csr skip = { 0 };
	struct mr_search t = *s;
	int rc = more && n_more ? MR_OK : MR_ENOMEM;

	if (rc == MR_OK && s->skip) {
		rc = skip_of_log(x, s, &skip, err);
		t.skip = &skip;
	}
	t.allow = NULL;
	if (rc == MR_OK)
		rc = mr_index_search(&x->log, &t, more, n_more, err);
	for (size_t q = 0; q < n && rc == MR_OK; q++) {
		struct mr_hit *to = more + n * k;

		found[q] = merge(x, hit + q * k, found[q], more + q * k,
		    n_more[q], to, s->k);
		memcpy(hit + q * k, to, (size_t)found[q] * sizeof *hit);
	}
	mr_csr_free(&skip);
	free(n_more);
	free(more);
	return rc;
}

int
mr_store_search(const struct mr_store_search *x, const struct mr_search *s,
    struct mr_hit *hit, int64_t *found, struct mr_err *err)
{
	struct mr_search in_graph = *s;
	int rc;

	in_graph.allow = NULL;
	in_graph.ef = x->ef;
	rc = x->allow ? mr_graph_search_under(&x->graph, &x->filter, s, hit,
	    found, err) : mr_graph_search(&x->graph, &in_graph, hit, found,
	    err);
	if (rc == MR_OK && x->in_log)
		rc = add_log(x, s, hit, found, err);
	return rc == MR_OK && x->map ? mr_store_map_told(x->map, err) : rc;
}

void
mr_store_search_free(struct mr_store_search *x)
{
	mr_graph_filter_free(&x->filter);
	mr_graph_free(&x->graph);
	mr_index_free(&x->log);
	free(x->rank);
	free(x->allow);
	*x = (struct mr_store_search){ 0 };
}
