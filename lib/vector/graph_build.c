/* Building a graph; see graph_build.h.
 * SPDX-License-Identifier: MIT */
#include "vector/graph_build.h"

#include <inttypes.h>
#include <stdlib.h>

#include "core/mem.h"

#define ROWS_MOST (INT32_MAX - 1)

/* What a mend needs. */
struct mend {
	struct mr_graph *g;
	uint64_t *reached;	/* a bit a row */
	uint32_t *queue;	/* [n] */
	struct mr_graph_walk walk;
	struct mr_graph_point point;
};

/* All rows that can be reached from r. */
static void
reach(struct mend *m, uint32_t r)
{
	int64_t n = 0;

	m->reached[r / 64] |= (uint64_t)1 << r % 64;
	m->queue[n++] = r;
	while (n > 0) {
		const uint32_t *list = mr_graph_list(m->g, m->queue[--n]);

		for (int i = 0; i < MR_GRAPH_LINKS && list[i] !=
		    MR_GRAPH_NONE; i++) {
			uint64_t bit = (uint64_t)1 << list[i] % 64;

			if (m->reached[list[i] / 64] & bit)
				continue;
			m->reached[list[i] / 64] |= bit;
			m->queue[n++] = list[i];
		}
	}
}

static bool
is_reached(const struct mend *m, int64_t r)
{
	return m->reached[r / 64] >> r % 64 & 1;
}

static uint32_t *
free_place(const struct mend *m, int64_t r)
{
	uint32_t *list = mr_graph_own(&m->g->links, r);
	int i = 0;

	while (i < MR_GRAPH_LINKS && list[i] != MR_GRAPH_NONE)
		i++;
	return i < MR_GRAPH_LINKS ? list + i : NULL;
}

/* A place in the list of a row near r that is reached: of those that a walk
 * finds the nearest, else of all.  There is one, for each row that was mended
 * brought its own. */
static uint32_t *
place_near(struct mend *m, int64_t r)
{
	const struct mr_graph *g = m->g;
	uint64_t best = UINT64_MAX;

	mr_graph_point_row(g, r, &m->point);
	mr_graph_walk_begin(g, &m->walk, r);
	mr_graph_walk_add(g, &m->walk, &m->point, g->entries.base, 1);
	(void)mr_graph_walk_on(g, &m->walk, &m->point);
	for (int64_t i = 0; i < m->walk.near.n; i++) {
		int64_t at = mr_graph_key_row(m->walk.near.key[i]);

		if (free_place(m, at))
			return free_place(m, at);
	}
	for (uint32_t i = 0; i < g->n; i++) {
		float distance;

		if (!is_reached(m, i) || !free_place(m, i))
			continue;
		mr_graph_distances(g, &m->point, &i, 1, &distance);
		if (mr_graph_key(distance, i) < best)
			best = mr_graph_key(distance, i);
	}
	return free_place(m, mr_graph_key_row(best));
}

int
mr_graph_mend(struct mr_graph_build *b, struct mr_err *err)
{
	struct mr_graph *g = b->g;
	struct mend m = { .g = g };
	int rc = mr_graph_walk_new(&m.walk, g, MR_GRAPH_REFINE, 0, err);

	m.walk.budget = INT64_MAX;
	m.point.codes = rc ? NULL : mr_alloc((size_t)g->wide, 1, "codes",
	    err);
	m.reached = m.point.codes ? mr_alloc((size_t)(g->n / 64 + 1),
	    sizeof *m.reached, "rows reached", err) : NULL;
	m.queue = m.reached ? mr_alloc((size_t)g->n, sizeof *m.queue,
	    "rows reached", err) : NULL;
	if (m.queue && g->n_entries)
		reach(&m, *(const uint32_t *)g->entries.base);
	for (int64_t r = 0; m.queue && r < g->n; r++) {
		if (is_reached(&m, r) || b->leaf[r * MR_GRAPH_LEAVES] ==
		    b->n_leaders)
			continue;
		*place_near(&m, r) = (uint32_t)r;
		reach(&m, (uint32_t)r);
	}
	rc = m.queue ? MR_OK : MR_ENOMEM;
	mr_graph_walk_free(&m.walk);
	free(m.point.codes);
	free(m.reached);
	free(m.queue);
	return rc;
}

