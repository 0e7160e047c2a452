/* Ratings parted into a training set and a test set.
 * SPDX-License-Identifier: MIT */
#ifndef MR_TOOL_SPLIT_SPLIT_H
#define MR_TOOL_SPLIT_SPLIT_H

#include <stdbool.h>
#include <stdint.h>

#include "core/err.h"
#include "eval/split.h"
#include "stream/run.h"

/* As they are given; 0 or NULL: not.  Strings are borrowed. */
struct mr_split_opt {
	int64_t folds, fold;
	const char *holdout;	/* a share, or a number of users or items */
	int by;			/* enum mr_split_by */
	const char *last, *random;	/* of each user: a number or a share */
	const char *before;	/* a time, or a share "80%" */
	int64_t core;
	bool drop_seen, drop_unknown;
	const char *path;	/* NULL or "-": standard input */
	const char *train, *test;	/* files; "-": the run's output */
};

/*
 * mr_split - copy the ratings TSV at o->path row by row to o->train and
 * o->test, in its order and with all its columns.  mr-split(1) says which row
 * goes where.  One of the two may be "-", the run's output.  The report gets
 * counts, and warnings: a side came out empty that should not, chance parted
 * equal times, a pair is on both sides.
 *
 * MR_EARG: not one way exactly, or what does not go with it; both sides go to
 * one file, or one to the input.  MR_EFORMAT names the line of an empty id, of
 * a rating that is no number, and where times decide of a time that is none.
 *
 * Memory: constant for folds, a share and a time, without core and drop_*;
 * else the text of all rows, 40 bytes for each, and the ids.
 */
int mr_split(const struct mr_split_opt *o, struct mr_run *run,
    struct mr_err *err) MR_CHECKED;

/* mr_split_time - a number, or a day YYYY-MM-DD as the seconds from 1970 to
 * its beginning in UTC; false for anything else. */
bool mr_split_time(const char *s, double *out);

#endif
