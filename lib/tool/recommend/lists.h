/* Lists on their way to the output, and for whom they are.
 * SPDX-License-Identifier: MIT */
#ifndef MR_TOOL_RECOMMEND_LISTS_H
#define MR_TOOL_RECOMMEND_LISTS_H

#include "tool/recommend/basis.h"
#include "tool/recommend/picks.h"
#include "tool/recommend/print.h"

/* Users whose lists are in memory at a time: so many, fewer where their lists
 * would take more bytes, but one at least. */
#define MR_LISTS_BATCH 1024

struct mr_recommend_run {
	const struct mr_recommend_opt *o;
	struct mr_run *run;
	struct mr_basis b;
	struct mr_ids want;	/* the users of --users */
	struct mr_reasons reasons;
	struct mr_picks picks;
	struct mr_places places;	/* of --new-films */
	struct mr_print print;
	struct mr_blend blend[MR_LISTS_BATCH];	/* of each list */
	int rc[MR_LISTS_BATCH];	/* of each list, where made by itself */
	struct mr_err err[MR_LISTS_BATCH];
	float *U;		/* [MR_LISTS_BATCH * d] of those folded in */
	struct mr_hit *popular;	/* [n_popular] for those of whom nothing is
				 * known; NULL: users of the model alone */
	int64_t n_popular;
	int64_t n_list;		/* that of o, or all items if fewer */
	struct mr_ask ask;	/* n: n_list and some behind */
	struct mr_user user[MR_LISTS_BATCH];	/* who wait for their lists */
	int32_t row[MR_LISTS_BATCH];	/* theirs of seen, or -1 */
	int64_t n, most;	/* so many; at most, until they are written */
	int32_t n_per;		/* lists of a user, 1 without --per */
	int64_t n_hits;		/* of all his lists */
	struct mr_hit *hit;	/* [most * n_hits] */
	int64_t *found;		/* [most * n_per] */
	int64_t n_all;		/* users there are to serve, 0: not known */
	int64_t n_users, n_lists, n_short, n_tied, n_empty;
	int64_t n_nobody;	/* users */
};

/* Is nothing known of u?  He gets the most rated films. */
static inline bool
mr_lists_nobody(const struct mr_recommend_run *r, const struct mr_user *u)
{
	return r->popular && u->rated.n == 0 && (u->number < 0 ||
	    r->o->no_model);
}

/* mr_lists_open - the model, only with these users kept (NULL: none), and the
 * header line.  mr_lists_add - a list for u, who stays valid until it is
 * written; mr_lists_flush - write those that wait.  Fail as
 * mr_recommend_lists. */
int mr_lists_open(struct mr_recommend_run *r, const struct mr_ids *only,
    struct mr_err *err) MR_CHECKED;
int mr_lists_add(struct mr_recommend_run *r, const struct mr_user *u,
    struct mr_err *err) MR_CHECKED;
int mr_lists_flush(struct mr_recommend_run *r, struct mr_err *err) MR_CHECKED;
/* mr_lists_make - the lists of those who wait, folded in, to r->hit and
 * r->found; counts those of whom nothing is known. */
int mr_lists_make(struct mr_recommend_run *r, struct mr_err *err) MR_CHECKED;

/* mr_recipients_serve - lists for those whom r->o names: users of --ratings,
 * of --users, or all of the model, or a shard of them. */
int mr_recipients_serve(struct mr_recommend_run *r, struct mr_err *err)
    MR_CHECKED;

#endif
