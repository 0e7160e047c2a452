/* Where rows stand in a graph, and in which leaves; see graph_build.h.
 * SPDX-License-Identifier: MIT */
#include <math.h>
#include <stdlib.h>

#include "core/hash.h"
#include "core/mem.h"
#include "core/par.h"
#include "core/rng.h"
#include "math/qdot.h"
#include "vector/graph_build.h"

#define PER_LEADER 200	/* rows for each */
#define LEAVES MR_GRAPH_LEAVES
#define QUERIES 24	/* rows of a task */
#define FIRST 16384	/* the most with links over long ways */
#define PER_FIRST 12	/* rows for each */

struct hashed {
	uint64_t hash;
	uint32_t number;
};

/* Before they have rows, base rows go by their place in the order of hashes of
 * their names: it does not depend on the order of the base. */
struct ordering {
	struct mr_graph_build *b;
	int64_t n, n_unique;
	struct hashed *by_name;	/* [n] hash and number of place p */
	struct hashed *by_value;	/* [n] hash of the vector and place */
	uint32_t *same;		/* [n] the first place with the same vector */
	uint32_t *unique;	/* [n_unique] places */
	int32_t *at;		/* [n] which unique one place p is */
	int32_t *near;		/* [n_unique * LEAVES] leaders, nearest first */
	/* of leaders */
	int64_t n_leaders;
	uint8_t *row, *packed;
	float *scale;		/* then half */
	int32_t *turn;		/* [n_leaders] their places along a chain */
	/* of workers */
	int8_t *codes;		/* [QUERIES * wide] */
	int32_t *sums;		/* [QUERIES * padded] */
	float *unit;		/* [d] */
};

static int
rising(const void *a, const void *b)
{
	const struct hashed *x = a, *y = b;

	if (x->hash != y->hash)
		return x->hash < y->hash ? -1 : 1;
	return (x->number > y->number) - (x->number < y->number);
}

static const float *
vector_of(const struct ordering *o, int64_t place)
{
	return mr_mat_row(o->b->base, o->by_name[place].number);
}

static int
hash_names(struct ordering *o, struct mr_err *err)
{
	const struct mr_graph_opt *opt = o->b->o;
	int64_t rows = o->b->base->rows, n = 0;

	o->by_name = mr_alloc((size_t)rows, sizeof *o->by_name,
	    "order of rows", err);
	for (int64_t i = 0; o->by_name && i < rows; i++) {
		uint64_t hash = (uint64_t)i;

		if (opt->allow && !(opt->allow[i / 64] >> i % 64 & 1))
			continue;
		if (opt->names && opt->names->n) {
			struct mr_slice name = mr_ids_get(opt->names,
			    (int32_t)i);

			hash = mr_hash64(name.p, name.n);
		}
		o->by_name[n++] = (struct hashed){ mr_rng_u64(opt->seed, 1,
		    hash), (uint32_t)i };
	}
	o->n = n;
	if (o->by_name)
		qsort(o->by_name, (size_t)n, sizeof *o->by_name, rising);
	return o->by_name ? MR_OK : MR_ENOMEM;
}

static void
hash_vectors(void *ctx, int64_t block, int worker)
{
	struct ordering *o = ctx;
	int64_t end = (block + 1) * MR_GRAPH_BLOCK;

	(void)worker;
	for (int64_t p = block * MR_GRAPH_BLOCK; p < end && p < o->n; p++)
		o->by_value[p] = (struct hashed){ mr_hash64(vector_of(o, p),
		    (size_t)o->b->g->d * sizeof(float)), (uint32_t)p };
}

/* same and unique. */
static int
find_equals(struct ordering *o, struct mr_err *err)
{
	size_t n = (size_t)o->n, bytes = (size_t)o->b->g->d * sizeof(float);

	o->by_value = mr_alloc(n, sizeof *o->by_value, "equal rows", err);
	o->same = o->by_value ? mr_alloc(n, sizeof *o->same, "equal rows",
	    err) : NULL;
	o->unique = o->same ? mr_alloc(n, sizeof *o->unique, "equal rows",
	    err) : NULL;
	o->at = o->unique ? mr_alloc(n, sizeof *o->at, "equal rows", err) :
	    NULL;
	if (!o->at)
		return MR_ENOMEM;
	mr_par_run(o->b->threads, (o->n + MR_GRAPH_BLOCK - 1) /
	    MR_GRAPH_BLOCK, hash_vectors, o);
	qsort(o->by_value, n, sizeof *o->by_value, rising);
	for (size_t i = 0, first = 0; i < n; i++) {
		uint32_t p = o->by_value[i].number, f;

		if (o->by_value[i].hash != o->by_value[first].hash)
			first = i;
		f = o->by_value[first].number;
		o->same[p] = bytes == 0 || memcmp(vector_of(o, p),
		    vector_of(o, f), bytes) == 0 ? f : p;
	}
	for (int64_t p = 0; p < o->n; p++)
		if (o->same[p] == p) {
			o->at[p] = (int32_t)o->n_unique;
			o->unique[o->n_unique++] = (uint32_t)p;
		}
	free(o->by_value);
	o->by_value = NULL;
	return MR_OK;
}

