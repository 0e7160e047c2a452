/* Who takes part in a contest, and with which values of which parameters.
 * SPDX-License-Identifier: MIT */
#ifndef MR_ENGINE_CONTEST_ENTRANTS_H
#define MR_ENGINE_CONTEST_ENTRANTS_H

#include "engine/contest.h"

enum {
	MR_AXIS_NONE, MR_AXIS_WEIGHTING, MR_AXIS_NEAREST, MR_AXIS_SHRINKAGE,
	MR_AXIS_FROM, MR_AXIS_VIA, MR_AXIS_TO, MR_AXIS_KEPT, MR_AXIS_EASE,
	MR_AXIS_LAMBDA, MR_AXIS_UNOBSERVED, MR_AXIS_RANK, MR_AXIS_MIX,
	MR_AXIS_SHARE, MR_CONTEST_AXES
};

/* A parameter: values in the order in which they are next to one another. */
struct mr_contest_axis {
	const char *name;
	const char *within;	/* its name in a kind that has ease within,
				 * where it counts if MR_AXIS_SHARE is above
				 * 0 */
	bool relative;		/* times what suits the data; that of
				 * MR_AXIS_SHARE is times the mix */
	int beside;		/* an axis whose best is looked for anew, from
				 * where it is, at every value; or none */
	int stride;		/* of at, which the first round steps by; 0:
				 * it leaves it where it is */
	int start, n;		/* of at */
	double at[14];
};

/* A kind, what of it is not its default, and the axes of its search; those of
 * with are where another kind has left them. */
struct mr_entrant {
	const char *kind, *fixed, *value;
	int trials;		/* about how many it takes */
	int n_axes, n_with;
	int axis[5], with[5];
};

extern const struct mr_contest_axis mr_contest_axes[MR_CONTEST_AXES];
extern const struct mr_entrant mr_entrants[];	/* kind NULL at the end */

/* mr_entrants_begin - where a search begins on every axis, in place (out)
 * [MR_CONTEST_AXES]: the start, but with a rank of at most 64, for on large
 * data trials of more take most of the time, and which other parameters are
 * good hardly depends on it. */
void mr_entrants_begin(int *place, const struct mr_extent *x);
/* mr_entrant_spell - kind and given of w (out): entrant e at place
 * [MR_CONTEST_AXES], for data like x. */
void mr_entrant_spell(struct mr_winner *w, int e, const int *place,
    const struct mr_extent *x);
/* mr_entrant_options - " --NAME VALUE .." of w, added to text. */
int mr_entrant_options(const struct mr_winner *w, struct mr_buf *text,
    struct mr_err *err) MR_CHECKED;

#endif
