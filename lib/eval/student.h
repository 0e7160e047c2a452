/* Student's distribution: tails and quantiles.
 * SPDX-License-Identifier: MIT */
#ifndef MR_EVAL_STUDENT_H
#define MR_EVAL_STUDENT_H

/*
 * mr_student_tails - the chance that |T| >= |t|, T of Student's distribution
 * with df > 0 degrees of freedom (whole or not):
 *
 *   I_x(df / 2, 1 / 2), x = df / (df + t^2)
 *
 * I by its continued fraction: Abramowitz & Stegun, "Handbook of mathematical
 * functions", 1964, 26.5.8 and 26.7.1.  About 12 digits, of small tails, too.
 */
double mr_student_tails(double t, double df);
/* mr_student_quantile - the t > 0 with mr_student_tails(t, df) = tails, where
 * 0 < tails < 1; INFINITY past 1e9. */
double mr_student_quantile(double tails, double df);

#endif
