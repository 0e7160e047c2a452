/* Between which two floats a score lies, by products of bytes; see
 * scorer_parts.h.
 * SPDX-License-Identifier: MIT */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/mem.h"
#include "engine/scorer_parts.h"
#include "math/lanes.h"
#include "math/qdot.h"

#define LANES 8
#define BLOCK 1024	/* items whose sums lie together, user by user */
#define FEWEST 64	/* factors from which bytes are the faster */
#define MOST 131072	/* those that sums of 32 bits hold */
#define LARGE 1e15	/* lengths, and 1 / these, that bounds hold for */
#define LARGEST 1e30	/* scores, well below the largest float */

static size_t
padded(const struct mr_scorer *s)
{
	return (size_t)(s->n_items + MR_QDOT_PANEL - 1) / MR_QDOT_PANEL *
	    MR_QDOT_PANEL;
}

/* Neither so long nor so short that floats overflow or lose digits. */
static bool
is_fit(double length)
{
	return !(length > 0) || (length > 1 / LARGE && length < LARGE);
}

static int
put_items(struct mr_scorer *s, struct mr_err *err)
{
	struct mr_score_codes *c = &s->codes;
	int8_t *work = mr_alloc(1, (size_t)mr_codes_room(s->exact.d), "codes",
	    err);
	bool fit = true;

	for (int64_t i = 0; work && i < s->n_items; i++) {
		struct mr_code_row x = mr_codes_put(&c->items, i,
		    mr_rows_at(&s->m->V, s->m->gap, i), work);

		fit = fit && is_fit(x.length);
		c->reach[i] = nextafterf((float)(x.length + x.error),
		    INFINITY);
		c->lost[i] = nextafterf((float)x.error, INFINITY);
		c->bias[i] = s->exact.bias[i];
		c->most_bias = fmax(c->most_bias, fabs((double)c->bias[i]));
	}
	free(work);
	if (!fit)
		mr_scorer_codes_free(c);
	return work ? MR_OK : MR_ENOMEM;
}

int
mr_scorer_codes_open(struct mr_scorer *s, struct mr_err *err)
{
	struct mr_score_codes *c = &s->codes;
	size_t n = padded(s);
	int rc;

	if (s->exact.d < FEWEST || s->exact.d > MOST)
		return MR_OK;
	c->reach = mr_alloc(3 * n, sizeof *c->reach, "codes of items", err);
	if (!c->reach)
		return MR_ENOMEM;
	c->lost = c->reach + n;
	c->bias = c->lost + n;
	rc = mr_codes_new(&c->items, s->n_items, s->exact.d, err);
	return rc ? rc : put_items(s, err);
}

void
mr_scorer_codes_free(struct mr_score_codes *c)
{
	mr_codes_free(&c->items);
	free(c->reach);
	*c = (struct mr_score_codes){ 0 };
}

int
mr_score_bytes_new(struct mr_score_bytes *b, const struct mr_scorer *s,
    size_t users, struct mr_err *err)
{
	size_t n = padded(s), wide = (size_t)s->codes.items.wide;

	b->user = mr_alloc(users, sizeof *b->user, "codes of users", err);
	b->code = b->user ? mr_alloc(1, users * wide +
	    (size_t)mr_codes_room(s->exact.d), "codes of users", err) : NULL;
	b->start = b->code ? mr_alloc(users, sizeof *b->start,
	    "codes of users", err) : NULL;
	b->low = b->start ? mr_alloc(2 * n, sizeof *b->low, "scores", err) :
	    NULL;
	/* Of users who do not come no memory is touched. */
	b->sum = b->low ? mr_alloc_unset(users * (n + BLOCK) * sizeof *b->sum,
	    "scores", err) : NULL;
	if (!b->sum)
		return MR_ENOMEM;
	b->users = (int64_t)users;
	b->high = b->low + n;
	b->ld = (int64_t)n;
	return MR_OK;
}

void
mr_score_bytes_free(struct mr_score_bytes *b)
{
	free(b->user);
	free(b->code);
	free(b->start);
	free(b->low);
	free(b->sum);
	*b = (struct mr_score_bytes){ 0 };
}

