/* Vectors in matrix streams: a base that is searched, and the queries that
 * may be compared with it.
 * SPDX-License-Identifier: MIT */
#ifndef MR_STORE_VECTORS_H
#define MR_STORE_VECTORS_H

#include "core/report.h"
#include "stream/matrix_set.h"
#include "vector/index.h"

/* Of vectors that are a store: a file of mr-index(1) and its log. */
struct mr_store_facts {
	bool is;
	bool piped;		/* from no file: its log is not known */
	bool no_log;
	uint64_t digest;	/* of the file, in its END */
	int64_t base_rows, log_rows;	/* dead ones too */
	int64_t live;		/* rows that count */
	int64_t in_graph;	/* the first of them, which are in FILE */
	int64_t batches;	/* in the log */
	int64_t base_bytes, log_bytes;
	int64_t tail_bytes;	/* of an unfinished batch, passed over */
};

struct mr_store_lookup;

/* Of which files dense rows may stay where they are (mr_set_map), to be had
 * from mr_vectors_row and _rows: of stores, which are never written in place;
 * or of any, for who is done soon. */
enum mr_vectors_map { MR_MAP_NONE, MR_MAP_STORES, MR_MAP_ANY };

/* All zero is empty; freed by mr_vectors_free.  Where looked is set (see
 * store/index_lookup.h) there are META, n, d and the facts of a store, and the
 * rest by the functions that say so; rows have numbers up to base_rows +
 * log_rows, and those that are deleted have none. */
struct mr_vectors {
	const char *hint;	/* set before: as mr_set_dense has it */
	bool keep_graph;	/* set before: of a store with a graph keep
				 * and check it, for store/index_graph.h */
	bool check_codes;	/* set before, with keep_graph: against its
				 * vectors, too */
	bool look_up;		/* set before: few rows are wanted, and a
				 * store is looked into where it can be */
	enum mr_vectors_map map;	/* set before */
	bool has_graph;
	struct mr_store_lookup *looked;	/* NULL: all is in memory */
	struct mr_set set;
	int index;		/* of the matrix in set */
	bool sparse;
	int64_t n, d;
	const struct mr_ids *names;	/* of its rows; n = 0: numbers */
	struct mr_store_facts store;
};

/*
 * mr_vectors_load - the matrix of the stream at path (NULL: standard input)
 * that is called matrix; NULL: its only dense one or, where there is none, its
 * only sparse one.  Of a store the rows that its log leaves, in the order in
 * which they were put; mr_vectors_report tells of the log.  MR_EIO, MR_EFORMAT,
 * MR_ENOMEM; MR_ERANGE past 2^31 - 2 rows.
 * mr_vectors_choose - the second half of it, of a set that is loaded.
 */
int mr_vectors_load(struct mr_vectors *v, const char *path,
    const char *matrix, struct mr_err *err) MR_CHECKED;
int mr_vectors_choose(struct mr_vectors *v, const char *matrix,
    struct mr_err *err) MR_CHECKED;
/* mr_vectors_report - warnings of a store whose log is missing, not known or
 * ends in an unfinished batch. */
void mr_vectors_report(const struct mr_vectors *v, struct mr_report *report);
/* mr_vectors_films - the only matrix of the stream at path, which must be
 * dense and have names, as of films. */
int mr_vectors_films(struct mr_vectors *v, const char *path,
    struct mr_err *err) MR_CHECKED;
/* mr_vectors_numbered - were they made of lines, whose numbers are their names
 * (mr-embed --lines)? */
bool mr_vectors_numbered(const struct mr_vectors *v);
/*
 * Also of vectors that are looked into; MR_EFORMAT where the place is damaged.
 *
 * mr_vectors_name - the name of a row, or its number as text, in number[24].
 * mr_vectors_find - the row of a name, or of a number where rows have none,
 * -1: it is not there.
 * mr_vectors_there - bit i of there [(names->n + 63) / 64] (out): there is a
 * row of that name.
 * mr_vectors_list - of vectors that are looked into the names of all rows that
 * count, in their order, to names (out), empty before; number [n] (out): of
 * each its row.
 * mr_vectors_row - the values of a dense row, borrowed.
 */
int mr_vectors_name(const struct mr_vectors *v, int64_t row, char number[24],
    struct mr_slice *name, struct mr_err *err) MR_CHECKED;
int mr_vectors_find(const struct mr_vectors *v, struct mr_slice name,
    int64_t *row, struct mr_err *err) MR_CHECKED;
int mr_vectors_there(const struct mr_vectors *v, const struct mr_ids *names,
    uint64_t *there, struct mr_err *err) MR_CHECKED;
int mr_vectors_list(const struct mr_vectors *v, struct mr_ids *names,
    int32_t *number, struct mr_err *err) MR_CHECKED;
int mr_vectors_row(const struct mr_vectors *v, int64_t row,
    const float **values, struct mr_err *err) MR_CHECKED;
/* mr_vectors_rows - n rows from .. , borrowed. */
struct mr_rows mr_vectors_rows(const struct mr_vectors *v, int64_t from,
    int64_t n);
void mr_vectors_free(struct mr_vectors *v);

/* A stream of queries, in hand a block at a time.  All zero with in.fd -1 is
 * closed; freed by mr_queries_close. */
struct mr_queries {
	const char *what;	/* what messages call them, "queries" unless
				 * set after the open */
	struct mr_in in;
	struct mr_mrm_in r;
	struct mr_block block;	/* borrowed, as all below */
	struct mr_mat dense;
	int matrix;		/* -1 before the first */
	struct mr_rows rows;
	const struct mr_ids *names;	/* of the rows; n = 0: numbers */
	int64_t first;		/* their place in the whole */
};

int mr_queries_open(struct mr_queries *q, const char *path,
    struct mr_err *err) MR_CHECKED;
/*
 * mr_queries_next - the next rows, valid until the call after; *more is false
 * after the last.  MR_EFORMAT when they are dense and the base is not, or the
 * other way round, when their widths differ, or, of sparse ones, the names of
 * the columns, when there are several matrices, or when the METAs name
 * different weights or, without any, models.  Report is told when one alone
 * does, and of other tools, precisions, vocabularies and templates.
 */
int mr_queries_next(struct mr_queries *q, const struct mr_vectors *base,
    bool *more, struct mr_report *report, struct mr_err *err) MR_CHECKED;
void mr_queries_close(struct mr_queries *q);

#endif
