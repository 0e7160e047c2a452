/* Is a graph what it promises?  See graph.h.
 * SPDX-License-Identifier: MIT */
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>

#include "core/mem.h"
#include "core/par.h"
#include "vector/graph_parts.h"

#define BLOCK MR_GRAPH_BLOCK
#define NONE MR_GRAPH_NONE

struct check {
	const struct mr_graph *g;
	uint64_t *hangs;	/* a bit a row: it hangs on another */
	_Atomic int64_t bad;	/* the lowest bad row */
};

static bool
bit(const uint64_t *bits, int64_t r)
{
	return bits[r / 64] >> r % 64 & 1;
}

static void
set(uint64_t *bits, int64_t r)
{
	bits[r / 64] |= (uint64_t)1 << r % 64;
}

/* Chains rise, so that none is a circle, and no row is on two. */
static int
check_chains(const struct check *c, struct mr_err *err)
{
	const struct mr_graph *g = c->g;

	for (int64_t r = 0; r < g->n; r++) {
		uint32_t next = mr_graph_next(g, r);

		if (next == NONE)
			continue;
		if (next >= g->n || next <= r || bit(c->hangs, next))
			return mr_err_set(err, MR_EFORMAT, "row %" PRId64
			    ": the next equal row is %" PRIu32 ", which is "
			    "not a later one on no other row", r + 1,
			    next);
		set(c->hangs, next);
	}
	return MR_OK;
}

static int
check_entries(const struct check *c, struct mr_err *err)
{
	const struct mr_graph *g = c->g;
	int64_t last = -1;

	if (g->n > 0 && g->n_entries < 1)
		return mr_err_set(err, MR_EFORMAT, "the graph has no entry");
	for (int64_t e = 0; e < g->n_entries; e++) {
		uint32_t r = *(const uint32_t *)mr_graph_at(&g->entries, e);

		if (r >= g->n || r <= last || bit(c->hangs, r))
			return mr_err_set(err, MR_EFORMAT, "entry %" PRId64
			    " is row %" PRIu32 ", which is not a later one "
			    "with links", e + 1, r);
		last = r;
	}
	return MR_OK;
}

/* Each number once. */
static int
check_order(const struct check *c, struct mr_err *err)
{
	const struct mr_graph *g = c->g;
	uint64_t *seen = mr_alloc((size_t)(g->n / 64 + 1), sizeof *seen,
	    "order of rows", err);
	int rc = seen ? MR_OK : MR_ENOMEM;

	for (int64_t r = 0; rc == MR_OK && g->order.base && r < g->n; r++) {
		int64_t number = mr_graph_number(g, r);

		if (number >= g->n || bit(seen, number))
			rc = mr_err_set(err, MR_EFORMAT, "row %" PRId64
			    ": its place in the order of arrival, %" PRId64
			    ", is not one of its own", r + 1, number);
		else
			set(seen, number);
	}
	free(seen);
	return rc;
}

/* Are all n bytes, a multiple of 8, from 1 to 127?  One that is 0 or above 127
 * has, or less 1 has, its highest bit; borrowing begins at a 0 only. */
static bool
good_bytes(const uint8_t *x, int64_t n)
{
	const uint64_t ones = UINT64_MAX / 255;
	uint64_t bad = 0, w;

	for (int64_t j = 0; j < n; j += 8) {
		memcpy(&w, x + j, 8);
		bad |= w | (w - ones);
	}
	return !(bad & ones << 7);
}

static bool
good_codes(const struct mr_graph *g, int64_t r)
{
	const uint8_t *x = mr_graph_at(&g->codes, r);
	const float *sums = mr_graph_at(&g->sums, r);
	unsigned bad = 0;

	for (int64_t j = g->d; j < g->wide; j++)
		bad |= x[j] ^ MR_GRAPH_ZERO;
	return !bad && good_bytes(x, g->wide) && isfinite(sums[0]) &&
	    isfinite(sums[1]) && sums[0] >= 0 && sums[1] >= 0;
}

