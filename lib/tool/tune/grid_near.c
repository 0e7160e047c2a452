/* Settings beside those that were tried; see grid.h.
 * SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <string.h>

#include "core/mem.h"
#include "core/rng.h"
#include "tool/tune/grid_private.h"

enum { STEP = MR_GRID_DRAWN_NEAR, FAR };	/* what is drawn */

#define MISSES 1000	/* draws without a new setting: there is none */
#define WAYS (2 * MR_GRID_AXES * (MR_GRID_AXES - 1))

/* Setting i to those known: was it new? */
static int
know(struct mr_settings *s, int64_t i, bool *is_new, struct mr_err *err)
{
	struct mr_buf name = { 0 };
	int32_t at;
	int rc = MR_OK;

	for (int a = 0; a < s->n_axes && rc == MR_OK; a++)
		rc = mr_buf_addf(&name, err, "%s;", s->text[i * s->n_axes +
		    a]);
	if (rc == MR_OK)
		rc = mr_ids_add(&s->known, mr_buf_slice(&name), &at, is_new,
		    err);
	mr_buf_free(&name);
	return rc;
}

/* Setting n stays if it is another than all before it, and one that the kind
 * takes. */
static int
keep(struct mr_settings *s, void *opt, struct mr_err *err)
{
	struct mr_err refused = { 0 };
	bool is_new;
	int rc = know(s, s->n, &is_new, err);

	if (rc == MR_OK && is_new && mr_kind_set(s->kind, s->given + s->n *
	    s->n_axes, (size_t)s->n_axes, NULL, opt, &refused) == MR_OK)
		s->n_known = ++s->n;
	return rc;
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
static int
around(struct mr_settings *s, int64_t from, bool two, int64_t until, void *opt,
    struct mr_err *err)
{
	int way[WAYS][2], n = list_ways(way, s->n_axes, two);
	uint64_t key = mr_rng_u64(s->seed, STEP, (uint64_t)s->n);
	size_t bytes = (size_t)s->n_axes * sizeof *s->place;
	int rc = MR_OK;

	for (int i = 0; i < n && s->n < until && rc == MR_OK; i++) {
		int at = i + (int)(mr_rng_u64(key, (uint64_t)from,
		    (uint64_t)i) % (uint64_t)(n - i));
		int one = way[at][0], other = way[at][1];
		double *place = s->place + s->n * s->n_axes;

		memcpy(way[at], way[i], sizeof way[at]);
		memcpy(place, s->place + from * s->n_axes, bytes);
		if (!step(s, place, one) || (two && !step(s, place, other)))
			continue;
		mr_grid_put(s, s->n);
		rc = keep(s, opt, err);
	}
	return rc;
}

/* Up to most, by chance. */
static int
draw_more(struct mr_settings *s, void *opt, struct mr_err *err)
{
	int64_t from = s->n, *number = s->all ? mr_grid_shuffle(s, s->all,
	    err) : NULL;
	int64_t until = s->all ? s->all : from + MISSES;
	int rc = s->all && !number ? MR_ENOMEM : MR_OK;

	for (int64_t i = from; i < until && s->n < s->most && rc == MR_OK;
	    i++) {
		int64_t had = s->n;

		mr_grid_fill(s, had, number ? number[i] : -1, i);
		rc = keep(s, opt, err);
		if (!s->all && s->n > had)
			until = i + 1 + MISSES;
	}
	free(number);
	return rc;
}

int
mr_settings_near(struct mr_settings *s, const int64_t *order, int64_t m,
    struct mr_err *err)
{
	void *opt = mr_alloc(1, s->kind->opt_bytes, "options", err);
	int64_t had = s->n, left = s->most - had, half = (left + 1) / 2;
	int64_t until = had + (half > 5 ? half : left < 5 ? left : 5);
	int rc = opt ? MR_OK : MR_ENOMEM;
	bool is_new;

	for (; s->n_known < had && rc == MR_OK; s->n_known++)
		rc = know(s, s->n_known, &is_new, err);
	for (int64_t k = 0; k < m && s->n < until && rc == MR_OK; k++) {
		rc = around(s, order[k], false, until, opt, err);
		if (rc == MR_OK)
			rc = around(s, order[k], true, until, opt, err);
	}
	if (rc == MR_OK && m == 0)
		rc = draw_more(s, opt, err);
	if (s->n == had)
		s->most = had;
	free(opt);
	return rc;
}
