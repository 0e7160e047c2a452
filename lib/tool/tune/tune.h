/* The work of mr-tune: which parameters of a model are the best.
 * SPDX-License-Identifier: MIT */
#ifndef MR_TOOL_TUNE_TUNE_H
#define MR_TOOL_TUNE_TUNE_H

#include "model/kind.h"
#include "stream/run.h"

struct mr_tune_opt {
	const struct mr_kind *kind;
	const char *grid;	/* as of grid.h */
	int64_t trials;		/* 0: the whole grid */
	bool halving;
	/* What is measured on: one of these, or neither: a tenth held out. */
	int64_t folds;		/* 0: none */
	double holdout, latest;	/* shares, 0: none */
	const char *test;	/* path */
	const char *measure;	/* NULL: as the kind's is */
	const char *resume;	/* path of the rows of a run before */
	const char *ratings;	/* path, NULL: stdin */
};

/*
 * mr_tune - train and measure every setting, in rounds of which each takes
 * those that may still be the best, and write a row for every trial of a round
 * as soon as it and all before it are done; the best one's command is the
 * report's result.  Memory and rounds: see mr-tune(1).
 */
int mr_tune(const struct mr_tune_opt *o, struct mr_run *run,
    struct mr_err *err) MR_CHECKED;

#endif
