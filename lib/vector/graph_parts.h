/* Inside a graph: codes, walks and lists.  See graph.h.
 * SPDX-License-Identifier: MIT */
#ifndef MR_VECTOR_GRAPH_PARTS_H
#define MR_VECTOR_GRAPH_PARTS_H

#include <string.h>

#include "vector/codes.h"
#include "vector/exact.h"
#include "vector/graph.h"

#define MR_GRAPH_ZERO (MR_GRAPH_MOST + 1)	/* the byte of X = 0 */

/* Rows and queries that are longer or, but for zero, shorter are far from the
 * middle of the floats: their distances may overflow. */
#define MR_GRAPH_LONG 1e15
#define MR_GRAPH_SHORT 1e-15

/* What is near: the bits of a distance, which is not negative, over a row
 * with room for a mark.  So keys are in order as numbers. */
static inline uint64_t
mr_graph_key(float distance, int64_t row)
{
	uint32_t bits;

	memcpy(&bits, &distance, sizeof bits);
	return (uint64_t)bits << 32 | (uint64_t)row << 1;
}

static inline float
mr_graph_key_distance(uint64_t key)
{
	uint32_t bits = (uint32_t)(key >> 32);
	float distance;

	memcpy(&distance, &bits, sizeof distance);
	return distance;
}

static inline int64_t
mr_graph_key_row(uint64_t key)
{
	return (uint32_t)key >> 1;
}

/* What is searched for: a row, or a query, whose Q is in -127 .. 127. */
struct mr_graph_point {
	int8_t *codes;		/* [wide] */
	float scale, square;	/* s, A */
	int32_t start;		/* -64 sum_j Q_j: a product with X + 64 and
				 * this is one with X */
};

/* mr_graph_point_row - row r; its codes into p->codes. */
void mr_graph_point_row(const struct mr_graph *g, int64_t r,
    struct mr_graph_point *p);
/* mr_graph_point_query - q[d] as it is scored; returns its bounds. */
struct mr_code_query mr_graph_point_query(const struct mr_graph *g,
    const float *q, struct mr_graph_point *p);

/* d of a point and a row of scale s and square A, whose sum with X + 64 is
 * dot. */
static inline float
mr_graph_distance(const struct mr_graph_point *p, int32_t dot, float scale,
    float square)
{
	float product = p->scale * scale * (float)(dot + p->start);
	float d = p->square + square - 2 * product;

	return d > 0 ? d : 0;
}

/* mr_graph_distances - d of p and n <= MR_GRAPH_BATCH rows. */
#define MR_GRAPH_BATCH 32
void mr_graph_distances(const struct mr_graph *g,
    const struct mr_graph_point *p, const uint32_t *row, int64_t n,
    float *distance);

/* mr_graph_part_new - an array of the graph's own, zeroed: n rows of bytes. */
int mr_graph_part_new(struct mr_graph_part *p, int64_t n, size_t bytes,
    const char *what, struct mr_err *err) MR_CHECKED;
/* Row r of an own array, to be written. */
static inline void *
mr_graph_own(const struct mr_graph_part *p, int64_t r)
{
	return (char *)p->own + (size_t)r * p->row;
}

/* mr_graph_code_rows - codes, sums and bounds of every row of base as they
 * stand in order, and unless it is borrowed copies of them. */
int mr_graph_code_rows(struct mr_graph *g, const struct mr_mat *base,
    int threads, struct mr_err *err) MR_CHECKED;

/* mr_graph_code_row - of a vector as it is scored, x[d]: X to codes[wide], s and
 * A to sums (out); bound is raised to what it must be. */
void mr_graph_code_row(const struct mr_graph *g, const float *x,
    int8_t *codes, float sums[2], float bound[2]);

/* mr_graph_number, mr_graph_place - what a search calls row r; and the row
 * of that number. */
static inline int64_t
mr_graph_number(const struct mr_graph *g, int64_t r)
{
	return g->order.base ? *(const uint32_t *)mr_graph_at(&g->order, r) :
	    r;
}

static inline const uint32_t *
mr_graph_list(const struct mr_graph *g, int64_t r)
{
	return mr_graph_at(&g->links, r);
}

static inline uint32_t
mr_graph_next(const struct mr_graph *g, int64_t r)
{
	return g->next.base ? *(const uint32_t *)mr_graph_at(&g->next, r) :
	    MR_GRAPH_NONE;
}

/* A list of keys in order, the nearest first, of at most most. */
struct mr_graph_pool {
	uint64_t *key;
	int64_t n, most;
};

/* mr_graph_pool_put - returns its place, or most where it is too far. */
int64_t mr_graph_pool_put(struct mr_graph_pool *p, uint64_t key);

/* Of a thread: what a walk has seen. */
#define MR_GRAPH_TOUCHED 8192
struct mr_graph_walk {
	uint64_t *seen;		/* [n / 64 + 1] a bit a row; all clear between
				 * walks */
	uint32_t *touched;	/* [MR_GRAPH_TOUCHED] rows seen */
	int64_t n_touched;	/* more: all must be cleared */
	struct mr_graph_pool near;	/* the way */
	struct mr_graph_pool found;	/* rows that may be offered, of a
					 * filter; else unused */
	/* Bit r: row r, or one hanging on it, may be offered; NULL: all. */
	const uint64_t *may;
	const struct mr_search *s;	/* with may: skips of query number q */
	int64_t q;
	int64_t budget;		/* codes that may be scored */
	int64_t scored;
};

