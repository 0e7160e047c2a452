/* What a filter leaves of a graph, made once for all queries; see graph.h.
 * SPDX-License-Identifier: MIT */
#include <math.h>
#include <stdlib.h>

#include "core/mem.h"
#include "core/par.h"
#include "math/qdot.h"
#include "vector/graph_parts.h"

#define FEW 8192	/* rows that are sooner scored than searched */

static bool
allowed(const struct mr_graph_filter *f, int64_t number)
{
	return f->allow[number / 64] >> number % 64 & 1;
}

/* ---- rows that are scored, packed ---- */

struct pack {
	const struct mr_graph *g;
	struct mr_graph_filter *f;
};

static void
pack_block(void *ctx, int64_t block, int worker)
{
	const struct pack *p = ctx;
	const struct mr_graph *g = p->g;
	struct mr_graph_filter *f = p->f;
	int64_t from = block * MR_GRAPH_BLOCK, end = from + MR_GRAPH_BLOCK;

	(void)worker;
	for (int64_t j = from; j < end && j < f->m; j++) {
		const uint8_t *x = mr_graph_at(&g->codes, f->list[j]);
		const float *sums = mr_graph_at(&g->sums, f->list[j]);

		f->scale[j] = sums[0];
		f->add[j] = mr_graph_score_add(g, sums);
		for (int64_t k = 0; k < g->wide; k += 4)
			memcpy(mr_qdot_place(f->panels, j, k, g->wide), x + k,
			    4);
	}
}

/* Rows that are not good leave the list. */
static int
pack(const struct mr_graph *g, struct mr_graph_filter *f, int threads,
    struct mr_err *err)
{
	int64_t n = 0;

	for (int64_t j = 0; j < f->m; j++)
		if (mr_graph_good(g, MR_GRAPH_PLACES, f->list[j]))
			f->list[n++] = f->list[j];
	f->m = n;
	f->scale = mr_alloc((size_t)n, 2 * sizeof *f->scale,
	    "codes of a filter's rows", err);
	if (!f->scale)
		return MR_ENOMEM;
	f->add = f->scale + n;
	f->panels = mr_alloc(mr_qdot_packed(n, g->wide), 1,
	    "codes of a filter's rows", err);
	if (f->panels)
		mr_par_run(threads, (n + MR_GRAPH_BLOCK - 1) /
		    MR_GRAPH_BLOCK, pack_block, &(struct pack){ g, f });
	return f->panels ? MR_OK : MR_ENOMEM;
}

/* ---- which rows ---- */

/* Bit r of may: row r or one hanging on it. */
static int
mark_rows(const struct mr_graph *g, struct mr_graph_filter *f,
    struct mr_err *err)
{
	f->may = mr_alloc((size_t)(g->n / 64 + 1), sizeof *f->may,
	    "rows of the filter", err);
	for (int64_t r = 0; f->may && r < g->n; r++) {
		bool may = false;

		for (uint32_t i = (uint32_t)r; i != MR_GRAPH_NONE && !may;
		    i = mr_graph_next(g, i))
			may = allowed(f, mr_graph_number(g, i));
		f->may[r / 64] |= (uint64_t)may << r % 64;
	}
	return f->may ? MR_OK : MR_ENOMEM;
}

/* The rows that allow leaves; where they are many, in their order. */
static int
list_rows(const struct mr_graph *g, struct mr_graph_filter *f,
    struct mr_err *err)
{
	int64_t words = (g->numbers + 63) / 64, m = 0, n = 0;

	for (int64_t i = 0; i < words; i++)
		m += __builtin_popcountll(f->allow[i]);
	f->list = mr_alloc((size_t)m, sizeof *f->list, "rows of the filter",
	    err);
	if (!f->list)
		return MR_ENOMEM;
	if (m > g->n / 16)
		for (int64_t r = 0; r < g->n; r++) {
			if (allowed(f, mr_graph_number(g, r)))
				f->list[n++] = (uint32_t)r;
		}
	else
		for (int64_t i = 0; i < words; i++)
			for (uint64_t bits = f->allow[i]; bits; bits &= bits -
			    1) {
				int64_t number = 64 * i +
				    __builtin_ctzll(bits);
				int64_t r = number >= g->numbers ? -1 :
				    g->place ? g->place[number] : number;

				if (r >= 0)
					f->list[n++] = (uint32_t)r;
			}
	f->m = n;
	return MR_OK;
}

int64_t
mr_graph_pool_of(const struct mr_graph *g, int64_t ef, int64_t k)
{
	ef = ef ? ef : MR_GRAPH_EF;
	if (ef < k)
		ef = k;
	return ef < g->n ? ef : g->n;
}

int64_t
mr_graph_few(const struct mr_graph *g, int64_t ef)
{
	int64_t few = (int64_t)sqrt(256.0 * (double)ef * (double)g->n);

	return few < FEW ? FEW : few;
}

int
mr_graph_filter_open(struct mr_graph_filter *f, const struct mr_graph *g,
    const uint64_t *allow, int64_t ef, int64_t k, bool packed, int threads,
    struct mr_err *err)
{
	int rc;

	*f = (struct mr_graph_filter){ .allow = allow,
	    .ef = mr_graph_pool_of(g, ef, k) };
	rc = list_rows(g, f, err);
	if (rc)
		return rc;
	/* As a search has it, of queries that skip none. */
	if (g->n_entries && (f->m > mr_graph_few(g, f->ef) ||
	    f->m >= g->n - g->n / 16))
		return mark_rows(g, f, err);
	return packed && g->wide ? pack(g, f, threads, err) : MR_OK;
}

void
mr_graph_filter_free(struct mr_graph_filter *f)
{
	free(f->list);
	free(f->may);
	free(f->panels);
	free(f->scale);
	*f = (struct mr_graph_filter){ 0 };
}
