/* A graph of near rows: approximate nearest neighbours from a small pool.
 *
 *	mr_graph_build(&g, &base, &(struct mr_graph_opt){
 *	    .metric = MR_METRIC_COSINE, .names = &ids }, &err);
 *	mr_graph_search(&g, &(struct mr_search){ .q = .., .k = 10, .ef = 32 },
 *	    hit, found, &err);
 *
 * SPDX-License-Identifier: MIT */
#ifndef MR_VECTOR_GRAPH_H
#define MR_VECTOR_GRAPH_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>

#include "vector/index.h"

/* As an index; without links for dot. */
extern const struct mr_index_class mr_graph_index;

#define MR_GRAPH_LINKS 32	/* places of a list */
#define MR_GRAPH_ENTRIES 1024	/* rows where a search may begin, at most */
#define MR_GRAPH_MOST 63	/* the largest |X| */
#define MR_GRAPH_BLOCK 256	/* rows that share a bound; rows of a part
				 * before a gap */
#define MR_GRAPH_NONE UINT32_MAX	/* no row */

/* An array of the graph, row after row: row r at base + r row + r / 256 gap.
 * In memory gap is 0; in a file there is a header before every 256 rows. */
struct mr_graph_part {
	const void *base;
	size_t row, gap;	/* bytes */
	void *own;		/* to be freed, or NULL: base is borrowed */
};

/*
 * What is looked at before it is used, 256 rows at a time, of parts that no one
 * has read yet: PLACES, codes, sums and links of the graph's rows, or VECTORS,
 * rows of the base.  A search passes over blocks that are bad; whoever made
 * the guard knows then that there are some.
 */
enum mr_graph_kind { MR_GRAPH_PLACES, MR_GRAPH_VECTORS };
struct mr_graph_guard {
	_Atomic uint64_t *good[2];	/* a bit a block: it was looked at */
	/* Is the block good?  Sets its bit if so.  For any thread. */
	bool (*look)(void *ctx, enum mr_graph_kind kind, int64_t block);
	void *ctx;
};

static inline const void *
mr_graph_at(const struct mr_graph_part *p, int64_t r)
{
	return (const char *)p->base + (size_t)r * p->row +
	    (size_t)r / MR_GRAPH_BLOCK * p->gap;
}

/*
 * The rows of a graph are numbered so that near ones are close in memory.  A
 * row x of d floats, for cosine divided by its length, becomes
 *
 *   s = max_j |x_j| / 63   X_j = round(x_j / s), -63 .. 63   E = |x - s X|
 *
 * and two rows are apart by the squared distance of their codes
 *
 *   d(a, b) = max(0, (A_a + A_b) - 2 ((s_a s_b) (float)(X_a . X_b)))
 *   A = |s X|^2, for cosine 1 of a row of zeros
 *
 * in float as written, X_a . X_b an exact integer; of equal distances the lower
 * row is the nearer.  So the graph is the same whatever the CPU.
 *
 * All zero is empty; freed by mr_graph_free.
 */
struct mr_graph {
	enum mr_metric metric;
	int64_t n, d;
	int64_t wide;		/* mr_graph_wide(d) */
	int64_t n_entries;
	/* In a file, or made by mr_graph_build.  Without links, next and
	 * entries every row is scored in every search. */
	struct mr_graph_part codes;	/* u8 [n * wide] X + 64; 64 beyond d */
	struct mr_graph_part sums;	/* f32 [n * 2] s, A */
	struct mr_graph_part bounds;	/* f32 [blocks * 2] the greatest |x|
					 * and E of 256 rows */
	struct mr_graph_part links;	/* u32 [n * 32] rows; NONE behind the
					 * last */
	struct mr_graph_part next;	/* u32 [n] the next equal row, or NONE:
					 * a row that others hang on has links,
					 * they have none */
	struct mr_graph_part entries;	/* u32 [n_entries] rows, rising */
	struct mr_graph_part order;	/* u32 [n] what a search calls row r:
					 * its number in the base of the build;
					 * no base: r */
	/* The vectors, as they are scored or as they came.  What stands for a
	 * row that no search may be offered can be any floats. */
	struct mr_graph_part rows;	/* f32 [n * d] */
	bool rows_by_order;	/* row r at order[r] of rows */
	bool rows_raw;		/* for cosine: not divided by their lengths */
	/* Made by mr_graph_ready, owned. */
	int64_t numbers;	/* what order has is below it */
	int32_t *place;		/* [numbers] the row that order calls i, -1:
				 * none does; NULL without order */
	uint8_t *panels;	/* codes of entries, as math/qdot.h packs */
	uint64_t *hangs;	/* [n / 64 + 1] a bit a row: it hangs */
	float *entry;		/* [2 * n_entries] their s, then -A / 2 */
	float most;		/* no value of the rows is larger */
	float length, error;	/* the largest of bounds */
	struct mr_ties ties;	/* by number; borrowed */
	const struct mr_graph_guard *guard;	/* NULL: all is good */
};

