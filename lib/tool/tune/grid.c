/* Settings from a grid; see grid.h.
 * SPDX-License-Identifier: MIT */
#include "tool/tune/grid_private.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/mem.h"
#include "core/rng.h"

enum { WHICH = MR_GRID_DRAWN, WHERE };	/* what is drawn */

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

void
mr_grid_put(struct mr_settings *s, int64_t i)
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

void
mr_grid_fill(struct mr_settings *s, int64_t i, int64_t number, int64_t draw)
{
	for (int a = s->n_axes - 1; a >= 0; a--) {
		int64_t n = s->axis[a].n;
		double x = mr_rng_uniform(mr_rng_u64(s->seed, WHERE,
		    (uint64_t)draw), (uint64_t)a, 0);

		if (!s->axis[a].range && number < 0) {
			x = floor(x * (double)n);
		} else if (!s->axis[a].range) {
			x = (double)(number % n);
			number /= n;
		}
		s->place[i * s->n_axes + a] = x;
	}
	mr_grid_put(s, i);
}

int64_t *
mr_grid_shuffle(const struct mr_settings *s, int64_t n, struct mr_err *err)
{
	int64_t *number = mr_alloc((size_t)s->all, sizeof *number, "settings",
	    err);

	for (int64_t i = 0; number && i < s->all; i++)
		number[i] = i;
	for (int64_t i = 0; number && i < n && i < s->all; i++) {
		int64_t at = i + (int64_t)(mr_rng_u64(s->seed, WHICH,
		    (uint64_t)i) % (uint64_t)(s->all - i));
		int64_t taken = number[at];

		number[at] = number[i];
		number[i] = taken;
	}
	return number;
}

/* All there are, or so many of them by chance. */
static int
fill_first(struct mr_settings *s, struct mr_err *err)
{
	int64_t *number = s->all && s->n < s->all ? mr_grid_shuffle(s, s->n, err) :
	    NULL;

	if (s->all && s->n < s->all && !number)
		return MR_ENOMEM;
	for (int64_t i = 0; i < s->n; i++)
		mr_grid_fill(s, i, number ? number[i] : s->all ? i : -1, i);
	free(number);
	return MR_OK;
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
	s->all = range ? 0 : all;
	rc = fill_first(s, err);
	return rc ? rc : check(s, err);
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
	mr_ids_free(&s->known);
	*s = (struct mr_settings){ .n = 0 };
}
