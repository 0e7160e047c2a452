/* What lists do to a catalogue: how evenly they use it, how little known
 * their items are.
 * SPDX-License-Identifier: MIT */
#ifndef MR_EVAL_CATALOGUE_H
#define MR_EVAL_CATALOGUE_H

#include <stdint.h>

/*
 * mr_eval_novelty - the mean of -log2(count_j / total) over the entries of a
 * list that are known (count_j > 0); 0 when none is.
 *
 * count  [n] ratings of each entry's item in training, 0: unknown  borrowed
 * total  ratings in training, at least every count
 * known  (out) how many are known
 *
 * Time O(n).
 */
double mr_eval_novelty(const int64_t *count, int64_t n, int64_t total,
    int64_t *known);

#endif