/* mr_graph_good - may row r of the kind be looked at? */
static inline bool
mr_graph_good(const struct mr_graph *g, enum mr_graph_kind kind, int64_t r)
{
	const struct mr_graph_guard *w = g->guard;
	int64_t b = r / MR_GRAPH_BLOCK;

	return !w || (atomic_load_explicit(&w->good[kind][b / 64],
	    memory_order_relaxed) >> b % 64 & 1) || w->look(w->ctx, kind, b);
}

/* mr_graph_wide - bytes of a row of codes: d up to a multiple of 64; 0 where
 * sums could pass 32 bits, so that there are no codes. */
static inline int64_t
mr_graph_wide(int64_t d)
{
	return d > 131072 ? 0 : (d + 63) / 64 * 64;
}

struct mr_graph_opt {
	enum mr_metric metric;
	const struct mr_ids *names;	/* of the rows of the base; NULL or
					 * empty: numbers */
	const int32_t *rank;	/* [n] order of ties; borrowed until the free */
	const uint64_t *allow;	/* bit i: row i is in the graph; NULL: all */
	uint64_t seed;
	bool no_links;		/* codes alone: every search scores all rows */
	bool borrow;		/* base stays until the free, and is not
				 * copied: rows_by_order, rows_raw */
	int threads;		/* 0: all CPUs */
};

/*
 * mr_graph_build - a graph of base, ready to be searched.
 *
 * Rows are cut into overlapping leaves round leaders, the n / 200 rows of least
 * hash of seed and name; each row's candidates are its 12 nearest in each of
 * its 4 leaves; a list keeps c, the nearest first, unless it has s with
 * 1.1 d(c, s) <= d(c, u) (pruning: Subramanya et al., "DiskANN", NeurIPS 2019,
 * Algorithm 2); links go both ways; then each row is searched for once on the
 * graph so far and its list made anew of what is found and what it had; some
 * rows are linked over long ways; a row that cannot be reached from the first
 * entry gets a link.  Equal rows are one row with others hanging on it.
 *
 * Names decide where a row stands, so another order of the base gives the same
 * bytes but for order.  The same for every number of threads.
 *
 * For dot, and where a length is above 1e15 or below 1e-15 and not zero, no
 * links are made.  Returns MR_OK or MR_ENOMEM; MR_ERANGE past 2^31 - 2 rows.
 *
 * Memory (wide + 160) n bytes and, unless borrowed, 4 d n; while it is built
 * another 700 n.  Time some 40 us of one core for each row of 128 values.
 */
int mr_graph_build(struct mr_graph *g, const struct mr_mat *base,
    const struct mr_graph_opt *o, struct mr_err *err) MR_CHECKED;

/*
 * mr_graph_ready - what a search needs beside the parts, of a graph whose
 * parts are borrowed.  To be called once, after mr_graph_check where they come
 * from a file; O(n), and for rows that are not raw O(n d).
 */
int mr_graph_ready(struct mr_graph *g, int threads, struct mr_err *err)
    MR_CHECKED;

/*
 * mr_graph_check - is every part what it promises, so that searches stay
 * within it and find every row?  Links, next and entries in range, no link
 * twice or to the row itself, none behind a NONE, none to or from a row that
 * hangs on another; no chain with a circle, no row on two; entries and chains
 * rising; every row reached from the first entry; order a permutation; codes
 * in 1 .. 127 and 64 beyond d; sums finite and not negative.  Shapes (row,
 * gap, whether a part is there) are the caller's to check.
 *
 * Returns MR_OK, MR_EFORMAT with the lowest bad row, or MR_ENOMEM.  O(n), with
 * 6 n bytes; the same for any number of threads.
 */
int mr_graph_check(const struct mr_graph *g, int threads, struct mr_err *err)
    MR_CHECKED;

