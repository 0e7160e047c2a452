/* Which rows of a leaf are near each other; see graph_build.h.
 * SPDX-License-Identifier: MIT */
#include <math.h>
#include <stdlib.h>

#include "core/mem.h"
#include "core/par.h"
#include "math/first.h"
#include "math/qdot.h"
#include "vector/graph_build.h"

#define MOST 4096	/* rows of a leaf; larger ones are cut */
#define QUERIES 12	/* rows against all others at a time */
#define AROUND 32	/* rows looked at first on either side */

/* Rows of which each is compared with each. */
struct crowd {
	int64_t m;
	const uint32_t *slot;	/* [m] where the nearest of each go */
	uint8_t *packed;
	int8_t *codes;		/* [m * wide] */
	float *scale, *half;	/* [m] s, -A / 2 */
	int32_t *start;		/* [m] of sums */
	uint32_t *row;		/* [m] of the graph */
};

/* Kept in order: the better, of equals the earlier, before the others. */
static int
insert(int32_t *at, float *v, int n, int most, int32_t j, float value)
{
	int i = n < most ? n : most - 1;

	while (i > 0 && (value > v[i - 1] || (value >= v[i - 1] &&
	    j < at[i - 1]))) {
		v[i] = v[i - 1];
		at[i] = at[i - 1];
		i--;
	}
	v[i] = value;
	at[i] = j;
	return n < most ? n + 1 : n;
}

int
mr_graph_nearest(const int32_t *sums, const float *scale,
    const float *half, int64_t m, float by, int64_t self, int64_t from,
    int most, int32_t *at, float *v)
{
	int n = 0;

	for (int part = 0; part < 2; part++) {
		int64_t end = part ? from : m;

		for (int64_t j = part ? 0 : from; j < end; j++) {
			float value;

			j += mr_first_code(sums + j, scale + j, by, half + j,
			    n < most ? -INFINITY : v[n - 1], end - j);
			if (j >= end)
				break;
			value = (float)sums[j] * scale[j] * by + half[j];
			if (j != self && (n < most || value > v[n - 1] ||
			    j < at[n - 1]))
				n = insert(at, v, n, most, (int32_t)j, value);
		}
	}
	return n;
}

static int
crowd_new(struct crowd *c, int64_t m, int64_t wide, struct mr_err *err)
{
	size_t rows = (size_t)((m + MR_QDOT_PANEL - 1) / MR_QDOT_PANEL *
	    MR_QDOT_PANEL);

	*c = (struct crowd){ 0 };
	c->packed = mr_alloc(rows, (size_t)wide, "a leaf", err);
	c->codes = c->packed ? mr_alloc(rows, (size_t)wide, "a leaf", err) :
	    NULL;
	c->scale = c->codes ? mr_alloc(rows, 2 * sizeof *c->scale, "a leaf",
	    err) : NULL;
	if (c->scale)
		c->half = c->scale + rows;
	c->start = c->scale ? mr_alloc(rows, sizeof *c->start, "a leaf",
	    err) : NULL;
	c->row = c->start ? mr_alloc(rows, sizeof *c->row, "a leaf", err) :
	    NULL;
	return c->row ? MR_OK : MR_ENOMEM;
}

static void
crowd_free(struct crowd *c)
{
	free(c->packed);
	free(c->codes);
	free(c->scale);
	free(c->start);
	free(c->row);
}

/* The rows' codes and sums, their numbers being there. */
static void
crowd_fill(struct crowd *c, const struct mr_graph *g)
{
	for (int64_t i = 0; i < c->m; i++) {
		struct mr_graph_point p = { .codes = c->codes + i * g->wide };
		const uint8_t *x = mr_graph_at(&g->codes, c->row[i]);

		mr_graph_point_row(g, c->row[i], &p);
		c->scale[i] = p.scale;
		c->half[i] = -p.square / 2;
		c->start[i] = p.start;
		for (int64_t k = 0; k < g->wide; k += 4)
			memcpy(mr_qdot_place(c->packed, i, k, g->wide), x + k,
			    4);
	}
}

/* For rows from .. of the crowd the most nearest others, as keys in order, to
 * out[slot * most]; sums: [QUERIES * m up to 16]. */
static void
choose(const struct mr_graph *g, const struct crowd *c, int64_t from,
    int most, int32_t *sums, uint64_t *out)
{
	int64_t n = c->m - from < QUERIES ? c->m - from : QUERIES;
	int64_t ld = (c->m + MR_QDOT_PANEL - 1) / MR_QDOT_PANEL *
	    MR_QDOT_PANEL;

	mr_qdot(c->codes + from * g->wide, c->start + from, n, c->packed, ld,
	    g->wide, sums, ld);
	for (int64_t i = from; i < from + n; i++, sums += ld) {
		const float *own = mr_graph_at(&g->sums, c->row[i]);
		struct mr_graph_point p = { .scale = own[0], .square = own[1] };
		int32_t at[MR_GRAPH_LINKS];
		float v[MR_GRAPH_LINKS];
		int found = mr_graph_nearest(sums, c->scale, c->half, c->m,
		    p.scale, i, i > AROUND ? i - AROUND : 0, most, at, v);
		uint64_t *to = out + (int64_t)(c->slot ? c->slot[i] : i) *
		    most;

		for (int j = 0; j < found; j++) {
			own = mr_graph_at(&g->sums, c->row[at[j]]);
			to[j] = mr_graph_key(mr_graph_distance(&p,
			    sums[at[j]], own[0], own[1]), c->row[at[j]]) | 1;
		}
	}
}

