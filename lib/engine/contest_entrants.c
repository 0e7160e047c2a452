/* The entrants of a contest; see contest_entrants.h.
 * SPDX-License-Identifier: MIT */
#include "engine/contest_entrants.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

const struct mr_contest_axis mr_contest_axes[MR_CONTEST_AXES] = {
	[MR_AXIS_WEIGHTING] = { "weighting", false, 0, 3, { 0, 1, 2 } },
	[MR_AXIS_NEAREST] = { "neighbours", false, 3, 6,
	    { 10, 20, 50, 100, 200, 500 } },
	[MR_AXIS_SHRINKAGE] = { "shrinkage", false, 0, 4, { 0, 10, 50, 200 } },
	[MR_AXIS_FROM] = { "from-exponent", false, 2, 5,
	    { 0.3, 0.5, 0.7, 0.9, 1.1 } },
	[MR_AXIS_VIA] = { "via-exponent", false, 2, 5,
	    { 0.2, 0.4, 0.7, 1, 1.3 } },
	[MR_AXIS_TO] = { "to-exponent", false, 3, 7,
	    { 0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6 } },
	[MR_AXIS_EASE] = { "lambda", false, 3, 8,
	    { 25, 50, 100, 200, 400, 800, 1600, 3200 } },
	[MR_AXIS_LAMBDA] = { "lambda", true, 2, 6,
	    { 0.25, 0.5, 1, 2, 4, 8 } },
	[MR_AXIS_UNOBSERVED] = { "unobserved-weight", true, 3, 6,
	    { 0.125, 0.25, 0.5, 1, 2, 4 } },
	[MR_AXIS_RANK] = { "rank", true, 1, 3, { 0.5, 1, 2 } },
	[MR_AXIS_MIX] = { "mix", false, 2, 5, { 0.5, 1, 2, 4, 8 } },
};

const struct mr_entrant mr_entrants[] = {
	{ .kind = "popular" },
	{ .kind = "gfilter", .fixed = "low-pass-rank", .value = "0",
	    .n_axes = 3, .axis = { MR_AXIS_TO, MR_AXIS_VIA, MR_AXIS_FROM } },
	{ .kind = "ease", .n_axes = 1, .axis = { MR_AXIS_EASE } },
	{ .kind = "ials", .n_axes = 3, .axis = { MR_AXIS_LAMBDA,
	    MR_AXIS_UNOBSERVED, MR_AXIS_RANK } },
	{ .kind = "blend", .starts_from = "ials", .n_axes = 4, .axis = {
	    MR_AXIS_MIX, MR_AXIS_TO, MR_AXIS_VIA, MR_AXIS_FROM },
	    .n_with = 3, .with = { MR_AXIS_LAMBDA, MR_AXIS_UNOBSERVED,
	    MR_AXIS_RANK } },
	{ .kind = "itemknn", .n_axes = 3, .axis = { MR_AXIS_WEIGHTING,
	    MR_AXIS_NEAREST, MR_AXIS_SHRINKAGE } },
	{ .kind = NULL }
};

static double
suited(const struct mr_kind *k, const char *name, const struct mr_extent *x)
{
	for (const struct mr_param *p = k->params; p->name; p++)
		if (strcmp(p->name, name) == 0 && p->suited)
			return p->suited(x);
	return 1;
}

static void
add_param(struct mr_winner *w, int axis, const int *place,
    const struct mr_extent *x)
{
	const struct mr_kind *k = w->kind;
	const struct mr_contest_axis *a = &mr_contest_axes[axis];
	double v = a->at[place[axis]] * (a->relative ? suited(k, a->name, x) :
	    1);
	char *text = w->text[w->n];

	for (const struct mr_param *p = k->params; p->name; p++) {
		if (strcmp(p->name, a->name) != 0)
			continue;
		if (p->words)
			snprintf(text, sizeof *w->text, "%s",
			    p->words[(int)v]);
		else
			snprintf(text, sizeof *w->text, "%.4g",
			    p->type == MR_PARAM_INT ? rint(v) : fmin(v,
			    p->hi));
		w->given[w->n++] = (struct mr_given){ p->name, text };
		return;
	}
}

void
mr_entrant_spell(struct mr_winner *w, int entrant, const int *place,
    const struct mr_extent *x)
{
	const struct mr_entrant *e = &mr_entrants[entrant];

	w->kind = mr_kind_find(e->kind);
	w->n = 0;
	if (e->fixed)
		w->given[w->n++] = (struct mr_given){ e->fixed, e->value };
	for (int i = 0; i < e->n_with; i++)
		add_param(w, e->with[i], place, x);
	for (int i = 0; i < e->n_axes; i++)
		add_param(w, e->axis[i], place, x);
}
