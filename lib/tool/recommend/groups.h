/* Groups of users and their lists, for the files groups*.c.
 * SPDX-License-Identifier: MIT */
#ifndef MR_TOOL_RECOMMEND_GROUPS_H
#define MR_TOOL_RECOMMEND_GROUPS_H

#include "tool/recommend/basis.h"
#include "tool/recommend/picks.h"
#include "tool/recommend/print.h"

#define MR_GROUPS_BATCH 256	/* groups whose lists are in memory at a time,
				 * fewer where they are many or long */

struct mr_groups_run {
	const struct mr_recommend_opt *o;
	struct mr_run *run;
	struct mr_ids groups, users;	/* as they first appear */
	struct mr_csr in;	/* groups.n x users.n: who is in which */
	int64_t n_again;	/* members named again */
	struct mr_basis b;
	struct mr_picks picks;
	struct mr_reasons reasons;	/* who carries each film */
	struct mr_places places;
	struct mr_print print;
	int64_t n_list, first, most;	/* length; the batch's first group, and
					 * groups of one */
	int32_t n_per;		/* lists of a group */
	int64_t n_hits;		/* of all its lists */
	struct mr_hit *hit;	/* [most * n_hits] */
	int64_t *found;		/* [most * n_per] */
	int64_t known[MR_GROUPS_BATCH];	/* users */
	struct mr_err err[MR_GROUPS_BATCH];
	int rc[MR_GROUPS_BATCH];
	int64_t n_lists, n_full, n_short, n_unknown, n_nobody;
};

/* mr_groups_make - hit and found of group first + q, with its reasons, and how
 * many of its users are known; rc[q] and err[q] say how it went.  ctx is the
 * run: a task of mr_par_run. */
void mr_groups_make(void *ctx, int64_t q, int worker);

#endif
