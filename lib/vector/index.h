/* Nearest neighbours: one face for every way to search rows.
 *
 *	struct mr_rows base = { .dense = &E, .n = E.rows };
 *	mr_index_build(&x, &base, &(struct mr_index_opt){ .names = &ids },
 *	    &err);
 *	mr_index_search(&x, &(struct mr_search){ .q = { .dense = &Q,
 *	    .n = Q.rows }, .k = 10 }, hit, found, &err);
 *
 * SPDX-License-Identifier: MIT */
#ifndef MR_VECTOR_INDEX_H
#define MR_VECTOR_INDEX_H

#include "data/csr.h"
#include "data/ids.h"
#include "data/mat.h"
#include "data/topk.h"

enum mr_metric { MR_METRIC_COSINE, MR_METRIC_DOT, MR_METRIC_L2 };

/* Rows from .. from + n - 1 of a matrix, dense or sparse: one of the two.
 * Borrowed. */
#define MR_ROWS_BLOCK 256
struct mr_rows {
	const struct mr_mat *dense;
	const struct mr_csr *sparse;
	int64_t from, n;
	size_t gap;		/* of a dense one: bytes that stand behind
				 * every 256 rows, as in a file */
};

/* mr_rows_dense - row i of them.  mr_rows_at - row i of a matrix with gaps. */
static inline const float *
mr_rows_at(const struct mr_mat *m, size_t gap, int64_t i)
{
	return (const float *)(const void *)((const char *)mr_mat_row(m, i) +
	    (size_t)(i / MR_ROWS_BLOCK) * gap);
}

static inline const float *
mr_rows_dense(const struct mr_rows *q, int64_t i)
{
	return mr_rows_at(q->dense, q->gap, q->from + i);
}

/* mr_rows_zero - is row i of them all zero? */
bool mr_rows_zero(const struct mr_rows *q, int64_t i);

struct mr_index_class;

struct mr_index_opt {
	enum mr_metric metric;
	const struct mr_ids *names;	/* of the rows: ties are by them; NULL
					 * or empty: by the rows' numbers */
	const struct mr_index_class *class;	/* of such rows; NULL: the
						 * fastest, whose hits are
						 * those of all others */
	int64_t k;		/* rows that a search will ask for, to choose
				 * by; 0: not known */
	const uint64_t *allow;	/* bit i: row i may be found at all; NULL: all
				 * may.  Of the others nothing is kept. */
	bool borrow;		/* the base may stay until the free: then it
				 * is not copied where the class can do
				 * without */
	int threads;		/* 0: all CPUs */
};

/* All zero is empty; freed by mr_index_free. */
struct mr_index {
	const struct mr_index_class *class;
	enum mr_metric metric;
	int64_t n, d;
	int32_t *rank;		/* [n] places in the order of ties, or NULL */
	bool borrows;		/* the base must stay */
	int threads;		/* of the build */
	void *own;		/* the class's */
};

/* What is searched for, and how.  All borrowed. */
struct mr_search {
	struct mr_rows q;	/* of the index's kind and width */
	int64_t k;		/* at least 1 */
	int64_t ef;		/* effort where not every row is scored; 0: as
				 * the class has it */
	int threads;		/* 0: all CPUs */
	const float *offset;	/* [q.n] added to the scores of each query, or
				 * NULL */
	/* Row i of skip, [q.n], rising: rows not offered to query i.  Bit i of
	 * allow: row i may be offered.  NULL: all are. */
	const struct mr_csr *skip;
	const uint64_t *allow;
};

/* A way to search; own files, and a line in index.c. */
struct mr_index_class {
	const char *name;
	bool sparse;		/* the rows it searches */
	bool exact;		/* the k best; else some of them, worse ones in
				 * the others' place */
	/* x has all but own, which stays to be freed after a failure too, and
	 * borrows says whether it may, and then whether it does. */
	int (*build)(struct mr_index *x, const struct mr_rows *base,
	    const uint64_t *allow, struct mr_err *err);
	int (*search)(const struct mr_index *x, const struct mr_search *s,
	    struct mr_hit *hit, int64_t *found, struct mr_err *err);
	void (*free)(void *own);	/* NULL does nothing */
};

/* All there are; NULL at the end. */
extern const struct mr_index_class *const mr_index_classes[];

/*
 * mr_index_build - base, whole, ready for searching.  It may go afterwards
 * unless x->borrows, as of sparse ones.  Names and options are not kept.
 *
 * Memory: 4 n bytes where there are names, and what the class says.
 */
int mr_index_build(struct mr_index *x, const struct mr_rows *base,
    const struct mr_index_opt *o, struct mr_err *err) MR_CHECKED;

/*
 * mr_index_search - for each query the k best rows of those it may be offered,
 * best first, of equal scores the one whose name is first in byte order.  Of
 * sparse rows only those are found that share a column with the query.
 *
 *   cosine  q . b / (|q| |b|), 0 where a length is 0
 *   dot     q . b
 *   l2      -|q - b|
 *
 * hit    [q.n * k] (out); found [q.n] (out) how many there are
 *
 * Returns MR_OK or MR_ENOMEM.  A score past the range of a float is infinite;
 * none is NaN while the rows are finite.  A query's result depends on that
 * query alone: neither on those beside it nor on threads.
 */
int mr_index_search(const struct mr_index *x, const struct mr_search *s,
    struct mr_hit *hit, int64_t *found, struct mr_err *err) MR_CHECKED;
void mr_index_free(struct mr_index *x);

/* For the classes.  mr_search_offset - what is added to the scores of query q;
 * where nothing is, not even a negative zero changes.
 * mr_search_may - may row i be offered to query q?
 * mr_search_start, mr_search_offers - the same for rows that rise: *at walks
 * along the query's row of skip from the start. */
static inline float
mr_search_offset(const struct mr_search *s, int64_t q)
{
	return s->offset ? s->offset[q] : -0.0F;
}

static inline bool
mr_search_may(const struct mr_search *s, int64_t q, int32_t i)
{
	int64_t from = s->skip ? s->skip->ptr[q] : 0;
	int64_t to = s->skip ? s->skip->ptr[q + 1] : 0, end = to;

	while (from < to) {
		int64_t mid = from + (to - from) / 2;

		if (s->skip->idx[mid] < i)
			from = mid + 1;
		else
			to = mid;
	}
	return (from == end || s->skip->idx[from] != i) &&
	    (!s->allow || (s->allow[i / 64] >> i % 64 & 1));
}

static inline int64_t
mr_search_start(const struct mr_search *s, int64_t q)
{
	return s->skip ? s->skip->ptr[q] : 0;
}

static inline bool
mr_search_offers(const struct mr_search *s, int64_t q, int64_t i, int64_t *at)
{
	int64_t end = s->skip ? s->skip->ptr[q + 1] : 0;

	while (*at < end && s->skip->idx[*at] < i)
		++*at;
	if (*at < end && s->skip->idx[*at] == i)
		return false;
	return !s->allow || (s->allow[i / 64] >> (i % 64) & 1);
}

#endif
