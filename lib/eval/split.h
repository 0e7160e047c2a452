/* Ratings parted by chance: which side a pair of user and item falls on.
 * SPDX-License-Identifier: MIT */
#ifndef MR_EVAL_SPLIT_H
#define MR_EVAL_SPLIT_H

#include <stdbool.h>
#include <stdint.h>

#include "core/str.h"

/* What is drawn for: each pair, or a user or item with all its rows. */
enum mr_split_by { MR_SPLIT_PAIR, MR_SPLIT_USER, MR_SPLIT_ITEM };

/* The test set: fold (from 1) of folds, or where folds is 0 a share. */
struct mr_split_part {
	int64_t folds, fold;
	double share;		/* 0 to 1 */
	enum mr_split_by by;
};

/* So many, or where n is 0 a share, 0 < share < 1. */
struct mr_split_amount {
	int64_t n;
	double share;
};

/* mr_split_key - what tells one split by chance from another: the seed, and
 * the folds or the share.  A split of a split by another way or number is
 * thus independent of the first. */
uint64_t mr_split_key(const struct mr_split_part *p, uint64_t seed);
/* mr_split_key_each - the same for ways that take a number of rows or users
 * in the order of their draws: the next ones of a split part are as much
 * chance as the first. */
uint64_t mr_split_key_each(uint64_t seed);
/* mr_split_draw - a number in [0, 1) that depends on key, user and item
 * alone: XXH3 of each id, mixed with the key as in core/rng. */
double mr_split_draw(uint64_t key, struct mr_slice user,
    struct mr_slice item);
/* mr_split_tests - is the pair in the test set?  draw < share, or
 * floor(draw * folds) = fold - 1; key of mr_split_key.  By user the item of
 * the draw is empty, by item the user. */
bool mr_split_tests(const struct mr_split_part *p, uint64_t key,
    struct mr_slice user, struct mr_slice item);
/* mr_split_each - of n rows of a user, how many are in the test set: some.n,
 * but none when there are no more; or floor(some.share n + 1/2), but never
 * all. */
int64_t mr_split_each(struct mr_split_amount some, int64_t n);

#endif
