/* The bodies of mr-show: streams to people and other programs, and back.
 * SPDX-License-Identifier: MIT */
#ifndef MR_TOOL_SHOW_SHOW_H
#define MR_TOOL_SHOW_SHOW_H

#include <stdbool.h>

#include "stream/run.h"

struct mr_show_opt {
	const char *matrix;	/* name; NULL: the only one, E when making */
	const char *axis;	/* name of the column axis; NULL: as found */
	const char *ids;	/* TSV of row names for from_npy, or NULL */
	bool long_form;		/* a line for every value, dense too */
};

/*
 * All read path (NULL or "-": standard input).  MR_EFORMAT, MR_EIO, MR_ENOMEM
 * as the readers and writers below; MR_EARG when binary output would go to a
 * terminal.
 *
 * mr_show_text - what made the stream, its axes, matrices and statistics, as
 * aligned tables.  mr_show_json - the same as one JSON object.
 * mr_show_check - only read; facts go to the report.
 * Memory of the three: the names and one block.
 */
int mr_show_text(const char *path, struct mr_run *run, struct mr_err *err)
    MR_CHECKED;
int mr_show_json(const char *path, struct mr_run *run, struct mr_err *err)
    MR_CHECKED;
int mr_show_check(const char *path, struct mr_run *run,
    struct mr_err *err) MR_CHECKED;

/*
 * mr_show_tsv - one matrix as TSV: dense with a column for every column, CSR
 * as a line for every value.  Rows go out as they come; they wait in memory
 * only when the names of the columns come after them.
 */
int mr_show_tsv(const char *path, const struct mr_show_opt *o,
    struct mr_run *run, struct mr_err *err) MR_CHECKED;
/* mr_show_npy - one dense matrix as .npy; holds it, as .npy begins with the
 * number of rows. */
int mr_show_npy(const char *path, const struct mr_show_opt *o,
    struct mr_run *run, struct mr_err *err) MR_CHECKED;

/* mr_show_csv - a table of mr-tsv(5) as CSV, RFC 4180 but with LF.  Memory: a
 * row. */
int mr_show_csv(const char *path, struct mr_run *run, struct mr_err *err)
    MR_CHECKED;

/* mr_show_from_tsv, _from_npy - a stream of one dense matrix.  Memory: the
 * names and 256 rows. */
int mr_show_from_tsv(const char *path, const struct mr_show_opt *o,
    struct mr_run *run, struct mr_err *err) MR_CHECKED;
int mr_show_from_npy(const char *path, const struct mr_show_opt *o,
    struct mr_run *run, struct mr_err *err) MR_CHECKED;

#endif
