/* The work of mr-factorize: ratings in, a model stream out.
 * SPDX-License-Identifier: MIT */
#ifndef MR_TOOL_FACTORIZE_FACTORIZE_H
#define MR_TOOL_FACTORIZE_FACTORIZE_H

#include "model/kind.h"
#include "stream/io.h"

struct mr_factorize_opt {
	const struct mr_kind *kind;
	void *params;		/* its options, filled by mr_kind_set */
	int64_t seed;
	int threads;
	bool header;
	const char *ratings;	/* path, NULL: stdin */
};

/* mr_factorize_models - a line for each kind with its parameters and their
 * defaults, added to text. */
int mr_factorize_models(struct mr_buf *text, struct mr_err *err) MR_CHECKED;
/* mr_factorize_run - read, train and write the stream: META, the items (IDS,
 * V, bi), then users in blocks (IDS, U, bu, R).  Warns when every user has
 * one rating.  Memory: see mr-factorize(1). */
int mr_factorize_run(const struct mr_factorize_opt *o, struct mr_out *out,
    struct mr_report *report, struct mr_err *err) MR_CHECKED;

#endif
