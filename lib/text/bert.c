/* The forward pass of BERT; see bert.h.
 * SPDX-License-Identifier: MIT */
#include "text/bert.h"

#include <assert.h>
#include <math.h>
#include <string.h>

#include "math/gemm.h"
#include "math/nn.h"
#include "math/qattend.h"
#include "math/qgemm.h"

static int64_t
up_to(int64_t n, int64_t panel)
{
	return (n + panel - 1) / panel * panel;
}

/* Longest sequence whose attention panel has n columns. */
static int64_t
padded(int64_t n)
{
	return up_to(n, MR_GEMM_PANEL);
}

static int64_t
max_of(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

/*
 * Workspace of T tokens, W = width, longest sequence L:
 *
 *   x      T W          hidden states
 *   y      T W          what a block adds
 *   wide   T max(3W, I) queries, keys and values; or the inner layer, I up to
 *                       panels of 8 bits
 *   head   one head over one sequence; in f32 2 L' W/heads for its keys and
 *          values and L L' for its scores, L' = L up to panels
 *   q      T (max(W, I) / 4 + 2)    rows in 8 bits, when int8; where the
 *                       CPU wants them in 16, T (max(W, I) / 2 + 2)
 *   top    T 16                     largest of the inner layer, when int8
 */
struct work {
	float *x, *y, *wide, *head, *top;
	struct mr_qrows q;
	const struct mr_bert_watch *watch;
};

/* The next floats of p, on a cache line of their own; NULL without p. */
static float *
cut(float *p, int64_t *used, int64_t floats)
{
	int64_t from = *used;

	*used += (floats + 15) / 16 * 16;
	return p ? p + from : NULL;
}

/* The parts of the workspace p, which may be NULL; their size in floats. */
static int64_t
lay_out(const struct mr_bert *b, int64_t tokens, float *p, struct work *w)
{
	const struct mr_bert_shape *s = &b->shape;
	int64_t longest = tokens < s->positions ? tokens : s->positions;
	int64_t head = s->width / s->heads, used = 0;

	*w = (struct work){ 0 };
	w->x = cut(p, &used, tokens * s->width);
	w->y = cut(p, &used, tokens * s->width);
	w->wide = cut(p, &used, tokens * max_of(3 * s->width,
	    up_to(s->inner, MR_QPANEL)));
	if (b->precision == MR_PRECISION_F32) {
		w->head = cut(p, &used, 2 * padded(longest) * padded(head) +
		    longest * padded(longest));
		return used;
	}
	w->head = cut(p, &used, (int64_t)mr_qattend_bytes(longest, head) / 4);
	w->q.scale = cut(p, &used, tokens);
	w->q.least = cut(p, &used, tokens);
	w->q.X = cut(p, &used, (int64_t)(mr_qrows_bytes(tokens,
	    max_of(s->width, s->inner)) / 4));
	w->top = cut(p, &used, tokens * 16);
	return used;
}

int64_t
mr_bert_work_floats(const struct mr_bert *b, int64_t max_tokens)
{
	struct work w;

	return lay_out(b, max_tokens, NULL, &w);
}

static void
embed_tokens(const struct mr_bert *b, const int32_t *ids,
    const int32_t *start, int64_t n, float *x)
{
	int64_t w = b->shape.width;

	for (int64_t s = 0; s < n; s++)
		for (int32_t t = start[s]; t < start[s + 1]; t++) {
			assert(ids[t] >= 0 && ids[t] < b->shape.vocab);
			mr_nn_add_norm(x + t * w, b->word + ids[t] * w,
			    b->type, b->position + (t - start[s]) * w, 1, w,
			    b->norm.gamma, b->norm.beta,
			    (float)b->shape.eps);
		}
}

/* One head over one sequence of len tokens: ctx = softmax(QK' scale) V. */
static void
attend(const struct mr_bert *b, const float *qkv, int64_t len, float *packed,
    float *ctx)
{
	int64_t w = b->shape.width, head = w / b->shape.heads;
	int64_t cols = padded(len);
	float *score = packed + 2 * padded(len) * padded(head);
	float *values = packed + padded(len) * padded(head);

	mr_gemm_pack(packed, qkv + w, len, head, 3 * w, true);
	mr_gemm_pack(values, qkv + 2 * w, head, len, 3 * w, false);
	/* Whole panels: those behind len the softmax sets. */
	mr_gemm(qkv, len, 3 * w, packed, cols, head, score, cols);
	mr_nn_softmax(score, len, len, cols, 1 / sqrtf((float)head));
	mr_gemm(score, len, cols, values, head, len, ctx, w);
}

/* y = x W' for rows of x, without the bias. */
static void
apply(const struct mr_bert_linear *l, const float *x, int64_t rows, float *y)
{
	mr_gemm(x, rows, l->n_in, l->packed, l->n_out, l->n_in, y, l->n_out);
}

static void
see(const struct mr_bert_watch *watch, int64_t layer,
    enum mr_bert_product product, const float *x, int64_t rows)
{
	if (watch)
		watch->see(watch->ctx, layer, product, x, rows);
}

static void
run_layer(const struct mr_bert *b, const struct mr_bert_layer *l,
    const int32_t *start, int64_t n, struct work *w)
{
	int64_t width = b->shape.width, head = width / b->shape.heads;
	int64_t tokens = start[n], i = l - b->layer;
	float eps = (float)b->shape.eps;

	see(w->watch, i, MR_BERT_QKV, w->x, tokens);
	apply(&l->qkv, w->x, tokens, w->wide);
	mr_nn_bias(w->wide, l->qkv.bias, tokens, 3 * width);
	for (int64_t s = 0; s < n; s++)
		for (int64_t h = 0; h < b->shape.heads; h++)
			attend(b, w->wide + start[s] * 3 * width + h * head,
			    start[s + 1] - start[s], w->head,
			    w->y + start[s] * width + h * head);
	see(w->watch, i, MR_BERT_OUT, w->y, tokens);
	apply(&l->out, w->y, tokens, w->wide);
	mr_nn_add_norm(w->x, w->wide, l->out.bias, w->x, tokens, width,
	    l->attention.gamma, l->attention.beta, eps);
	see(w->watch, i, MR_BERT_UP, w->x, tokens);
	apply(&l->up, w->x, tokens, w->wide);
	mr_nn_gelu(w->wide, l->up.bias, tokens, b->shape.inner);
	see(w->watch, i, MR_BERT_DOWN, w->wide, tokens);
	apply(&l->down, w->wide, tokens, w->y);
	mr_nn_add_norm(w->x, w->y, l->down.bias, w->x, tokens, width,
	    l->feed.gamma, l->feed.beta, eps);
}

static const float *
at(const struct mr_qout *m, int64_t row, int64_t j)
{
	return m->c + j / 32 * m->step + row * m->ld + j % 32;
}

/* The same in 8 bits; q has x when it begins and when it ends. */
static void
run_layer_int8(const struct mr_bert *b, const struct mr_bert_layer *l,
    const int32_t *start, int64_t n, struct work *w)
{
	const struct mr_bert_shape *s = &b->shape;
	const struct mr_qnorm attention = { l->attention.gamma,
	    l->attention.beta, l->attention.unit, (float)s->eps };
	const struct mr_qnorm feed = { l->feed.gamma, l->feed.beta,
	    l->feed.unit, (float)s->eps };
	int64_t width = s->width, size = width / s->heads, tokens = start[n];
	const struct mr_qout y = { w->y, width, 32 };
	const struct mr_qout inner = { w->wide, 32, 32 * tokens };
	/* A head whose panels are its own is read row after row. */
	const struct mr_qout qkv = { w->wide, size % 32 ? 3 * width : 32,
	    size % 32 ? 32 : 32 * tokens };

	mr_qgemm(&w->q, tokens, &l->qkv.q, l->qkv.bias, qkv);
	for (int64_t i = 0; i < n; i++)
		for (int64_t j = 0; j < width; j += size) {
			struct mr_qhead h = {
				.q = at(&qkv, start[i], j),
				.k = at(&qkv, start[i], width + j),
				.v = at(&qkv, start[i], 2 * width + j),
				.len = start[i + 1] - start[i], .size = size,
				.ld = qkv.ld, .step = qkv.step };

			mr_qattend(&h, w->head, w->y + start[i] * width + j,
			    width);
		}
	mr_qrows_from(&w->q, w->y, tokens, width);
	mr_qgemm(&w->q, tokens, &l->out.q, l->out.bias, y);
	mr_qrows_norm(&w->q, w->x, w->y, tokens, width, &attention);
	mr_qgemm_gelu(&w->q, tokens, &l->up.q, l->up.bias, inner, w->top);
	mr_qrows_gelu(&w->q, w->wide, w->top, tokens, s->inner);
	mr_qgemm(&w->q, tokens, &l->down.q, l->down.bias, y);
	mr_qrows_norm(&w->q, w->x, w->y, tokens, width, &feed);
}

static void
pool(const float *x, int64_t len, int64_t w, enum mr_pooling pooling,
    float *out)
{
	int64_t used = pooling == MR_POOLING_CLS ? 1 : len;

	memset(out, 0, (size_t)w * sizeof *out);
	for (int64_t t = 0; t < used; t++)
		for (int64_t j = 0; j < w; j++)
			out[j] += x[t * w + j];
	for (int64_t j = 0; j < w; j++)
		out[j] /= (float)used;
}

static void
run(const struct mr_bert *b, const int32_t *ids, const int32_t *start,
    int64_t n, struct work *w)
{
	embed_tokens(b, ids, start, n, w->x);
	if (b->precision == MR_PRECISION_INT8)
		mr_qrows_from(&w->q, w->x, start[n], b->shape.width);
	for (int64_t l = 0; l < b->shape.layers; l++)
		if (b->precision == MR_PRECISION_INT8)
			run_layer_int8(b, &b->layer[l], start, n, w);
		else
			run_layer(b, &b->layer[l], start, n, w);
}

void
mr_bert_show(const struct mr_bert *b, const int32_t *ids,
    const int32_t *start, int64_t n, float *work,
    const struct mr_bert_watch *watch)
{
	struct work w;

	assert(b->precision == MR_PRECISION_F32);
	lay_out(b, start[n], work, &w);
	w.watch = watch;
	run(b, ids, start, n, &w);
}

void
mr_bert_embed(const struct mr_bert *b, const int32_t *ids,
    const int32_t *start, int64_t n, enum mr_pooling pooling, float *work,
    float *out)
{
	int64_t width = b->shape.width;
	struct work w;

	lay_out(b, start[n], work, &w);
	run(b, ids, start, n, &w);
	for (int64_t s = 0; s < n; s++)
		pool(w.x + start[s] * width, start[s + 1] - start[s], width,
		    pooling, out + s * width);
}
