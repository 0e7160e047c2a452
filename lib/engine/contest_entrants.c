/* The entrants of a contest; see contest_entrants.h.
 * SPDX-License-Identifier: MIT */
#include "engine/contest_entrants.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "model/ials.h"

#define NUMBERS(...) .n = sizeof((double[]){ __VA_ARGS__ }) / sizeof(double), \
	.at = { __VA_ARGS__ }

const struct mr_contest_axis mr_contest_axes[MR_CONTEST_AXES] = {
	[MR_AXIS_WEIGHTING] = { .name = "weighting", .stride = 1,
	    NUMBERS(0, 1, 2) },
	[MR_AXIS_NEAREST] = { .name = "neighbours", .stride = 1, .start = 3,
	    NUMBERS(10, 20, 50, 100, 200, 500, 1000) },
	[MR_AXIS_SHRINKAGE] = { .name = "shrinkage", .stride = 1,
	    NUMBERS(0, 10, 50, 200) },
	[MR_AXIS_FROM] = { .name = "from-exponent", .stride = 2, .start = 6,
	    NUMBERS(0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1, 1.1,
	    1.2) },
	[MR_AXIS_VIA] = { .name = "via-exponent", .stride = 1, .start = 3,
	    NUMBERS(0, 0.2, 0.4, 0.7, 1, 1.3) },
	[MR_AXIS_TO] = { .name = "to-exponent", .stride = 2, .start = 3,
	    NUMBERS(0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8) },
	[MR_AXIS_KEPT] = { .name = "neighbours", .stride = 1, .start = 4,
	    NUMBERS(10, 20, 50, 100, 200, 500, 1000) },
	[MR_AXIS_EASE] = { .name = "lambda", .within = "ease-lambda",
	    .stride = 1, .start = 3,
	    NUMBERS(25, 50, 100, 200, 400, 800, 1600, 3200) },
	[MR_AXIS_LAMBDA] = { .name = "lambda", .relative = true, .stride = 2,
	    .start = 4, NUMBERS(0.25, 0.35, 0.5, 0.7, 1, 1.4, 2, 2.8, 4, 5.6,
	    8, 11, 16) },
	[MR_AXIS_UNOBSERVED] = { .name = "unobserved-weight",
	    .relative = true, .beside = MR_AXIS_LAMBDA, .stride = 2,
	    .start = 6, NUMBERS(0.015625, 0.03125, 0.0625, 0.125, 0.25, 0.5,
	    1, 2, 4) },
	[MR_AXIS_RANK] = { .name = "rank", .relative = true, .start = 2,
	    NUMBERS(0.125, 0.25, 0.5, 1, 2) },
	[MR_AXIS_MIX] = { .name = "mix", .stride = 1, .start = 3,
	    NUMBERS(0.25, 0.5, 1, 2, 4, 8, 16) },
	[MR_AXIS_SHARE] = { .name = "ease", .stride = 2,
	    NUMBERS(0, 0.25, 0.5, 1, 2, 4) },
};

const struct mr_entrant mr_entrants[] = {
	{ .kind = "popular", .trials = 1 },
	{ .kind = "gfilter", .fixed = "low-pass-rank", .value = "0",
	    .trials = 15, .n_axes = 4, .axis = { MR_AXIS_TO, MR_AXIS_VIA,
	    MR_AXIS_FROM, MR_AXIS_KEPT } },
	{ .kind = "ease", .trials = 4, .n_axes = 1, .axis = {
	    MR_AXIS_EASE } },
	{ .kind = "ials", .trials = 22, .n_axes = 3, .axis = {
	    MR_AXIS_LAMBDA, MR_AXIS_UNOBSERVED, MR_AXIS_RANK } },
	{ .kind = "blend", .trials = 14, .n_axes = 5,
	    .axis = { MR_AXIS_MIX, MR_AXIS_SHARE, MR_AXIS_TO, MR_AXIS_VIA,
	    MR_AXIS_FROM }, .n_with = 5, .with = { MR_AXIS_LAMBDA,
	    MR_AXIS_UNOBSERVED, MR_AXIS_RANK, MR_AXIS_EASE,
	    MR_AXIS_KEPT } },
	{ .kind = "itemknn", .trials = 6, .n_axes = 3, .axis = {
	    MR_AXIS_WEIGHTING, MR_AXIS_NEAREST, MR_AXIS_SHRINKAGE } },
	{ .kind = NULL }
};

#define RANK_AT_FIRST 64

static double
suited(const struct mr_kind *k, const char *name, const struct mr_extent *x)
{
	for (const struct mr_param *p = k->params; p->name; p++)
		if (strcmp(p->name, name) == 0 && p->suited)
			return p->suited(x);
	return 1;
}

static bool
has(const struct mr_kind *k, const char *name)
{
	const struct mr_param *p = k->params;

	while (p->name && strcmp(p->name, name) != 0)
		p++;
	return p->name != NULL;
}

/* What a user of as many ratings as the mean is regularised by, with the
 * unobserved weight that suits the data over that with what it is here: lambda
 * goes up as that goes down, so that one may be looked for after the other. */
static double
makes_up(const struct mr_kind *k, const int *place, const struct mr_extent *x)
{
	double each = (double)x->n_ratings / (double)x->n_users;
	double all = suited(k, "unobserved-weight", x) * (double)x->n_items;
	double times = mr_contest_axes[MR_AXIS_UNOBSERVED].at[
	    place[MR_AXIS_UNOBSERVED]];

	return (each + all) / (each + times * all);
}

static void
add_param(struct mr_winner *w, int axis, const int *place,
    const struct mr_extent *x)
{
	const struct mr_kind *k = w->kind;
	const struct mr_contest_axis *a = &mr_contest_axes[axis];
	const struct mr_contest_axis *mix = &mr_contest_axes[MR_AXIS_MIX];
	const char *name = a->within && has(k, a->within) ? a->within :
	    a->name;
	double v = a->at[place[axis]] * (a->relative ? suited(k, a->name, x) :
	    1) * (axis == MR_AXIS_LAMBDA ? makes_up(k, place, x) : 1) *
	    (axis == MR_AXIS_SHARE ? mix->at[place[MR_AXIS_MIX]] : 1);
	char *text = w->text[w->n];

	if (name == a->within && place[MR_AXIS_SHARE] == 0)
		return;
	for (const struct mr_param *p = k->params; p->name; p++) {
		if (strcmp(p->name, name) != 0)
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
mr_entrants_begin(int *place, const struct mr_extent *x)
{
	const double *rank = mr_contest_axes[MR_AXIS_RANK].at;

	for (int a = 0; a < MR_CONTEST_AXES; a++)
		place[a] = mr_contest_axes[a].start;
	while (place[MR_AXIS_RANK] > 0 && rank[place[MR_AXIS_RANK]] *
	    mr_ials_rank(x) > RANK_AT_FIRST)
		place[MR_AXIS_RANK]--;
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

int
mr_entrant_options(const struct mr_winner *w, struct mr_buf *text,
    struct mr_err *err)
{
	int rc = MR_OK;

	for (size_t i = 0; i < w->n && rc == MR_OK; i++)
		rc = mr_buf_addf(text, err, " --%s %s", w->given[i].name,
		    w->given[i].text);
	return rc;
}
