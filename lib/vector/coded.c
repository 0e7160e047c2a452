/* Exact results by codes; see coded.h.
 * SPDX-License-Identifier: MIT */
#include "vector/coded.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/mem.h"
#include "core/par.h"
#include "math/lanes.h"
#include "vector/coded_parts.h"
#include "vector/exact_parts.h"

#define BLOCK MR_CODES_BLOCK

/* A block of codes is one of bounds. */
_Static_assert(BLOCK == MR_EXACT_CHUNK, "two sizes of blocks");

MR_LANES void
unit_here(float *to, const float *from, double by, int64_t n)
{
	typedef float v4 __attribute__((vector_size(16)));
	typedef double v4d __attribute__((vector_size(32)));
	int64_t j = 0;

	for (; j + 4 <= n; j += 4) {
		v4 x;

		memcpy(&x, from + j, sizeof x);
		x = __builtin_convertvector(__builtin_convertvector(x, v4d) *
		    by, v4);
		memcpy(to + j, &x, sizeof x);
	}
	for (; j < n; j++)
		to[j] = (float)(from[j] * by);
}

MR_FOR_EACH_CPU_DO(unit_row, MR_LIST(float *to, const float *from, double by,
    int64_t n), MR_LIST(to, from, by, n),
{
	unit_here(to, from, by, n);
})

void
mr_coded_unit(float *to, const float *from, double by, int64_t n)
{
	unit_row(to, from, by, n);
}

/* What the rows of a block are made with. */
struct build {
	struct mr_coded *x;
	const struct mr_mat *base;
	float *most;		/* [blocks] no value is larger */
	int8_t *work;		/* [workers * mr_codes_room(d)] */
	float *unit;		/* [workers * BLOCK * d] where the base is
				 * borrowed: rows as they are scored */
};

/* Copies of a block's rows, in their order, to stay or not; and codes of
 * them. */
static void
put_block(void *ctx, int64_t block, int worker)
{
	const struct build *b = ctx;
	struct mr_coded *x = b->x;
	struct mr_exact *f = &x->frame;
	int64_t from = block * BLOCK, d = f->d;
	int64_t end = from + BLOCK < f->n ? from + BLOCK : f->n;
	struct mr_mat rows = { end - from, d, x->lent ? b->unit + worker *
	    BLOCK * d : mr_mat_row(&x->rows, from) };
	double by[BLOCK];
	float most = 0;

	for (int64_t i = from; i < end && d; i++)
		memcpy(mr_mat_row(&rows, i - from), mr_rows_at(b->base,
		    x->gap, f->number[i]), (size_t)d * sizeof *rows.a);
	if (f->metric == MR_METRIC_COSINE)
		mr_mat_normalise_by(&rows, x->by ? by : NULL);
	for (int64_t i = from; i < end && x->by; i++)
		x->by[f->number[i]] = by[i - from];
	for (int64_t i = from; i < end; i++) {
		const float *row = mr_mat_row(&rows, i - from);
		double square = 0;

		most = fmaxf(most, mr_codes_put(&x->codes, i, row, b->work +
		    worker * mr_codes_room(d)).most);
		for (int64_t j = 0; x->half && j < d; j++)
			square += (double)row[j] * (double)row[j];
		if (x->half)
			x->half[i] = (float)(-square / 2);
	}
	b->most[block] = most;
	f->bound[block].length = x->codes.block[block].length;
}

static int
put_rows(struct mr_coded *x, const struct mr_mat *base, int threads,
    struct mr_err *err)
{
	int workers = threads > 0 ? threads : mr_par_cpus();
	int64_t blocks = mr_coded_blocks(x->frame.n);
	struct build b = { .x = x, .base = base };
	bool done;

	if (blocks == 0)
		return MR_OK;
	if (workers > blocks)
		workers = (int)blocks;
	b.most = mr_alloc((size_t)blocks, sizeof *b.most, "largest values",
	    err);
	if (b.most)
		b.work = mr_alloc((size_t)workers,
		    (size_t)mr_codes_room(x->frame.d), "codes", err);
	if (b.work && x->lent)
		b.unit = mr_alloc((size_t)workers * BLOCK,
		    (size_t)x->frame.d * sizeof *b.unit, "vectors", err);
	done = b.work && (b.unit || !x->lent);
	if (done)
		mr_par_run(workers, blocks, put_block, &b);
	for (int64_t i = 0; done && i < blocks; i++)
		x->frame.most = fmaxf(x->frame.most, b.most[i]);
	free(b.most);
	free(b.work);
	free(b.unit);
	return done ? MR_OK : MR_ENOMEM;
}

