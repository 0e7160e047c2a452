/* Similarities and deviations of rows; see similarity.h.
 * SPDX-License-Identifier: MIT */
#include "model/similarity_parts.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "core/mem.h"
#include "core/par.h"

#define ROWS_PER_TASK 8

struct cell {
	int32_t col;
	float val;
};

/* The upper entries of the rows of a task, row after row. */
struct part {
	struct cell *cell;
	size_t cap;
	int64_t n;
};

struct lane {
	struct mr_similarity_work w;	/* sum [n * width] */
	struct mr_err err;
};

struct run {
	const struct mr_csr *X, *Y;
	const double *val;
	const struct mr_similarity_opt *o;
	int64_t *place;		/* [nnz] where X's entry stands in Y */
	int64_t *upper;		/* [n] entries of x right of the diagonal */
	struct part *part;	/* [n_parts] */
	int64_t n_parts;
	struct lane *lane;	/* [workers] */
	int workers;
};

/* Take the sums of row x to p and leave the lane zero. */
static int
flush(const struct run *r, struct lane *l, int64_t x, struct part *p)
{
	const struct mr_similarity_opt *o = r->o;
	size_t w = (size_t)mr_similarity_width(o->kind);
	int64_t before = p->n;
	const char *end = l->w.seen + r->X->rows;

	for (char *at = l->w.seen + x + 1; at < end &&
	    (at = memchr(at, 1, (size_t)(end - at))); at++) {
		int64_t other = at - l->w.seen;
		double *s = l->w.sum + (size_t)other * w;
		float v = (float)mr_similarity_measure(s, o);

		if (s[0] >= (double)o->min_support &&
		    (v > 0 || o->kind == MR_SIMILARITY_DEVIATION)) {
			int rc = mr_grow(&p->cell, &p->cap, (size_t)p->n + 1,
			    sizeof *p->cell, "pairs of rows", &l->err);

			if (rc)
				return rc;
			p->cell[p->n++] = (struct cell){ (int32_t)other, v };
		}
		*at = 0;
		memset(s, 0, w * sizeof *s);
	}
	r->upper[x] = p->n - before;
	return MR_OK;
}

static void
row_task(void *ctx, int64_t task, int worker)
{
	const struct run *r = ctx;
	struct lane *l = r->lane + worker;
	struct part *p = r->part + task;
	int64_t from = task * ROWS_PER_TASK;
	int64_t to = from + ROWS_PER_TASK;
	struct cell *fit;

	for (int64_t x = from; x < to && x < r->X->rows; x++) {
		for (int64_t k = r->X->ptr[x]; k < r->X->ptr[x + 1]; k++) {
			int64_t end = r->Y->ptr[r->X->idx[k] + 1];
			int64_t at = r->place[k];

			mr_similarity_add(r->o->kind, &l->w,
			    (struct mr_similarity_run){ r->Y->idx + at + 1,
			    r->val + at + 1, end - at - 1 }, r->val[at]);
		}
		if (l->err.code || flush(r, l, x, p) != MR_OK)
			return;
	}
	/* What doubling left over would be half of the memory. */
	fit = p->n ? realloc(p->cell, (size_t)p->n * sizeof *fit) : NULL;
	if (fit)
		p->cell = fit;
}

/* place: rows of X come in order, so each is the next in its row of Y. */
static int
find_places(struct run *r, struct mr_err *err)
{
	size_t nnz = (size_t)mr_csr_nnz(r->X);
	int64_t *next = mr_alloc((size_t)r->Y->rows, sizeof *next,
	    "places of ratings", err);

	r->place = next ? mr_alloc(nnz, sizeof *r->place, "places of ratings",
	    err) : NULL;
	if (!r->place) {
		free(next);
		return MR_ENOMEM;
	}
	for (int64_t y = 0; y < r->Y->rows; y++)
		next[y] = r->Y->ptr[y];
	for (size_t k = 0; k < nnz; k++)
		r->place[k] = next[r->X->idx[k]]++;
	free(next);
	return MR_OK;
}