static bool
good_links(const struct check *c, int64_t r)
{
	const uint32_t *list = mr_graph_list(c->g, r);
	int n = 0;

	while (n < MR_GRAPH_LINKS && list[n] != NONE) {
		if (list[n] >= c->g->n || list[n] == r ||
		    bit(c->hangs, list[n]))
			return false;
		for (int i = 0; i < n; i++)
			if (list[i] == list[n])
				return false;
		n++;
	}
	if (n && bit(c->hangs, r))
		return false;
	for (; n < MR_GRAPH_LINKS; n++)
		if (list[n] != NONE)
			return false;
	return true;
}

static void
check_block(void *ctx, int64_t block, int worker)
{
	struct check *c = ctx;
	const struct mr_graph *g = c->g;
	int64_t end = (block + 1) * BLOCK < g->n ? (block + 1) * BLOCK : g->n;

	(void)worker;
	for (int64_t r = block * BLOCK; r < end; r++)
		if (!good_codes(g, r) || (g->n_entries && !good_links(c, r)))
			mr_par_lowest(&c->bad, r);
}

/* Every row with links, from the first entry.  queue: [n]. */
static int
check_reach(const struct check *c, uint32_t *queue, struct mr_err *err)
{
	const struct mr_graph *g = c->g;
	int64_t n = 0, bad = 0;

	queue[n++] = *(const uint32_t *)g->entries.base;
	set(c->hangs, queue[0]);
	while (n > 0) {
		const uint32_t *list = mr_graph_list(g, queue[--n]);

		for (int i = 0; i < MR_GRAPH_LINKS && list[i] != NONE; i++)
			if (!bit(c->hangs, list[i])) {
				set(c->hangs, list[i]);
				queue[n++] = list[i];
			}
	}
	while (bad < g->n && bit(c->hangs, bad))
		bad++;
	return bad == g->n ? MR_OK : mr_err_set(err, MR_EFORMAT,
	    "row %" PRId64 " cannot be reached from the first entry",
	    bad + 1);
}

static int
check_bounds(const struct check *c, struct mr_err *err)
{
	const struct mr_graph *g = c->g;

	for (int64_t b = 0; b * BLOCK < g->n; b++) {
		const float *bound = mr_graph_at(&g->bounds, b);

		if (!(bound[0] >= 0) || !(bound[1] >= 0))
			return mr_err_set(err, MR_EFORMAT, "row %" PRId64
			    " and those behind it have a bound that is no "
			    "length", b * BLOCK + 1);
	}
	return MR_OK;
}

/* What the parts say of each other, into hangs, which is made. */
static int
check_frame(struct check *c, struct mr_err *err)
{
	const struct mr_graph *g = c->g;
	int rc;

	c->hangs = mr_alloc((size_t)(g->n / 64 + 1), sizeof *c->hangs,
	    "equal rows", err);
	rc = c->hangs ? check_order(c, err) : MR_ENOMEM;
	if (rc == MR_OK && g->n_entries)
		rc = check_chains(c, err);
	if (rc == MR_OK && (g->n_entries || g->links.base))
		rc = check_entries(c, err);
	return rc ? rc : check_bounds(c, err);
}

int
mr_graph_check_frame(const struct mr_graph *g, struct mr_err *err)
{
	struct check c = { .g = g };
	int rc = check_frame(&c, err);

	free(c.hangs);
	return rc;
}

bool
mr_graph_check_block(const struct mr_graph *g, int64_t block)
{
	int64_t end = (block + 1) * BLOCK < g->n ? (block + 1) * BLOCK : g->n;
	uint32_t n = (uint32_t)g->n;	/* below 2^31 */

	for (int64_t r = block * BLOCK; r < end; r++) {
		const uint32_t *list = mr_graph_list(g, r);
		uint32_t bad = 0;

		/* The highest bit of what is above n; NONE is 0. */
		for (int i = 0; i < MR_GRAPH_LINKS; i++)
			bad |= (list[i] + 1) | (n - (list[i] + 1));
		if (bad >> 31 || !good_codes(g, r))
			return false;
	}
	return true;
}

/* Of each row. */
static int
check_rows(struct check *c, int threads, struct mr_err *err)
{
	const struct mr_graph *g = c->g;
	int64_t none = g->n;

	c->bad = none;
	mr_par_run(threads, (g->n + BLOCK - 1) / BLOCK, check_block, c);
	none = c->bad;
	return none == g->n ? MR_OK : mr_err_set(err, MR_EFORMAT, "row %"
	    PRId64 " has codes, sums or links that no build makes",
	    none + 1);
}

