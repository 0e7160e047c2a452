/* mr-index calibrate: the recall of given queries; see look.h.
 * SPDX-License-Identifier: MIT */
#include <math.h>
#include <stdlib.h>

#include "core/mem.h"
#include "store/index_file.h"
#include "store/index_graph.h"
#include "tool/index/look.h"

#define K 10

/* All queries answered both ways. */
struct trial {
	struct mr_vectors v;
	struct mr_mat q;
	size_t q_cap;
	struct mr_index all;
	struct mr_store_search by_graph;
	struct mr_hit *best, *hit;	/* [q.rows * K] */
	int64_t *n_best, *found;
};

static int
load(struct trial *t, const struct mr_index_job *job, struct mr_run *run,
    struct mr_err *err)
{
	struct mr_queries q;
	bool more = true;
	int rc = mr_queries_open(&q, job->file, err);

	t->q.cols = t->v.d;
	while (rc == MR_OK && more) {
		rc = mr_queries_next(&q, &t->v, &more, &run->report, err);
		if (rc == MR_OK && more)
			rc = mr_mat_append(&t->q, &t->q_cap, q.dense.a,
			    q.rows.n, "queries", err);
	}
	mr_queries_close(&q);
	if (rc == MR_OK && t->q.rows == 0)
		rc = mr_err_set(err, MR_EFORMAT, "%s: no queries to measure "
		    "by", job->file ? job->file : "<stdin>");
	return rc;
}

static int
answer_exactly(struct trial *t, int threads, struct mr_err *err)
{
	struct mr_rows all = mr_vectors_rows(&t->v, 0, t->v.n);
	size_t n = (size_t)t->q.rows;
	enum mr_metric metric;
	int rc = mr_store_metric(&t->v, &metric, err);

	t->best = mr_alloc(n * K, sizeof *t->best, "results", err);
	t->hit = mr_alloc(n * K, sizeof *t->hit, "results", err);
	t->n_best = mr_alloc(n, sizeof *t->n_best, "results", err);
	t->found = mr_alloc(n, sizeof *t->found, "results", err);
	if (rc == MR_OK && !(t->best && t->hit && t->n_best && t->found))
		rc = MR_ENOMEM;
	if (rc == MR_OK)
		rc = mr_index_build(&t->all, &all, &(struct mr_index_opt){
		    .metric = metric, .names = t->v.names, .k = K,
		    .threads = threads }, err);
	return rc ? rc : mr_index_search(&t->all, &(struct mr_search){
	    .q = { .dense = &t->q, .n = t->q.rows }, .k = K,
	    .threads = threads }, t->best, t->n_best, err);
}

/* The share of the best rows of query q that was found. */
static double
share(const struct trial *t, int64_t q)
{
	int64_t there = 0;

	for (int64_t i = 0; i < t->n_best[q]; i++)
		for (int64_t j = 0; j < t->found[q]; j++)
			there += t->best[q * K + i].row ==
			    t->hit[q * K + j].row;
	return t->n_best[q] ? (double)there / (double)t->n_best[q] : 1;
}

static int
measure(struct trial *t, int64_t ef, int threads, struct mr_out *out,
    struct mr_err *err)
{
	double sum = 0, squares = 0, n = (double)t->q.rows, mean, error;
	int rc;

	t->by_graph.ef = ef;
	rc = mr_store_search(&t->by_graph, &(struct mr_search){
	    .q = { .dense = &t->q, .n = t->q.rows }, .k = K,
	    .threads = threads }, t->hit, t->found, err);
	if (rc)
		return rc;
	for (int64_t q = 0; q < t->q.rows; q++) {
		double x = share(t, q);

		sum += x;
		squares += x * x;
	}
	mean = sum / n;
	error = sqrt(fmax(0, squares / n - mean * mean) / n);
	mr_out_printf(out, "%lld\t%.4f\t%.4f\n", (long long)ef, mean, error);
	return MR_OK;
}

int
mr_index_calibrate(const struct mr_index_job *job, struct mr_run *run,
    struct mr_err *err)
{
	struct trial t = { .v.keep_graph = true };
	int rc = mr_vectors_load(&t.v, job->store, NULL, err);

	mr_vectors_report(&t.v, &run->report);
	if (rc == MR_OK && !t.v.has_graph)
		rc = mr_err_set(err, MR_EFORMAT, "%s: no store with a graph: "
		    "every row is compared, and all are found",
		    t.v.set.in.name);
	if (rc == MR_OK)
		rc = load(&t, job, run, err);
	if (rc == MR_OK)
		rc = answer_exactly(&t, run->threads, err);
	if (rc == MR_OK)
		rc = mr_store_search_open(&t.by_graph, &t.v, NULL, K, 0,
		    run->threads, err);
	if (rc == MR_OK && run->header_out)
		mr_out_text(&run->out, "ef\trecall\terror\n");
	for (int i = 0; i < MR_GRAPH_EFS && rc == MR_OK; i++)
		rc = measure(&t, mr_graph_efs[i], run->threads, &run->out,
		    err);
	mr_store_search_free(&t.by_graph);
	mr_index_free(&t.all);
	mr_vectors_free(&t.v);
	mr_mat_free(&t.q);
	free(t.best);
	free(t.hit);
	free(t.n_best);
	free(t.found);
	return rc;
}
