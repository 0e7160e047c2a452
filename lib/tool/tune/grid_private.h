/* What the files of grids share.
 * SPDX-License-Identifier: MIT */
#ifndef MR_TOOL_TUNE_GRID_PRIVATE_H
#define MR_TOOL_TUNE_GRID_PRIVATE_H

#include "tool/tune/grid.h"

/* What is drawn in grid.c is numbered from here, in grid_near.c from behind
 * it. */
enum { MR_GRID_DRAWN = 1, MR_GRID_DRAWN_NEAR = 3 };

struct mr_grid_axis {
	const struct mr_param *p;
	struct mr_slice values;	/* "a,b,c"; of a range "lo:hi" */
	int64_t n;		/* values */
	bool range;
	double lo, hi;
};

/* mr_grid_put - the values of setting i, by its places. */
void mr_grid_put(struct mr_settings *s, int64_t i);
/* mr_grid_fill - setting i: number of the grid, or, below 0, that draw of
 * chance. */
void mr_grid_fill(struct mr_settings *s, int64_t i, int64_t number,
    int64_t draw);
/* mr_grid_shuffle - [all] the grid, of which the first n are in an order of
 * chance; the caller's to free. */
int64_t *mr_grid_shuffle(const struct mr_settings *s, int64_t n,
    struct mr_err *err);

#endif
