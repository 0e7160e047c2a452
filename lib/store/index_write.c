/* The file of a store written; see index_file.h.
 * SPDX-License-Identifier: MIT */
#include "store/index_file.h"

#include <stdlib.h>
#include <string.h>

#include "core/mem.h"
#include "store/index_graph.h"

/* What META of the vectors says of their origin. */
static int
put_origin(struct mr_meta *to, const struct mr_meta *from, struct mr_err *err)
{
	static const char *const ours[] = { "tool", "version", "kind",
	    "metric", "graph", "matrix.", "new", "asked", "rows",
	    "recall.", "store." };
	struct mr_slice rest = mr_buf_slice(&from->text);
	struct mr_slice tool = mr_meta_get(from, "vectors.tool");
	bool has = tool.p != NULL;
	int rc = MR_OK;

	if (!has)
		tool = mr_meta_get(from, "tool");
	if (!has && tool.p)
		rc = mr_buf_addf(&to->text, err, "vectors.tool=%.*s\n",
		    (int)tool.n, tool.p);
	while (rc == MR_OK && rest.n) {
		struct mr_slice line = mr_slice_cut(&rest, '\n'), v = line;
		struct mr_slice key = mr_slice_cut(&v, '=');
		bool skip = false;

		for (size_t i = 0; i < sizeof ours / sizeof *ours; i++) {
			size_t n = strlen(ours[i]);

			skip = skip || (key.n >= n && memcmp(key.p, ours[i],
			    n) == 0 && (key.n == n || ours[i][n - 1] == '.'));
		}
		if (!skip)
			rc = mr_buf_add(&to->text, line.p, line.n + 1, err);
	}
	return rc;
}

/* META up to the names: what both kinds of stream have. */
static int
put_rows(struct mr_mrm_out *w, struct mr_out *out, struct mr_meta *m,
    const struct mr_vectors *v, struct mr_err *err)
{
	const struct mr_mat *e = &v->set.mat[v->index];
	int rc = mr_meta_put(m, err, "matrix.E", "item dim");

	if (rc == MR_OK)
		rc = put_origin(m, &v->set.r.meta, err);
	if (rc == MR_OK)
		rc = mr_mrm_begin(w, out, m, err);
	if (rc)
		return rc;
	mr_mrm_ids(w, "item", v->names, 0, v->names->n);
	mr_mrm_dense(w, "E", e->a, v->n, v->d);
	return MR_OK;
}

int
mr_store_dump(struct mr_out *out, const struct mr_vectors *v,
    struct mr_err *err)
{
	struct mr_mrm_out w = { 0 };
	struct mr_meta m = { 0 };
	struct mr_slice metric = mr_meta_get(&v->set.r.meta, "metric");
	struct mr_slice asked = mr_meta_get(&v->set.r.meta, "asked");
	int rc = mr_meta_begin(&m, "mr-index", err);

	if (rc == MR_OK && metric.p)
		rc = mr_meta_put(&m, err, "store.metric", "%.*s",
		    (int)metric.n, metric.p);
	if (rc == MR_OK && asked.p)
		rc = mr_meta_put(&m, err, "store.graph", "%.*s",
		    (int)asked.n, asked.p);
	if (rc == MR_OK)
		rc = put_rows(&w, out, &m, v, err);
	if (rc == MR_OK)
		mr_mrm_end(&w, NULL);
	mr_mrm_abandon(&w);
	mr_meta_free(&m);
	return rc;
}

/* META, in whose place the graph is told of. */
static int
put_head(struct mr_meta *m, int64_t n, const struct mr_store_opt *o,
    const struct mr_graph *g, const struct mr_graph_recall *recall,
    struct mr_err *err)
{
	static const char *const asked[] = { NULL, "links", "none" };
	int rc = mr_meta_begin(m, "mr-index", err);

	if (rc == MR_OK)
		rc = mr_meta_put(m, err, "kind", "index");
	if (rc == MR_OK)
		rc = mr_meta_put(m, err, "metric", "%s",
		    mr_metric_words[o->metric]);
	if (rc == MR_OK)
		rc = mr_meta_put(m, err, "graph", g->n_entries ? "links" :
		    "none");
	if (rc == MR_OK && asked[o->graph])
		rc = mr_meta_put(m, err, "asked", "%s", asked[o->graph]);
	if (rc == MR_OK)
		rc = mr_meta_put(m, err, "rows", "%lld", (long long)n);
	if (rc == MR_OK)
		rc = mr_meta_put(m, err, "matrix.O", "item order");
	if (rc == MR_OK && g->n_entries)
		rc = mr_store_graph_meta(m, recall, err);
	return rc;
}

/* Where there is to be none, or can be none, g has no entries. */
static int
make_graph(struct mr_graph *g, const struct mr_vectors *v,
    const struct mr_store_opt *o, struct mr_graph_recall *recall,
    struct mr_err *err)
{
	int rc;

	if (o->graph == MR_STORE_NONE || v->n == 0 || (o->graph ==
	    MR_STORE_AUTO && v->n < MR_STORE_GRAPH_ROWS))
		return MR_OK;
	rc = mr_graph_build(g, &v->set.mat[v->index], &(struct mr_graph_opt){
	    .metric = o->metric, .names = v->names, .seed = 1, .borrow = true,
	    .threads = o->threads }, err);
	return rc == MR_OK && g->n_entries ? mr_graph_recall(g, NULL, 1000,
	    o->threads, recall, err) : rc;
}

int
mr_store_write(struct mr_out *out, const struct mr_vectors *v,
    const struct mr_store_opt *o, uint64_t *digest, struct mr_err *err)
{
	uint32_t *order = mr_alloc((size_t)v->n, sizeof *order,
	    "the order of rows", err);
	struct mr_graph_recall recall = { 0 };
	struct mr_graph g = { 0 };
	struct mr_mrm_out w = { 0 };
	struct mr_meta m = { 0 };
	int rc = order ? make_graph(&g, v, o, &recall, err) : MR_ENOMEM;

	for (int64_t i = 0; order && i < v->n; i++)
		order[i] = (uint32_t)i;
	if (rc == MR_OK)
		rc = put_head(&m, v->n, o, &g, &recall, err);
	if (rc == MR_OK)
		rc = put_rows(&w, out, &m, v, err);
	if (rc == MR_OK) {
		mr_mrm_whole(&w, "O", MR_VALUE_U32, g.n_entries ?
		    g.order.base : order, v->n, 1);
		if (g.n_entries)
			mr_store_graph_put(&w, &g);
		*digest = mr_mrm_end(&w, NULL);
	}
	mr_mrm_abandon(&w);
	mr_graph_free(&g);
	mr_meta_free(&m);
	free(order);
	return rc;
}
