/* Blocks and rows for gradient descent; see sgd.h.
 * SPDX-License-Identifier: MIT */
#include "model/sgd.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/mem.h"
#include "core/par.h"
#include "core/rng.h"

#define BLOCKS_MAX 16
#define ROWS_PER_TASK 256

/* Enough ratings in a block that starting a thread does not show. */
static int
blocks_for(int64_t nnz)
{
	int b = 1;

	while (b < BLOCKS_MAX && (int64_t)b * b * 1024 < nnz)
		b *= 2;
	return b;
}

/* strip[j]: which of b strips with about as many ratings column j is in. */
static void
cut(int32_t *strip, const int64_t *count, int64_t n, int b, int64_t nnz)
{
	int64_t before = 0;

	for (int64_t j = 0; j < n; j++) {
		strip[j] = (int32_t)(before * b / nnz);
		if (strip[j] >= b)
			strip[j] = b - 1;
		before += count[j];
	}
}

/* at[] goes over the blocks twice: to count, then to fill. */
static void
deal(struct mr_sgd_blocks *s, const struct mr_csr *R, double mu,
    const int32_t *user_strip, const int32_t *item_strip)
{
	for (int64_t u = 0; u < R->rows; u++)
		for (int64_t k = R->ptr[u]; k < R->ptr[u + 1]; k++)
			s->start[user_strip[u] * s->b +
			    item_strip[R->idx[k]] + 1]++;
	for (int i = 0; i < s->b * s->b; i++)
		s->start[i + 1] += s->start[i];
	for (int64_t u = R->rows - 1; u >= 0; u--)
		for (int64_t k = R->ptr[u + 1] - 1; k >= R->ptr[u]; k--) {
			int block = user_strip[u] * s->b +
			    item_strip[R->idx[k]];

			s->t[--s->start[block + 1]] = (struct mr_sgd_rating){
			    (int32_t)u, R->idx[k],
			    (float)((double)R->val[k] - mu) };
		}
	/* What were ends are starts now, one place too far to the right. */
	memmove(s->start, s->start + 1, (size_t)s->b * (size_t)s->b *
	    sizeof *s->start);
	s->start[s->b * s->b] = mr_csr_nnz(R);
}

int
mr_sgd_blocks_new(struct mr_sgd_blocks *s, const struct mr_csr *R, double mu,
    struct mr_err *err)
{
	int64_t nnz = mr_csr_nnz(R);
	size_t n = (size_t)(R->rows > R->cols ? R->rows : R->cols);
	int64_t *count = mr_alloc(n, sizeof *count, "counts", err);
	int32_t *strip = count ? mr_alloc((size_t)(R->rows + R->cols),
	    sizeof *strip, "strips", err) : NULL;

	*s = (struct mr_sgd_blocks){ .b = blocks_for(nnz) };
	if (strip)
		s->start = mr_alloc((size_t)s->b * (size_t)s->b + 1,
		    sizeof *s->start, "blocks", err);
	if (s->start)
		s->t = mr_alloc((size_t)nnz, sizeof *s->t,
		    "ratings in blocks", err);
	if (s->t) {
		for (int64_t u = 0; u < R->rows; u++)
			count[u] = R->ptr[u + 1] - R->ptr[u];
		cut(strip, count, R->rows, s->b, nnz);
		memset(count, 0, n * sizeof *count);
		for (int64_t k = 0; k < nnz; k++)
			count[R->idx[k]]++;
		cut(strip + R->rows, count, R->cols, s->b, nnz);
		deal(s, R, mu, strip, strip + R->rows);
	}
	free(count);
	free(strip);
	if (s->t)
		return MR_OK;
	mr_sgd_blocks_free(s);
	return MR_ENOMEM;
}

void
mr_sgd_blocks_free(struct mr_sgd_blocks *s)
{
	free(s->start);
	free(s->t);
	*s = (struct mr_sgd_blocks){ 0 };
}

int
mr_sgd_rows_of(struct mr_sgd_rows *r, const struct mr_mat *x,
    struct mr_err *err)
{
	int64_t stride = (x->cols + 15) / 16 * 16;

	*r = (struct mr_sgd_rows){ x->rows, x->cols, stride, x->a,
	    stride == x->cols };
	if (!r->borrowed)
		r->a = mr_alloc((size_t)x->rows, (size_t)stride *
		    sizeof *r->a, "padded factors", err);
	return r->a ? MR_OK : MR_ENOMEM;
}

