/* Errors of estimates; see errors.h.
 * SPDX-License-Identifier: MIT */
#include "eval/errors.h"

#include <math.h>

int
mr_errors_new(struct mr_measures *t, int64_t n, bool compare,
    struct mr_err *err)
{
	int rc = mr_measures_new(t, n, MR_ERRORS_COLUMNS, compare, err);

	t->stat[MR_ERRORS_RMSE] = (struct mr_eval_stat){ MR_ERRORS_SQUARES,
	    MR_ERRORS_PAIRS, true, MR_SCALE_SUMS };
	t->stat[MR_ERRORS_MAE] = (struct mr_eval_stat){ MR_ERRORS_ABSOLUTES,
	    MR_ERRORS_PAIRS, false, MR_SCALE_SUMS };
	t->n_stats = 2;
	return rc;
}

void
mr_errors_add(double *row, double estimate, double rating)
{
	double d = estimate - rating;

	row[MR_ERRORS_SQUARES] += d * d;
	row[MR_ERRORS_ABSOLUTES] += fabs(d);
	row[MR_ERRORS_PAIRS]++;
}
