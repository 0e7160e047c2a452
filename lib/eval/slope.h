/* Standard errors of statistics of sums over users, by their derivatives.
 * SPDX-License-Identifier: MIT */
#ifndef MR_EVAL_SLOPE_H
#define MR_EVAL_SLOPE_H

#include "eval/resample.h"

/*
 * A statistic, or of two systems the difference, and what a unit more of a
 * sum adds to it: user u moves it by about
 *
 *   r_u = coef . (num of a, den of a, num of b, den of b)
 */
struct mr_eval_slope {
	double f;
	double den;		/* S[den] of a, or n */
	double coef[4];
};

/* mr_eval_slope_at - of statistic i, where the sums are sum [2 m], those of a
 * and behind them those of b.  Not finite where f is not, or a root is 0. */
struct mr_eval_slope mr_eval_slope_at(const struct mr_eval_sample *x, int i,
    const double *sum);
/*
 * mr_eval_slope_error - the standard error of f when users are drawn at random
 * (the "delta method"), for n > 1:
 *
 *   count NULL   sqrt(sum over users of r_u^2 / (1 - den_u / S[den]))
 *   count [n]    sqrt(n / (n - 1) sum over users of count_u r_u^2)
 *
 * The first makes up for what a large user takes of his own r_u by moving f:
 * J. G. MacKinnon & H. White, "Some heteroskedasticity-consistent covariance
 * matrix estimators", Journal of Econometrics 29(3), 1985, HC2.  Of a mean
 * both are the same.  The second is of users drawn with count.  Time O(n).
 */
double mr_eval_slope_error(const struct mr_eval_sample *x, int i,
    const struct mr_eval_slope *y, const uint32_t *count);

#endif
