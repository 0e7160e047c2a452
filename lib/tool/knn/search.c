/* Searching every row or a graph; see search.h.
 * SPDX-License-Identifier: MIT */
#include "tool/knn/search.h"

#include <stdlib.h>

#include "core/mem.h"
#include "store/index_file.h"
#include "stream/tsv.h"

int
mr_knn_search_choose(struct mr_knn_search *x, const struct mr_vectors *v,
    const struct mr_knn_opt *o, enum mr_metric metric, struct mr_err *err)
{
	struct mr_graph_recall table;
	enum mr_metric of;
	int rc;

	*x = (struct mr_knn_search){ .to_check = o->check_recall };
	if (!v->has_graph)
		return MR_OK;
	rc = mr_store_metric(v, &of, err);
	if (rc == MR_OK)
		rc = mr_store_graph_recall(v, &table, err);
	if (rc || of != metric)
		return rc;
	x->ef = mr_graph_ef(&table, o->recall);
	x->by_graph = x->ef > 0 && o->recall < 1;
	for (int i = 0; i < MR_GRAPH_EFS; i++)
		if (mr_graph_efs[i] == x->ef)
			x->recall = table.recall[i];
	return MR_OK;
}

int
mr_knn_search_open(struct mr_knn_search *x, const struct mr_vectors *v,
    const struct mr_knn_opt *o, enum mr_metric metric, const uint64_t *allow,
    struct mr_run *run, struct mr_err *err)
{
	struct mr_rows all = mr_vectors_rows(v, 0, v->n);
	int rc = MR_OK;

	x->exactly = !x->by_graph || x->to_check;
	if (o->recall_table)
		rc = mr_run_side(run, o->recall_table, &x->table, err);
	if (rc == MR_OK && x->table && run->header_out)
		mr_out_text(x->table, "query\tbest\tfound\trecall\n");
	if (rc == MR_OK && x->by_graph)
		rc = mr_store_search_open(&x->graph, v, allow, o->k, x->ef,
		    run->threads, err);
	if (rc == MR_OK && x->exactly)
		rc = mr_index_build(&x->index, &all, &(struct mr_index_opt){
		    .metric = metric, .names = v->names, .k = o->k,
		    .allow = allow, .borrow = true,
		    .threads = run->threads }, err);
	return rc;
}

/* A line of the table, whose query has a name, or a number. */
static void
put_check(struct mr_knn_search *x, const struct mr_ids *names, int64_t query,
    int64_t best, int64_t there)
{
	if (names->n)
		mr_tsv_put(x->table, mr_ids_get(names, (int32_t)query));
	else
		mr_out_printf(x->table, "%lld", (long long)query);
	mr_out_printf(x->table, "\t%lld\t%lld\t%.9g\n", (long long)best,
	    (long long)there, best ? (double)there / (double)best : 1.);
	x->checked++;
	x->wanted += best;
	x->there += there;
}

/* Which share of the best rows of the first queries was found? */
static int
check(struct mr_knn_search *x, const struct mr_search *s,
    const struct mr_ids *names, int64_t first, const struct mr_hit *hit,
    const int64_t *found, struct mr_err *err)
{
	struct mr_search t = *s;
	int64_t n = x->to_check < s->q.n ? x->to_check : s->q.n;
	struct mr_hit *best = mr_alloc((size_t)(n * s->k), sizeof *best,
	    "results", err);
	int64_t *n_best = best ? mr_alloc((size_t)n, sizeof *n_best,
	    "results", err) : NULL;
	int rc = n_best ? MR_OK : MR_ENOMEM;

	t.q.n = n;
	if (rc == MR_OK)
		rc = mr_index_search(&x->index, &t, best, n_best, err);
	for (int64_t q = 0; q < n && rc == MR_OK; q++) {
		int64_t there = 0;

		for (int64_t i = 0; i < n_best[q]; i++)
			for (int64_t j = 0; j < found[q]; j++)
				there += best[q * s->k + i].row ==
				    hit[q * s->k + j].row;
		put_check(x, names, first + q, n_best[q], there);
	}
	x->to_check -= n;
	free(best);
	free(n_best);
	return rc;
}

int
mr_knn_search(struct mr_knn_search *x, const struct mr_search *s,
    const struct mr_ids *names, int64_t first, struct mr_hit *hit,
    int64_t *found, struct mr_err *err)
{
	int rc;

	if (!x->by_graph)
		return mr_index_search(&x->index, s, hit, found, err);
	rc = mr_store_search(&x->graph, s, hit, found, err);
	return rc == MR_OK && x->to_check ? check(x, s, names, first, hit,
	    found, err) : rc;
}

void
mr_knn_search_report(const struct mr_knn_search *x,
    const struct mr_knn_opt *o, struct mr_report *to)
{
	if (x->by_graph)
		mr_report_fact(to, "search: by the graph, ef %lld, recall of "
		    "hidden rows %.4f", (long long)x->ef, x->recall);
	else
		mr_report_fact(to, "search: every row");
	if (o->check_recall && !x->by_graph)
		mr_report_warn(to, "every row is scored: all recall is 1, and "
		    "%s has no rows", o->recall_table);
	else if (o->check_recall)
		mr_report_fact(to, "recall@%lld of %lld queries checked: %.4f",
		    (long long)o->k, (long long)x->checked, x->wanted ?
		    (double)x->there / (double)x->wanted : 1.);
}

void
mr_knn_search_free(struct mr_knn_search *x)
{
	mr_store_search_free(&x->graph);
	mr_index_free(&x->index);
}
