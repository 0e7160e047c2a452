/* A store's file mapped; see index_map.h.
 * SPDX-License-Identifier: MIT */
#include "store/index_map.h"

#include <stdlib.h>
#include <string.h>

#include "core/hash.h"
#include "core/mem.h"
#include "store/index_layout.h"
#include "store/index_take.h"
#include "stream/matrix_rows.h"

#define ROWS MR_BLOCK_ROWS
#define NAMES 2			/* of the bits, beside enum mr_graph_kind */

enum { E, O, C, S, B, L, D, T };	/* as MR_STORE_LETTERS */

static int64_t
blocks_of(int64_t rows)
{
	return (rows + ROWS - 1) / ROWS;
}

static size_t
row_bytes(const struct mr_store_part *p)
{
	return (size_t)p->cols * mr_value_size(p->dtype);
}

/* The header of block b. */
static int64_t
header_of(const struct mr_store_part *p, int64_t b)
{
	return p->at + b * (MR_MATRIX_HEADER + ROWS * (int64_t)row_bytes(p));
}

static const void *
bytes(const struct mr_store_map *x, int64_t at)
{
	return (const char *)x->map.p + at;
}

/* ---- blocks ---- */

/* Names, or floats: as whoever reads a stream has them. */
static bool
look_at_content(const struct mr_store_map *x, int64_t at)
{
	const unsigned char *h = bytes(x, at);
	struct mr_frame f = { .type = h[9], .dtype = h[10],
	    .rows = (int64_t)mr_load64(h + 24),
	    .cols = (int64_t)mr_load64(h + 32),
	    .len = (size_t)mr_load64(h + 48) };
	struct mr_in in = { .fd = -1, .name = x->name };
	struct mr_mrm_in r = { .in = &in, .payload = (unsigned char *)h +
	    MR_MATRIX_HEADER, .offset = at };
	struct mr_block b = { .type = MR_BLOCK_DENSE };
	struct mr_err no = { 0 };

	return (f.type == MR_BLOCK_IDS ? mr_rows_names(&r, &f, &no) :
	    mr_rows_values(&r, &f, &b, &no)) == MR_OK;
}

/* The payload of the block whose header, which is good, stands at at. */
static bool
look_at_block(const struct mr_store_map *x, int64_t at)
{
	const unsigned char *h = bytes(x, at), *p = h + MR_MATRIX_HEADER;
	size_t n = (size_t)mr_load64(h + 48);

	if (mr_load64(h + 8) >> 32 != mr_crc32c(0, p, n))
		return false;
	for (; n % 64; n++)
		if (p[n])
			return false;
	return (h[9] != MR_BLOCK_IDS && h[10] != MR_VALUE_F32) ||
	    look_at_content(x, at);
}

static bool
note(struct mr_store_map *x, int64_t at, bool good)
{
	if (!good && (x->bad < 0 || at < x->bad)) {
		int64_t was = x->bad;

		while ((was < 0 || at < was) &&
		    !atomic_compare_exchange_weak(&x->bad, &was, at))
			;
	}
	return good;
}

static bool
look_at_part(struct mr_store_map *x, int k, int64_t b)
{
	int64_t at = header_of(&x->part[k], b);

	return note(x, at, look_at_block(x, at));
}

static _Atomic uint64_t *
bits_of(const struct mr_store_map *x, int kind)
{
	return x->good + kind * (blocks_of(x->n) / 64 + 1);
}

/* ctx: the map; kind: as mr_graph_kind, or NAMES. */
static bool
look(void *ctx, int kind, int64_t b)
{
	struct mr_store_map *x = ctx;
	bool good;

	if (kind == NAMES)
		good = note(x, x->names[b], look_at_block(x, x->names[b]));
	else if (kind == MR_GRAPH_VECTORS)
		good = look_at_part(x, E, b);
	else
		good = look_at_part(x, C, b) && look_at_part(x, S, b) &&
		    look_at_part(x, L, b) && note(x, header_of(&x->part[C],
		    b), mr_graph_check_block(&x->graph, b));
	if (good)
		atomic_fetch_or_explicit(&bits_of(x, kind)[b / 64],
		    (uint64_t)1 << b % 64, memory_order_relaxed);
	return good;
}

static bool
look_for_graph(void *ctx, enum mr_graph_kind kind, int64_t b)
{
	return look(ctx, (int)kind, b);
}

static bool
is_good(const struct mr_store_map *x, int kind, int64_t b)
{
	return (atomic_load_explicit(&bits_of(x, kind)[b / 64],
	    memory_order_relaxed) >> b % 64 & 1) ||
	    look((void *)x, kind, b);
}

bool
mr_store_map_name(const struct mr_store_map *x, int64_t i,
    struct mr_slice *name)
{
	int64_t b = i / ROWS;
	const unsigned char *h;

	*name = (struct mr_slice){ "", 0 };
	if (!is_good(x, NAMES, b))
		return false;
	h = bytes(x, x->names[b]);
	*name = mr_rows_name(h + MR_MATRIX_HEADER, (int64_t)mr_load64(h + 24),
	    i % ROWS);
	return true;
}

bool
mr_store_map_row(const struct mr_store_map *x, int64_t i, const float **row)
{
	const struct mr_store_part *p = &x->part[E];

	*row = bytes(x, header_of(p, i / ROWS) + MR_MATRIX_HEADER + i % ROWS *
	    (int64_t)row_bytes(p));
	return is_good(x, MR_GRAPH_VECTORS, i / ROWS);
}

