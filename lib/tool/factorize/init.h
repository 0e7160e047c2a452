/* The model that a training run begins with: --init.
 * SPDX-License-Identifier: MIT */
#ifndef MR_TOOL_FACTORIZE_INIT_H
#define MR_TOOL_FACTORIZE_INIT_H

#include "core/report.h"
#include "model/kind.h"
#include "store/ratings.h"

/* All zero is none; freed by mr_init_free. */
struct mr_init {
	struct mr_start start;
	char rank[24];		/* of the model; empty: its kind has none */
	uint64_t digest;
};

/*
 * mr_init_load - the model at path, which must be of kind k, its rows as r
 * numbers users and items.  Tells how many of them it has; none is warned of.
 * MR_EARG where k does not begin with another model or that is of another
 * kind; MR_EIO, MR_EFORMAT, MR_ENOMEM.  Memory: the parts of the model for the
 * users and items of r.
 */
int mr_init_load(struct mr_init *x, const char *path, const struct mr_kind *k,
    const struct mr_ratings *r, struct mr_report *report, struct mr_err *err)
    MR_CHECKED;
void mr_init_free(struct mr_init *x);

#endif
