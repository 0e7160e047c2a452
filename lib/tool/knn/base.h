/* The base of mr-knn: its rows, those that a filter leaves, and how they are
 * searched.  Private to the knn files.
 * SPDX-License-Identifier: MIT */
#ifndef MR_TOOL_KNN_BASE_H
#define MR_TOOL_KNN_BASE_H

#include "data/table.h"
#include "tool/knn/search.h"

/* All zero is closed; freed by mr_knn_base_free. */
struct mr_knn_base {
	struct mr_vectors v;	/* read, mapped or looked into */
	enum mr_metric metric;
	struct mr_knn_search search;
	struct mr_table films, every;	/* the columns to show; all */
	uint64_t *allow;	/* a bit a row, or NULL: all */
	int64_t n_allowed;
	/* Where it is looked into, and all are wanted: the rows that count. */
	struct mr_ids names;
	int32_t *number;	/* [names.n], or NULL */
};

/* mr_knn_base_open - with the films, and ready to be searched. */
int mr_knn_base_open(struct mr_knn_base *b, const struct mr_knn_opt *o,
    struct mr_run *run, struct mr_err *err) MR_CHECKED;
/* mr_knn_base_names - of rows that count, in their order.  mr_knn_base_number -
 * what a search calls the i-th of them. */
static inline const struct mr_ids *
mr_knn_base_names(const struct mr_knn_base *b)
{
	return b->number ? &b->names : b->v.names;
}

static inline int32_t
mr_knn_base_number(const struct mr_knn_base *b, int64_t i)
{
	return b->number ? b->number[i] : (int32_t)i;
}

/* mr_knn_base_queries - rows from .. from + n - 1 as queries; of dense ones
 * copies to copy [n * v.d]. */
int mr_knn_base_queries(const struct mr_knn_base *b, int64_t from, int64_t n,
    struct mr_mat *copy, struct mr_rows *q, struct mr_err *err) MR_CHECKED;
void mr_knn_base_free(struct mr_knn_base *b);

#endif