void
mr_score_bytes_of(struct mr_score_bytes *b, const struct mr_scorer *s,
    const float *U, int64_t m)
{
	const struct mr_codes *c = &s->codes.items;

	for (int64_t i = 0; i < m; i++) {
		/* Whole runs: what is behind, the next one's are put over. */
		b->user[i] = mr_codes_query(U + i * c->d, c->d, 255,
		    b->code + i * c->wide);
		b->start[i] = b->user[i].start;
	}
	for (int64_t j = 0; j < b->ld; j += BLOCK)
		mr_qdot(b->code, b->start, m, c->packed + j * c->wide,
		    b->ld - j < BLOCK ? b->ld - j : BLOCK, c->wide,
		    b->sum + j * b->users, BLOCK);
}

/* What the bounds of a user's scores are made with, item by item. */
struct bounds {
	float scale, base;	/* t; mu and his bias */
	float by_reach, by_lost, always;
	const struct mr_score_codes *c;
	const int32_t *sum;	/* of the first block; step to the next */
	int64_t step;
	const double *N;
	float *low, *high;
};

typedef double wide __attribute__((vector_size(64)));
typedef float lanes __attribute__((vector_size(32)));
typedef int32_t bits __attribute__((vector_size(32)));

MR_LANES lanes
load(const float *p)
{
	lanes v;

	memcpy(&v, p, sizeof v);
	return v;
}

/* What is added to *most sums up to what no bound is above; no number where one
 * of them is none.  Sums that many ahead are asked for. */
MR_LANES void
bound_run(const struct bounds *b, int64_t i, int64_t end, const int32_t *at,
    int64_t ahead, lanes *most)
{
	for (; i < end; i += LANES, at += LANES) {
		bits sum;
		wide N;
		lanes a, size, off;

		__builtin_prefetch(at + ahead);
		memcpy(&sum, at, sizeof sum);
		memcpy(&N, b->N + i, sizeof N);
		a = load(b->c->items.scale + i) * b->scale *
		    __builtin_convertvector(sum, lanes) + (load(b->c->bias +
		    i) + b->base) + __builtin_convertvector(N, lanes);
		size = (lanes)((bits)a & INT32_MAX);
		off = b->by_reach * load(b->c->reach + i) + b->by_lost *
		    load(b->c->lost + i) + b->always + 0x1p-21F * size;
		*most += size + off;
		size = a - off;
		memcpy(b->low + i, &size, sizeof size);
		size = a + off;
		memcpy(b->high + i, &size, sizeof size);
	}
}

MR_LANES float
bound_lanes(const struct bounds *b, int64_t n)
{
	const int32_t *sum = b->sum;
	lanes most = { 0 };
	float whole = 0;

	for (int64_t i = 0; i < n; i += BLOCK, sum += b->step)
		bound_run(b, i, n - i < BLOCK ? n : i + BLOCK, sum,
		    i + 2 * BLOCK <= n ? b->step : 0, &most);
	for (int l = 0; l < LANES; l++)
		whole += most[l];
	return whole;
}

MR_FOR_EACH_CPU(float, bound, MR_LIST(const struct bounds *b, int64_t n),
    MR_LIST(b, n), {
	return bound_lanes(b, n);
})

/*
 * The score is v = (float)((x + bias + offset) + N), x the float chain of q.x:
 *
 *   a = t s (Q.X) + bias + offset + N
 *   |q.x - t s (Q.X)| <= F (|x| + E) + |q| E	(vector/codes.h)
 *
 * and |x - q.x| <= (d + 16) 2^-23 |q| |x|, as of coded_search.c.  Every other
 * rounding, those to low and high too, is one of a number that is not above
 * |a| + |bias| + |offset| + |q| (|x| + E), times 2^-24.
 */
bool
mr_score_bytes_bound(struct mr_score_bytes *b, const struct mr_scorer *s,
    int64_t i, float offset, const double *N)
{
	const struct mr_code_query *q = &b->user[i];
	double slack = ((double)s->exact.d + 32) * 0x1p-23 * q->length;
	double up = 1 + 0x1p-20;

	return is_fit(q->length) && bound(&(struct bounds){ q->scale, offset,
	    (float)((q->error + slack) * up), (float)(q->length * up),
	    (float)(0x1p-20 * (fabs((double)offset) + s->codes.most_bias) +
	    1e-37), &s->codes, b->sum + i * BLOCK, b->users * BLOCK, N,
	    b->low, b->high }, b->ld) < (float)LARGEST;
}
