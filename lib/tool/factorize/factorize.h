/* The work of mr-factorize: ratings in, a model stream out.
 * SPDX-License-Identifier: MIT */
#ifndef MR_TOOL_FACTORIZE_FACTORIZE_H
#define MR_TOOL_FACTORIZE_FACTORIZE_H

#include "stream/io.h"
#include "engine/train.h"

struct mr_factorize_opt {
	int model;		/* enum mr_model_kind, or -1: none given */
	struct mr_params params;
	int64_t seed;
	int threads;
	bool header;
	const char *ratings;	/* path, NULL: stdin */
};

/* mr_factorize_check - fill in the defaults of the model; MR_EARG when there
 * is no model, or an option that the model does not have or cannot use. */
int mr_factorize_check(struct mr_factorize_opt *o, struct mr_err *err)
    MR_CHECKED;
/* mr_factorize_run - read, train and write the stream: META, the items (IDS,
 * V, bi), then users in blocks (IDS, U, bu, R).  Warns when every user has
 * one rating.  Memory: see mr-factorize(1). */
int mr_factorize_run(const struct mr_factorize_opt *o, struct mr_out *out,
    struct mr_report *report, struct mr_err *err) MR_CHECKED;

#endif
