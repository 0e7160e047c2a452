/* Which films may stand in lists: --where, --only and --not.
 * SPDX-License-Identifier: MIT */
#ifndef MR_TOOL_RECOMMEND_CHOICE_H
#define MR_TOOL_RECOMMEND_CHOICE_H

#include "engine/recommender.h"
#include "tool/recommend/recommend.h"
#include "tool/recommend/seen.h"

/* All zero offers everything; freed by mr_choice_free. */
struct mr_choice {
	uint64_t *allow;	/* bit i: item i may be offered; NULL: all */
	int64_t n_allowed;
	bool per_user;		/* --only has users: */
	struct mr_ids users;	/* who have films of their own */
	struct mr_csr own;	/* users.n x the model's items */
	uint64_t *one;		/* work: allow of one of them */
	struct mr_report doubts;	/* warnings about --where */
	int64_t n_rows[2], no_item[2];	/* of --only and --not; whose film the
					 * model does not know */
};

/* mr_choice_open - what o says, once r is open; pairs of --not, where it has
 * users, go to seen.  Fails as mr_recommender_where and as a TSV does. */
int mr_choice_open(struct mr_choice *c, const struct mr_recommend_opt *o,
    struct mr_run *run, const struct mr_recommender *r, struct mr_seen *seen,
    struct mr_err *err) MR_CHECKED;
/* mr_choice_of - the allow bits of the user called id, valid until the next
 * call; NULL: all. */
const uint64_t *mr_choice_of(struct mr_choice *c, struct mr_slice id);
/* mr_choice_own - the same by any number of threads: one, as long as c->one, is
 * the caller's work and may be what is returned. */
const uint64_t *mr_choice_own(const struct mr_choice *c, struct mr_slice id,
    uint64_t *one);
/* mr_choice_report - warnings about what cannot have been meant. */
void mr_choice_report(const struct mr_choice *c,
    const struct mr_recommend_opt *o, struct mr_report *report);
void mr_choice_free(struct mr_choice *c);

#endif
