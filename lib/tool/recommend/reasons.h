/* The columns of --explain: what stands behind each score.
 * SPDX-License-Identifier: MIT */
#ifndef MR_TOOL_RECOMMEND_REASONS_H
#define MR_TOOL_RECOMMEND_REASONS_H

#include "engine/recommender.h"

/* Reasons of the lists of some users.  All zero is none; freed by
 * mr_reasons_free. */
struct mr_reasons {
	int64_t most;		/* rated films named for a row */
	int64_t n_list;		/* rows of a list */
	int threads;
	double **part;		/* [threads][items] */
	double *base;		/* [lists * n_list] */
	struct mr_hit *why;	/* [lists * n_list * most] shares by items */
	int64_t *n;		/* [lists * n_list] how many */
	struct mr_buf text;	/* of a row */
};

#define MR_REASONS_HEAD "\tbase\tbecause\trest"

int mr_reasons_open(struct mr_reasons *x, const struct mr_recommender *r,
    int64_t most, int64_t lists, int64_t n_list, int threads,
    struct mr_err *err) MR_CHECKED;
/* mr_reasons_find - of the list of user q, found items from hit; of a user
 * without ratings the score itself is the base. */
void mr_reasons_find(struct mr_reasons *x, const struct mr_recommender *r,
    struct mr_work *w, int worker, const struct mr_user *u, int64_t q,
    const struct mr_hit *hit, int64_t found);
/* mr_reasons_text - the cells of row j of the list of user q, a tab before
 * each, valid until the next call; score is the row's. */
int mr_reasons_text(struct mr_reasons *x, const struct mr_ids *items,
    int64_t q, int64_t j, float score, struct mr_slice *text,
    struct mr_err *err) MR_CHECKED;
void mr_reasons_free(struct mr_reasons *x);

#endif
