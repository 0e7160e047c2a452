/* A graph built and searched, in CPU time; and its data for other libraries.
 *
 *	graph NAME ROWS COLUMNS QUERIES [FILE]
 *
 * NAME: low, clu, flat or films of made.h.  FILE: base, queries and the rows of the 10
 * best as bytes.  Rows of TSV: data, rows, columns, step, ef, recall@10, CPU us for
 * each query or, of the build, s.
 * SPDX-License-Identifier: MIT */
#include <inttypes.h>

#include "vector/graph.h"

#include "made.h"

static void
dump(const struct job *j, const struct mr_hit *truth, const char *path)
{
	FILE *f = fopen(path, "wb");

	if (!f || fwrite(j->base.a, sizeof(float), (size_t)(j->n * j->d),
	    f) == 0 || fwrite(j->query.a, sizeof(float), (size_t)(j->m *
	    j->d), f) == 0)
		exit(1);
	for (int64_t i = 0; i < j->m * K; i++)
		fwrite(&truth[i].row, sizeof truth->row, 1, f);
	if (fclose(f) != 0)
		exit(1);
}

static void
print(const struct job *j, const char *step, int64_t ef, double share,
    double time)
{
	printf("%s\t%" PRId64 "\t%" PRId64 "\t%s\t%" PRId64 "\t%.4f\t%.2f\n",
	    j->name, j->n, j->d, step, ef, share, time);
	fflush(stdout);
}

static void
measure(struct job *j, const char *path)
{
	static const int64_t efs[] = { 10, 12, 16, 24, 32, 48, 64, 96, 128 };
	struct mr_hit *truth = calloc((size_t)(j->m * K), sizeof *truth);
	struct mr_hit *hit = calloc((size_t)(j->m * K), sizeof *hit);
	int64_t *found = calloc((size_t)j->m, sizeof *found);
	struct mr_search s = { .q = { .dense = &j->query, .n = j->m },
	    .k = K, .threads = 1 };
	struct mr_rows base = { .dense = &j->base, .n = j->n };
	struct mr_index x;
	struct mr_graph g;
	double at;

	if (!truth || !hit || !found)
		exit(1);
	must(j, mr_index_build(&x, &base, &(struct mr_index_opt){
	    .class = &mr_coded_index }, &j->err));
	at = cpu();
	must(j, mr_index_search(&x, &s, truth, found, &j->err));
	print(j, "exact", 0, 1, 1e6 * (cpu() - at) / (double)j->m);
	mr_index_free(&x);
	if (path)
		dump(j, truth, path);
	at = cpu();
	must(j, mr_graph_build(&g, &j->base, &(struct mr_graph_opt){
	    .metric = MR_METRIC_COSINE }, &j->err));
	print(j, "build", 0, 0, cpu() - at);
	for (int turn = 0; turn < 3; turn++)
		for (size_t e = 0; e < sizeof efs / sizeof *efs; e++) {
			s.ef = efs[e];
			at = cpu();
			must(j, mr_graph_search(&g, &s, hit, found, &j->err));
			at = 1e6 * (cpu() - at) / (double)j->m;
			print(j, "graph", s.ef, recall(hit, truth, j->m), at);
		}
	mr_graph_free(&g);
	free(truth);
	free(hit);
	free(found);
}

int
main(int argc, char **argv)
{
	struct job j = { 0 };

	if (argc < 5)
		return 2;
	j.name = argv[1];
	j.n = atol(argv[2]);
	j.d = atol(argv[3]);
	j.m = atol(argv[4]);
	if (j.d > 1024 || j.n < 1 || j.m < 1)
		return 2;
	make(&j);
	measure(&j, argv[5]);
	return 0;
}
