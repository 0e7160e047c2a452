/* What the files of mr-tune share.
 * SPDX-License-Identifier: MIT */
#ifndef MR_TOOL_TUNE_TUNE_PRIVATE_H
#define MR_TOOL_TUNE_TUNE_PRIVATE_H

#include "engine/trial.h"
#include "tool/tune/grid.h"
#include "tool/tune/tune.h"

#define MR_TUNE_ROUNDS 12

/* What a trial has come to in the round it was in last. */
struct mr_tune_result {
	double value, lo, hi;	/* NAN: none */
	int64_t users;
	double *sums;		/* of the folds so far; NULL: none */
	int folds;		/* which those are */
	bool alive, known;	/* known: as a row said that was read */
	uint64_t said;		/* of a setting that is not there yet, the hash
				 * of the options of that row */
};

/* A round: a share of the users, and how many of the folds. */
struct mr_tune_round {
	double share;
	int folds;
};

struct mr_tune {
	const struct mr_tune_opt *o;
	struct mr_run *run;
	struct mr_judge judge;
	struct mr_ratings all, test;
	unsigned char *part;	/* [nnz of all] fold from 0, or 1: held out */
	struct mr_settings settings;
	struct mr_tune_result *result;	/* [settings.most] */
	struct mr_tune_round round[MR_TUNE_ROUNDS];
	int n_rounds;
	char data[17];		/* of all that figures depend on, in hex */
	struct mr_blas blas;
	bool blas_too;
};

/* mr_tune_split - part, by the options; MR_EFORMAT where times are needed and
 * are not there. */
int mr_tune_split(struct mr_tune *t, struct mr_err *err) MR_CHECKED;
/* mr_tune_plan - the rounds. */
void mr_tune_plan(struct mr_tune *t);
/* mr_tune_read - what the file that --resume names says of round r: results of
 * those alive become known. */
int mr_tune_read(struct mr_tune *t, int r, struct mr_err *err) MR_CHECKED;
/* mr_tune_begin - trial i is one of them from now on, maybe as read. */
int mr_tune_begin(struct mr_tune *t, int64_t i, struct mr_err *err) MR_CHECKED;
void mr_tune_head(const struct mr_tune *t);
/* mr_tune_row - the row of trial i. */
int mr_tune_row(const struct mr_tune *t, int r, int64_t i, struct mr_err *err)
    MR_CHECKED;
/* mr_tune_run - all of round r that are alive, and who is after it. */
int mr_tune_run(struct mr_tune *t, int r, struct mr_err *err) MR_CHECKED;
/* mr_tune_best - the trial of the best value, of equal ones the first; -1. */
int64_t mr_tune_best(const struct mr_tune *t);

#endif
