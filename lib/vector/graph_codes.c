/* The arrays of a graph, and distances by codes; see graph_parts.h.
 * SPDX-License-Identifier: MIT */
#include <math.h>
#include <stdlib.h>

#include "core/mem.h"
#include "core/par.h"
#include "math/qdot.h"
#include "math/qdot_rows.h"
#include "vector/graph_parts.h"

#define BLOCK MR_GRAPH_BLOCK

int
mr_graph_part_new(struct mr_graph_part *p, int64_t n, size_t bytes,
    const char *what, struct mr_err *err)
{
	p->own = mr_alloc_large((size_t)n, bytes, what, err);
	p->base = p->own;
	p->row = bytes;
	p->gap = 0;
	return p->own ? MR_OK : MR_ENOMEM;
}

void
mr_graph_free(struct mr_graph *g)
{
	free(g->codes.own);
	free(g->sums.own);
	free(g->bounds.own);
	free(g->links.own);
	free(g->next.own);
	free(g->entries.own);
	free(g->order.own);
	free(g->rows.own);
	free(g->place);
	free(g->panels);
	free(g->entry);
	free(g->hangs);
	*g = (struct mr_graph){ 0 };
}

void
mr_graph_point_row(const struct mr_graph *g, int64_t r,
    struct mr_graph_point *p)
{
	const uint8_t *x = mr_graph_at(&g->codes, r);
	const float *sums = mr_graph_at(&g->sums, r);
	int32_t sum = 0;

	for (int64_t j = 0; j < g->wide; j++) {
		p->codes[j] = (int8_t)(x[j] - MR_GRAPH_ZERO);
		sum += p->codes[j];
	}
	p->scale = sums[0];
	p->square = sums[1];
	p->start = -MR_GRAPH_ZERO * sum;
}

/* A = |s X|^2; the sum of squares is exact. */
static float
square_of(enum mr_metric metric, float scale, const int8_t *codes,
    int64_t wide)
{
	int64_t sum = 0;

	for (int64_t j = 0; j < wide; j++)
		sum += codes[j] * codes[j];
	return metric == MR_METRIC_COSINE && sum == 0 ? 1 :
	    (float)((double)scale * (double)scale * (double)sum);
}

struct mr_code_query
mr_graph_point_query(const struct mr_graph *g, const float *q,
    struct mr_graph_point *p)
{
	struct mr_code_query c = { 0 };

	p->scale = p->square = 0;
	p->start = 0;
	if (g->wide < g->d)	/* no codes: all rows are scored */
		return c;
	c = mr_codes_query(q, g->d, MR_GRAPH_ZERO + MR_GRAPH_MOST, p->codes);
	p->scale = c.scale;
	p->square = square_of(MR_METRIC_L2, c.scale, p->codes, g->wide);
	p->start = c.start / 2;
	return c;
}

void
mr_graph_distances(const struct mr_graph *g, const struct mr_graph_point *p,
    const uint32_t *row, int64_t n, float *distance)
{
	const uint8_t *x[MR_GRAPH_BATCH] = { NULL };
	int32_t dot[MR_GRAPH_BATCH];

	if (n == 0)
		return;
	for (int64_t j = 0; j < n; j++)
		x[j] = mr_graph_at(&g->codes, row[j]);
	mr_qdot_rows(p->codes, x, n, g->wide, dot);
	for (int64_t j = 0; j < n; j++) {
		const float *sums = mr_graph_at(&g->sums, row[j]);

		distance[j] = mr_graph_distance(p, dot[j], sums[0], sums[1]);
	}
}

struct coding {
	struct mr_graph *g;
	const struct mr_mat *base;
	int8_t *codes;		/* [workers * wide] */
	float *unit;		/* [workers * d] */
};

/* Rounded up, as the lengths are. */
static float
up(double x)
{
	return nextafterf((float)x, INFINITY);
}