/* Rows stand as they came, but for those that are left out. */
static int
keep_order(struct mr_graph_build *b, struct mr_err *err)
{
	const uint64_t *allow = b->o->allow;
	struct mr_graph *g = b->g;

	g->n = b->base->rows;
	if (!allow)
		return MR_OK;
	g->n = 0;
	if (mr_graph_part_new(&g->order, b->base->rows, sizeof(uint32_t),
	    "order of rows", err) != MR_OK)
		return MR_ENOMEM;
	for (int64_t i = 0; i < b->base->rows; i++)
		if (allow[i / 64] >> i % 64 & 1)
			*(uint32_t *)mr_graph_own(&g->order, g->n++) =
			    (uint32_t)i;
	return MR_OK;
}

/* Are all lengths in the middle of the floats, so that distances are? */
static bool
can_link(const struct mr_graph *g)
{
	const double least = MR_GRAPH_SHORT * MR_GRAPH_SHORT;

	for (int64_t i = 0; i < (g->n + MR_GRAPH_BLOCK - 1) / MR_GRAPH_BLOCK;
	    i++)
		if (*(const float *)mr_graph_at(&g->bounds, i) >
		    MR_GRAPH_LONG)
			return false;
	for (int64_t r = 0; r < g->n; r++) {
		const float *sums = mr_graph_at(&g->sums, r);

		if (sums[0] > 0 && (double)sums[1] < least)
			return false;
	}
	return true;
}

static void
drop_part(struct mr_graph_part *p)
{
	free(p->own);
	*p = (struct mr_graph_part){ 0 };
}

static int
link_rows(struct mr_graph_build *b, struct mr_err *err)
{
	int rc = mr_graph_score_leaves(b, err);

	if (rc == MR_OK)
		rc = mr_graph_make_lists(b, err);
	if (rc == MR_OK)
		rc = mr_graph_score_first(b, err);
	if (rc == MR_OK)
		rc = mr_graph_link_far(b, err);
	if (rc == MR_OK)
		rc = mr_graph_mend(b, err);
	return rc;
}

static void
drop(struct mr_graph_build *b)
{
	free(b->leaf);
	free(b->first);
	free(b->near);
	free(b->far);
	drop_part(&b->made);
}

int
mr_graph_build(struct mr_graph *g, const struct mr_mat *base,
    const struct mr_graph_opt *o, struct mr_err *err)
{
	struct mr_graph_build b = { .g = g, .base = base, .o = o,
	    .threads = o->threads };
	bool links = !o->no_links && o->metric != MR_METRIC_DOT &&
	    mr_graph_wide(base->cols) > 0;
	int rc;

	*g = (struct mr_graph){ .metric = o->metric, .d = base->cols,
	    .wide = mr_graph_wide(base->cols), .ties.rank = o->rank,
	    .rows_by_order = o->borrow, .rows_raw = o->borrow };
	if (base->rows > ROWS_MOST)
		return mr_err_set(err, MR_ERANGE, "%" PRId64 " rows are too "
		    "many for an index: at most %d", base->rows, ROWS_MOST);
	if (o->borrow)
		g->rows = (struct mr_graph_part){ base->a, (size_t)base->cols *
		    sizeof *base->a, 0, NULL };
	rc = links ? mr_graph_put_in_order(&b, err) : keep_order(&b, err);
	if (rc == MR_OK)
		rc = mr_graph_code_rows(g, base, o->threads, err);
	if (rc == MR_OK && links && can_link(g)) {
		rc = link_rows(&b, err);
	} else {
		drop_part(&g->next);
		drop_part(&g->entries);
		g->n_entries = 0;
	}
	drop(&b);
	return rc ? rc : mr_graph_ready(g, o->threads, err);
}
