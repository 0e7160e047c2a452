/* Blocks and rows for gradient descent; see sgd.h.
 * SPDX-License-Identifier: MIT */
#include "model/sgd.h"

#include <assert.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "core/mem.h"
#include "core/par.h"
#include "core/rng.h"

#define ROWS_PER_TASK 256
#define TURNS 8		/* users whose ratings alternate */

/* Enough ratings in a block that starting a thread does not show. */
int
mr_sgd_blocks_for(int64_t nnz)
{
	int b = 1;

	while (b < MR_SGD_BLOCKS_MAX && (int64_t)b * b * 4096 < nnz)
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

/* The ratings of n users from u to their blocks, strip of items by strip of
 * items, the users by turns. */
static void
deal_users(struct mr_sgd_blocks *s, const struct mr_csr *R, double mu,
    const int32_t *strip, int64_t *at, int64_t u, int n)
{
	const int32_t *item_strip = strip + R->rows;
	int64_t next[TURNS];

	memcpy(next, R->ptr + u, (size_t)n * sizeof *next);
	for (int c = 0; c < s->b; c++) {
		bool more = true;

		while (more) {
			more = false;
			for (int j = 0; j < n; j++) {
				int64_t k = next[j];

				if (k == R->ptr[u + j + 1] ||
				    item_strip[R->idx[k]] != c)
					continue;
				s->t[at[strip[u + j] * s->b + c]++] =
				    (struct mr_sgd_rating){ (int32_t)(u + j),
				    R->idx[k], (float)((double)R->val[k] -
				    mu) };
				next[j]++;
				more = true;
			}
		}
	}
}

static void
deal(struct mr_sgd_blocks *s, const struct mr_csr *R, double mu,
    const int32_t *strip)
{
	int64_t at[MR_SGD_BLOCKS_MAX * MR_SGD_BLOCKS_MAX];

	for (int64_t u = 0; u < R->rows; u++)
		for (int64_t k = R->ptr[u]; k < R->ptr[u + 1]; k++)
			s->start[strip[u] * s->b +
			    strip[R->rows + R->idx[k]] + 1]++;
	for (int i = 0; i < s->b * s->b; i++) {
		s->start[i + 1] += s->start[i];
		at[i] = s->start[i];
	}
	for (int64_t u = 0; u < R->rows; u += TURNS)
		deal_users(s, R, mu, strip, at, u, (int)(R->rows - u < TURNS ?
		    R->rows - u : TURNS));
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

	assert(nnz > 0);
	*s = (struct mr_sgd_blocks){ .b = mr_sgd_blocks_for(nnz) };
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
		deal(s, R, mu, strip);
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
			    mr_rng_normal(w->seed, 4 * (uint64_t)i +
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
mr_sgd_start(const struct mr_sgd_rows *U, const struct mr_sgd_rows *V,
    const struct mr_model *m, const struct mr_train *job)
{
	const struct mr_start *s = job->start;

	mr_start_rows(U->a, U->stride, U->d, &s->m.U, s->user);
	mr_start_rows(V->a, V->stride, V->d, &s->m.V, s->item);
	if (m->bu)
		mr_start_biases(m->bu, s->m.bu, s->user, U->rows);
	mr_start_biases(m->bi, s->m.bi, s->item, V->rows);
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

void
mr_sgd_fold(struct mr_fold *rule, const void *opt)
{
	const struct mr_sgd_opt *o = opt;

	*rule = (struct mr_fold){ .rule = MR_FOLD_DESCENT,
	    .lambda = o->lambda, .rate = o->learning_rate,
	    .sweeps = o->sweeps };
}
