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
 */
int64_t
mr_bert_work_floats(const struct mr_bert *b, int64_t max_tokens)
{
	const struct mr_bert_shape *s = &b->shape;
	int64_t longest = max_tokens < s->positions ? max_tokens :
	    s->positions, head = padded(s->width / s->heads);

	return max_tokens * (2 * s->width + max_of(3 * s->width, s->inner)) +
	    2 * padded(longest) * head + longest * padded(longest);
}

static void
embed_tokens(const struct mr_bert *b, const int32_t *ids,
    const int32_t *start, int64_t n, float *x)
{
	int64_t w = b->shape.width;

	for (int64_t s = 0; s < n; s++)
		for (int32_t t = start[s]; t < start[s + 1]; t++) {
			const float *word = b->word + ids[t] * w;
			const float *pos = b->position + (t - start[s]) * w;

			assert(ids[t] >= 0 && ids[t] < b->shape.vocab);
			for (int64_t j = 0; j < w; j++)
				x[t * w + j] = word[j] + b->type[j] + pos[j];
		}
	mr_nn_add_norm(x, x, NULL, NULL, start[n], w, b->norm.gamma,
	    b->norm.beta, (float)b->shape.eps);
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
    const int32_t *start, int64_t n, float *x, float *y, float *wide,
    float *packed)
{
	int64_t w = b->shape.width, inner = b->shape.inner;
	int64_t tokens = start[n], head = w / b->shape.heads;
	float eps = (float)b->shape.eps;

	mr_gemm(x, tokens, w, l->qkv, 3 * w, w, wide, 3 * w);
	mr_nn_bias(wide, l->b_qkv, tokens, 3 * w);
	for (int64_t s = 0; s < n; s++)
		for (int64_t h = 0; h < b->shape.heads; h++)
			attend(b, wide + start[s] * 3 * w + h * head,
			    start[s + 1] - start[s], packed,
			    y + start[s] * w + h * head);
	mr_gemm(y, tokens, w, l->out, w, w, wide, w);
	mr_nn_add_norm(x, wide, l->b_out, x, tokens, w, l->attention.gamma,
	    l->attention.beta, eps);
	mr_gemm(x, tokens, w, l->up, inner, w, wide, inner);
	mr_nn_gelu(wide, l->b_up, tokens, inner);
	mr_gemm(wide, tokens, inner, l->down, w, inner, y, w);
	mr_nn_add_norm(x, y, l->b_down, x, tokens, w, l->feed.gamma,
	    l->feed.beta, eps);
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
	int64_t w = b->shape.width, tokens = start[n];
	float *x = work, *y = x + tokens * w, *wide = y + tokens * w;
	float *packed = wide + tokens * max_of(3 * w, b->shape.inner);

	embed_tokens(b, ids, start, n, x);
	for (int64_t l = 0; l < b->shape.layers; l++)
		run_layer(b, &b->layer[l], start, n, x, y, wide, packed);
	for (int64_t s = 0; s < n; s++)
		pool(x + start[s] * w, start[s + 1] - start[s], w, pooling,
		    out + s * w);
}
