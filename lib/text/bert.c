/* The forward pass of BERT; see bert.h.
 * SPDX-License-Identifier: MIT */
#include "text/bert.h"

#include <assert.h>
#include <math.h>
#include <string.h>

#include "math/gemm.h"
#include "math/nn.h"

/* Longest sequence whose attention panel has n columns. */
static int64_t
padded(int64_t n)
{
	return (n + MR_GEMM_PANEL - 1) / MR_GEMM_PANEL * MR_GEMM_PANEL;
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
 *   wide   T max(3W, I) queries, keys and values; or the inner layer
 *   packed 2 L' W/heads keys and values of one head, L' = L up to panels
 *   score  L L'
 *   q      T (max(W, I) / 4 + 2)    rows in 8 bits, when int8
 */
int64_t
mr_bert_work_floats(const struct mr_bert *b, int64_t max_tokens)
{
	const struct mr_bert_shape *s = &b->shape;
	int64_t longest = max_tokens < s->positions ? max_tokens :
	    s->positions, head = padded(s->width / s->heads);

	return max_tokens * (2 * s->width + max_of(3 * s->width, s->inner)) +
	    2 * padded(longest) * head + longest * padded(longest) +
	    (b->precision == MR_INT8 ? max_tokens *
	    (max_of(s->width, s->inner) / 4 + 2) : 0);
}

/* The parts of the workspace, in the order above. */
struct work {
	float *x, *y, *wide, *packed;
	struct mr_qrows q;
};

static struct work
lay_out(const struct mr_bert *b, int64_t tokens, float *p)
{
	const struct mr_bert_shape *s = &b->shape;
	int64_t longest = tokens < s->positions ? tokens : s->positions;
	struct work w = { .x = p };

	w.y = w.x + tokens * s->width;
	w.wide = w.y + tokens * s->width;
	w.packed = w.wide + tokens * max_of(3 * s->width, s->inner);
	w.q.scale = w.packed + 2 * padded(longest) *
	    padded(s->width / s->heads) + longest * padded(longest);
	w.q.least = w.q.scale + tokens;
	w.q.X = (uint8_t *)(w.q.least + tokens);
	return w;
}

/* y = x W' for rows of x, without the bias. */
static void
apply(const struct mr_bert_linear *l, const float *x, int64_t rows, float *y,
    struct mr_qrows *q)
{
	if (l->packed) {
		mr_gemm(x, rows, l->n_in, l->packed, l->n_out, l->n_in, y,
		    l->n_out);
		return;
	}
	mr_qrows_from(q, 0, x, rows, l->n_in);
	mr_qgemm(q, rows, &l->q, y);
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
	mr_gemm(qkv, len, 3 * w, packed, len, head, score, cols);
	mr_nn_softmax(score, len, len, cols, 1 / sqrtf((float)head));
	mr_gemm(score, len, cols, values, head, len, ctx, w);
}

static void
run_layer(const struct mr_bert *b, const struct mr_bert_layer *l,
    const int32_t *start, int64_t n, struct work *w)
{
	int64_t width = b->shape.width, head = width / b->shape.heads;
	int64_t tokens = start[n];
	float eps = (float)b->shape.eps;

	apply(&l->qkv, w->x, tokens, w->wide, &w->q);
	mr_nn_bias(w->wide, l->qkv.bias, tokens, 3 * width);
	for (int64_t s = 0; s < n; s++)
		for (int64_t h = 0; h < b->shape.heads; h++)
			attend(b, w->wide + start[s] * 3 * width + h * head,
			    start[s + 1] - start[s], w->packed,
			    w->y + start[s] * width + h * head);
	apply(&l->out, w->y, tokens, w->wide, &w->q);
	mr_nn_add_norm(w->x, w->wide, l->out.bias, w->x, tokens, width,
	    l->attention.gamma, l->attention.beta, eps);
	apply(&l->up, w->x, tokens, w->wide, &w->q);
	mr_nn_gelu(w->wide, l->up.bias, tokens, b->shape.inner);
	apply(&l->down, w->wide, tokens, w->y, &w->q);
	mr_nn_add_norm(w->x, w->y, l->down.bias, w->x, tokens, width,
	    l->feed.gamma, l->feed.beta, eps);
}

static void
pool(const float *x, int64_t len, int64_t w, enum mr_pooling pooling,
    float *out)
{
	int64_t used = pooling == MR_POOL_CLS ? 1 : len;

	memset(out, 0, (size_t)w * sizeof *out);
	for (int64_t t = 0; t < used; t++)
		for (int64_t j = 0; j < w; j++)
			out[j] += x[t * w + j];
	for (int64_t j = 0; j < w; j++)
		out[j] /= (float)used;
}

void
mr_bert_embed(const struct mr_bert *b, const int32_t *ids,
    const int32_t *start, int64_t n, enum mr_pooling pooling, float *work,
    float *out)
{
	struct work w = lay_out(b, start[n], work);
	int64_t width = b->shape.width;

	embed_tokens(b, ids, start, n, w.x);
	for (int64_t l = 0; l < b->shape.layers; l++)
		run_layer(b, &b->layer[l], start, n, &w);
	for (int64_t s = 0; s < n; s++)
		pool(w.x + start[s] * width, start[s + 1] - start[s], width,
		    pooling, out + s * width);
}
