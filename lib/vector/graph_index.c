/* A graph as an index; see index.h.
 * SPDX-License-Identifier: MIT */
#include <assert.h>
#include <stdlib.h>

#include "core/mem.h"
#include "vector/graph.h"

static int
build_index(struct mr_index *x, const struct mr_rows *base,
    const uint64_t *allow, struct mr_err *err)
{
	const struct mr_graph_opt o = { .metric = x->metric, .rank = x->rank,
	    .allow = allow, .threads = x->threads };

	assert(!base->gap);
	x->borrows = false;
	x->own = mr_alloc(1, sizeof(struct mr_graph), "an index", err);
	return x->own ? mr_graph_build(x->own, base->dense, &o, err) :
	    MR_ENOMEM;
}

static int
search_index(const struct mr_index *x, const struct mr_search *s,
    struct mr_hit *hit, int64_t *found, struct mr_err *err)
{
	return mr_graph_search(x->own, s, hit, found, err);
}

static void
free_index(void *own)
{
	if (own)
		mr_graph_free(own);
	free(own);
}

const struct mr_index_class mr_graph_index = {
	.name = "graph", .build = build_index, .search = search_index,
	.free = free_index,
};
