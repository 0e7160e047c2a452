/* Rows of an exact search; see exact_parts.h.
 * SPDX-License-Identifier: MIT */
#include "vector/exact_parts.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/mem.h"
#include "math/gemm.h"

#define CHUNK MR_EXACT_CHUNK
#define MANY_TERMS 1000000	/* past it rounding may be anything */

struct key {
	float by;
	int32_t row;
};

static bool
allows(const uint64_t *allow, int64_t i)
{
	return !allow || allow[i / 64] >> i % 64 & 1;
}

/* In double no square is too large or too small. */
double
mr_exact_length(const float *a, int64_t d)
{
	double sum = 0;

	for (int64_t p = 0; p < d; p++)
		sum += (double)a[p] * (double)a[p];
	return sqrt(sum);
}

static int
falling(const void *a, const void *b)
{
	const struct key *x = a, *y = b;

	if (x->by > y->by || x->by < y->by)
		return x->by > y->by ? -1 : 1;
	return (x->row > y->row) - (x->row < y->row);
}

/* For dot those first whose scores can be high: then a list is soon full of
 * high ones, and the rest is below its last. */
static int
put_in_order(struct mr_exact *x, const struct mr_mat *base,
    const struct mr_exact_opt *o, struct mr_err *err)
{
	struct key *k = mr_alloc((size_t)x->rows, sizeof *k, "order of rows",
	    err);

	x->place = k ? mr_alloc((size_t)x->rows, sizeof *x->place,
	    "places of rows", err) : NULL;
	for (int64_t i = 0; x->place && i < x->rows; i++) {
		x->place[i] = -1;
		if (!allows(o->allow, i))
			continue;
		k[x->n] = (struct key){ 0, (int32_t)i };
		if (x->metric == MR_METRIC_DOT)
			k[x->n].by = (x->d ? (float)mr_exact_length(
			    mr_rows_at(base, o->gap, i), x->d) : 0) +
			    (o->bias ? o->bias[i] : 0);
		x->n++;
	}
	x->number = x->place ? mr_alloc((size_t)x->n, sizeof *x->number,
	    "numbers of rows", err) : NULL;
	x->in_order = o->in_order && x->n == x->rows;
	if (x->number && x->metric == MR_METRIC_DOT && !o->in_order)
		qsort(k, (size_t)x->n, sizeof *k, falling);
	for (int64_t j = 0; x->number && j < x->n; j++) {
		x->number[j] = k[j].row;
		x->place[k[j].row] = (int32_t)j;
	}
	free(k);
	return x->number ? MR_OK : MR_ENOMEM;
}

/* Room for n rows, whose numbers are there. */
static int
make_room(struct mr_exact *x, bool unpacked, struct mr_err *err)
{
	size_t chunks = (size_t)((x->n + CHUNK - 1) / CHUNK);

	if (!unpacked)
		x->packed = mr_alloc(mr_gemm_packed(x->n, x->d),
		    sizeof *x->packed, "packed vectors", err);
	x->bias = x->packed || unpacked ? mr_alloc((size_t)x->n,
	    sizeof *x->bias, "biases", err) : NULL;
	x->bound = x->bias ? mr_alloc(chunks, sizeof *x->bound, "bounds",
	    err) : NULL;
	for (size_t c = 0; x->bound && c < chunks; c++)
		x->bound[c].bias = -INFINITY;
	return x->bound ? MR_OK : MR_ENOMEM;
}

static void
widen(struct mr_exact_bound *b, double length, float bias)
{
	b->length = fmax(b->length, length);
	b->bias = fmaxf(b->bias, bias);
}

/* What is known of the row at a place, and bounds those around it. */
static void
look_at(struct mr_exact *x, const float *row, int64_t place)
{
	x->most = fmaxf(x->most, mr_mat_largest(row, x->d));
	widen(&x->bound[place / CHUNK], mr_exact_length(row, x->d),
	    -INFINITY);
}

/* Rows from .. of base, a panel at most, in their order. */
static void
pack(struct mr_exact *x, const struct mr_mat *base, size_t gap, int64_t from,
    struct mr_mat *unit)
{
	int64_t d = x->d;

	unit->rows = x->n - from < MR_GEMM_PANEL ? x->n - from :
	    MR_GEMM_PANEL;
	for (int64_t j = 0; j < unit->rows; j++)
		memcpy(mr_mat_row(unit, j), mr_rows_at(base, gap,
		    x->number[from + j]), (size_t)d * sizeof *unit->a);
	if (x->metric == MR_METRIC_COSINE)
		mr_mat_normalise(unit);
	for (int64_t j = 0; j < unit->rows; j++)
		look_at(x, mr_mat_row(unit, j), from + j);
	mr_gemm_pack(x->packed + from * d, unit->a, unit->rows, d, d,
	    true);
}

