/* Which leaders rows are near; see graph_build.h.
 * SPDX-License-Identifier: MIT */
#include <math.h>
#include <stdlib.h>

#include "core/mem.h"
#include "core/par.h"
#include "math/qdot.h"
#include "vector/graph_build.h"

#define PER_LEADER 200	/* rows for each */
#define LEAVES MR_GRAPH_LEAVES
#define QUERIES 24	/* rows of a task */

struct finding {
	struct mr_graph_build *b;
	const uint32_t *number;	/* [n_unique] */
	int64_t n_unique;
	struct mr_graph_leaders *to;
	/* of leaders */
	uint8_t *row, *packed;
	float *scale;		/* then half */
	/* of workers */
	int8_t *codes;		/* [QUERIES * wide] */
	int32_t *sums;		/* [QUERIES * padded] */
	float *unit;		/* [d] */
};

/* The codes of a row of the base; its scale and -A / 2. */
static void
code(const struct finding *o, int64_t number, float *unit, int8_t *codes,
    float *scale, float *half)
{
	const struct mr_graph *g = o->b->g;
	struct mr_mat one = { 1, g->d, unit };
	int64_t squares = 0;

	if (g->d)
		memcpy(unit, mr_mat_row(o->b->base, number), (size_t)g->d *
		    sizeof *unit);
	if (g->metric == MR_METRIC_COSINE)
		mr_mat_normalise(&one);
	*scale = mr_codes_of(unit, g->d, MR_GRAPH_MOST, codes).scale;
	for (int64_t j = 0; j < g->wide; j++)
		squares += codes[j] * codes[j];
	*half = (float)(-(double)*scale * (double)*scale * (double)squares /
	    2);
}

static int64_t
padded(int64_t n)
{
	return (n + MR_QDOT_PANEL - 1) / MR_QDOT_PANEL * MR_QDOT_PANEL;
}

static int
code_leaders(struct finding *o, struct mr_err *err)
{
	int64_t n = o->n_unique / PER_LEADER, wide = o->b->g->wide;

	o->to->n = n = n < 1 ? 1 : n;
	o->row = mr_alloc((size_t)n, (size_t)wide, "leaders", err);
	o->packed = o->row ? mr_alloc(mr_qdot_packed(n, wide), 1, "leaders",
	    err) : NULL;
	o->scale = o->packed ? mr_alloc((size_t)n, 2 * sizeof *o->scale,
	    "leaders", err) : NULL;
	o->to->turn = o->scale ? mr_alloc((size_t)n, sizeof *o->to->turn,
	    "leaders", err) : NULL;
	for (int64_t l = 0; o->to->turn && l < n && l < o->n_unique; l++) {
		uint8_t *to = o->row + l * wide;

		code(o, o->number[l], o->unit, o->codes, &o->scale[l],
		    &o->scale[n + l]);
		for (int64_t j = 0; j < wide; j++)
			to[j] = (uint8_t)(o->codes[j] + MR_GRAPH_ZERO);
		for (int64_t k = 0; k < wide; k += 4)
			memcpy(mr_qdot_place(o->packed, l, k, wide), to + k,
			    4);
	}
	return o->to->turn ? MR_OK : MR_ENOMEM;
}

/* The leaders that some rows are near. */
static void
assign(void *ctx, int64_t task, int worker)
{
	struct finding *o = ctx;
	int64_t wide = o->b->g->wide, n = o->to->n, from = task * QUERIES;
	int64_t m = o->n_unique - from < QUERIES ? o->n_unique - from :
	    QUERIES;
	int8_t *codes = o->codes + worker * QUERIES * wide;
	int32_t *sums = o->sums + worker * QUERIES * padded(n);
	int32_t start[QUERIES] = { 0 };
	float scale[QUERIES], half, v[LEAVES];

	for (int64_t i = 0; i < m; i++) {
		int8_t *c = codes + i * wide;

		code(o, o->number[from + i], o->unit + worker * o->b->g->d,
		    c, &scale[i], &half);
		for (int64_t j = 0; j < wide; j++)
			start[i] -= MR_GRAPH_ZERO * c[j];
	}
	mr_qdot(codes, start, m, o->packed, padded(n), wide, sums, padded(n));
	for (int64_t i = 0; i < m; i++) {
		int32_t *near = o->to->near + (from + i) * LEAVES;
		int found = mr_graph_nearest(sums + i * padded(n), o->scale,
		    o->scale + n, n, scale[i], -1, 0, LEAVES, near, v);

		while (found < LEAVES)
			near[found++] = (int32_t)n;
	}
}

/* From the first leader to the nearest that is left, and so on: near leaders
 * have near turns. */
static void
chain_leaders(struct finding *o)
{
	int64_t n = o->to->n, wide = o->b->g->wide, now = 0;

	for (int64_t l = 0; l < n; l++)
		o->to->turn[l] = -1;
	for (int32_t turn = 0; turn < n; turn++) {
		const float *half = o->scale + n;
		float most = -INFINITY;
		int64_t best = now;
		int32_t start = 0;

		o->to->turn[now] = turn;
		for (int64_t j = 0; j < wide; j++) {
			o->codes[j] = (int8_t)(o->row[now * wide + j] -
			    MR_GRAPH_ZERO);
			start -= MR_GRAPH_ZERO * o->codes[j];
		}
		mr_qdot(o->codes, &start, 1, o->packed, padded(n), wide,
		    o->sums, padded(n));
		for (int64_t l = 0; l < n; l++) {
			float v = (float)o->sums[l] * o->scale[l] *
			    o->scale[now] + half[l];

			if (o->to->turn[l] < 0 && (o->to->turn[best] >= 0 ||
			    v > most)) {
				most = v;
				best = l;
			}
		}
		now = best;
	}
}

static int
find(struct finding *o, struct mr_err *err)
{
	size_t workers = (size_t)(o->b->threads > 0 ? o->b->threads :
	    mr_par_cpus());
	int rc;

	o->codes = mr_alloc(workers * QUERIES, (size_t)o->b->g->wide,
	    "codes", err);
	o->unit = o->codes ? mr_alloc(workers, (size_t)o->b->g->d *
	    sizeof *o->unit, "vectors", err) : NULL;
	rc = o->unit ? code_leaders(o, err) : MR_ENOMEM;
	o->sums = rc ? NULL : mr_alloc(workers * QUERIES,
	    (size_t)padded(o->to->n) * sizeof *o->sums, "scores", err);
	o->to->near = o->sums ? mr_alloc((size_t)o->n_unique, LEAVES *
	    sizeof *o->to->near, "leaves", err) : NULL;
	if (!o->to->near)
		return MR_ENOMEM;
	mr_par_run((int)workers, (o->n_unique + QUERIES - 1) / QUERIES,
	    assign, o);
	if (o->n_unique)
		chain_leaders(o);
	return MR_OK;
}

int
mr_graph_find_leaders(struct mr_graph_build *b, const uint32_t *number,
    int64_t n, struct mr_graph_leaders *to, struct mr_err *err)
{
	struct finding o = { .b = b, .number = number, .n_unique = n,
	    .to = to };
	int rc = find(&o, err);

	free(o.row);
	free(o.packed);
	free(o.scale);
	free(o.codes);
	free(o.sums);
	free(o.unit);
	return rc;
}
