/* The work of mr-knn: neighbours of query rows as TSV.
 * SPDX-License-Identifier: MIT */
#ifndef MR_TOOL_KNN_KNN_H
#define MR_TOOL_KNN_KNN_H

#include <math.h>

#include "stream/run.h"
#include "vector/index.h"

struct mr_knn_opt {
	int64_t k;
	double recall;		/* of a store with a graph: that of hidden
				 * rows, 1: every row is scored */
	int64_t check_recall;	/* queries that are answered both ways */
	const char *recall_table;	/* of each of them to this file: query,
				 * best, the k best rows, found, how many of
				 * them are in its list, recall, the share */
	double min_score;	/* lower ones are left out */
	int metric;		/* enum mr_metric; -1: the store's, or cosine */
	bool self;		/* every base row is a query */
	const char *row;	/* this base row is the query */
	const char *queries;	/* a stream of them; NULL: stdin */
	const char *base;	/* the base stream */
	const char *matrix;	/* which of its matrices; NULL: the only one */
	const char *movies, *with;
	const char *where;	/* a filter over the films; NULL: all rows */
};

#define MR_KNN_OPT_DEFAULT { .k = 10, .recall = 0.97, .metric = -1, \
	 .min_score = -HUGE_VAL }

/*
 * mr_knn - columns query, rank (from 1), item, score and those of --with;
 * queries in the order they come, best first, ties by item name in byte
 * order, of the base's rows those whose film o->where chooses.  A base row is
 * never its own neighbour (--self, --row).  Base and queries are both dense or
 * both sparse.  Of a store with a graph, searched by its own metric, some of
 * the best rows may be missing and worse ones in their place: o->recall.
 * Queries of zeros, but for l2 of dense ones, get no rows, nor do sparse ones
 * that share no term with a row: a warning counts them.
 * Memory: the base, its names and, of a dense one of which every row is scored,
 * a fourth of it for codes; where -k is more than a hundredth of the rows, the
 * base twice, or once when queries come by stream.  What stands in a file,
 * dense and not compressed, is mapped and not copied.
 */
int mr_knn(const struct mr_knn_opt *o, struct mr_run *run,
    struct mr_err *err) MR_CHECKED;

#endif
