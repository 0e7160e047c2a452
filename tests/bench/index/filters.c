/* A graph searched under filters, beside the same rows scored alone.
 *
 *	filters NAME ROWS COLUMNS QUERIES
 *
 * NAME: low, clu or flat of made.h.  Which rows a filter leaves: random ones,
 * or a region, those nearest to one of them, which is far from most queries, as
 * a genre is.  Rows of TSV: data, rows, columns, which, matches, queries, short
 * (queries with fewer than min(10, matches) rows), recall@10, CPU us a query
 * in the graph at ef 32 and scoring the rows of the filter alone.
 * SPDX-License-Identifier: MIT */
#include <inttypes.h>

#include "vector/graph.h"

#include "made.h"

#define EF 32

struct trial {
	struct job j;
	struct mr_graph g;
	struct mr_hit *hit, *truth, *order;	/* order: [n] the region's */
	int64_t *found, *best;
	uint64_t *allow;
};

static void
choose(struct trial *t, bool region, int64_t matches)
{
	size_t words = (size_t)t->j.n / 64 + 1;

	memset(t->allow, 0, words * sizeof *t->allow);
	for (int64_t i = 0; i < matches; i++) {
		/* Of a prime step, each row once. */
		int64_t row = region ? t->order[i].row : (i * 1000003 + 11) %
		    t->j.n;

		t->allow[row / 64] |= (uint64_t)1 << row % 64;
	}
}

static void
measure(struct trial *t, bool region, int64_t matches)
{
	struct job *j = &t->j;
	struct mr_search s = { .q = { .dense = &j->query, .n = j->m },
	    .k = K, .ef = EF, .threads = 1, .allow = t->allow };
	struct mr_rows base = { .dense = &j->base, .n = j->n };
	int64_t few = 0, there = 0, wanted = 0;
	double by_graph = cpu(), alone;
	struct mr_index x;

	choose(t, region, matches);
	by_graph = cpu();
	must(j, mr_graph_search(&t->g, &s, t->hit, t->found, &j->err));
	by_graph = cpu() - by_graph;
	must(j, mr_index_build(&x, &base, &(struct mr_index_opt){
	    .class = &mr_coded_index, .allow = t->allow }, &j->err));
	s.allow = NULL;
	alone = cpu();
	must(j, mr_index_search(&x, &s, t->truth, t->best, &j->err));
	alone = cpu() - alone;
	mr_index_free(&x);
	for (int64_t q = 0; q < j->m; q++) {
		few += t->found[q] != (matches < K ? matches : K);
		wanted += t->best[q];
		for (int64_t i = 0; i < t->best[q]; i++)
			for (int64_t k = 0; k < t->found[q]; k++)
				there += t->truth[q * K + i].row ==
				    t->hit[q * K + k].row;
	}
	printf("%s\t%" PRId64 "\t%" PRId64 "\t%s\t%" PRId64 "\t%" PRId64
	    "\t%" PRId64 "\t%.4f\t%.2f\t%.2f\n", j->name, j->n, j->d,
	    region ? "region" : "random", matches, j->m, few, wanted ?
	    (double)there / (double)wanted : 1, 1e6 * by_graph /
	    (double)j->m, 1e6 * alone / (double)j->m);
	fflush(stdout);
}

int
main(int argc, char **argv)
{
	static const double share[] = { 0.5, 0.2, 0.1, 0.05, 0.01, 0.001 };
	struct trial t = { .j = { 0 } };
	struct job *j = &t.j;
	struct mr_mat one;

	if (argc < 5)
		return 2;
	j->name = argv[1];
	j->n = atol(argv[2]);
	j->d = atol(argv[3]);
	j->m = atol(argv[4]);
	if (j->d > 1024 || j->n < 1 || j->m < 1)
		return 2;
	make(j);
	t.hit = calloc((size_t)(j->m * K), sizeof *t.hit);
	t.truth = calloc((size_t)(j->m * K), sizeof *t.truth);
	t.order = calloc((size_t)j->n, sizeof *t.order);
	t.found = calloc((size_t)j->m, sizeof *t.found);
	t.best = calloc((size_t)j->m, sizeof *t.best);
	t.allow = calloc((size_t)j->n / 64 + 1, sizeof *t.allow);
	if (!t.hit || !t.truth || !t.order || !t.found || !t.best || !t.allow)
		return 1;
	must(j, mr_graph_build(&t.g, &j->base, &(struct mr_graph_opt){
	    .metric = MR_METRIC_COSINE }, &j->err));
	/* All rows by their distance from the first. */
	one = (struct mr_mat){ 1, j->d, j->base.a };
	for (int64_t i = 0; i < j->n; i++) {
		float score = 0;

		for (int64_t p = 0; p < j->d; p++)
			score += one.a[p] * mr_mat_row(&j->base, i)[p];
		mr_topk_push(t.order, &(int64_t){ i }, j->n, (struct mr_hit){
		    score, (int32_t)i }, NULL);
	}
	mr_topk_sort(t.order, j->n, NULL);
	for (int region = 0; region < 2; region++) {
		for (size_t i = 0; i < sizeof share / sizeof *share; i++)
			measure(&t, region, (int64_t)(share[i] *
			    (double)j->n));
		for (int64_t few = 3; few >= 0; few = few == 3 ? 1 : few - 1)
			measure(&t, region, few < j->n ? few : j->n);
	}
	mr_graph_free(&t.g);
	free(t.hit);
	free(t.truth);
	free(t.order);
	free(t.found);
	free(t.best);
	free(t.allow);
	return 0;
}
