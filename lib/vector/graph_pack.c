/* Rows of a filter packed for many queries; see graph_parts.h.
 * SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include "core/mem.h"
#include "core/par.h"
#include "math/qdot.h"
#include "vector/graph_parts.h"

static void
pack_block(void *ctx, int64_t block, int worker)
{
	const struct mr_graph_task *t = ctx;
	const struct mr_graph *g = t->g;
	int64_t from = block * MR_GRAPH_BLOCK, end = from + MR_GRAPH_BLOCK;

	(void)worker;
	for (int64_t j = from; j < end && j < t->m; j++) {
		const uint8_t *x = mr_graph_at(&g->codes, t->list[j]);
		const float *sums = mr_graph_at(&g->sums, t->list[j]);

		t->scale[j] = sums[0];
		t->add[j] = mr_graph_score_add(g, sums);
		for (int64_t k = 0; k < g->wide; k += 4)
			memcpy(mr_qdot_place(t->panels, j, k, g->wide), x + k,
			    4);
	}
}

int
mr_graph_pack(struct mr_graph_task *t, uint32_t *list, struct mr_err *err)
{
	const struct mr_graph *g = t->g;
	int64_t n = 0;

	for (int64_t j = 0; j < t->m; j++)
		if (mr_graph_good(g, MR_GRAPH_PLACES, list[j]))
			list[n++] = list[j];
	t->m = n;
	t->scale = mr_alloc((size_t)n, 2 * sizeof *t->scale,
	    "codes of a filter's rows", err);
	if (!t->scale)
		return MR_ENOMEM;
	t->add = t->scale + n;
	t->panels = mr_alloc(mr_qdot_packed(n, g->wide), 1,
	    "codes of a filter's rows", err);
	if (t->panels)
		mr_par_run(t->s->threads, (n + MR_GRAPH_BLOCK - 1) /
		    MR_GRAPH_BLOCK, pack_block, t);
	return t->panels ? MR_OK : MR_ENOMEM;
}

void
mr_graph_unpack(struct mr_graph_task *t)
{
	free(t->panels);
	free(t->scale);
	t->panels = NULL;
	t->scale = t->add = NULL;
}