void
mr_graph_code_row(const struct mr_graph *g, const float *x, int8_t *codes,
    float sums[2], float bound[2])
{
	struct mr_code_query c = mr_codes_of(x, g->d, MR_GRAPH_MOST, codes);

	sums[0] = c.scale;
	sums[1] = square_of(g->metric, c.scale, codes, g->wide);
	bound[0] = fmaxf(bound[0], up(c.length));
	bound[1] = fmaxf(bound[1], up(c.error));
}

static void
code_block(void *ctx, int64_t block, int worker)
{
	const struct coding *c = ctx;
	const struct mr_graph *g = c->g;
	float *bound = mr_graph_own(&g->bounds, block);
	int64_t end = (block + 1) * BLOCK < g->n ? (block + 1) * BLOCK : g->n;
	int8_t *codes = c->codes + worker * g->wide;

	for (int64_t r = block * BLOCK; r < end; r++) {
		struct mr_mat one = { 1, g->d, g->rows.own ?
		    mr_graph_own(&g->rows, r) : c->unit + worker * g->d };
		uint8_t *to = mr_graph_own(&g->codes, r);

		if (g->d)
			memcpy(one.a, mr_mat_row(c->base, mr_graph_number(g,
			    r)), (size_t)g->d * sizeof *one.a);
		if (g->metric == MR_METRIC_COSINE)
			mr_mat_normalise(&one);
		if (g->wide < g->d) {
			bound[0] = INFINITY;
			continue;
		}
		mr_graph_code_row(g, one.a, codes, mr_graph_own(&g->sums, r),
		    bound);
		for (int64_t j = 0; j < g->wide; j++)
			to[j] = (uint8_t)(codes[j] + MR_GRAPH_ZERO);
	}
}

int
mr_graph_code_rows(struct mr_graph *g, const struct mr_mat *base,
    int threads, struct mr_err *err)
{
	int64_t blocks = (g->n + BLOCK - 1) / BLOCK;
	size_t workers = (size_t)(g->n == 0 ? 0 : threads > 0 ? threads :
	    mr_par_cpus());
	struct coding c = { .g = g, .base = base };
	int rc = mr_graph_part_new(&g->codes, g->n, (size_t)g->wide, "codes",
	    err);

	if (rc == MR_OK)
		rc = mr_graph_part_new(&g->sums, g->n, 2 * sizeof(float),
		    "codes", err);
	if (rc == MR_OK)
		rc = mr_graph_part_new(&g->bounds, blocks, 2 * sizeof(float),
		    "bounds", err);
	if (rc == MR_OK && !g->rows_by_order)
		rc = mr_graph_part_new(&g->rows, g->n, (size_t)g->d *
		    sizeof(float), "vectors", err);
	c.codes = rc ? NULL : mr_alloc(workers, (size_t)g->wide, "codes",
	    err);
	c.unit = c.codes ? mr_alloc(workers, (size_t)g->d * sizeof *c.unit,
	    "vectors", err) : NULL;
	if (c.unit)
		mr_par_run((int)workers, blocks, code_block, &c);
	else
		rc = MR_ENOMEM;
	free(c.codes);
	free(c.unit);
	return rc;
}

static int
mark_hanging(struct mr_graph *g, struct mr_err *err)
{
	g->hangs = mr_alloc((size_t)(g->n / 64 + 1), sizeof *g->hangs,
	    "equal rows", err);
	for (int64_t r = 0; g->hangs && r < g->n; r++) {
		uint32_t next = mr_graph_next(g, r);

		if (next != MR_GRAPH_NONE)
			g->hangs[next / 64] |= (uint64_t)1 << next % 64;
	}
	return g->hangs ? MR_OK : MR_ENOMEM;
}

struct readying {
	struct mr_graph *g;
	float *most;		/* [blocks] */
};

static void
ready_block(void *ctx, int64_t block, int worker)
{
	const struct readying *c = ctx;
	const struct mr_graph *g = c->g;
	int64_t end = (block + 1) * BLOCK < g->n ? (block + 1) * BLOCK : g->n;

	(void)worker;
	for (int64_t r = block * BLOCK; r < end; r++)
		c->most[block] = fmaxf(c->most[block], mr_mat_largest(
		    mr_graph_at(&g->rows, g->rows_by_order ?
		    mr_graph_number(g, r) : r), g->d));
}

