/* Settings from a grid; see grid.h.
 * SPDX-License-Identifier: MIT */
#include "tool/tune/grid.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/mem.h"
#include "core/rng.h"

enum { WHICH = 1, WHERE };	/* what is drawn */

struct axis {
	const struct mr_param *p;
	struct mr_slice values;	/* "a,b,c"; of a range "lo:hi" */
	int64_t n;		/* values */
	bool range;
	double lo, hi;
};

/* ---- reading ---- */

static const struct mr_param *
find(const struct mr_kind *k, struct mr_slice name)
{
	for (const struct mr_param *p = k->params; p->name; p++)
		if (mr_slice_is(name, p->name) || (name.n == 1 && p->letter &&
		    name.p[0] == p->letter))
			return p;
	return NULL;
}

static int
read_range(struct axis *a, struct mr_err *err)
{
	struct mr_slice hi = a->values, lo = mr_slice_cut(&hi, ':');

	a->range = hi.p && a->p->type != MR_PARAM_WORD;
	if (!a->range)
		return MR_OK;
	if (!mr_parse_f64(lo, &a->lo) || !mr_parse_f64(hi, &a->hi) ||
	    !(a->lo < a->hi) || a->lo < a->p->lo || a->hi > a->p->hi)
		return mr_err_set(err, MR_EARG, "--grid: '%.*s' is no range "
		    "of --%s: LO:HI from %g to %g", MR_SHOWN(a->values),
		    a->p->name, a->p->lo, a->p->hi);
	return MR_OK;
}

static int
read_axis(struct axis *a, const struct mr_kind *k, struct mr_slice text,
    struct mr_err *err)
{
	struct mr_slice name = mr_slice_cut(&text, '='), rest;

	name = mr_slice_trim(name);
	a->p = find(k, name);
	if (!a->p)
		return mr_err_set(err, MR_EARG, "--grid: '%.*s' is no "
		    "parameter of %s (mr-factorize -h has them)",
		    MR_SHOWN(name), k->name);
	a->values = mr_slice_trim(text.p ? text : (struct mr_slice){ "", 0 });
	for (rest = a->values; rest.p; a->n++) {
		struct mr_slice value = mr_slice_cut(&rest, ',');

		if (value.n == 0 || value.n > 31)
			return mr_err_set(err, MR_EARG, "--grid: '%.*s' has "
			    "no value for --%s where one is expected",
			    MR_SHOWN(text), a->p->name);
	}
	return read_range(a, err);
}

static int
read_grid(struct axis *axis, int *n, const struct mr_kind *k, const char *grid,
    struct mr_err *err)
{
	struct mr_slice rest = mr_slice_of(grid);
	int rc = MR_OK;

	while (rest.p && rc == MR_OK) {
		struct mr_slice one = mr_slice_trim(mr_slice_cut(&rest, ';'));

		if (one.n == 0)
			continue;
		if (*n == MR_GRID_AXES)
			return mr_err_set(err, MR_EARG, "--grid: more than %d "
			    "parameters", MR_GRID_AXES);
		rc = read_axis(&axis[*n], k, one, err);
		for (int i = 0; i < *n && rc == MR_OK; i++)
			if (strcmp(axis[i].p->name, axis[*n].p->name) == 0)
				rc = mr_err_set(err, MR_EARG, "--grid: --%s "
				    "stands there twice", axis[i].p->name);
		++*n;
	}
	return rc;
}

/* ---- settings ---- */

static void
put_value(const struct axis *a, int64_t which, char text[32])
{
	struct mr_slice rest = a->values, value = { "", 0 };

	for (int64_t i = 0; i <= which; i++)
		value = mr_slice_trim(mr_slice_cut(&rest, ','));
	snprintf(text, 32, "%.*s", (int)value.n, value.p);
}

static void
draw_value(const struct axis *a, double x, char text[32])
{
	double v = a->lo > 0 ? a->lo * pow(a->hi / a->lo, x) :
	    a->lo + x * (a->hi - a->lo);

	if (a->p->type == MR_PARAM_INT)
		snprintf(text, 32, "%.0f", v);
	else
		snprintf(text, 32, "%.3g", v);
}