int
mr_store_map_told(const struct mr_store_map *x, struct mr_err *err)
{
	return x->bad < 0 ? MR_OK : mr_err_set(err, MR_EFORMAT, "%s: block at "
	    "byte %lld is damaged (mr-index check --salvage saves what is "
	    "whole)", x->name, (long long)x->bad);
}

/* ---- what the parts are ---- */

static struct mr_graph_part
graph_part(const struct mr_store_map *x, int k)
{
	const struct mr_store_part *p = &x->part[k];

	return (struct mr_graph_part){ .base = bytes(x, p->at +
	    MR_MATRIX_HEADER), .row = row_bytes(p),
	    .gap = MR_MATRIX_HEADER };
}

static bool
has_shape(const struct mr_store_map *x, int k, int dtype, int64_t rows,
    int64_t cols)
{
	const struct mr_store_part *p = &x->part[k];

	return p->dtype == dtype && p->rows == rows && p->cols == cols;
}

/* Every block of a part. */
static bool
look_at_all(struct mr_store_map *x, int k)
{
	for (int64_t b = 0; b < blocks_of(x->part[k].rows); b++)
		if (!look_at_part(x, k, b))
			return false;
	return true;
}

static bool
take_graph(struct mr_store_map *x)
{
	static const int kept[] = { O, B, D, T };
	int64_t n = x->n, entries = x->part[T].rows;
	struct mr_graph *g = &x->graph;
	struct mr_err no = { 0 };

	if (entries < 1 || entries > MR_GRAPH_ENTRIES ||
	    !has_shape(x, C, MR_VALUE_U8, n, mr_graph_wide(x->d)) ||
	    !has_shape(x, S, MR_VALUE_F32, n, 2) ||
	    !has_shape(x, B, MR_VALUE_F32, blocks_of(n), 2) ||
	    !has_shape(x, L, MR_VALUE_U32, n, MR_GRAPH_LINKS) ||
	    !has_shape(x, D, MR_VALUE_U32, n, 1) ||
	    !has_shape(x, T, MR_VALUE_U32, entries, 1))
		return false;
	*g = (struct mr_graph){ .n = n, .d = x->d, .wide =
	    mr_graph_wide(x->d), .n_entries = entries, .rows_by_order = true,
	    .rows_raw = true, .codes = graph_part(x, C),
	    .sums = graph_part(x, S), .bounds = graph_part(x, B),
	    .links = graph_part(x, L), .next = graph_part(x, D),
	    .entries = graph_part(x, T), .order = graph_part(x, O),
	    .rows = graph_part(x, E), .guard = &x->guard };
	if (!mr_store_metric_of(&x->meta, &g->metric))
		return false;
	for (int k = 0; k < 4; k++)
		if (!look_at_all(x, kept[k]))
			return false;
	return mr_graph_check_frame(g, &no) == MR_OK;
}

static bool
take_parts(struct mr_store_map *x)
{
	bool links = mr_slice_is(mr_meta_get(&x->meta, "graph"), "links");
	int more = 0;

	x->d = x->part[E].cols;
	for (int k = C; k <= T; k++)
		more += x->part[k].rows > 0;
	if (!mr_slice_is(mr_meta_get(&x->meta, "kind"), "index") || x->n < 1 ||
	    x->n >= INT32_MAX || x->d < 1 ||
	    !has_shape(x, E, MR_VALUE_F32, x->n, x->d) ||
	    !has_shape(x, O, MR_VALUE_U32, x->n, 1))
		return false;
	return links ? take_graph(x) : more == 0;
}

/* x, whose layout is known with rc. */
static int
take_all(struct mr_store_map *x, int rc, bool *fits, struct mr_err *err)
{
	if (rc == MR_OK && *fits) {
		size_t words = (size_t)blocks_of(x->n) / 64 + 1;

		x->good = mr_alloc(3 * words, sizeof *x->good, "blocks", err);
		x->guard = (struct mr_graph_guard){ .look = look_for_graph,
		    .ctx = x, .good = { x->good, x->good + words } };
		rc = x->good ? MR_OK : MR_ENOMEM;
		*fits = rc == MR_OK && take_parts(x);
	}
	if (!*fits)
		mr_store_map_close(x);
	return rc;
}

int
mr_store_map_open(struct mr_store_map *x, const char *path, bool *fits,
    struct mr_err *err)
{
	struct mr_err no = { 0 };
	int rc;

	*x = (struct mr_store_map){ .name = path, .bad = -1 };
	*fits = mr_map_open(&x->map, path, &no) == MR_OK;
	if (!*fits)
		return MR_OK;
	mr_map_sparsely(&x->map, true);
	rc = mr_store_layout(x, fits, err);
	mr_map_sparsely(&x->map, false);
	return take_all(x, rc, fits, err);
}

int
mr_store_map_memory(struct mr_store_map *x, const void *p, size_t n,
    const char *name, bool *fits, struct mr_err *err)
{
	*x = (struct mr_store_map){ .name = name, .map = { p, n },
	    .lent = true, .bad = -1 };
	return take_all(x, mr_store_layout(x, fits, err), fits, err);
}

void
mr_store_map_close(struct mr_store_map *x)
{
	if (!x->lent)
		mr_map_close(&x->map);
	mr_meta_free(&x->meta);
	free(x->names);
	free(x->good);
	*x = (struct mr_store_map){ .bad = -1 };
}
