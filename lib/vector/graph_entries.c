/* Where a walk begins; see graph_parts.h.
 * SPDX-License-Identifier: MIT */
#include <math.h>

#include "math/first.h"
#include "vector/graph_parts.h"

#define OPEN 2		/* entries that a walk begins at */
#define HOME 512	/* rows there, with those behind the nearest */

/* Row number e of the entries. */
static uint32_t
entry(const struct mr_graph *g, int64_t e)
{
	return *(const uint32_t *)mr_graph_at(&g->entries, e);
}

/* The entries nearest to a query, by their sums; their numbers. */
static int
nearest_entries(const struct mr_graph *g, const struct mr_graph_point *p,
    const int32_t *sums, int64_t hidden, int64_t open[OPEN])
{
	const float *scale = g->entry, *add = g->entry + g->n_entries;
	float best[OPEN] = { -INFINITY, -INFINITY };
	int n = 0;

	for (int64_t e = 0; e < g->n_entries; e++) {
		float v;
		int at;

		e += mr_first_code(sums + e, scale + e, p->scale, add + e,
		    best[OPEN - 1], g->n_entries - e);
		if (e >= g->n_entries)
			break;
		v = (float)sums[e] * scale[e] * p->scale + add[e];
		if ((n == OPEN && !(v > best[OPEN - 1])) ||
		    entry(g, e) == hidden)
			continue;
		for (at = n < OPEN ? n : OPEN - 1; at > 0 && v > best[at - 1];
		    at--) {
			best[at] = best[at - 1];
			open[at] = open[at - 1];
		}
		best[at] = v;
		open[at] = e;
		n += n < OPEN;
	}
	return n;
}

/*
 * At the nearest entries, and at the rows behind the
 * nearest, which stand there since it is their leader.  They are one run of
 * memory, so that they cost less than as many links.
 */
void
mr_graph_begin(const struct mr_graph *g, struct mr_graph_walk *w,
    const struct mr_graph_point *p, const int32_t *sums, int64_t hidden)
{
	int64_t open[OPEN], end;
	int n = nearest_entries(g, p, sums, hidden, open), m = 0;
	uint32_t row[HOME];

	mr_graph_walk_begin(g, w, hidden);
	if (n == 0)
		return;
	end = open[0] + 1 < g->n_entries ? entry(g, open[0] + 1) : g->n;
	for (int64_t r = entry(g, open[0]); r < end && m < HOME - OPEN; r++)
		if (!(g->hangs[r / 64] >> r % 64 & 1))
			row[m++] = (uint32_t)r;
	for (int i = 1; i < n; i++)
		row[m++] = entry(g, open[i]);
	mr_graph_walk_add(g, w, p, row, m);
}