struct draw {
	const struct mr_sgd_rows *r;
	const struct mr_csr *R;
	double sd;
	uint64_t seed;
	int side;
};

static void
draw_task(void *ctx, int64_t task, int worker)
{
	const struct draw *w = ctx;
	int64_t to = (task + 1) * ROWS_PER_TASK;

	(void)worker;
	for (int64_t i = task * ROWS_PER_TASK; i < to && i < w->r->rows; i++)
		for (int64_t j = 0; j < w->r->d &&
		    w->R->ptr[i] < w->R->ptr[i + 1]; j++)
			w->r->a[i * w->r->stride + j] = (float)(w->sd *
			    mr_rng_normal(w->seed, 2 * (uint64_t)i +
			    (uint64_t)w->side, (uint64_t)j));
}

void
mr_sgd_rows_draw(const struct mr_sgd_rows *r, const struct mr_csr *R,
    double sd, uint64_t seed, int side, int threads)
{
	struct draw w = { r, R, sd, seed, side };

	mr_par_run(threads, (r->rows + ROWS_PER_TASK - 1) / ROWS_PER_TASK,
	    draw_task, &w);
}

void
mr_sgd_rows_put(struct mr_sgd_rows *r, const struct mr_mat *x)
{
	if (r->a && !r->borrowed) {
		for (int64_t i = 0; i < r->rows; i++)
			memcpy(x->a + i * r->d, r->a + i * r->stride,
			    (size_t)r->d * sizeof *r->a);
		free(r->a);
	}
	*r = (struct mr_sgd_rows){ 0 };
}

int
mr_sgd_check(const struct mr_sgd_opt *o, const struct mr_csr *R,
    const char *name, struct mr_err *err)
{
	if (o->d >= 1 && o->d <= 4096 && o->sweeps >= 1 &&
	    o->learning_rate >= 0 && o->lambda >= 0 && mr_csr_nnz(R))
		return MR_OK;
	return mr_err_set(err, MR_EARG, "%s: rank from 1 to 4096, learning "
	    "rate and lambda of 0 or more, a sweep and a rating are needed",
	    name);
}

/* "user 'x'", or its number when there are no names. */
static void
name_of(char *text, size_t size, const char *kind, const struct mr_ids *ids,
    int64_t row)
{
	struct mr_slice name;

	if (!ids) {
		snprintf(text, size, "%s number %lld", kind,
		    (long long)row + 1);
		return;
	}
	name = mr_ids_get(ids, (int32_t)row);
	snprintf(text, size, "%s '%.*s'", kind,
	    (int)(name.n > 60 ? 60 : name.n), name.p);
}

int
mr_sgd_blown(const struct mr_sgd_opt *o, int32_t user, int32_t item,
    struct mr_err *err)
{
	char u[100], i[100];

	name_of(u, sizeof u, "user", o->users, user);
	name_of(i, sizeof i, "item", o->items, item);
	return mr_err_set(err, MR_ENUMERIC, "numbers grew without bound at "
	    "%s, %s: a smaller --learning-rate helps", u, i);
}

/* The first of n values that is not finite, or n. */
static int64_t
first_bad(const float *x, int64_t n)
{
	int64_t k = 0;

	while (k < n && isfinite(x[k]))
		k++;
	return k;
}

static int
finite_side(const float *bias, const struct mr_mat *x, int64_t rows,
    const char *kind, const struct mr_ids *ids, struct mr_err *err)
{
	int64_t n = bias ? first_bad(bias, rows) : rows;
	int64_t i = x->cols ? first_bad(x->a, x->rows * x->cols) / x->cols :
	    rows;
	char text[100];

	if (i < n)
		n = i;
	if (n == rows)
		return MR_OK;
	name_of(text, sizeof text, kind, ids, n);
	return mr_err_set(err, MR_ENUMERIC, "numbers grew without bound at "
	    "%s: a smaller --learning-rate helps", text);
}

int
mr_sgd_finite(const struct mr_model *m, const struct mr_csr *R,
    const struct mr_sgd_opt *o, struct mr_err *err)
{
	int rc = finite_side(m->bu, &m->U, R->rows, "user", o->users, err);

	return rc ? rc : finite_side(m->bi, &m->V, R->cols, "item", o->items,
	    err);
}