int mr_graph_walk_new(struct mr_graph_walk *w, const struct mr_graph *g,
    int64_t most_near, int64_t most_found, struct mr_err *err) MR_CHECKED;
void mr_graph_walk_free(struct mr_graph_walk *w);
/* mr_graph_walk_begin - nothing seen but row hidden (-1: none). */
void mr_graph_walk_begin(const struct mr_graph *g, struct mr_graph_walk *w,
    int64_t hidden);
/* mr_graph_walk_add - n rows into the pools, but those seen. */
void mr_graph_walk_add(const struct mr_graph *g, struct mr_graph_walk *w,
    const struct mr_graph_point *p, const uint32_t *row, int64_t n);
/* mr_graph_begin - a walk begins: near the query, by the sums of its codes with
 * those of each entry. */
void mr_graph_begin(const struct mr_graph *g, struct mr_graph_walk *w,
    const struct mr_graph_point *p, const int32_t *sums, int64_t hidden);
/* mr_graph_walk_on - from the nearest along its links until nothing nearer is
 * left, or the budget spent: then false. */
bool mr_graph_walk_on(const struct mr_graph *g, struct mr_graph_walk *w,
    const struct mr_graph_point *p);

/* mr_graph_offers - may row r itself be offered to query q of s? */
static inline bool
mr_graph_offers(const struct mr_graph *g, const struct mr_search *s,
    int64_t q, int64_t r)
{
	return (!s->skip && !s->allow) ||
	    mr_search_may(s, q, (int32_t)mr_graph_number(g, r));
}

/* mr_graph_search_hidden - mr_graph_search_under, without a filter where f is
 * NULL; row hidden[i] is neither found nor walked through for query i.  NULL:
 * none. */
int mr_graph_search_hidden(const struct mr_graph *g,
    const struct mr_graph_filter *f, const struct mr_search *s,
    const uint32_t *hidden, struct mr_hit *hit, int64_t *found,
    struct mr_err *err) MR_CHECKED;

/* A search, and what is known of all its queries. */
struct mr_graph_task {
	const struct mr_graph *g;
	const struct mr_search *s;
	const float *q;		/* [q.n * d] as they are scored */
	struct mr_hit *hit;
	int64_t *found;
	struct mr_exact frame;	/* how pairs are scored */
	const struct mr_graph_filter *f;	/* NULL: all rows */
	int64_t m;		/* rows of it */
};

/* What scoring in float needs, of a thread. */
#define MR_GRAPH_SCORED 32	/* rows at a time */
struct mr_graph_scorer {
	float *unit;		/* [SCORED * d] */
};

/* mr_graph_score - rows of the graph, at most SCORED, offered to query q as
 * mr_exact_search would. */
void mr_graph_score(const struct mr_graph_task *t, struct mr_graph_scorer *w,
    int64_t q, const uint32_t *row, int64_t n, float *score);
/* mr_graph_score_add - what is added to the product of codes. */
static inline float
mr_graph_score_add(const struct mr_graph *g, const float *sums)
{
	return g->metric == MR_METRIC_DOT ? 0 : -sums[1] / 2;
}

/* mr_graph_pool_of - the rows of a pool, from what ef and k ask for.
 * mr_graph_few - as many rows of a filter are sooner scored than walked to. */
int64_t mr_graph_pool_of(const struct mr_graph *g, int64_t ef, int64_t k);
int64_t mr_graph_few(const struct mr_graph *g, int64_t ef);

/* mr_graph_push - row r with its score, where it may be offered. */
void mr_graph_push(const struct mr_graph_task *t, int64_t q, int64_t r,
    float score);

/*
 * mr_graph_scan - the best rows of the filter for n <= MR_GRAPH_QUERIES
 * queries, exactly.
 *
 * A score by codes bounds the row's own from both sides.  The k-th largest of
 * the lower bounds so far is a bar: a row whose upper one is below it is not
 * among the best.  What reaches the bar is kept, and scored at the end, when
 * the bar is high, or when there is no room for more.
 */
#define MR_GRAPH_QUERIES 12
#define MR_GRAPH_HELD 512
struct mr_graph_scan {
	struct mr_graph_scorer scorer;
	int32_t sums[MR_GRAPH_QUERIES * MR_GRAPH_BLOCK];
	float scale[MR_GRAPH_BLOCK], add[MR_GRAPH_BLOCK];
	const uint8_t *codes[MR_GRAPH_BLOCK];
	uint32_t row[MR_GRAPH_BLOCK];
	struct mr_graph_kept {
		int64_t n, n_low;
		double bar;	/* of scores without the offset */
		uint32_t row[MR_GRAPH_HELD];
		float code[MR_GRAPH_HELD];
	} kept[MR_GRAPH_QUERIES];
	struct mr_hit *low;	/* [QUERIES * k] the largest lower bounds */
};
void mr_graph_scan(const struct mr_graph_task *t, struct mr_graph_scan *w,
    const int64_t *q, const struct mr_graph_point *point,
    const struct mr_code_query *bound, int64_t n);

#endif
