/* Data of the benches of the graph, and how they are measured.
 *
 * low: 1,000 clusters in 32 dimensions and a little noise, as embeddings are;
 * clu: 1,000 clusters apart in all dimensions; flat: 24 dimensions without
 * clusters; films: floats of the base, then of the queries, from stdin.  All
 * of length 1.
 * SPDX-License-Identifier: MIT */
#ifndef MR_TESTS_BENCH_INDEX_MADE_H
#define MR_TESTS_BENCH_INDEX_MADE_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <math.h>
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

static inline double
cpu(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static inline void
must(struct job *j, int rc)
{
	if (rc == MR_OK)
		return;
	fprintf(stderr, "graph: %s\n", j->err.msg);
	exit(1);
}

static inline float
draw(uint64_t stream, int64_t at)
{
	return (float)mr_rng_normal(7, stream, (uint64_t)at);
}

/* Row i of all, base and queries alike. */
static inline void
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

static inline void
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

static inline void
take(struct mr_mat *m)
{
	size_t n = (size_t)(m->rows * m->cols);

	if (fread(m->a, sizeof *m->a, n, stdin) == n)
		return;
	fputs("graph: stdin has less than that\n", stderr);
	exit(1);
}

static inline void
make(struct job *j)
{
	bool films = !strcmp(j->name, "films");

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
	if (films) {
		take(&j->base);
		take(&j->query);
	} else
		mr_par_run(0, (j->n + j->m + 255) / 256, make_task, j);
	mr_mat_normalise(&j->base);
	mr_mat_normalise(&j->query);
}

static inline double
recall(const struct mr_hit *hit, const struct mr_hit *truth, int64_t m)
{
	int64_t same = 0;

	for (int64_t i = 0; i < m * K; i++)
		for (int64_t t = i / K * K; t < i / K * K + K; t++)
			same += hit[i].row == truth[t].row;
	return (double)same / (double)(m * K);
}

#endif