/* mr_graph_check_codes - are codes, sums and bounds, to the bit, those that a
 * build makes of the vectors, which are raw or not of cosine, and do only equal
 * vectors hang on one another?  Returns as mr_graph_check.  O(n d). */
int mr_graph_check_codes(const struct mr_graph *g, int threads,
    struct mr_err *err) MR_CHECKED;

/*
 * Of a graph with a guard, in place of mr_graph_check: what a search needs to
 * stay within the parts.
 *
 * mr_graph_check_frame - next, entries, order and bounds, as above.
 * mr_graph_check_block - codes and sums of a block of 256 rows as above, and
 * links in range with none behind a NONE.
 */
int mr_graph_check_frame(const struct mr_graph *g, struct mr_err *err)
    MR_CHECKED;
bool mr_graph_check_block(const struct mr_graph *g, int64_t block);

/*
 * mr_graph_search - as mr_index_search, but of the k best some may be missing
 * and worse ones in their place: more of them are found with a larger ef.
 * Scores and their order are always those of mr_exact_search, and there are
 * always min(k, m) hits, m the rows that the query may be offered.
 *
 * Every row that may be offered is scored, and nothing missing, where there
 * are no links; where m <= k, or m <= max(8192, sqrt(256 ef n)) and m is less
 * than 15/16 of n; where a walk under a filter scored m / 16 codes, or 32 ef,
 * found too few, or ended among rows that are all nearer than its k-th; and
 * for a query of length 0.
 *
 * ef    rows of the pool, at least k; 0: MR_GRAPH_EF
 *
 * Memory for each thread n / 8 bytes, 16 ef, 100 k and some 150 KiB; for many
 * queries under a filter what mr_graph_filter_open takes.
 */
#define MR_GRAPH_EF 48
int mr_graph_search(const struct mr_graph *g, const struct mr_search *s,
    struct mr_hit *hit, int64_t *found, struct mr_err *err) MR_CHECKED;

/* What a filter leaves of a graph, for any number of searches.  All zero is
 * empty; freed by mr_graph_filter_free. */
struct mr_graph_filter {
	const uint64_t *allow;	/* borrowed */
	int64_t ef;
	uint32_t *list;		/* [m] its rows */
	int64_t m;
	uint64_t *may;		/* where they are walked to: bit r, row r or
				 * one that hangs on it; else NULL */
	/* Where they are scored, or NULL: their codes, as math/qdot.h packs,
	 * and s and what is added, [m] each. */
	uint8_t *panels;
	float *scale, *add;
};

/*
 * mr_graph_filter_open - of the rows allow leaves, which must stay, for
 * searches of k rows with ef.  packed: for many of them.  O(n); memory 4 m
 * bytes, and n / 8 or, packed, (wide + 8) m.  MR_ENOMEM.
 * mr_graph_search_under - as mr_graph_search; allow and ef are those of f.
 */
int mr_graph_filter_open(struct mr_graph_filter *f, const struct mr_graph *g,
    const uint64_t *allow, int64_t ef, int64_t k, bool packed, int threads,
    struct mr_err *err) MR_CHECKED;
int mr_graph_search_under(const struct mr_graph *g,
    const struct mr_graph_filter *f, const struct mr_search *s,
    struct mr_hit *hit, int64_t *found, struct mr_err *err) MR_CHECKED;
void mr_graph_filter_free(struct mr_graph_filter *f);

/* Recall of the 10 best: which share of them a search finds. */
#define MR_GRAPH_EFS 8
extern const int64_t mr_graph_efs[MR_GRAPH_EFS];	/* 10 .. 128 */
struct mr_graph_recall {
	int64_t n;		/* queries */
	double recall[MR_GRAPH_EFS];	/* their mean, by ef */
	double error[MR_GRAPH_EFS];	/* its standard error */
};

/*
 * mr_graph_recall - against every row scored, for the queries q, or with NULL
 * for at most n rows of the graph at equal steps, each of them hidden while it
 * is searched for: neither found nor walked through.  A row's own links would
 * answer for it; hidden, it is like a new one.  Careful for queries that are
 * like the rows, too kind for others.
 */
int mr_graph_recall(const struct mr_graph *g, const struct mr_rows *q,
    int64_t n, int threads, struct mr_graph_recall *r, struct mr_err *err)
    MR_CHECKED;

/* mr_graph_ef - the smallest ef whose recall is at least least, 0: none is. */
int64_t mr_graph_ef(const struct mr_graph_recall *r, double least);

void mr_graph_free(struct mr_graph *g);

#endif
