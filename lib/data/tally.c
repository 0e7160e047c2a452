/* Distinct numbers and their counts; see tally.h.
 * SPDX-License-Identifier: MIT */
#include "data/tally.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/mem.h"

/* All bits of value in all bits of the result, by the finaliser of SplitMix64
 * as in core/rng.  Inline: it is asked for nearly every row of a table. */
static uint64_t
mix(double value)
{
	uint64_t x;

	memcpy(&x, &value, sizeof x);
	x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
	x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
	return x ^ (x >> 31);
}

/* The cell of value, or the unused one where it belongs; there is one. */
static size_t
find_cell(const struct mr_tallied *cell, size_t n_cells, double value)
{
	size_t mask = n_cells - 1;
	size_t at = (size_t)mix(value) & mask;

	/* Equal by ==, not by bits: 0 is added as +0 and NaN never. */
	while (cell[at].n && (cell[at].value < value ||
	    cell[at].value > value))
		at = (at + 1) & mask;
	return at;
}

static int
enlarge(struct mr_tally *t, struct mr_err *err)
{
	size_t n = t->n_cells ? t->n_cells * 2 : 64;
	struct mr_tallied *cell = mr_alloc(n, sizeof *cell, "counts", err);

	if (!cell)
		return MR_ENOMEM;
	for (size_t i = 0; i < t->n_cells; i++)
		if (t->cell[i].n)
			cell[find_cell(cell, n, t->cell[i].value)] =
			    t->cell[i];
	free(t->cell);
	t->cell = cell;
	t->n_cells = n;
	return MR_OK;
}

int
mr_tally_add(struct mr_tally *t, double value, int64_t times,
    struct mr_err *err)
{
	struct mr_tallied *c;
	int rc;

	assert(times > 0 && !isnan(value) && !t->sorted);
	value += 0.0;	/* -0 + 0 is 0 */
	if (t->distinct >= t->n_cells / 2) {
		rc = enlarge(t, err);
		if (rc)
			return rc;
		t->last = find_cell(t->cell, t->n_cells, value);
	}
	c = &t->cell[t->last];
	if (c->n == 0 || c->value < value || c->value > value) {
		t->last = find_cell(t->cell, t->n_cells, value);
		c = &t->cell[t->last];
	}
	if (c->n == 0) {
		c->value = value;
		t->distinct++;
	}
	c->n += times;
	t->total += times;
	return MR_OK;
}

static int
by_value(const void *a, const void *b)
{
	const struct mr_tallied *x = a, *y = b;

	return (x->value > y->value) - (x->value < y->value);
}

void
mr_tally_sort(struct mr_tally *t)
{
	size_t n = 0;

	if (t->sorted)
		return;
	for (size_t i = 0; i < t->n_cells; i++)
		if (t->cell[i].n)
			t->cell[n++] = t->cell[i];
	if (n)
		qsort(t->cell, n, sizeof *t->cell, by_value);
	t->sorted = true;
}

void
mr_tally_free(struct mr_tally *t)
{
	free(t->cell);
	*t = (struct mr_tally){ 0 };
}
