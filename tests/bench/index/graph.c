/* A graph built and searched, in CPU time; and its data for other libraries.
 *
 *	graph NAME ROWS COLUMNS QUERIES [FILE]
 *
 * NAME: low, 1,000 clusters in 32 dimensions and a little noise, as embeddings
 * are; clu, 1,000 clusters apart in all dimensions; flat, 24 dimensions without
 * clusters.  All of length 1.  FILE: base, queries and the rows of the 10 best
 * as bytes.  Rows of TSV: data, rows, columns, step, ef, recall@10, CPU us for
 * each query or, of the build, s.
 * SPDX-License-Identifier: MIT */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "core/par.h"
#include "core/rng.h"
#include "vector/coded.h"
#include "vector/graph.h"

#define K 10
#define CLUSTERS 1000

struct job {
	const char *name;
	int64_t n, d, m, latent;
	struct mr_mat base, query, map, centre;
	struct mr_err err;
};

static double
cpu(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static void
must(struct job *j, int rc)
{
	if (rc == MR_OK)
		return;
	fprintf(stderr, "graph: %s\n", j->err.msg);
	exit(1);
}

static float
draw(uint64_t stream, int64_t at)
{
	return (float)mr_rng_normal(7, stream, (uint64_t)at);
}

/* Row i of all, base and queries alike. */
static void
make_row(const struct job *j, int64_t i, float *to)
{
	bool flat = !strcmp(j->name, "flat"), low = !strcmp(j->name, "low");
	int64_t c = (int64_t)(mr_rng_u64(7, 3, (uint64_t)i) % CLUSTERS);
	float z[1024];

	for (int64_t l = 0; l < j->latent; l++)
		z[l] = (flat ? 0 : mr_mat_row(&j->centre, c)[l]) +
		    (low ? 0.5F : 1) * draw(4, i * j->latent + l);
	for (int64_t p = 0; p < j->d; p++) {
		const float *by = mr_mat_row(&j->map, p);
		float sum = low ? 0.05F * draw(5, i * j->d + p) : 0;

		if (!flat && !low)
			sum = z[p];
		else
			for (int64_t l = 0; l < j->latent; l++)
				sum += z[l] * by[l];
		to[p] = sum;
	}
}

static void
make_task(void *ctx, int64_t task, int worker)
{
	const struct job *j = ctx;

	(void)worker;
	for (int64_t i = task * 256; i < (task + 1) * 256; i++)
		if (i < j->n)
			make_row(j, i, mr_mat_row(&j->base, i));
		else if (i < j->n + j->m)
			make_row(j, i, mr_mat_row(&j->query, i - j->n));
}

static void
make(struct job *j)
{
	j->latent = !strcmp(j->name, "flat") ? 24 : !strcmp(j->name, "low") ?
	    32 : j->d;
	must(j, mr_mat_new(&j->base, j->n, j->d, "rows", &j->err));
	must(j, mr_mat_new(&j->query, j->m, j->d, "rows", &j->err));
	must(j, mr_mat_new(&j->map, j->d, j->latent, "rows", &j->err));
	must(j, mr_mat_new(&j->centre, CLUSTERS, j->latent, "rows",
	    &j->err));
	for (int64_t i = 0; i < j->d * j->latent; i++)
		j->map.a[i] = draw(1, i) / sqrtf((float)j->latent);
	for (int64_t i = 0; i < CLUSTERS * j->latent; i++)
		j->centre.a[i] = draw(2, i);
	mr_par_run(0, (j->n + j->m + 255) / 256, make_task, j);
	mr_mat_normalise(&j->base);
	mr_mat_normalise(&j->query);
}

static double
recall(const struct mr_hit *hit, const struct mr_hit *truth, int64_t m)
{
	int64_t same = 0;

	for (int64_t i = 0; i < m * K; i++)
		for (int64_t t = i / K * K; t < i / K * K + K; t++)
			same += hit[i].row == truth[t].row;
	return (double)same / (double)(m * K);
}

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