struct leaves {
	struct mr_graph_build *b;
	struct mr_group by;	/* slots, by leader */
	struct piece {
		int64_t from, to;	/* of the slots */
	} *piece;
	int64_t n;
	struct crowd *crowd;	/* [workers] */
	int32_t *sums;		/* [workers * width] */
	int64_t width;
};

static void
score_piece(void *ctx, int64_t task, int worker)
{
	const struct leaves *l = ctx;
	struct crowd *c = &l->crowd[worker];
	const struct piece *p = &l->piece[task];

	c->m = p->to - p->from;
	c->slot = l->by.row + p->from;
	for (int64_t i = 0; i < c->m; i++)
		c->row[i] = c->slot[i] / MR_GRAPH_LEAVES;
	crowd_fill(c, l->b->g);
	for (int64_t i = 0; i < c->m; i += QUERIES)
		choose(l->b->g, c, i, MR_GRAPH_NEAREST, l->sums + worker *
		    l->width, l->b->near);
}

/* Leaves, the large ones cut. */
static int
cut_leaves(struct leaves *l, struct mr_err *err)
{
	const struct mr_graph_build *b = l->b;
	int64_t most = b->n_leaders + b->g->n * MR_GRAPH_LEAVES / MOST;

	l->piece = mr_alloc((size_t)most, sizeof *l->piece, "leaves", err);
	for (int64_t i = 0; l->piece && i < b->n_leaders; i++) {
		int64_t from = l->by.ptr[i], m = l->by.ptr[i + 1] - from;
		int64_t cuts = (m + MOST - 1) / MOST;

		for (int64_t j = 0; j < cuts; j++)
			l->piece[l->n++] = (struct piece){ from + j * m /
			    cuts, from + (j + 1) * m / cuts };
	}
	return l->piece ? MR_OK : MR_ENOMEM;
}

int
mr_graph_score_leaves(struct mr_graph_build *b, struct mr_err *err)
{
	int workers = b->threads > 0 ? b->threads : mr_par_cpus();
	struct leaves l = { .b = b, .width = QUERIES * MOST };
	int rc = mr_group_by(&l.by, b->leaf, sizeof *b->leaf,
	    (size_t)(b->g->n * MR_GRAPH_LEAVES), (int32_t)b->n_leaders + 1,
	    "leaves", err);

	if (rc == MR_OK)
		rc = cut_leaves(&l, err);
	if (rc == MR_OK) {
		b->near = mr_alloc((size_t)b->g->n * MR_GRAPH_LEAVES,
		    MR_GRAPH_NEAREST * sizeof *b->near, "candidates", err);
		l.crowd = b->near ? mr_alloc((size_t)workers,
		    sizeof *l.crowd, "leaves", err) : NULL;
		l.sums = l.crowd ? mr_alloc((size_t)(workers * l.width),
		    sizeof *l.sums, "scores", err) : NULL;
		rc = l.sums ? MR_OK : MR_ENOMEM;
	}
	for (int t = 0; t < workers && rc == MR_OK; t++)
		rc = crowd_new(&l.crowd[t], MOST, b->g->wide, err);
	if (rc == MR_OK)
		mr_par_run(workers, l.n, score_piece, &l);
	for (int t = 0; l.crowd && t < workers; t++)
		crowd_free(&l.crowd[t]);
	mr_group_free(&l.by);
	free(l.piece);
	free(l.crowd);
	free(l.sums);
	return rc;
}

struct firsts {
	struct mr_graph_build *b;
	struct crowd crowd;
	int32_t *sums;		/* [workers * width] */
	int64_t width;
};

static void
score_first(void *ctx, int64_t task, int worker)
{
	const struct firsts *f = ctx;

	choose(f->b->g, &f->crowd, task * QUERIES, MR_GRAPH_LINKS, f->sums +
	    worker * f->width, f->b->far);
}

int
mr_graph_score_first(struct mr_graph_build *b, struct mr_err *err)
{
	int workers = b->threads > 0 ? b->threads : mr_par_cpus();
	struct firsts f = { .b = b, .width = QUERIES * (b->n_first +
	    MR_QDOT_PANEL) };
	int rc = crowd_new(&f.crowd, b->n_first, b->g->wide, err);

	b->far = rc ? NULL : mr_alloc((size_t)b->n_first, MR_GRAPH_LINKS *
	    sizeof *b->far, "candidates", err);
	f.sums = b->far ? mr_alloc((size_t)(workers * f.width),
	    sizeof *f.sums, "scores", err) : NULL;
	if (f.sums) {
		f.crowd.m = b->n_first;
		memcpy(f.crowd.row, b->first, (size_t)b->n_first *
		    sizeof *b->first);
		crowd_fill(&f.crowd, b->g);
		mr_par_run(workers, (b->n_first + QUERIES - 1) / QUERIES,
		    score_first, &f);
	} else {
		rc = MR_ENOMEM;
	}
	crowd_free(&f.crowd);
	free(f.sums);
	return rc;
}