/* The codes of the vector at a place; its scale and -A / 2. */
static void
code(const struct ordering *o, int64_t place, float *unit, int8_t *codes,
    float *scale, float *half)
{
	const struct mr_graph *g = o->b->g;
	struct mr_mat one = { 1, g->d, unit };
	int64_t squares = 0;

	if (g->d)
		memcpy(unit, vector_of(o, place), (size_t)g->d *
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
code_leaders(struct ordering *o, struct mr_err *err)
{
	int64_t n = o->n_unique / PER_LEADER, wide = o->b->g->wide;

	o->n_leaders = n = n < 1 ? 1 : n;
	o->row = mr_alloc((size_t)n, (size_t)wide, "leaders", err);
	o->packed = o->row ? mr_alloc(mr_qdot_packed(n, wide), 1, "leaders",
	    err) : NULL;
	o->scale = o->packed ? mr_alloc((size_t)n, 2 * sizeof *o->scale,
	    "leaders", err) : NULL;
	o->turn = o->scale ? mr_alloc((size_t)n, sizeof *o->turn, "leaders",
	    err) : NULL;
	for (int64_t l = 0; o->turn && l < n && l < o->n_unique; l++) {
		uint8_t *to = o->row + l * wide;

		code(o, o->unique[l], o->unit, o->codes, &o->scale[l],
		    &o->scale[n + l]);
		for (int64_t j = 0; j < wide; j++)
			to[j] = (uint8_t)(o->codes[j] + MR_GRAPH_ZERO);
		for (int64_t k = 0; k < wide; k += 4)
			memcpy(mr_qdot_place(o->packed, l, k, wide), to + k,
			    4);
	}
	return o->turn ? MR_OK : MR_ENOMEM;
}

/* The leaders that some rows are near. */
static void
assign(void *ctx, int64_t task, int worker)
{
	struct ordering *o = ctx;
	int64_t wide = o->b->g->wide, n = o->n_leaders, from = task * QUERIES;
	int64_t m = o->n_unique - from < QUERIES ? o->n_unique - from :
	    QUERIES;
	int8_t *codes = o->codes + worker * QUERIES * wide;
	int32_t *sums = o->sums + worker * QUERIES * padded(n);
	int32_t start[QUERIES] = { 0 };
	float scale[QUERIES], half, v[LEAVES];

	for (int64_t i = 0; i < m; i++) {
		int8_t *c = codes + i * wide;

		code(o, o->unique[from + i], o->unit + worker * o->b->g->d,
		    c, &scale[i], &half);
		for (int64_t j = 0; j < wide; j++)
			start[i] -= MR_GRAPH_ZERO * c[j];
	}
	mr_qdot(codes, start, m, o->packed, padded(n), wide, sums, padded(n));
	for (int64_t i = 0; i < m; i++) {
		int32_t *near = o->near + (from + i) * LEAVES;
		int found = mr_graph_nearest(sums + i * padded(n), o->scale,
		    o->scale + n, n, scale[i], -1, 0, LEAVES, near, v);

		while (found < LEAVES)
			near[found++] = (int32_t)n;
	}
}

static int
find_leaders(struct ordering *o, struct mr_err *err)
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
	    (size_t)padded(o->n_leaders) * sizeof *o->sums, "scores", err);
	o->near = o->sums ? mr_alloc((size_t)o->n_unique, LEAVES *
	    sizeof *o->near, "leaves", err) : NULL;
	if (!o->near)
		return MR_ENOMEM;
	mr_par_run((int)workers, (o->n_unique + QUERIES - 1) / QUERIES,
	    assign, o);
	return MR_OK;
}

/* From the first leader to the nearest that is left, and so on: near leaders
 * have near turns. */
static void
chain_leaders(struct ordering *o)
{
	int64_t n = o->n_leaders, wide = o->b->g->wide, now = 0;

	for (int64_t l = 0; l < n; l++)
		o->turn[l] = -1;
	for (int32_t turn = 0; turn < n; turn++) {
		const float *half = o->scale + n;
		float most = -INFINITY;
		int64_t best = now;
		int32_t start = 0;

		o->turn[now] = turn;
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

			if (o->turn[l] < 0 && (o->turn[best] >= 0 ||
			    v > most)) {
				most = v;
				best = l;
			}
		}
		now = best;
	}
}

/* Rows get their numbers: by the turn of their nearest leader, and there by the
 * hash of their names.  row: [n] of place. */