/* No value of rows of length 1 is larger than that; by l2 none is asked for:
 * see mr_exact_pairs. */
static int
find_most(struct mr_graph *g, int threads, struct mr_err *err)
{
	int64_t blocks = (g->n + BLOCK - 1) / BLOCK;
	struct readying c = { .g = g };

	g->most = 1;
	if (g->metric != MR_METRIC_DOT)
		return MR_OK;
	c.most = mr_alloc((size_t)blocks, sizeof *c.most, "largest values",
	    err);
	if (!c.most)
		return MR_ENOMEM;
	mr_par_run(threads, blocks, ready_block, &c);
	g->most = 0;
	for (int64_t b = 0; b < blocks; b++)
		g->most = fmaxf(g->most, c.most[b]);
	free(c.most);
	return MR_OK;
}

/* Numbers are below this. */
static int64_t
numbers_of(const struct mr_graph *g)
{
	int64_t most = 0;

	for (int64_t r = 0; r < g->n; r++)
		most = mr_graph_number(g, r) >= most ?
		    mr_graph_number(g, r) + 1 : most;
	return most;
}

static int
make_places(struct mr_graph *g, struct mr_err *err)
{
	g->numbers = numbers_of(g);
	g->place = mr_alloc((size_t)g->numbers, sizeof *g->place,
	    "places of rows", err);
	if (!g->place)
		return MR_ENOMEM;
	for (int64_t i = 0; i < g->numbers; i++)
		g->place[i] = -1;
	for (int64_t r = 0; r < g->n; r++)
		g->place[mr_graph_number(g, r)] = (int32_t)r;
	return MR_OK;
}

static void
look_at_entry(void *ctx, int64_t e, int worker)
{
	const struct mr_graph *g = ctx;

	(void)worker;
	(void)mr_graph_good(g, MR_GRAPH_PLACES, *(const uint32_t *)
	    mr_graph_at(&g->entries, e));
}

/* Codes of the entries in panels, whose last may be padded. */
static int
pack_entries(struct mr_graph *g, struct mr_err *err)
{
	g->panels = mr_alloc(mr_qdot_packed(g->n_entries, g->wide), 1,
	    "codes of entries", err);
	g->entry = g->panels ? mr_alloc((size_t)g->n_entries,
	    2 * sizeof *g->entry, "codes of entries", err) : NULL;
	for (int64_t e = 0; g->entry && e < g->n_entries; e++) {
		uint32_t r = *(const uint32_t *)mr_graph_at(&g->entries, e);
		const uint8_t *x = mr_graph_at(&g->codes, r);
		const float *sums = mr_graph_at(&g->sums, r);

		if (!mr_graph_good(g, MR_GRAPH_PLACES, r))
			continue;
		g->entry[e] = sums[0];
		g->entry[g->n_entries + e] = -sums[1] / 2;
		for (int64_t k = 0; k < g->wide; k += 4)
			memcpy(mr_qdot_place(g->panels, e, k, g->wide), x + k,
			    4);
	}
	return g->entry ? MR_OK : MR_ENOMEM;
}

int
mr_graph_ready(struct mr_graph *g, int threads, struct mr_err *err)
{
	int64_t blocks = (g->n + BLOCK - 1) / BLOCK;
	int rc;

	if (g->guard)
		mr_par_run(threads, g->n_entries, look_at_entry, g);
	rc = pack_entries(g, err);
	g->numbers = g->n;
	if (rc == MR_OK)
		rc = mark_hanging(g, err);
	if (rc == MR_OK && g->order.base)
		rc = make_places(g, err);
	if (rc == MR_OK)
		rc = find_most(g, threads, err);
	for (int64_t b = 0; b < blocks; b++) {
		const float *bound = mr_graph_at(&g->bounds, b);

		g->length = fmaxf(g->length, bound[0]);
		g->error = fmaxf(g->error, bound[1]);
	}
	return rc;
}
