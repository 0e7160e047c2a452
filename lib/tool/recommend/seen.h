/* What --seen keeps out of lists.
 * SPDX-License-Identifier: MIT */
#ifndef MR_TOOL_RECOMMEND_SEEN_H
#define MR_TOOL_RECOMMEND_SEEN_H

#include "core/report.h"
#include "data/csr.h"
#include "data/ids.h"

/* Pairs by the file's own numbers.  All zero is empty; freed by
 * mr_recommend_seen_free.  Memory: 8 bytes a pair, and the ids. */
struct mr_seen {
	struct mr_ids users, items;
	struct mr_csr pairs;	/* users.n x items.n */
	struct mr_csr skip;	/* users.n x the model's items */
	int64_t no_item;	/* pairs whose item the model does not have */
};

/* mr_recommend_seen_load - the pairs of the TSV at path. */
int mr_recommend_seen_load(struct mr_seen *s, const char *path, bool header_in,
    struct mr_err *err) MR_CHECKED;
/* mr_recommend_seen_map - fill skip, once the model's items are known. */
int mr_recommend_seen_map(struct mr_seen *s, const struct mr_ids *items,
    struct mr_err *err) MR_CHECKED;
/* mr_recommend_seen_report - a fact, and a warning when no pair kept anything
 * out of the list of one of the model's users. */
void mr_recommend_seen_report(const struct mr_seen *s,
    const struct mr_ids *users, struct mr_report *report);
void mr_recommend_seen_free(struct mr_seen *s);

#endif
