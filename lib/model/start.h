/* Where a training run begins when a model of the like is there already.
 * SPDX-License-Identifier: MIT */
#ifndef MR_MODEL_START_H
#define MR_MODEL_START_H

#include "model/model.h"

/*
 * bu, bi, U and V of a model of the same kind and rank, its rows in the order
 * of the ratings that are learnt from; user [n_users] and item [n_items] say
 * which of them it has.  The others are as in a run without.  Owned; all zero
 * is empty; freed by mr_start_free.
 */
struct mr_start {
	struct mr_model m;
	bool *user, *item;
};

/* mr_start_rows - the first d numbers of every row that from has, by has, over
 * those of x, whose rows are stride floats apart; nothing where from is 0 x 0,
 * or its rows are shorter. */
void mr_start_rows(float *x, int64_t stride, int64_t d,
    const struct mr_mat *from, const bool *has);
/* mr_start_biases - the same of n biases; from NULL: nothing. */
void mr_start_biases(float *x, const float *from, const bool *has,
    int64_t n);
void mr_start_free(struct mr_start *s);

#endif
