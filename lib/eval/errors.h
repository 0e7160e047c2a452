/* Errors of estimates: what a pair adds to its user's row of a table.
 * SPDX-License-Identifier: MIT */
#ifndef MR_EVAL_ERRORS_H
#define MR_EVAL_ERRORS_H

#include "eval/measures.h"

/* Columns of a row, and the statistics made of them. */
enum { MR_ERRORS_SQUARES, MR_ERRORS_ABSOLUTES, MR_ERRORS_PAIRS,
	MR_ERRORS_COLUMNS };
enum { MR_ERRORS_RMSE, MR_ERRORS_MAE };

/* mr_errors_new - room for n users; the statistics are
 *
 *   RMSE  sqrt(mean over all pairs of (estimate - rating)^2)
 *   MAE   mean over all pairs of |estimate - rating| */
int mr_errors_new(struct mr_measures *t, int64_t n, bool compare,
    struct mr_err *err) MR_CHECKED;
/* mr_errors_add - a pair more in row [MR_ERRORS_COLUMNS]. */
void mr_errors_add(double *row, double estimate, double rating);

#endif