/* Setting number of the grid, or where a range is drawn from, of chance. */
static void
fill(struct mr_settings *s, const struct axis *axis, int64_t i, int64_t number,
    uint64_t seed)
{
	for (int a = s->n_axes - 1; a >= 0; a--) {
		char *text = s->text[i * s->n_axes + a];
		double x = mr_rng_uniform(mr_rng_u64(seed, WHERE, (uint64_t)i),
		    (uint64_t)a, 0);

		s->given[i * s->n_axes + a] = (struct mr_given){
		    axis[a].p->name, text };
		if (axis[a].range) {
			draw_value(&axis[a], x, text);
		} else if (number < 0) {
			put_value(&axis[a], (int64_t)(x * (double)axis[a].n),
			    text);
		} else {
			put_value(&axis[a], number % axis[a].n, text);
			number /= axis[a].n;
		}
	}
}

/* The first n of a shuffled grid of all settings. */
static int
choose(struct mr_settings *s, const struct axis *axis, int64_t all,
    uint64_t seed, struct mr_err *err)
{
	int64_t *number = mr_alloc((size_t)all, sizeof *number, "settings",
	    err);

	for (int64_t i = 0; number && i < all; i++)
		number[i] = i;
	for (int64_t i = 0; number && i < s->n; i++) {
		int64_t at = i + (int64_t)(mr_rng_u64(seed, WHICH,
		    (uint64_t)i) % (uint64_t)(all - i));
		int64_t taken = number[at];

		number[at] = number[i];
		fill(s, axis, i, taken, seed);
	}
	free(number);
	return number ? MR_OK : MR_ENOMEM;
}

static int
check(const struct mr_settings *s, const struct mr_kind *k,
    struct mr_err *err)
{
	void *opt = mr_alloc(1, k->opt_bytes, "options", err);
	int rc = opt ? MR_OK : MR_ENOMEM;

	for (int64_t i = 0; i < s->n && rc == MR_OK; i++)
		rc = mr_kind_set(k, s->given + i * s->n_axes,
		    (size_t)s->n_axes, NULL, opt, err);
	free(opt);
	return rc;
}

int
mr_settings_new(struct mr_settings *s, const struct mr_kind *k,
    const char *grid, int64_t trials, uint64_t seed, struct mr_err *err)
{
	struct axis axis[MR_GRID_AXES] = { { .p = NULL } };
	const char *range = NULL;
	int64_t all = 1;
	int n = 0, rc = read_grid(axis, &n, k, grid, err);

	*s = (struct mr_settings){ .n_axes = n };
	if (rc)
		return rc;
	for (int a = 0; a < n; a++) {
		if (axis[a].range)
			range = axis[a].p->name;
		all = all > MR_GRID_MOST ? all : all * axis[a].n;
	}
	if (range && trials == 0)
		return mr_err_set(err, MR_EARG, "--grid: --%s has a range: "
		    "how many --trials?", range);
	if (all > MR_GRID_MOST && !range)
		return mr_err_set(err, MR_EARG, "--grid: more than %d "
		    "settings", MR_GRID_MOST);
	s->n = trials && (range || trials < all) ? trials : all;
	s->given = mr_alloc((size_t)(s->n * n), sizeof *s->given, "settings",
	    err);
	s->text = s->given ? mr_alloc((size_t)(s->n * n), sizeof *s->text,
	    "settings", err) : NULL;
	if (!s->text)
		return MR_ENOMEM;
	if (!range && s->n < all)
		rc = choose(s, axis, all, seed, err);
	else
		for (int64_t i = 0; i < s->n; i++)
			fill(s, axis, i, range ? -1 : i, seed);
	return rc ? rc : check(s, k, err);
}

int
mr_settings_options(const struct mr_settings *s, int64_t i,
    struct mr_buf *text, struct mr_err *err)
{
	int rc = MR_OK;

	for (int a = 0; a < s->n_axes && rc == MR_OK; a++)
		rc = mr_buf_addf(text, err, " --%s %s",
		    s->given[i * s->n_axes + a].name,
		    s->given[i * s->n_axes + a].text);
	return rc;
}

void
mr_settings_free(struct mr_settings *s)
{
	free(s->given);
	free(s->text);
	*s = (struct mr_settings){ .n = 0 };
}
