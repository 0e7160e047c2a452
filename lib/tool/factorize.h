/* The work of mr-factorize: ratings in, a model stream out.
 * SPDX-License-Identifier: MIT */
#ifndef MR_TOOL_FACTORIZE_H
#define MR_TOOL_FACTORIZE_H

#include "core/report.h"
#include "stream/io.h"

enum mr_model_kind { MR_MODEL_ALS, MR_MODEL_IALS };

/* A negative number is the model's own default (mr_factorize_defaults). */
struct mr_factorize_opt {
	int model;		/* enum mr_model_kind, or -1: none given */
	int64_t d, sweeps;
	double lambda, alpha, unobserved_weight, reg_exponent;
	int64_t seed;
	int threads;
	bool header;
	const char *ratings;	/* path, NULL: stdin */
};

/* mr_factorize_defaults - fill in what is negative, by the model; MR_EARG
 * when an option is given that the model does not have. */
int mr_factorize_defaults(struct mr_factorize_opt *o, struct mr_err *err)
    MR_CHECKED;
/* mr_factorize_run - read, train and write the stream: META, the items (IDS,
 * V, bi), then users in blocks (IDS, U, bu, R).  Warns when every user has
 * one rating.  Memory: see mr-factorize(1). */
int mr_factorize_run(const struct mr_factorize_opt *o, struct mr_out *out,
    struct mr_report *report, struct mr_err *err) MR_CHECKED;

#endif
