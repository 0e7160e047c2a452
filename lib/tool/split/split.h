/* Ratings parted into a training set and a test set.
 * SPDX-License-Identifier: MIT */
#ifndef MR_TOOL_SPLIT_SPLIT_H
#define MR_TOOL_SPLIT_SPLIT_H

#include <stdbool.h>
#include <stdint.h>

#include "core/err.h"
#include "eval/split.h"
#include "stream/run.h"

enum mr_split_way {
	MR_SPLIT_FOLDS = 1,	/* test: fold of folds */
	MR_SPLIT_HOLDOUT,	/* test: a share of all pairs */
	MR_SPLIT_LAST,		/* test: the last rows of each user */
	MR_SPLIT_BEFORE		/* test: what is not before a time */
};

/* Strings are borrowed. */
struct mr_split_opt {
	int way;		/* enum mr_split_way */
	struct mr_split_part part;	/* by chance */
	int64_t last;		/* 1 or more */
	double before;
	const char *path;	/* NULL or "-": standard input */
	const char *train, *test;	/* files; "-": the run's output */
};

/*
 * mr_split - copy the ratings TSV at o->path row by row to o->train and
 * o->test, in its order and with all its columns.  mr-split(1) says which row
 * goes where.  One of the two may be "-", the run's output.  The report gets
 * counts, a warning when a side came out empty that should not, and one of the
 * users whom chance split, as their times are equal.
 *
 * MR_EARG: both go to one file, or one to the input.  MR_EFORMAT names the line
 * of an empty id, of a rating that is no number, and where times decide of a
 * time that is none.
 *
 * Memory: constant, but for MR_SPLIT_LAST: the text of all rows, 33 bytes for
 * each, and the ids.
 */
int mr_split(const struct mr_split_opt *o, struct mr_run *run,
    struct mr_err *err) MR_CHECKED;

/* mr_split_time - a number, or a day YYYY-MM-DD as the seconds from 1970 to
 * its beginning in UTC; false for anything else. */
bool mr_split_time(const char *s, double *out);

#endif
