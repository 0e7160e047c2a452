/* Where rows stand in a graph, and in which leaves; see graph_build.h.
 * SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include "core/hash.h"
#include "core/mem.h"
#include "core/par.h"
#include "core/rng.h"
#include "vector/graph_build.h"

#define LEAVES MR_GRAPH_LEAVES
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
	uint32_t *number;	/* [n_unique] of the base */
	struct mr_graph_leaders leaders;	/* of them */
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
	o->number = o->at ? mr_alloc(n, sizeof *o->number, "equal rows",
	    err) : NULL;
	if (!o->number)
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
			o->number[o->n_unique] = o->by_name[p].number;
			o->unique[o->n_unique++] = (uint32_t)p;
		}
	free(o->by_value);
	o->by_value = NULL;
	return MR_OK;
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
		turn[p] = o->leaders.turn[o->leaders.near[o->at[o->same[p]] *
		    LEAVES]];
	if (rc == MR_OK)
		rc = mr_group_by(&by, turn, sizeof *turn, (size_t)o->n,
		    (int32_t)o->leaders.n, "order of rows", err);
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
	b->n_leaders = o->leaders.n;
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
			    p ? o->leaders.near[o->at[p] * LEAVES + i] :
			    (int32_t)o->leaders.n;
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
	free(o->number);
	free(o->leaders.near);
	free(o->leaders.turn);
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
		rc = mr_graph_find_leaders(o->b, o->number, o->n_unique,
		    &o->leaders, err);
	if (rc == MR_OK)
		rc = number_rows(o, row, err);
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
