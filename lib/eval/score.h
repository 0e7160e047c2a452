/* Means over users of values from 0 to 1: their intervals and a paired test,
 * without drawing.
 * SPDX-License-Identifier: MIT */
#ifndef MR_EVAL_SCORE_H
#define MR_EVAL_SCORE_H

#include "eval/resample.h"

/*
 * mr_eval_score - 95 % intervals, and with x->b p values, of the statistics
 * whose scale is MR_SCALE_SHARE or MR_SCALE_UNIT; lo, hi and p [n_stats]
 * (out) of others are left alone, and p is without b.
 *
 * Wilson's score interval, of n_eff users in place of n:
 *
 *   (m + z^2 / 2 n_eff +- z sqrt(m (1 - m) / n_eff + z^2 / 4 n_eff^2))
 *     : (1 + z^2 / n_eff)
 *
 * MR_SCALE_SHARE, values 0 or 1: n_eff = n and z = 1.96, Wilson's own.
 * MR_SCALE_UNIT, values between: z is Student's of n - 1 degrees, and n_eff =
 * n m' (1 - m') / s'^2, the number of 0s and 1s that would tell as much (n
 * over the design effect of surveys).  m' and s'^2 are mean and variance of
 * the values and of half an imaginary user each with 0 and with 1, who weigh
 * min(1, 5 / h) in all; h are the users who have not the value, mostly 0,
 * that more than half of them have, or all of them where there is none.  Of
 * few hits none may be at a good rank: without the imaginary user the mean
 * would seem better known than it is, and without any hit it would seem to be
 * 0 for sure.
 *
 * With b, d = a - b is treated as (d + 1) / 2, of MR_SCALE_UNIT; p is the
 * chance of Student's |T| of n - 1 degrees to be |mean d| sqrt(n_eff) or more,
 * so that p < 0.05 is the same as an interval without 0.
 *
 * Statistics with a den count the users for whom it is above 0.  NAN where
 * there are none.  Time O(n n_stats).
 * E. B. Wilson, "Probable inference, the law of succession, and statistical
 * inference", JASA 22(158), 1927; for n_eff: N. Dean & M. Pagano, "Evaluating
 * confidence interval methods for binomial proportions in clustered surveys",
 * Journal of Survey Statistics and Methodology 3(4), 2015.  The imaginary
 * user is ours; the unit test measures what it is worth.
 */
void mr_eval_score(const struct mr_eval_sample *x, double *lo, double *hi,
    double *p);

#endif
