/* Settings of the parameters of a kind, from a grid or by chance.
 * SPDX-License-Identifier: MIT */
#ifndef MR_TOOL_TUNE_GRID_H
#define MR_TOOL_TUNE_GRID_H

#include "data/ids.h"
#include "model/kind.h"

#define MR_GRID_AXES 16
#define MR_GRID_MOST 1000000	/* settings */

/* Setting i gives given[i * n_axes .. (i + 1) * n_axes).  All zero is none;
 * freed by mr_settings_free. */
struct mr_settings {
	int64_t n, most;	/* settings, and how many there may be */
	int n_axes;
	struct mr_given *given;
	char (*text)[32];	/* their values */
	double *place;		/* the same: the number of a value, or how far
				 * through a range, from 0 to 1 */
	struct mr_grid_axis *axis;	/* [n_axes] */
	int64_t all;		/* of the grid; of ranges and of values
				 * together they have no number: 0 */
	struct mr_ids known;	/* the settings, once they were looked for */
	int64_t n_known;	/* of them */
	const struct mr_kind *kind;	/* borrowed */
	uint64_t seed;
};

struct mr_settings_opt {	/* borrowed until the free */
	const struct mr_kind *kind;
	const char *grid;
	int64_t trials;		/* 0: the whole grid */
	bool by_chance;		/* all of them, and not just the first half */
	uint64_t seed;
};

/*
 * mr_settings_new - of a grid "NAME=VALUE,VALUE;NAME=LO:HI", names long or a
 * letter: all of it in order, the last name fastest, or, trials above 0, so
 * many or half of so many by chance: of values alone different ones, where they
 * are no more than trials all of them.  LO:HI is a range to draw from, evenly
 * by logarithm where LO is above 0, three digits.  MR_EARG where the grid
 * cannot be read, a range is there without trials, or a setting is none that
 * the kind takes.
 */
int mr_settings_new(struct mr_settings *s, const struct mr_settings_opt *o,
    struct mr_err *err) MR_CHECKED;
/*
 * mr_settings_near - up to most, half of what is missing and 5 at least, near
 * the first of order [m], numbers of settings: of one parameter the value
 * before or behind, or one up to a quarter of its range away; then of two of
 * them.  Without any, m 0: up to most by chance, as of mr_settings_new.
 * Different ones that the kind takes; where there are none, or, of ranges, a
 * thousand draws in a row find none, most becomes n.
 * Time: that of looking at each setting once, whatever the number before.
 */
int mr_settings_near(struct mr_settings *s, const int64_t *order, int64_t m,
    struct mr_err *err) MR_CHECKED;
/* mr_settings_options - " --NAME VALUE .." of setting i, added to text. */
int mr_settings_options(const struct mr_settings *s, int64_t i,
    struct mr_buf *text, struct mr_err *err) MR_CHECKED;
void mr_settings_free(struct mr_settings *s);

#endif
