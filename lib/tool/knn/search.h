/* How mr-knn searches: every row, or by the graph of a store.  Private to the
 * knn files.
 * SPDX-License-Identifier: MIT */
#ifndef MR_TOOL_KNN_SEARCH_H
#define MR_TOOL_KNN_SEARCH_H

#include "store/index_graph.h"
#include "tool/knn/knn.h"

/* All zero is closed; freed by mr_knn_search_free. */
struct mr_knn_search {
	bool by_graph, exactly;	/* which of the two is open; both to check */
	struct mr_store_search graph;
	struct mr_index index;
	int64_t to_check;	/* queries that are still to be checked */
	struct mr_out *table;	/* of them, NULL: none are */
	int64_t checked, wanted, there;	/* queries; their best rows, and those
					 * that were found */
	int64_t ef;
	double recall;		/* of hidden rows, by the table, at ef */
};

/* mr_knn_search_choose - by_graph, where v, loaded with keep_graph, has one of
 * the metric that reaches the recall that o asks for.  mr_knn_search_open -
 * then, over v; which may be looked into where it is by_graph. */
int mr_knn_search_choose(struct mr_knn_search *x, const struct mr_vectors *v,
    const struct mr_knn_opt *o, enum mr_metric metric, struct mr_err *err)
    MR_CHECKED;
int mr_knn_search_open(struct mr_knn_search *x, const struct mr_vectors *v,
    const struct mr_knn_opt *o, enum mr_metric metric, const uint64_t *allow,
    struct mr_run *run, struct mr_err *err) MR_CHECKED;
/* mr_knn_search - as mr_index_search; queries first .. of those called names.
 */
int mr_knn_search(struct mr_knn_search *x, const struct mr_search *s,
    const struct mr_ids *names, int64_t first, struct mr_hit *hit,
    int64_t *found, struct mr_err *err) MR_CHECKED;
void mr_knn_search_report(const struct mr_knn_search *x,
    const struct mr_knn_opt *o, struct mr_report *to);
void mr_knn_search_free(struct mr_knn_search *x);

#endif