int
mr_graph_check(const struct mr_graph *g, int threads, struct mr_err *err)
{
	struct check c = { .g = g };
	uint32_t *queue = NULL;
	int rc = check_frame(&c, err);

	if (rc == MR_OK)
		rc = check_rows(&c, threads, err);
	if (rc == MR_OK && g->n_entries) {
		queue = mr_alloc((size_t)g->n, sizeof *queue, "rows reached",
		    err);
		rc = queue ? check_reach(&c, queue, err) : MR_ENOMEM;
	}
	free(c.hangs);
	free(queue);
	return rc;
}

/* ---- codes against vectors ---- */

struct recode {
	const struct mr_graph *g;
	int8_t *codes;		/* [workers * wide] */
	float *unit;		/* [workers * d] */
	_Atomic int64_t bad;
};

/* Both are finite. */
static bool
same(const float a[2], const float b[2])
{
	return !(a[0] < b[0]) && !(a[0] > b[0]) && !(a[1] < b[1]) &&
	    !(a[1] > b[1]);
}

static const float *
vector_of(const struct mr_graph *g, int64_t r)
{
	return mr_graph_at(&g->rows, g->rows_by_order ? mr_graph_number(g,
	    r) : r);
}

/* Row r is what its vector makes it; bound is raised as in a build. */
static bool
is_made(const struct recode *c, int64_t r, int worker, float bound[2])
{
	const struct mr_graph *g = c->g;
	const uint8_t *x = mr_graph_at(&g->codes, r);
	const float *have = mr_graph_at(&g->sums, r);
	struct mr_mat one = { 1, g->d, c->unit + worker * g->d };
	int8_t *codes = c->codes + worker * g->wide;
	size_t bytes = (size_t)g->d * sizeof *one.a;
	uint32_t next = mr_graph_next(g, r);
	float sums[2];
	int other = 0;

	memcpy(one.a, vector_of(g, r), bytes);
	if (next != NONE && memcmp(one.a, vector_of(g, next), bytes) != 0)
		return false;
	if (g->metric == MR_METRIC_COSINE)
		mr_mat_normalise(&one);
	mr_graph_code_row(g, one.a, codes, sums, bound);
	for (int64_t j = 0; j < g->wide; j++)
		other |= x[j] ^ (codes[j] + MR_GRAPH_ZERO);
	return !other && same(have, sums);
}

static void
recode_block(void *ctx, int64_t block, int worker)
{
	struct recode *c = ctx;
	const struct mr_graph *g = c->g;
	int64_t end = (block + 1) * BLOCK < g->n ? (block + 1) * BLOCK : g->n;
	float bound[2] = { 0, 0 };

	for (int64_t r = block * BLOCK; r < end; r++)
		if (!is_made(c, r, worker, bound))
			mr_par_lowest(&c->bad, r);
	if (!same(bound, mr_graph_at(&g->bounds, block)))
		mr_par_lowest(&c->bad, end - 1);
}

int
mr_graph_check_codes(const struct mr_graph *g, int threads,
    struct mr_err *err)
{
	size_t workers = (size_t)(threads > 0 ? threads : mr_par_cpus());
	struct recode c = { .g = g, .bad = g->n };
	int64_t bad;

	c.codes = mr_alloc(workers, (size_t)g->wide, "codes", err);
	c.unit = c.codes ? mr_alloc(workers, (size_t)g->d * sizeof *c.unit,
	    "vectors", err) : NULL;
	if (c.unit)
		mr_par_run((int)workers, (g->n + BLOCK - 1) / BLOCK,
		    recode_block, &c);
	free(c.codes);
	free(c.unit);
	bad = c.bad;
	if (!c.unit)
		return MR_ENOMEM;
	return bad == g->n ? MR_OK : mr_err_set(err, MR_EFORMAT, "row %"
	    PRId64 " has codes, sums, a bound or an equal row that its "
	    "vector does not make", bad + 1);
}
