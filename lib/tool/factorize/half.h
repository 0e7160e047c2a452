/* A half-step under way.
 * SPDX-License-Identifier: MIT */
#ifndef MR_TOOL_FACTORIZE_HALF_H
#define MR_TOOL_FACTORIZE_HALF_H

#include "store/half_ratings.h"
#include "store/half_rows.h"
#include "tool/factorize/private.h"

/* All zero but o and run; owns nothing. */
struct mr_half_run {
	const struct mr_factorize_opt *o;
	struct mr_run *run;
	struct mr_half_totals all;
	struct mr_blas blas;
	int64_t d, width;
};

/* mr_half_run_open - the totals, the options that follow from them, and
 * OpenBLAS. */
int mr_half_run_open(struct mr_half_run *h, struct mr_err *err) MR_CHECKED;
/* mr_half_meta - the first META of rows of the items, or users, after that
 * sweep: what made them. */
int mr_half_meta(struct mr_meta *meta, const struct mr_half_run *h,
    bool items, int64_t sweep, struct mr_err *err) MR_CHECKED;
/* mr_half_check - is got, the META of the stream at path, that of such rows?
 * sweep -1: after any sweep, which *found is (out, may be NULL). */
int mr_half_check(const struct mr_half_run *h, const struct mr_meta *got,
    const char *path, bool items, int64_t sweep, int64_t *found,
    struct mr_err *err) MR_CHECKED;
/* mr_half_model - the model of ratings, the items' rows and those of the users,
 * which pass by. */
int mr_half_model(struct mr_half_run *h, struct mr_err *err) MR_CHECKED;

#endif
