/* How well one user's list meets the items that are relevant to him.
 * SPDX-License-Identifier: MIT */
#ifndef MR_EVAL_RANKING_H
#define MR_EVAL_RANKING_H

#include <stdint.h>

#include "core/err.h"

enum mr_eval_measure {
	MR_EVAL_RECALL,
	MR_EVAL_RECALL_MIN,
	MR_EVAL_PRECISION,
	MR_EVAL_NDCG,
	MR_EVAL_MAP,
	MR_EVAL_MRR,
	MR_EVAL_HIT,
	MR_EVAL_MEASURES
};

/* Discounts of ranks; all zero is empty, freed by mr_eval_gain_free.
 *
 *   gain[j]  = 1 / log2(j + 2), of rank j + 1    [n]
 *   ideal[j] = gain[0] + .. + gain[j - 1]        [n + 1] */
struct mr_eval_gain {
	int64_t n;
	double *gain, *ideal;
};

/* mr_eval_gain_build - for cut-offs up to n; MR_ENOMEM. */
int mr_eval_gain_build(struct mr_eval_gain *g, int64_t n, struct mr_err *err)
    MR_CHECKED;
void mr_eval_gain_free(struct mr_eval_gain *g);

/*
 * mr_eval_ranking - all measures of one list at the cut-off k.
 *
 * With h(j) = 1 when the item at rank j is in the set T of relevant items,
 * 0 when it is not or the list has ended, and H = h(1) + .. + h(k):
 *
 *   RECALL      H / |T|
 *   RECALL_MIN  H / min(k, |T|)
 *   PRECISION   H / k
 *   NDCG        sum h(j) / log2(j + 1)  :  sum over j <= min(k, |T|) of
 *               1 / log2(j + 1)
 *   MAP         sum h(j) (h(1) + .. + h(j)) / j  :  min(k, |T|)
 *   MRR         1 / (the first j with h(j) = 1), 0 without a hit
 *   HIT         1 when H > 0, else 0
 *
 * out         [MR_EVAL_MEASURES] (out)
 * g           built for at least k                              borrowed
 * hit         [n] hit[j] = h(j + 1), 0 or 1                     borrowed
 * n           length of the list; may be less or more than k, or 0
 * n_relevant  |T| > 0
 * k           cut-off > 0
 *
 * Sums run in the order of ranks.  Time O(min(n, k)).
 * Jarvelin & Kekalainen, "Cumulated gain-based evaluation of IR techniques",
 * ACM TOIS 20(4), 2002, for the discounted gain, here with the discount from
 * the first rank on.
 */
void mr_eval_ranking(double *out, const struct mr_eval_gain *g,
    const unsigned char *hit, int64_t n, int64_t n_relevant, int64_t k);

#endif
