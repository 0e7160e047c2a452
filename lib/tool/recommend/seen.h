/* What --seen, and --not where it has users, keep out of lists.
 * SPDX-License-Identifier: MIT */
#ifndef MR_TOOL_RECOMMEND_SEEN_H
#define MR_TOOL_RECOMMEND_SEEN_H

#include "core/report.h"
#include "data/csr.h"
#include "data/ids.h"
#include "tool/recommend/recommend.h"

/* Pairs by numbers of their own.  All zero is empty; freed by
 * mr_recommend_seen_free.  Memory: 20 bytes a pair, and the ids. */
struct mr_seen {
	struct mr_ids users, items;
	struct mr_coo pairs;	/* users.n x items.n */
	struct mr_csr skip;	/* users.n x the model's items */
	bool *known;		/* [users.n] those of the model, as they pass */
	int64_t no_item;	/* pairs whose item the model does not have */
};

/* mr_recommend_seen_load - add the pairs of the TSV at path;
 * mr_recommend_seen_add - one pair. */
int mr_recommend_seen_load(struct mr_seen *s, const char *path, bool header_in,
    struct mr_report *report, struct mr_err *err) MR_CHECKED;
int mr_recommend_seen_add(struct mr_seen *s, struct mr_slice user,
    struct mr_slice item, struct mr_err *err) MR_CHECKED;
/* mr_recommend_seen_map - fill skip, once the model's items are known; nobody
 * is known yet. */
int mr_recommend_seen_map(struct mr_seen *s, const struct mr_ids *items,
    struct mr_err *err) MR_CHECKED;
/* mr_recommend_seen_report - nothing without pairs; else a fact, and a
 * warning, by the options of o that they are of, when no pair could keep
 * anything out of a list: none is of a film of the model, and of one of its
 * users or of others (NULL: none), for whom lists are. */
void mr_recommend_seen_report(const struct mr_seen *s,
    const struct mr_ids *others, const struct mr_recommend_opt *o,
    struct mr_report *report);
void mr_recommend_seen_free(struct mr_seen *s);

#endif
