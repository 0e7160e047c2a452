/* Columns of one table put beside the rows of another.
 * SPDX-License-Identifier: MIT */
#ifndef MR_TOOL_JOIN_JOIN_H
#define MR_TOOL_JOIN_JOIN_H

#include "store/match_table.h"
#include "stream/run.h"

/* Strings are borrowed; NULL is "not given". */
struct mr_join_opt {
	const char *left;	/* TSV; NULL or "-": standard input, as by.right
				 * "-" is */
	struct mr_match_by by;	/* how: a column that says by what */
	int64_t year_slack;	/* by title: years may differ by so much */
	const char *unmatched;	/* written: rows of left without a match */
	const char *ambiguous;	/* written: those with several, each of them */
};

/*
 * mr_join - copy the rows of o->left, in their order, that have one match in
 * o->by.right to the run's output, with the columns of o->by.with behind theirs.
 * mr-join(1) says what a match is; rows of right that agree in these columns
 * are one.  The report gets counts, and warnings of rows that are in no file.
 *
 * MR_EARG: the options do not fit together, or two outputs are one file.
 * MR_EFORMAT: no such column, a name that the output would have twice.
 *
 * Memory: of right, the text of the keys and of the columns added; 8 bytes for
 * each of these cells; 40 a row, and 40 for each key that is another.  By title
 * the keys are the forms of text/utf8_title.h, and people is kept too.
 */
int mr_join(const struct mr_join_opt *o, struct mr_run *run,
    struct mr_err *err) MR_CHECKED;

#endif
