/* What a contest holds out of the ratings, split after split.
 * SPDX-License-Identifier: MIT */
#ifndef MR_ENGINE_CONTEST_SPLIT_H
#define MR_ENGINE_CONTEST_SPLIT_H

#include "engine/holdout.h"

#define MR_CONTEST_SPLITS 3

/* All zero is empty; freed by mr_contest_split_free. */
struct mr_contest_split {
	int n;			/* splits; 0: nothing can be held out */
	bool by_time;
	double share;		/* of the users that are looked at */
	struct mr_holdout h[MR_CONTEST_SPLITS];
};

/* mr_contest_split - as mr_contest_run has it, of at most limit ratings, or
 * about as many.  r loaded with MR_KEEP_TIMES; borrowed while s is.
 * MR_ENOMEM. */
int mr_contest_split(struct mr_contest_split *s, const struct mr_ratings *r,
    int64_t limit, uint64_t seed, struct mr_err *err) MR_CHECKED;
void mr_contest_split_free(struct mr_contest_split *s);

#endif
