/* The steps of building a graph; see graph.h.
 * SPDX-License-Identifier: MIT */
#ifndef MR_VECTOR_GRAPH_BUILD_H
#define MR_VECTOR_GRAPH_BUILD_H

#include "data/group.h"
#include "vector/graph_parts.h"

#define MR_GRAPH_LEAVES 4	/* of a row */
#define MR_GRAPH_NEAREST 12	/* candidates from each */
#define MR_GRAPH_CHOSEN 24	/* links that a row chooses */
#define MR_GRAPH_KEPT (MR_GRAPH_LINKS - 1)	/* a place is for mending */
#define MR_GRAPH_FAR 8		/* links of a row over long ways */
#define MR_GRAPH_REFINE 48	/* the pool of the search for each row */

struct mr_graph_build {
	struct mr_graph *g;
	const struct mr_mat *base;
	const struct mr_graph_opt *o;
	int threads;
	/* of mr_graph_put_in_order */
	int64_t n_leaders;
	int32_t *leaf;		/* [n * LEAVES] leaders that row r is near;
				 * n_leaders: none */
	uint32_t *first;	/* [n_first] rows of least hash, rising, none
				 * that hangs on another */
	int64_t n_first;
	/* of mr_graph_score_leaves */
	uint64_t *near;		/* [n * LEAVES * NEAREST] keys of candidates, 0
				 * behind the last of each NEAREST */
	uint64_t *far;		/* [n_first * LINKS] likewise, among first */
	/* of the lists: read, and being made */
	struct mr_graph_part made;
};

/* mr_graph_put_in_order - order, next, entries; leaf and first. */
int mr_graph_put_in_order(struct mr_graph_build *b, struct mr_err *err)
    MR_CHECKED;

/*
 * mr_graph_find_leaders - of n rows of the base, by their numbers, every 200th
 * is a leader, the first ones; which LEAVES of them each row is near, and their
 * turns along a chain from each to the nearest that is left.
 */
struct mr_graph_leaders {
	int64_t n;
	int32_t *near;		/* [rows * LEAVES] nearest first; n: none */
	int32_t *turn;		/* [n] */
};
int mr_graph_find_leaders(struct mr_graph_build *b, const uint32_t *number,
    int64_t n, struct mr_graph_leaders *to, struct mr_err *err) MR_CHECKED;

/* mr_graph_score_leaves - near; mr_graph_score_first - far. */
int mr_graph_score_leaves(struct mr_graph_build *b, struct mr_err *err)
    MR_CHECKED;
int mr_graph_score_first(struct mr_graph_build *b, struct mr_err *err)
    MR_CHECKED;

/*
 * mr_graph_nearest - of m rows the most with the largest
 *
 *   v = (sums[j] scale[j]) by + half[j]
 *
 * without row self (-1: all), the first of equals before the others; to at and
 * v, best first (out).  from: where to begin, best near them.  Returns how
 * many.
 */
int mr_graph_nearest(const int32_t *sums, const float *scale,
    const float *half, int64_t m, float by, int64_t self, int64_t from,
    int most, int32_t *at, float *v);

/* mr_graph_make_lists - links from near, from both ends of each, and made anew
 * by searches; mr_graph_link_far - links from far; mr_graph_mend - a link to
 * each row that cannot be reached. */
int mr_graph_make_lists(struct mr_graph_build *b, struct mr_err *err)
    MR_CHECKED;
int mr_graph_link_far(struct mr_graph_build *b, struct mr_err *err)
    MR_CHECKED;
int mr_graph_mend(struct mr_graph_build *b, struct mr_err *err) MR_CHECKED;

/*
 * mr_graph_prune - of n candidates of row u, keys in order, keep c unless a
 * kept s has alpha d(c, s) <= d(c, u); at most most, to list (out).  Each is
 * once.  Returns how many; the places behind them, up to most, are NONE.
 */
struct mr_graph_pruner {
	int8_t *codes;		/* [wide] */
	uint32_t *row;		/* [n] */
	float *distance;	/* [n] */
};
int64_t mr_graph_prune(const struct mr_graph *g, struct mr_graph_pruner *w,
    const uint64_t *key, int64_t n, float alpha, int64_t most,
    uint32_t *list);

#endif