int
mr_exact_build(struct mr_exact *x, const struct mr_mat *base,
    const struct mr_exact_opt *o, struct mr_err *err)
{
	struct mr_mat unit = { 0 };
	bool lent = o->borrow && o->metric == MR_METRIC_DOT && base->cols;
	int rc;

	*x = (struct mr_exact){ .metric = o->metric, .rows = base->rows,
	    .d = base->cols, .rank = o->rank };
	if (lent && !o->unpacked) {
		x->lent = *base;
		x->gap = o->gap;
	}
	rc = put_in_order(x, base, o, err);
	if (rc == MR_OK)
		rc = make_room(x, o->unpacked || lent, err);
	for (int64_t j = 0; j < x->n && rc == MR_OK; j++) {
		x->bias[j] = o->bias ? o->bias[x->number[j]] : 0;
		widen(&x->bound[j / CHUNK], 0, x->bias[j]);
	}
	if (rc || x->d == 0 || o->unpacked)
		return rc;	/* biases alone; base->a may be NULL */
	for (int64_t j = 0; lent && j < x->n; j++)
		look_at(x, mr_rows_at(base, o->gap, x->number[j]), j);
	if (lent)
		return MR_OK;
	/* A panel at a time, so that no second copy is needed. */
	rc = mr_mat_new(&unit, x->n < MR_GEMM_PANEL ? x->n : MR_GEMM_PANEL,
	    x->d, "vectors", err);
	for (int64_t j = 0; j < x->n && rc == MR_OK; j += MR_GEMM_PANEL)
		pack(x, base, o->gap, j, &unit);
	mr_mat_free(&unit);
	return rc;
}

const float *
mr_exact_panels(const struct mr_exact *x, int64_t from, int64_t n, float *room)
{
	const float *row[CHUNK];

	if (!x->lent.a)
		return x->packed + from * x->d;
	for (int64_t j = 0; j < n; j++)
		row[j] = mr_rows_at(&x->lent, x->gap, x->number[from + j]);
	mr_gemm_pack_rows(room, row, n, x->d);
	return room;
}

/* The row at place j becomes the one at place n of few. */
static void
copy_row(struct mr_exact *few, int64_t n, const struct mr_exact *x, int64_t j)
{
	const int64_t d = x->d, wide = MR_GEMM_PANEL;
	const float *from = x->lent.a ? mr_rows_at(&x->lent, x->gap,
	    x->number[j]) : x->packed + j / wide * wide * d + j % wide;
	int64_t step = x->lent.a ? 1 : wide;
	float *to = few->packed + n / wide * wide * d + n % wide;

	for (int64_t p = 0; p < d; p++)
		to[p * wide] = from[p * step];
}

int
mr_exact_narrow(struct mr_exact *few, const struct mr_exact *x,
    const uint64_t *allow, struct mr_err *err)
{
	bool packed = x->packed || x->lent.a;
	int rc;

	*few = (struct mr_exact){ .metric = x->metric, .rows = x->rows,
	    .d = x->d, .most = x->most, .rank = x->rank };
	for (int64_t j = 0; j < x->n; j++)
		few->n += allows(allow, x->number[j]);
	few->number = mr_alloc((size_t)few->n, sizeof *few->number,
	    "numbers of rows", err);
	rc = few->number ? make_room(few, !packed, err) : MR_ENOMEM;
	for (int64_t j = 0, n = 0; j < x->n && rc == MR_OK; j++) {
		if (!allows(allow, x->number[j]))
			continue;
		if (packed)
			copy_row(few, n, x, j);
		few->number[n] = x->number[j];
		few->bias[n] = x->bias[j];
		widen(&few->bound[n++ / CHUNK], x->bound[j / CHUNK].length,
		    x->bias[j]);
	}
	return rc;
}

void
mr_exact_free(struct mr_exact *x)
{
	free(x->number);
	free(x->place);
	free(x->packed);
	free(x->bias);
	free(x->bound);
	*x = (struct mr_exact){ 0 };
}

double
mr_exact_slack(int64_t d)
{
	return d > MANY_TERMS ? HUGE_VAL : (double)(2 * d + 8) *
	    (double)FLT_EPSILON;
}

float
mr_exact_reach(const struct mr_exact *x, int64_t c, double length,
    float offset)
{
	struct mr_exact_bound b = x->bound[c];
	double most = length * (double)b.length * (1 + mr_exact_slack(x->d)) +
	    (double)x->d * (double)FLT_MIN;

	/* Not below: a product of 0 and infinity is none. */
	if (x->metric != MR_METRIC_DOT || !(most < (double)FLT_MAX))
		return INFINITY;
	return (float)most + b.bias + offset;
}