static int
prepare(struct run *r, struct mr_err *err)
{
	size_t n = (size_t)r->X->rows;
	size_t w = (size_t)mr_similarity_width(r->o->kind);
	int rc = find_places(r, err);

	if (rc)
		return rc;
	r->upper = mr_alloc(n, sizeof *r->upper, "rows", err);
	r->part = r->upper ? mr_alloc((size_t)r->n_parts, sizeof *r->part,
	    "rows", err) : NULL;
	r->lane = r->part ? mr_alloc((size_t)r->workers, sizeof *r->lane,
	    "sums of pairs", err) : NULL;
	for (int i = 0; r->lane && i < r->workers; i++) {
		struct lane *l = r->lane + i;

		l->w.sum = mr_alloc(n, w * sizeof *l->w.sum, "sums of pairs",
		    err);
		l->w.seen = l->w.sum ? mr_alloc(n, 1, "sums of pairs", err) :
		    NULL;
		if (!l->w.seen)
			return MR_ENOMEM;
	}
	return r->lane ? MR_OK : MR_ENOMEM;
}

static void
free_run(struct run *r)
{
	for (int i = 0; r->lane && i < r->workers; i++) {
		free(r->lane[i].w.sum);
		free(r->lane[i].w.seen);
	}
	for (int64_t i = 0; r->part && i < r->n_parts; i++)
		free(r->part[i].cell);
	free(r->lane);
	free(r->part);
	free(r->upper);
	free(r->place);
}

/* The frame of S: how much there is in each row, both sides. */
static int
new_rows(struct mr_csr *S, const struct run *r, struct mr_err *err)
{
	int64_t n = r->X->rows;
	size_t nnz;

	*S = (struct mr_csr){ .rows = n, .cols = n };
	S->ptr = mr_alloc((size_t)n + 1, sizeof *S->ptr, "rows", err);
	if (!S->ptr)
		return MR_ENOMEM;
	for (int64_t i = 0; i < r->n_parts; i++)
		for (int64_t k = 0; k < r->part[i].n; k++)
			S->ptr[r->part[i].cell[k].col + 1]++;
	for (int64_t x = 0; x < n; x++)
		S->ptr[x + 1] += S->ptr[x] + r->upper[x];
	nnz = (size_t)S->ptr[n];
	S->idx = mr_alloc(nnz, sizeof *S->idx, "pairs of rows", err);
	S->val = S->idx ? mr_alloc(nnz, sizeof *S->val, "pairs of rows",
	    err) : NULL;
	return S->val ? MR_OK : MR_ENOMEM;
}

/* Row x gets the mirrors of the rows before it, and then its own: rising. */
static int
join(struct mr_csr *S, struct run *r, struct mr_err *err)
{
	bool turn = r->o->kind == MR_SIMILARITY_DEVIATION;
	int64_t n = r->X->rows;
	int64_t *next = mr_alloc((size_t)n, sizeof *next, "rows", err);
	int rc = next ? new_rows(S, r, err) : MR_ENOMEM;

	for (int64_t x = 0; x < n && rc == MR_OK; x++)
		next[x] = S->ptr[x];
	for (int64_t i = 0; i < r->n_parts && rc == MR_OK; i++) {
		const struct cell *c = r->part[i].cell;
		int64_t from = i * ROWS_PER_TASK, to = from + ROWS_PER_TASK;

		for (int64_t x = from; x < to && x < n; x++)
			for (int64_t k = 0; k < r->upper[x]; k++, c++) {
				int64_t own = next[x]++;
				int64_t other = next[c->col]++;

				S->idx[own] = c->col;
				S->val[own] = c->val;
				S->idx[other] = (int32_t)x;
				S->val[other] = turn ? 0 - c->val : c->val;
			}
		free(r->part[i].cell);
		r->part[i] = (struct part){ 0 };
	}
	free(next);
	if (rc)
		mr_csr_free(S);
	return rc;
}

int
mr_similarity_build(struct mr_csr *S, const struct mr_csr *X,
    const struct mr_csr *Y, const double *val,
    const struct mr_similarity_opt *o, struct mr_err *err)
{
	struct run r = { .X = X, .Y = Y, .val = val, .o = o,
	    .n_parts = (X->rows + ROWS_PER_TASK - 1) / ROWS_PER_TASK,
	    .workers = o->threads > 0 ? o->threads : mr_par_cpus() };
	int rc;

	*S = (struct mr_csr){ 0 };
	if (r.workers > r.n_parts)
		r.workers = (int)r.n_parts;
	rc = prepare(&r, err);
	if (rc == MR_OK)
		mr_par_run(r.workers, r.n_parts, row_task, &r);
	for (int i = 0; i < r.workers && rc == MR_OK; i++)
		if (r.lane[i].err.code) {
			*err = r.lane[i].err;
			rc = err->code;
		}
	if (rc == MR_OK)
		rc = join(S, &r, err);
	free_run(&r);
	return rc;
}