int
mr_coded_build(struct mr_coded *x, const struct mr_mat *base,
    const struct mr_exact_opt *o, int threads, struct mr_err *err)
{
	struct mr_exact *f = &x->frame;
	struct mr_exact_opt how = *o;
	int rc;

	*x = (struct mr_coded){ .lent = o->borrow, .gap = o->gap };
	how.unpacked = true;
	rc = mr_exact_build(f, base, &how, err);
	if (x->lent)
		x->rows = *base;
	else if (rc == MR_OK)
		rc = mr_mat_new(&x->rows, f->n, f->d, "vectors", err);
	if (rc == MR_OK)
		rc = mr_codes_new(&x->codes, f->n, f->d, err);
	if (rc)
		return rc;
	if (x->lent && o->metric == MR_METRIC_COSINE) {
		x->by = mr_alloc((size_t)f->rows, sizeof *x->by, "lengths",
		    err);
		if (!x->by)
			return MR_ENOMEM;
	}
	if (o->metric == MR_METRIC_L2) {
		x->half = mr_alloc((size_t)f->n, sizeof *x->half, "squares",
		    err);
		if (!x->half)
			return MR_ENOMEM;
	}
	for (int64_t i = 0; i < f->n; i++)
		x->most_bias = fmax(x->most_bias, fabs((double)f->bias[i]));
	return put_rows(x, base, threads, err);
}

int
mr_coded_narrow(struct mr_coded *few, const struct mr_coded *x,
    const uint64_t *allow, bool codes, struct mr_err *err)
{
	struct mr_exact *f = &few->frame;
	int rc;

	*few = (struct mr_coded){ .most_bias = x->most_bias, .lent = x->lent,
	    .gap = x->gap };
	rc = mr_exact_narrow(f, &x->frame, allow, err);
	if (rc)
		return rc;
	few->at = mr_alloc((size_t)f->n, sizeof *few->at, "places of rows",
	    err);
	if (!few->at)
		return MR_ENOMEM;
	few->rows = x->rows;	/* not freed where there is an at */
	few->by = x->by;
	for (int64_t i = 0; i < f->n; i++)
		few->at[i] = x->frame.place[f->number[i]];
	if (!codes)
		return MR_OK;
	rc = mr_codes_new(&few->codes, f->n, f->d, err);
	if (rc == MR_OK && x->half) {
		few->half = mr_alloc((size_t)f->n, sizeof *few->half,
		    "squares", err);
		rc = few->half ? MR_OK : MR_ENOMEM;
	}
	for (int64_t i = 0; i < f->n && rc == MR_OK; i++) {
		mr_codes_copy(&few->codes, i, &x->codes, few->at[i]);
		if (x->half)
			few->half[i] = x->half[few->at[i]];
	}
	return rc;
}

void
mr_coded_free(struct mr_coded *x)
{
	mr_exact_free(&x->frame);
	if (!x->at && !x->lent)
		mr_mat_free(&x->rows);
	if (!x->at)
		free(x->by);
	mr_codes_free(&x->codes);
	free(x->half);
	free(x->at);
	*x = (struct mr_coded){ 0 };
}

static int
build_index(struct mr_index *x, const struct mr_rows *base,
    const uint64_t *allow, struct mr_err *err)
{
	const struct mr_exact_opt o = { .metric = x->metric, .rank = x->rank,
	    .allow = allow, .gap = base->gap, .borrow = x->borrows };

	x->own = mr_alloc(1, sizeof(struct mr_coded), "an index", err);
	return x->own ? mr_coded_build(x->own, base->dense, &o, x->threads,
	    err) : MR_ENOMEM;
}

static int
search_index(const struct mr_index *x, const struct mr_search *s,
    struct mr_hit *hit, int64_t *found, struct mr_err *err)
{
	return mr_coded_search(x->own, s, hit, found, err);
}

static void
free_index(void *own)
{
	if (own)
		mr_coded_free(own);
	free(own);
}

const struct mr_index_class mr_coded_index = {
	.name = "coded", .exact = true, .build = build_index,
	.search = search_index, .free = free_index,
};
