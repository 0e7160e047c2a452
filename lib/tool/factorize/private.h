/* What the files of mr-factorize share.
 * SPDX-License-Identifier: MIT */
#ifndef MR_TOOL_FACTORIZE_PRIVATE_H
#define MR_TOOL_FACTORIZE_PRIVATE_H

#include "store/ratings.h"
#include "stream/matrix.h"
#include "tool/factorize/factorize.h"

/* mr_factorize_load - the ratings that count, and what they have to tell. */
int mr_factorize_load(struct mr_ratings *r, const struct mr_factorize_opt *o,
    struct mr_run *run, struct mr_err *err) MR_CHECKED;
/* mr_factorize_suit - o->params, with the defaults that follow the data x, or
 * the rank of the model to go on from; empty: none. */
int mr_factorize_suit(const struct mr_factorize_opt *o,
    const struct mr_extent *x, const char *rank, struct mr_report *report,
    struct mr_err *err) MR_CHECKED;
/* mr_factorize_describe - the first META of a model; at_least NULL: none. */
int mr_factorize_describe(struct mr_meta *meta,
    const struct mr_factorize_opt *o, const char *at_least, uint64_t seed,
    struct mr_err *err) MR_CHECKED;

/* mr_factorize_half - o->half, which is not MR_HALF_NONE. */
int mr_factorize_half(const struct mr_factorize_opt *o, struct mr_run *run,
    struct mr_err *err) MR_CHECKED;

#endif
