/* How good the models are, as mr-eval says: for the page that tells of them.
 * SPDX-License-Identifier: MIT */
#ifndef MR_TOOL_SERVE_QUALITY_H
#define MR_TOOL_SERVE_QUALITY_H

#include <stdint.h>

#include "core/str.h"

#define MR_QUALITY_ROWS 200
#define MR_QUALITY_COLUMNS 16

/* A small table of text, rows behind each other, its first row the names of
 * columns.  All zero is empty; freed by mr_quality_free. */
struct mr_quality {
	int rows, columns;
	struct mr_buf text;
	size_t end[MR_QUALITY_ROWS * MR_QUALITY_COLUMNS];
};

/* mr_quality_load - any TSV of at most MR_QUALITY_ROWS rows, with the names,
 * and MR_QUALITY_COLUMNS; MR_EFORMAT: there are more. */
int mr_quality_load(struct mr_quality *m, const char *path,
    struct mr_err *err) MR_CHECKED;
struct mr_slice mr_quality_cell(const struct mr_quality *m, int row,
    int column);
void mr_quality_free(struct mr_quality *m);

#endif
