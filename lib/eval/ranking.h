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
	MR_EVAL_NDCG_LINEAR,
	MR_EVAL_NDCG_EXP,
	MR_EVAL_MAP,
	MR_EVAL_MAP_ALL,
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

/* One list and what is relevant to its user; borrowed.  The list is given by
 * its places: hit[j] is 1 when the item at rank j + 1 is in the set T of
 * relevant items, else 0. */
struct mr_eval_ranked {
	const unsigned char *hit;	/* [n] */
	const double *rating;		/* [n] of a hit its rating */
	int64_t n;			/* may be less or more than k, or 0 */
	const double *relevant;		/* [n_relevant] ratings of T, falling */
	int64_t n_relevant;		/* |T| > 0 */
};

/*
 * mr_eval_ranking - all measures of one list at the cut-off k.
 *
 * With h(j) = 1 when the item at rank j is in the set T of relevant items,
 * 0 when it is not or the list has ended, H = h(1) + .. + h(k), and r(j) the
 * rating of the item at rank j:
 *
 *   RECALL       H / |T|
 *   RECALL_MIN   H / min(k, |T|)
 *   PRECISION    H / k
 *   NDCG         sum h(j) / log2(j + 1)  :  the most it can be
 *   NDCG_LINEAR  sum h(j) max(r(j), 0) / log2(j + 1)  :  the most it can be
 *   NDCG_EXP     sum h(j) (2^max(r(j), 0) - 1) / log2(j + 1)  :  the most it
 *                can be
 *   MAP          sum h(j) (h(1) + .. + h(j)) / j  :  min(k, |T|)
 *   MAP_ALL      the same sum : |T|
 *   MRR          1 / (the first j with h(j) = 1), 0 without a hit
 *   HIT          1 when H > 0, else 0
 *
 * "The most it can be" is the sum of a list of T by falling ratings, cut to k;
 * where that is 0, so is the measure.  Numerator and denominator of NDCG_EXP
 * are computed as multiples of 2^max of T: no rating is too large.
 *
 * out  [MR_EVAL_MEASURES] (out)
 * g    built for at least k                                     borrowed
 * k    cut-off > 0
 *
 * Sums run in the order of ranks.  Time O(min(n, k) + min(|T|, k)).
 * Jarvelin & Kekalainen, "Cumulated gain-based evaluation of IR techniques",
 * ACM TOIS 20(4), 2002, for the discounted gain, linear in the rating, here
 * with the discount from the first rank on; Burges et al., "Learning to rank
 * using gradient descent", ICML 2005, for the exponential one;
 * Buckley & Voorhees, "Retrieval system evaluation", in "TREC", MIT Press
 * 2005, for MAP_ALL.
 */
void mr_eval_ranking(double *out, const struct mr_eval_gain *g,
    const struct mr_eval_ranked *x, int64_t k);

#endif
