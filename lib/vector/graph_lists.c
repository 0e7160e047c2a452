/* Which rows a graph links; see graph_build.h.
 * SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include "core/mem.h"
#include "core/par.h"
#include "vector/graph_build.h"

#define BLOCK MR_GRAPH_BLOCK	/* rows of a task */
#define ALPHA 1.1F
#define SHORT 64	/* keys that are sorted by insertion */

struct lists {
	struct mr_graph_build *b;
	struct mr_graph_pruner *pruner;	/* [workers] */
	uint64_t *key;		/* [workers * width] */
	int64_t width;		/* candidates of a row at most */
	struct mr_graph_walk *walk;	/* [workers] of searches */
	/* who links to each row, rising */
	int64_t *ptr;		/* [n + 1] */
	uint32_t *source;
};

static int
by_key(const void *a, const void *b)
{
	const uint64_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

/* In order, each once; how many are left. */
static int64_t
sort_keys(uint64_t *key, int64_t n)
{
	int64_t m = 0;

	if (n > SHORT)
		qsort(key, (size_t)n, sizeof *key, by_key);
	else
		for (int64_t i = 1; i < n; i++) {
			uint64_t x = key[i];
			int64_t j = i;

			for (; j > 0 && key[j - 1] > x; j--)
				key[j] = key[j - 1];
			key[j] = x;
		}
	for (int64_t i = 0; i < n; i++)
		if (i == 0 || key[i] != key[i - 1])
			key[m++] = key[i];
	return m;
}

int64_t
mr_graph_prune(const struct mr_graph *g, struct mr_graph_pruner *w,
    const uint64_t *key, int64_t n, float alpha, int64_t most,
    uint32_t *list)
{
	struct mr_graph_point p = { .codes = w->codes };
	float between[MR_GRAPH_BATCH];
	int64_t kept = 0;

	for (int64_t i = 0; i < n; i++) {
		w->row[i] = (uint32_t)mr_graph_key_row(key[i]);
		w->distance[i] = mr_graph_key_distance(key[i]);
	}
	while (n > 0 && kept < most) {
		int64_t left = 0;

		list[kept++] = w->row[0];
		if (kept == most)
			break;
		mr_graph_point_row(g, w->row[0], &p);
		for (int64_t i = 1; i < n; i += MR_GRAPH_BATCH) {
			int64_t m = n - i < MR_GRAPH_BATCH ? n - i :
			    MR_GRAPH_BATCH;

			mr_graph_distances(g, &p, w->row + i, m, between);
			for (int64_t j = 0; j < m; j++) {
				if (alpha * between[j] <= w->distance[i + j])
					continue;
				w->row[left] = w->row[i + j];
				w->distance[left++] = w->distance[i + j];
			}
		}
		n = left;
	}
	for (int64_t i = kept; i < most; i++)
		list[i] = MR_GRAPH_NONE;
	return kept;
}

static bool
hangs(const struct mr_graph_build *b, int64_t r)
{
	return b->leaf[r * MR_GRAPH_LEAVES] == b->n_leaders;
}

/* n rows with their distances from p behind the m keys. */
static int64_t
add_keys(const struct mr_graph *g, const struct mr_graph_point *p,
    const uint32_t *row, int64_t n, uint64_t *key, int64_t m)
{
	float distance[MR_GRAPH_BATCH];

	for (int64_t i = 0; i < n; i += MR_GRAPH_BATCH) {
		int64_t left = n - i < MR_GRAPH_BATCH ? n - i :
		    MR_GRAPH_BATCH;

		mr_graph_distances(g, p, row + i, left, distance);
		for (int64_t j = 0; j < left; j++)
			key[m++] = mr_graph_key(distance[j], row[i + j]);
	}
	return m;
}

static int64_t
length_of(const uint32_t *list)
{
	int64_t n = 0;

	while (n < MR_GRAPH_LINKS && list[n] != MR_GRAPH_NONE)
		n++;
	return n;
}

/* The places of a list behind the first most are NONE from the start. */
static void
prune_row(const struct lists *l, int64_t r, int64_t n, int64_t most,
    int worker)
{
	uint64_t *key = l->key + worker * l->width;

	mr_graph_prune(l->b->g, &l->pruner[worker], key, sort_keys(key, n),
	    ALPHA, most, mr_graph_own(&l->b->made, r));
}

static void
from_leaves(void *ctx, int64_t block, int worker)
{
	const struct lists *l = ctx;
	const struct mr_graph_build *b = l->b;
	const int64_t most = MR_GRAPH_LEAVES * MR_GRAPH_NEAREST;
	int64_t end = (block + 1) * BLOCK < b->g->n ? (block + 1) * BLOCK :
	    b->g->n;

	for (int64_t r = block * BLOCK; r < end; r++) {
		uint64_t *key = l->key + worker * l->width;
		int64_t n = 0;

		for (int64_t i = 0; i < most; i++)
			if (b->near[r * most + i])
				key[n++] = b->near[r * most + i] ^ 1;
		prune_row(l, r, n, MR_GRAPH_CHOSEN, worker);
	}
}

/* Its own links and those that come to it. */
static void
from_both_ends(void *ctx, int64_t block, int worker)
{
	const struct lists *l = ctx;
	const struct mr_graph *g = l->b->g;
	int64_t end = (block + 1) * BLOCK < g->n ? (block + 1) * BLOCK : g->n;
	struct mr_graph_point p = { .codes = l->pruner[worker].codes };

	for (int64_t r = block * BLOCK; r < end; r++) {
		const uint32_t *list = mr_graph_list(g, r);
		uint64_t *key = l->key + worker * l->width;
		int64_t n;

		mr_graph_point_row(g, r, &p);
		n = add_keys(g, &p, list, length_of(list), key, 0);
		n = add_keys(g, &p, l->source + l->ptr[r], l->ptr[r + 1] -
		    l->ptr[r], key, n);
		prune_row(l, r, n, MR_GRAPH_KEPT, worker);
	}
}

/* What a search for the row finds, beside the links that it has. */
static void
from_search(void *ctx, int64_t block, int worker)
{
	const struct lists *l = ctx;
	const struct mr_graph *g = l->b->g;
	int64_t end = (block + 1) * BLOCK < g->n ? (block + 1) * BLOCK : g->n;
	struct mr_graph_walk *w = &l->walk[worker];
	struct mr_graph_point p = { .codes = l->pruner[worker].codes };

	for (int64_t r = block * BLOCK; r < end; r++) {
		const uint32_t *list = mr_graph_list(g, r);
		uint64_t *key = l->key + worker * l->width;
		int64_t n;

		if (hangs(l->b, r))
			continue;
		mr_graph_point_row(g, r, &p);
		mr_graph_walk_begin(g, w, r);
		mr_graph_walk_add(g, w, &p, list, length_of(list));
		(void)mr_graph_walk_on(g, w, &p);
		for (n = 0; n < w->near.n; n++)
			key[n] = w->near.key[n] & ~(uint64_t)1;
		n = add_keys(g, &p, list, length_of(list), key, n);
		prune_row(l, r, n, MR_GRAPH_CHOSEN, worker);
	}
}

/* What was made is read from now on, and the other made, empty. */
static void
turn_over(struct mr_graph_build *b)
{
	struct mr_graph_part made = b->made;

	b->made = b->g->links;
	b->g->links = made;
	memset(b->made.own, 0xff, (size_t)b->g->n * b->made.row);
}

/* ptr and source, a counting sort; the width that is needed. */
static int
turn_round(struct lists *l, struct mr_err *err)
{
	const struct mr_graph *g = l->b->g;
	int64_t n = 0, most = 0;

	memset(l->ptr, 0, (size_t)(g->n + 1) * sizeof *l->ptr);
	for (int64_t r = 0; r < g->n; r++)
		for (const uint32_t *x = mr_graph_list(g, r), *e = x +
		    MR_GRAPH_LINKS; x < e && *x != MR_GRAPH_NONE; x++)
			l->ptr[*x]++;
	for (int64_t r = 0; r < g->n; r++) {
		int64_t m = l->ptr[r];

		l->ptr[r] = n;
		n += m;
		most = m > most ? m : most;
	}
	free(l->source);
	l->source = mr_alloc((size_t)n, sizeof *l->source, "links", err);
	if (!l->source)
		return MR_ENOMEM;
	for (int64_t r = 0; r < g->n; r++)
		for (const uint32_t *x = mr_graph_list(g, r), *e = x +
		    MR_GRAPH_LINKS; x < e && *x != MR_GRAPH_NONE; x++)
			l->source[l->ptr[*x]++] = (uint32_t)r;
	memmove(l->ptr + 1, l->ptr, (size_t)g->n * sizeof *l->ptr);
	l->ptr[0] = 0;
	l->width = most + MR_GRAPH_LINKS;
	return MR_OK;
}

static int64_t
workers_of(const struct mr_graph_build *b)
{
	return b->threads > 0 ? b->threads : mr_par_cpus();
}

static void
drop_work(struct lists *l)
{
	for (int64_t t = 0; l->pruner && t < workers_of(l->b); t++) {
		free(l->pruner[t].codes);
		free(l->pruner[t].row);
		free(l->pruner[t].distance);
	}
	for (int64_t t = 0; l->walk && t < workers_of(l->b); t++)
		mr_graph_walk_free(&l->walk[t]);
	free(l->pruner);
	free(l->key);
	free(l->walk);
	l->pruner = NULL;
	l->key = NULL;
	l->walk = NULL;
}

static int
make_work(struct lists *l, bool walks, struct mr_err *err)
{
	size_t workers = (size_t)workers_of(l->b), width = (size_t)l->width;
	const struct mr_graph *g = l->b->g;
	int rc = MR_OK;

	l->pruner = mr_alloc(workers, sizeof *l->pruner, "candidates", err);
	l->key = l->pruner ? mr_alloc(workers * width, sizeof *l->key,
	    "candidates", err) : NULL;
	l->walk = l->key && walks ? mr_alloc(workers, sizeof *l->walk,
	    "walks", err) : NULL;
	if (!l->key || (walks && !l->walk))
		return MR_ENOMEM;
	for (size_t t = 0; t < workers && rc == MR_OK; t++) {
		struct mr_graph_pruner *p = &l->pruner[t];

		p->codes = mr_alloc((size_t)g->wide, 1, "candidates", err);
		p->row = p->codes ? mr_alloc(width, sizeof *p->row,
		    "candidates", err) : NULL;
		p->distance = p->row ? mr_alloc(width, sizeof *p->distance,
		    "candidates", err) : NULL;
		rc = p->distance ? MR_OK : MR_ENOMEM;
		if (rc || !walks)
			continue;
		rc = mr_graph_walk_new(&l->walk[t], g, MR_GRAPH_REFINE, 0,
		    err);
		l->walk[t].budget = INT64_MAX;
	}
	return rc;
}

/* A step over all rows: lists are made of what is there, and taken over. */
static int
step(struct lists *l, void (*fn)(void *, int64_t, int), struct mr_err *err)
{
	int rc = MR_OK;

	l->width = MR_GRAPH_REFINE + MR_GRAPH_LINKS;
	if (fn == from_both_ends)
		rc = turn_round(l, err);
	if (rc == MR_OK)
		rc = make_work(l, fn == from_search, err);
	if (rc == MR_OK) {
		mr_par_run(l->b->threads, (l->b->g->n + BLOCK - 1) / BLOCK,
		    fn, l);
		turn_over(l->b);
	}
	drop_work(l);
	return rc;
}

int
mr_graph_make_lists(struct mr_graph_build *b, struct mr_err *err)
{
	struct lists l = { .b = b };
	size_t bytes = MR_GRAPH_LINKS * sizeof(uint32_t);
	int rc = mr_graph_part_new(&b->g->links, b->g->n, bytes, "links",
	    err);

	if (rc == MR_OK)
		rc = mr_graph_part_new(&b->made, b->g->n, bytes, "links",
		    err);
	l.ptr = rc ? NULL : mr_alloc((size_t)b->g->n + 1, sizeof *l.ptr,
	    "links", err);
	rc = l.ptr ? MR_OK : MR_ENOMEM;
	if (rc == MR_OK) {
		memset(b->made.own, 0xff, (size_t)b->g->n * bytes);
		rc = step(&l, from_leaves, err);
	}
	free(b->near);
	b->near = NULL;
	if (rc == MR_OK)
		rc = step(&l, from_both_ends, err);
	if (rc == MR_OK)
		rc = step(&l, from_search, err);
	if (rc == MR_OK)
		rc = step(&l, from_both_ends, err);
	free(l.ptr);
	free(l.source);
	return rc;
}

/* The n rows far, behind as many of a row's own links as there is room for. */
static void
append(uint32_t *list, const uint32_t *far, int64_t n)
{
	int64_t m = 0;

	for (int64_t i = 0; i < length_of(list); i++) {
		bool is_far = false;

		for (int64_t j = 0; j < n; j++)
			is_far |= list[i] == far[j];
		if (!is_far && m < MR_GRAPH_KEPT - n)
			list[m++] = list[i];
	}
	memcpy(list + m, far, (size_t)n * sizeof *list);
	for (m += n; m < MR_GRAPH_LINKS; m++)
		list[m] = MR_GRAPH_NONE;
}

int
mr_graph_link_far(struct mr_graph_build *b, struct mr_err *err)
{
	struct lists l = { .b = b, .width = MR_GRAPH_LINKS };
	int rc = make_work(&l, false, err);

	for (int64_t i = 0; i < b->n_first && rc == MR_OK; i++) {
		uint32_t *list = mr_graph_own(&b->g->links, b->first[i]);
		const uint64_t *at = b->far + i * MR_GRAPH_LINKS;
		uint32_t far[MR_GRAPH_FAR] = { 0 };
		int64_t n = 0;

		for (; n < MR_GRAPH_LINKS && at[n]; n++)
			l.key[n] = at[n] ^ 1;
		n = mr_graph_prune(b->g, l.pruner, l.key, n, 1, MR_GRAPH_FAR,
		    far);
		append(list, far, n);
	}
	drop_work(&l);
	return rc;
}
