/* Ratings that a model is learnt from and those that it is measured on.
 * SPDX-License-Identifier: MIT */
#ifndef MR_ENGINE_HOLDOUT_H
#define MR_ENGINE_HOLDOUT_H

#include "store/ratings.h"

/*
 * train has users and items with ratings alone, numbered in the order of those
 * they are from.  T [users x items] is the test set by other numbers, with
 * names; user [users->n] and item [items->n] are its users and items in train,
 * -1: not there, back [train->items.n] the items of train in T.
 * All zero is empty; freed by mr_holdout_free.
 */
struct mr_holdout {
	const struct mr_ratings *train;
	const struct mr_csr *T;
	const double *rating;		/* [nnz of T], not yet floats */
	const double *time;		/* [nnz of T]; NULL: none */
	const struct mr_ids *users, *items;	/* of T; borrowed */
	int32_t *user, *item, *back;
	/* What of it is its own. */
	struct mr_ratings part;
	struct mr_csr test;
	double *exact, *test_time;
};

#define MR_PART_OUT 255

/*
 * mr_holdout_of_part - of the ratings k of all, [nnz] as all->R, those with
 * part[k] = which are the test set, those of MR_PART_OUT are nowhere, the
 * others are train; of users u with users[u] alone (NULL: of all).  all is
 * borrowed; loaded without MR_KEEP_EXACT ratings of the test set are floats.
 * MR_ENOMEM.  Memory: a copy of all but what is left out.
 */
int mr_holdout_of_part(struct mr_holdout *h, const struct mr_ratings *all,
    const unsigned char *part, unsigned char which, const bool *users,
    struct mr_err *err) MR_CHECKED;
/* mr_holdout_of_test - all of train, and of test, loaded likewise; both
 * borrowed. */
int mr_holdout_of_test(struct mr_holdout *h, const struct mr_ratings *train,
    const struct mr_ratings *test, struct mr_err *err) MR_CHECKED;
void mr_holdout_free(struct mr_holdout *h);

#endif