static int
number_rows(struct ordering *o, uint32_t *row, struct mr_err *err)
{
	struct mr_graph *g = o->b->g;
	struct mr_group by = { 0 };
	int32_t *turn = mr_alloc((size_t)o->n, sizeof *turn, "order of rows",
	    err);
	int rc = turn ? MR_OK : MR_ENOMEM;

	for (int64_t p = 0; turn && p < o->n; p++)
		turn[p] = o->turn[o->near[o->at[o->same[p]] * LEAVES]];
	if (rc == MR_OK)
		rc = mr_group_by(&by, turn, sizeof *turn, (size_t)o->n,
		    (int32_t)o->n_leaders, "order of rows", err);
	for (int64_t r = 0; r < o->n && rc == MR_OK; r++) {
		row[by.row[r]] = (uint32_t)r;
		*(uint32_t *)mr_graph_own(&g->order, r) =
		    o->by_name[by.row[r]].number;
	}
	mr_group_free(&by);
	free(turn);
	return rc;
}

/* Equal rows hang on the first of them, in their order. */
static void
hang_rows(const struct ordering *o, const uint32_t *row, uint32_t *next,
    uint32_t *on)
{
	for (int64_t p = 0; p < o->n; p++) {
		next[row[p]] = MR_GRAPH_NONE;
		on[row[p]] = row[o->same[p]];
	}
	for (int64_t r = o->n - 1; r >= 0; r--)
		if (on[r] != r) {
			next[r] = next[on[r]];
			next[on[r]] = (uint32_t)r;
		}
}

static int
by_number(const void *a, const void *b)
{
	const uint32_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

/* What the build and the graph keep of it. */
static int
keep(struct ordering *o, const uint32_t *row, struct mr_err *err)
{
	struct mr_graph_build *b = o->b;
	struct mr_graph *g = b->g;
	int64_t n = o->n_unique / PER_FIRST;

	g->n_entries = o->n_unique < MR_GRAPH_ENTRIES ? o->n_unique :
	    MR_GRAPH_ENTRIES;
	b->n_leaders = o->n_leaders;
	b->n_first = n < FIRST ? n : FIRST;
	b->leaf = mr_alloc((size_t)o->n, LEAVES * sizeof *b->leaf, "leaves",
	    err);
	b->first = b->leaf ? mr_alloc((size_t)b->n_first, sizeof *b->first,
	    "links over long ways", err) : NULL;
	if (!b->first || mr_graph_part_new(&g->entries, g->n_entries,
	    sizeof(uint32_t), "entries", err) != MR_OK)
		return MR_ENOMEM;
	for (int64_t p = 0; p < o->n; p++)
		for (int i = 0; i < LEAVES; i++)
			b->leaf[(int64_t)row[p] * LEAVES + i] = o->same[p] ==
			    p ? o->near[o->at[p] * LEAVES + i] :
			    (int32_t)o->n_leaders;
	for (int64_t i = 0; i < b->n_first; i++)
		b->first[i] = row[o->unique[i]];
	for (int64_t i = 0; i < g->n_entries; i++)
		*(uint32_t *)mr_graph_own(&g->entries, i) =
		    row[o->unique[i]];
	qsort(b->first, (size_t)b->n_first, sizeof *b->first, by_number);
	qsort(g->entries.own, (size_t)g->n_entries, sizeof(uint32_t),
	    by_number);
	return MR_OK;
}

static void
drop(struct ordering *o)
{
	free(o->by_name);
	free(o->by_value);
	free(o->same);
	free(o->unique);
	free(o->at);
	free(o->near);
	free(o->row);
	free(o->packed);
	free(o->scale);
	free(o->turn);
	free(o->codes);
	free(o->sums);
	free(o->unit);
}

/* All steps; row and left: [n]. */
static int
order_rows(struct ordering *o, struct mr_err *err)
{
	struct mr_graph *g = o->b->g;
	uint32_t *row = mr_alloc((size_t)o->n, 2 * sizeof *row,
	    "order of rows", err);
	int rc = row ? mr_graph_part_new(&g->order, o->n, sizeof *row,
	    "order of rows", err) : MR_ENOMEM;

	if (rc == MR_OK)
		rc = mr_graph_part_new(&g->next, o->n, sizeof *row,
		    "equal rows", err);
	if (rc == MR_OK)
		rc = find_equals(o, err);
	if (rc == MR_OK)
		rc = find_leaders(o, err);
	if (rc == MR_OK && o->n) {
		chain_leaders(o);
		rc = number_rows(o, row, err);
	}
	if (rc == MR_OK) {
		hang_rows(o, row, g->next.own, row + o->n);
		rc = keep(o, row, err);
	}
	free(row);
	return rc;
}

int
mr_graph_put_in_order(struct mr_graph_build *b, struct mr_err *err)
{
	struct ordering o = { .b = b };
	int rc = hash_names(&o, err);

	b->g->n = o.n;
	if (rc == MR_OK)
		rc = order_rows(&o, err);
	drop(&o);
	return rc;
}
