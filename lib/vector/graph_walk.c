/* Walks along the links of a graph; see graph_parts.h.
 * SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include "core/mem.h"
#include "vector/graph_parts.h"

#define LINE 64

int64_t
mr_graph_pool_put(struct mr_graph_pool *p, uint64_t key)
{
	int64_t from = 0, n = p->n;

	if (n == p->most && (n == 0 || key > p->key[n - 1]))
		return p->most;
	while (n > 1) {
		int64_t half = n / 2;

		from += p->key[from + half - 1] < key ? half : 0;
		n -= half;
	}
	if (n == 1)
		from += p->key[from] < key;
	p->n += p->n < p->most;
	memmove(p->key + from + 1, p->key + from, (size_t)(p->n - from - 1) *
	    sizeof *p->key);
	p->key[from] = key;
	return from;
}

int
mr_graph_walk_new(struct mr_graph_walk *w, const struct mr_graph *g,
    int64_t most_near, int64_t most_found, struct mr_err *err)
{
	*w = (struct mr_graph_walk){ .near = { .most = most_near },
	    .found = { .most = most_found } };
	w->seen = mr_alloc((size_t)(g->n / 64 + 1), sizeof *w->seen,
	    "rows seen", err);
	w->touched = w->seen ? mr_alloc(MR_GRAPH_TOUCHED, sizeof *w->touched,
	    "rows seen", err) : NULL;
	w->near.key = w->touched ? mr_alloc((size_t)most_near +
	    (size_t)most_found, sizeof *w->near.key, "a pool", err) : NULL;
	w->found.key = w->near.key + (w->near.key ? most_near : 0);
	return w->near.key ? MR_OK : MR_ENOMEM;
}

void
mr_graph_walk_free(struct mr_graph_walk *w)
{
	free(w->seen);
	free(w->touched);
	free(w->near.key);
	*w = (struct mr_graph_walk){ 0 };
}

/* Was row r not seen before?  Now it is. */
static inline bool
see(struct mr_graph_walk *w, uint32_t r)
{
	uint64_t bit = (uint64_t)1 << r % 64;

	if (w->seen[r / 64] & bit)
		return false;
	w->seen[r / 64] |= bit;
	if (w->n_touched < MR_GRAPH_TOUCHED)
		w->touched[w->n_touched] = r;
	w->n_touched++;
	return true;
}

void
mr_graph_walk_begin(const struct mr_graph *g, struct mr_graph_walk *w,
    int64_t hidden)
{
	if (w->n_touched > MR_GRAPH_TOUCHED)
		memset(w->seen, 0, (size_t)(g->n / 64 + 1) * sizeof *w->seen);
	else
		for (int64_t i = 0; i < w->n_touched; i++)
			w->seen[w->touched[i] / 64] = 0;
	w->n_touched = 0;
	w->near.n = w->found.n = 0;
	w->scored = 0;
	if (hidden >= 0)
		see(w, (uint32_t)hidden);
}

/* May row r, or one that hangs on it, be offered? */
static bool
may_be_found(const struct mr_graph *g, const struct mr_graph_walk *w,
    uint32_t r)
{
	if (w->may && !(w->may[r / 64] >> r % 64 & 1))
		return false;
	if (!w->s->skip)
		return true;
	for (; r != MR_GRAPH_NONE; r = mr_graph_next(g, r))
		if (mr_graph_offers(g, w->s, w->q, r))
			return true;
	return false;
}

static inline void
fetch_list(const struct mr_graph *g, int64_t r)
{
	__builtin_prefetch(mr_graph_list(g, r));
	__builtin_prefetch(mr_graph_list(g, r) + LINE / sizeof(uint32_t));
}

/* At most MR_GRAPH_BATCH rows; the first place that changed. */
static int64_t
add(const struct mr_graph *g, struct mr_graph_walk *w,
    const struct mr_graph_point *p, const uint32_t *row, int64_t n)
{
	float distance[MR_GRAPH_BATCH];
	uint32_t fresh[MR_GRAPH_BATCH] = { 0 };
	int64_t m = 0, first = w->near.most;

	for (int64_t j = 0; j < n && row[j] != MR_GRAPH_NONE; j++) {
		const char *codes;

		if (!see(w, row[j]) ||
		    !mr_graph_good(g, MR_GRAPH_PLACES, row[j]))
			continue;
		codes = mr_graph_at(&g->codes, row[j]);
		for (int64_t k = 0; k < g->wide; k += LINE)
			__builtin_prefetch(codes + k);
		__builtin_prefetch(mr_graph_at(&g->sums, row[j]));
		fresh[m++] = row[j];
	}
	mr_graph_distances(g, p, fresh, m, distance);
	w->scored += m;
	for (int64_t j = 0; j < m; j++) {
		uint64_t key = mr_graph_key(distance[j], fresh[j]);
		int64_t place = mr_graph_pool_put(&w->near, key);

		if (place < first) {
			first = place;
			fetch_list(g, fresh[j]);
		}
		if (w->found.most && may_be_found(g, w, fresh[j]))
			mr_graph_pool_put(&w->found, key);
	}
	return first;
}

void
mr_graph_walk_add(const struct mr_graph *g, struct mr_graph_walk *w,
    const struct mr_graph_point *p, const uint32_t *row, int64_t n)
{
	for (int64_t j = 0; j < n; j += MR_GRAPH_BATCH)
		add(g, w, p, row + j, n - j < MR_GRAPH_BATCH ? n - j :
		    MR_GRAPH_BATCH);
}

bool
mr_graph_walk_on(const struct mr_graph *g, struct mr_graph_walk *w,
    const struct mr_graph_point *p)
{
	struct mr_graph_pool *near = &w->near, *found = &w->found;

	for (int64_t at = 0; at < near->n;) {
		uint64_t key = near->key[at];
		int64_t first;

		if (key & 1) {
			at++;
			continue;
		}
		if (found->most && found->n == found->most &&
		    key > found->key[found->n - 1])
			break;
		if (w->scored > w->budget)
			return false;
		near->key[at] |= 1;
		for (int64_t i = at + 1; i < near->n; i++)
			if (!(near->key[i] & 1)) {
				fetch_list(g, mr_graph_key_row(near->key[i]));
				break;
			}
		first = add(g, w, p, mr_graph_list(g, mr_graph_key_row(key)),
		    MR_GRAPH_LINKS);
		at = first <= at ? first : at + 1;
	}
	return true;
}
