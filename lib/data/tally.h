/* How often each number occurs: what histograms and quantiles are made of.
 * SPDX-License-Identifier: MIT */
#ifndef MR_DATA_TALLY_H
#define MR_DATA_TALLY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/err.h"

/*
 * A table of distinct numbers, each with its count.  All zero is empty; owns
 * cell, freed by mr_tally_free.  32 to 64 bytes a distinct number, whatever
 * the total; while it grows, half as much again.
 */
struct mr_tally {
	struct mr_tallied {
		double value;
		int64_t n;	/* 0: an unused cell */
	} *cell;		/* until it is sorted, open addressing */
	size_t n_cells;		/* a power of two */
	size_t distinct;
	size_t last;		/* cell of the number added last */
	int64_t total;
	bool sorted;
};

/*
 * mr_tally_add - count value times more; times > 0, value not NaN, the tally
 * not sorted (asserted).  -0 is 0.  MR_ENOMEM.
 */
int mr_tally_add(struct mr_tally *t, double value, int64_t times,
    struct mr_err *err) MR_CHECKED;
/* mr_tally_sort - cell[0 .. distinct) by rising value; then t is only read.
 * O(distinct log distinct). */
void mr_tally_sort(struct mr_tally *t);
void mr_tally_free(struct mr_tally *t);

#endif
