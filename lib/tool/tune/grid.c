/* Settings from a grid; see grid.h.
 * SPDX-License-Identifier: MIT */
#include "tool/tune/grid.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/mem.h"
#include "core/rng.h"

enum { WHICH = 1, WHERE, STEP, FAR };	/* what is drawn */

#define WAYS (2 * MR_GRID_AXES * (MR_GRID_AXES - 1))

struct mr_grid_axis {
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
read_range(struct mr_grid_axis *a, struct mr_err *err)
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
read_axis(struct mr_grid_axis *a, const struct mr_kind *k, struct mr_slice text,
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
read_grid(struct mr_grid_axis *axis, int *n, const struct mr_kind *k,
    const char *grid, struct mr_err *err)
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
put_value(const struct mr_grid_axis *a, int64_t which, char text[32])
{
	struct mr_slice rest = a->values, value = { "", 0 };

	for (int64_t i = 0; i <= which; i++)
		value = mr_slice_trim(mr_slice_cut(&rest, ','));
	snprintf(text, 32, "%.*s", (int)value.n, value.p);
}

static void
draw_value(const struct mr_grid_axis *a, double x, char text[32])
{
	double v = a->lo > 0 ? a->lo * pow(a->hi / a->lo, x) :
	    a->lo + x * (a->hi - a->lo);

	if (a->p->type == MR_PARAM_INT)
		snprintf(text, 32, "%.0f", v);
	else
		snprintf(text, 32, "%.3g", v);
}

/* The values of setting i, by its places. */
static void
put(struct mr_settings *s, int64_t i)
{
	for (int a = 0; a < s->n_axes; a++) {
		const struct mr_grid_axis *x = &s->axis[a];
		char *text = s->text[i * s->n_axes + a];
		double place = s->place[i * s->n_axes + a];

		s->given[i * s->n_axes + a] = (struct mr_given){ x->p->name,
		    text };
		if (x->range)
			draw_value(x, place, text);
		else
			put_value(x, (int64_t)place, text);
	}
}

/* Setting number of the grid, or where a range is drawn from, of chance. */
static void
fill(struct mr_settings *s, int64_t i, int64_t number)
{
	for (int a = s->n_axes - 1; a >= 0; a--) {
		int64_t n = s->axis[a].n;
		double x = mr_rng_uniform(mr_rng_u64(s->seed, WHERE,
		    (uint64_t)i), (uint64_t)a, 0);

		if (!s->axis[a].range && number < 0) {
			x = floor(x * (double)n);
		} else if (!s->axis[a].range) {
			x = (double)(number % n);
			number /= n;
		}
		s->place[i * s->n_axes + a] = x;
	}
	put(s, i);
}

/* The first n of a shuffled grid of all settings. */
static int
choose(struct mr_settings *s, int64_t all, struct mr_err *err)
{
	int64_t *number = mr_alloc((size_t)all, sizeof *number, "settings",
	    err);

	for (int64_t i = 0; number && i < all; i++)
		number[i] = i;
	for (int64_t i = 0; number && i < s->n && i < all; i++) {
		int64_t at = i + (int64_t)(mr_rng_u64(s->seed, WHICH,
		    (uint64_t)i) % (uint64_t)(all - i));
		int64_t taken = number[at];

		number[at] = number[i];
		fill(s, i, taken);
	}
	free(number);
	return number ? MR_OK : MR_ENOMEM;
}

static int
check(const struct mr_settings *s, struct mr_err *err)
{
	void *opt = mr_alloc(1, s->kind->opt_bytes, "options", err);
	int rc = opt ? MR_OK : MR_ENOMEM;

	for (int64_t i = 0; i < s->n && rc == MR_OK; i++)
		rc = mr_kind_set(s->kind, s->given + i * s->n_axes,
		    (size_t)s->n_axes, NULL, opt, err);
	free(opt);
	return rc;
}

static int
make_room(struct mr_settings *s, struct mr_err *err)
{
	size_t n = (size_t)(s->most * s->n_axes);

	s->given = mr_alloc(n, sizeof *s->given, "settings", err);
	s->text = s->given ? mr_alloc(n, sizeof *s->text, "settings", err) :
	    NULL;
	s->place = s->text ? mr_alloc(n, sizeof *s->place, "settings", err) :
	    NULL;
	return s->place ? MR_OK : MR_ENOMEM;
}

int
mr_settings_new(struct mr_settings *s, const struct mr_settings_opt *o,
    struct mr_err *err)
{
	const char *range = NULL;
	int64_t all = 1;
	int rc;

	*s = (struct mr_settings){ .kind = o->kind, .seed = o->seed };
	s->axis = mr_alloc(MR_GRID_AXES, sizeof *s->axis, "parameters", err);
	rc = s->axis ? read_grid(s->axis, &s->n_axes, o->kind, o->grid, err) :
	    MR_ENOMEM;
	if (rc)
		return rc;
	for (int a = 0; a < s->n_axes; a++) {
		if (s->axis[a].range)
			range = s->axis[a].p->name;
		all = all > MR_GRID_MOST ? all : all * s->axis[a].n;
	}
	if (range && o->trials == 0)
		return mr_err_set(err, MR_EARG, "--grid: --%s has a range: "
		    "how many --trials?", range);
	if (all > MR_GRID_MOST && !range)
		return mr_err_set(err, MR_EARG, "--grid: more than %d "
		    "settings", MR_GRID_MOST);
	s->n = s->most = o->trials && (range || o->trials < all) ? o->trials :
	    all;
	if ((range || s->most < all) && !o->by_chance)
		s->n = (s->most + 1) / 2;
	rc = make_room(s, err);
	if (rc)
		return rc;
	if (!range && s->n < all)
		rc = choose(s, all, err);
	else
		for (int64_t i = 0; i < s->n; i++)
			fill(s, i, range ? -1 : i);
	return rc ? rc : check(s, err);
}

/* ---- near the best ---- */

/* Is it another than all before it, and one that the kind takes? */
static bool
is_new(const struct mr_settings *s, int64_t i, void *opt)
{
	struct mr_err err = { 0 };
	int n = s->n_axes;

	for (int64_t j = 0; j < i; j++) {
		int a = 0;

		while (a < n && strcmp(s->text[j * n + a], s->text[i * n +
		    a]) == 0)
			a++;
		if (a == n)
			return false;
	}
	return mr_kind_set(s->kind, s->given + i * n, (size_t)n, NULL, opt,
	    &err) == MR_OK;
}

/* A step on an axis, way 2 a: back on axis a, 2 a + 1: on.  False: there is
 * nothing. */
static bool
step(const struct mr_settings *s, double *place, int way)
{
	const struct mr_grid_axis *x = &s->axis[way / 2];
	double by = 1, to;

	if (x->range)
		by = mr_rng_uniform(mr_rng_u64(s->seed, FAR, (uint64_t)s->n),
		    (uint64_t)way, 0) / 4;
	to = place[way / 2] + (way % 2 ? by : -by);
	place[way / 2] = to;
	return to >= 0 && to <= (x->range ? 1 : (double)x->n - 1);
}

/* One step each, or two on different axes. */
static int
list_ways(int way[WAYS][2], int n_axes, bool two)
{
	int n = 0;

	for (int i = 0; i < 2 * n_axes; i++) {
		if (!two) {
			way[n][0] = way[n][1] = i;
			n++;
		}
		for (int j = 0; two && j < i / 2 * 2; j++, n++) {
			way[n][0] = i;
			way[n][1] = j;
		}
	}
	return n;
}

/* Settings that are so many steps from setting from, in an order of chance. */
static void
around(struct mr_settings *s, int64_t from, bool two, int64_t until, void *opt)
{
	int way[WAYS][2], n = list_ways(way, s->n_axes, two);
	uint64_t key = mr_rng_u64(s->seed, STEP, (uint64_t)s->n);
	size_t bytes = (size_t)s->n_axes * sizeof *s->place;

	for (int i = 0; i < n && s->n < until; i++) {
		int at = i + (int)(mr_rng_u64(key, (uint64_t)from,
		    (uint64_t)i) % (uint64_t)(n - i));
		int one = way[at][0], other = way[at][1];
		double *place = s->place + s->n * s->n_axes;

		memcpy(way[at], way[i], sizeof way[at]);
		memcpy(place, s->place + from * s->n_axes, bytes);
		if (!step(s, place, one) || (two && !step(s, place, other)))
			continue;
		put(s, s->n);
		s->n += is_new(s, s->n, opt);
	}
}

int
mr_settings_near(struct mr_settings *s, const int64_t *order, int64_t m,
    struct mr_err *err)
{
	void *opt = mr_alloc(1, s->kind->opt_bytes, "options", err);
	int64_t had = s->n, left = s->most - had, half = (left + 1) / 2;
	int64_t until = had + (half > 5 ? half : left < 5 ? left : 5);

	for (int64_t k = 0; opt && k < m && s->n < until; k++) {
		around(s, order[k], false, until, opt);
		around(s, order[k], true, until, opt);
	}
	if (s->n == had)
		s->most = had;
	free(opt);
	return opt ? MR_OK : MR_ENOMEM;
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
	free(s->place);
	free(s->axis);
	*s = (struct mr_settings){ .n = 0 };
}
