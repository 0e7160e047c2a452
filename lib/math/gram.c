/* Gramians in double; see gram.h.
 * SPDX-License-Identifier: MIT */
#include "math/gram.h"

#include <stdlib.h>
#include <string.h>

#include "core/mem.h"
#include "core/par.h"

#define CHUNK 256	/* rows that are made double at once */
#define PANEL 256	/* columns of c that are one task */
#define SUM_BYTES ((size_t)64 << 20)

struct gram {
	const struct mr_blas *blas;
	const float *x;
	int64_t rows, ld, first;	/* the first block of those summed now */
	int dim, panels;
	double *part;			/* [blocks at once * dim * dim] */
	double *chunk;			/* [threads * CHUNK * dim] */
};

/* Rows of c from j on, as many as a panel has, of one block. */
static void
gram_task(void *ctx, int64_t task, int worker)
{
	const struct gram *g = ctx;
	int d = g->dim, j = (int)(task % g->panels) * PANEL;
	int wide = d - j < PANEL ? d - j : PANEL;
	int64_t from = (g->first + task / g->panels) * MR_GRAM_ROWS;
	int64_t to = from + MR_GRAM_ROWS < g->rows ? from + MR_GRAM_ROWS :
	    g->rows;
	double *chunk = g->chunk + (size_t)worker * CHUNK * (size_t)d;
	double *c = g->part + (size_t)(task / g->panels) * (size_t)d *
	    (size_t)d + (size_t)j * (size_t)d;

	for (int i = 0; i < wide; i++)
		memset(c + (size_t)i * (size_t)d, 0, (size_t)d * sizeof *c);
	for (int64_t u = from; u < to; u += CHUNK) {
		int n = (int)(to - u < CHUNK ? to - u : CHUNK);

		for (int i = 0; i < n; i++)
			for (int k = 0; k < j + wide; k++)
				chunk[(size_t)i * (size_t)d + (size_t)k] =
				    g->x[(u + i) * g->ld + k];
		if (j > 0)
			g->blas->dgemm(MR_ROW_MAJOR, MR_TRANS, MR_NO_TRANS, wide, j, n,
			    1, chunk + j, d, chunk, d, 1, c, d);
		g->blas->dsyrk(MR_ROW_MAJOR, MR_LOWER, MR_TRANS, wide, n, 1, chunk + j,
		    d, 1, c + j, d);
	}
}

/* One block's lower triangle added to that of c. */
static void
add(double *c, const double *part, int dim)
{
	size_t d = (size_t)dim;

	for (size_t i = 0; i < d; i++)
		for (size_t j = 0; j <= i; j++)
			c[i * d + j] += part[i * d + j];
}

/* The upper triangle becomes as the lower one. */
static void
mirror(double *c, int dim)
{
	size_t d = (size_t)dim;

	for (size_t i = 0; i < d; i++)
		for (size_t j = 0; j < i; j++)
			c[j * d + i] = c[i * d + j];
}

/* The next n blocks, to g->part. */
static int
some_parts(struct gram *g, int64_t n, int threads, struct mr_err *err)
{
	int workers = threads > 0 ? threads : mr_par_cpus();

	if (!g->chunk)
		g->chunk = mr_alloc((size_t)workers * CHUNK * (size_t)g->dim,
		    sizeof *g->chunk, "Gramian blocks", err);
	if (!g->chunk)
		return MR_ENOMEM;
	mr_par_run(workers, n * g->panels, gram_task, g);
	return MR_OK;
}

int
mr_gram_parts(const struct mr_blas *blas, const float *x, int64_t rows,
    int dim, int64_t ld, int threads, double *part, struct mr_err *err)
{
	struct gram g = { blas, x, rows, ld, 0, dim,
	    (dim + PANEL - 1) / PANEL, part, NULL };
	int rc = some_parts(&g, mr_gram_blocks(rows), threads, err);

	free(g.chunk);
	return rc;
}

int
mr_gram(const struct mr_blas *blas, const float *x, int64_t rows, int dim,
    int64_t ld, int threads, double *c, struct mr_err *err)
{
	size_t d = (size_t)dim, one = d * d * sizeof(double);
	int64_t blocks = mr_gram_blocks(rows);
	int64_t most = (int64_t)(SUM_BYTES / one), at_once = blocks;
	struct gram g = { blas, x, rows, ld, 0, dim,
	    (dim + PANEL - 1) / PANEL, NULL, NULL };
	int rc = MR_OK;

	if (at_once > most)
		at_once = most > 0 ? most : 1;
	memset(c, 0, one);
	g.part = mr_alloc((size_t)at_once * d * d, sizeof *g.part,
	    "Gramian blocks", err);
	if (!g.part)
		return MR_ENOMEM;
	for (; g.first < blocks && rc == MR_OK; g.first += at_once) {
		int64_t n = blocks - g.first < at_once ? blocks - g.first :
		    at_once;

		rc = some_parts(&g, n, threads, err);
		for (int64_t b = 0; b < n && rc == MR_OK; b++)
			add(c, g.part + (size_t)b * d * d, dim);
	}
	mirror(c, dim);
	free(g.part);
	free(g.chunk);
	return rc;
}
