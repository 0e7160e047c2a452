/* The graph of a store: its matrices in the file, and searches in it and in the
 * rows of the log as in one set.
 * SPDX-License-Identifier: MIT */
#ifndef MR_STORE_INDEX_GRAPH_H
#define MR_STORE_INDEX_GRAPH_H

#include "store/vectors.h"
#include "vector/graph.h"

/* From so many rows on a graph is made: below, every row is scored sooner than
 * the graph is read and searched. */
#define MR_STORE_GRAPH_ROWS 50000

/*
 * In a file, by place in the graph but for E:
 *
 *   C  place x code u8     L  place x link u32    T  entry x one u32
 *   S  place x sum f32     D  place x one u32     B  block x bound f32
 *   O  item x order u32    the row of E at each place
 *
 * as vector/graph.h has codes, sums, links, next, entries, bounds and order;
 * META has recall.EF=MEAN ERROR, as mr_graph_recall finds with rows hidden.
 */

/* mr_store_graph_meta - the lines of META.  mr_store_graph_put - all but O. */
int mr_store_graph_meta(struct mr_meta *m, const struct mr_graph_recall *r,
    struct mr_err *err) MR_CHECKED;
void mr_store_graph_put(struct mr_mrm_out *w, const struct mr_graph *g);
/* mr_store_graph_recall - of META. */
int mr_store_graph_recall(const struct mr_vectors *v,
    struct mr_graph_recall *r, struct mr_err *err) MR_CHECKED;
/* mr_store_graph_parts - g over what v, a store with graph=links, has in
 * memory: borrowed, shapes and content checked.  v as it was read. */
int mr_store_graph_parts(const struct mr_vectors *v, struct mr_graph *g,
    struct mr_err *err) MR_CHECKED;

/* Ready to be searched; freed by mr_store_search_free. */
struct mr_store_search {
	struct mr_graph graph;
	int64_t in_graph, n;	/* rows in it; all that count */
	struct mr_index log;	/* the others */
	int32_t *rank;		/* [n] the order of ties, unless by names */
	const struct mr_store_map *map;	/* of a store looked into, or NULL */
	uint64_t *allow;	/* of the graph's rows; NULL: all */
	struct mr_graph_filter filter;	/* of allow */
	bool in_log;		/* are there others? */
	int64_t ef;
};

/*
 * mr_store_search_open - over v, loaded with keep_graph and has_graph, which
 * must stay; allow: rows that may be found, of numbers / 64 + 1 words where v
 * is looked into, NULL: all; k rows will be asked for; ef as of
 * mr_graph_search.
 * mr_store_search - as mr_index_search, by row of v; of the rows in the graph
 * some of the k best may be missing, as mr_graph_search says.  MR_EFORMAT where
 * it came upon a block that is damaged.
 */
int mr_store_search_open(struct mr_store_search *x, const struct mr_vectors *v,
    const uint64_t *allow, int64_t k, int64_t ef, int threads,
    struct mr_err *err) MR_CHECKED;
int mr_store_search(const struct mr_store_search *x,
    const struct mr_search *s, struct mr_hit *hit, int64_t *found,
    struct mr_err *err) MR_CHECKED;
void mr_store_search_free(struct mr_store_search *x);

#endif
