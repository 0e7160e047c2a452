/* The model that the ratings choose: -m auto.
 * SPDX-License-Identifier: MIT */
#ifndef MR_TOOL_FACTORIZE_AUTO_H
#define MR_TOOL_FACTORIZE_AUTO_H

#include "engine/contest.h"
#include "stream/matrix.h"
#include "tool/factorize/factorize.h"

/* What was chosen; all zero: nothing.  Stays where it is; freed by
 * mr_auto_free. */
struct mr_auto {
	struct mr_winner winner;
	void *params;		/* its options */
};

/* mr_auto_choose - by mr_contest_run on r, loaded as it needs them: kind, given
 * and params to o, which borrows them.  Without ratings popular. */
int mr_auto_choose(struct mr_auto *x, struct mr_factorize_opt *o,
    const struct mr_ratings *r, struct mr_run *run, struct mr_err *err)
    MR_CHECKED;
/* mr_auto_describe - how it was chosen, to a META; nothing where nothing
 * was. */
int mr_auto_describe(const struct mr_auto *x, struct mr_meta *meta,
    struct mr_err *err) MR_CHECKED;
void mr_auto_free(struct mr_auto *x);

#endif
