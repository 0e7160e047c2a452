/* What describes a heap of numbers: moments, quantiles, fences, bins, and how
 * unevenly a total is spread.
 * SPDX-License-Identifier: MIT */
#ifndef MR_EVAL_SUMMARY_H
#define MR_EVAL_SUMMARY_H

#include "data/tally.h"

/*
 * All functions take a sorted tally, borrowed; x_1 <= ... <= x_N are its
 * numbers, each as often as it was counted, N = total.  They allocate nothing
 * and cannot fail; those that need a number want N > 0 (asserted).
 * O(distinct) each.
 */

/* mr_summary_mean - sum of x / N, summed with compensation. */
double mr_summary_mean(const struct mr_tally *t);
/* mr_summary_sd - sqrt(sum of (x - mean)^2 / (N - 1)); 0 for N = 1. */
double mr_summary_sd(const struct mr_tally *t);

/*
 * mr_summary_quantile - with h = (N - 1) q, 0 <= q <= 1:
 *
 *   x_(floor(h) + 1) + (h - floor(h)) (x_(floor(h) + 2) - x_(floor(h) + 1))
 *
 * R. J. Hyndman, Y. Fan, "Sample quantiles in statistical packages", The
 * American Statistician 50(4), 1996, definition 7.
 */
double mr_summary_quantile(const struct mr_tally *t, double q);

/* Q1 - 1.5 IQR and Q3 + 1.5 IQR, and how many numbers lie outside: J. W.
 * Tukey, "Exploratory data analysis", 1977, his "inner fences", with the
 * quartiles of mr_summary_quantile. */
struct mr_fences {
	double lower, upper;
	int64_t below, above;
};
void mr_summary_fences(const struct mr_tally *t, struct mr_fences *f);

/*
 * mr_summary_bins - count[k] (out, [n_bins]) of the numbers in bin k of n_bins
 * > 0 equal ones from min to max: edge(k) <= x < edge(k + 1), the last one
 * with max; edge(k) = min + k ((max - min) / n_bins).
 * mr_summary_edge - edge(k).
 */
void mr_summary_bins(const struct mr_tally *t, int n_bins, int64_t *count);
double mr_summary_edge(const struct mr_tally *t, int n_bins, int k);

/* mr_summary_below - how many numbers are smaller than x. */
int64_t mr_summary_below(const struct mr_tally *t, double x);
/* mr_summary_mode - the cell of the most frequent number, of several the
 * smallest. */
const struct mr_tallied *mr_summary_mode(const struct mr_tally *t);

/* For numbers that are counts (whole and >= 0):
 * mr_summary_top - the sum of the k <= N greatest.
 * mr_summary_needed - the least k whose sum is at least percent % of all. */
double mr_summary_top(const struct mr_tally *t, int64_t k);
int64_t mr_summary_needed(const struct mr_tally *t, int percent);

/*
 * mr_summary_gini - how unevenly a sum is shared:
 *
 *   sum over j of (2j - N - 1) x_j / (N sum of x)
 *
 * 0 when all are equal, towards 1 when one has everything; 0 when the sum is
 * 0.  What equal numbers add is one exact product, while it is below 2^53.
 */
double mr_summary_gini(const struct mr_tally *t);

#endif
