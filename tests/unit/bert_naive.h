/* The forward pass of BERT in double, written from the formulas alone.
 * SPDX-License-Identifier: MIT */
#ifndef MR_TESTS_BERT_NAIVE_H
#define MR_TESTS_BERT_NAIVE_H

#include "bert_build.h"

#include <math.h>

#define MOST 64		/* tokens of a sequence, and width, at most */

static const float *
weights(const struct bert_file *f, int64_t layer, const char *name,
    const char *end)
{
	char full[96];
	int i;

	if (layer < 0)
		snprintf(full, sizeof full, "%s.%s", name, end);
	else
		snprintf(full, sizeof full, "encoder.layer.%lld.%s.%s",
		    (long long)layer, name, end);
	i = tensor_at(f, full);
	assert_true(i >= 0);
	return f->t[i].v;
}

static void
norm(const struct bert_file *f, int64_t layer, const char *name, double *x)
{
	const float *g = weights(f, layer, name, "weight");
	const float *b = weights(f, layer, name, "bias");
	int64_t w = f->s.width;
	double mean = 0, var = 0;

	for (int64_t j = 0; j < w; j++)
		mean += x[j] / (double)w;
	for (int64_t j = 0; j < w; j++)
		var += (x[j] - mean) * (x[j] - mean) / (double)w;
	for (int64_t j = 0; j < w; j++)
		x[j] = (x[j] - mean) / sqrt(var + f->s.eps) * (double)g[j] +
		    (double)b[j];
}

static void
linear(const struct bert_file *f, int64_t layer, const char *name,
    const double *x, int64_t n_in, int64_t n_out, double *y)
{
	const float *w = weights(f, layer, name, "weight");
	const float *b = weights(f, layer, name, "bias");

	for (int64_t o = 0; o < n_out; o++) {
		y[o] = (double)b[o];
		for (int64_t i = 0; i < n_in; i++)
			y[o] += (double)w[o * n_in + i] * x[i];
	}
}

/* ctx [len][width] of all heads. */
static void
attention(const struct bert_file *f, int64_t layer, int64_t len,
    double (*x)[MOST], double (*ctx)[MOST])
{
	static double q[MOST][MOST], k[MOST][MOST], v[MOST][MOST];
	int64_t w = f->s.width, size = w / f->s.heads;

	for (int64_t t = 0; t < len; t++) {
		linear(f, layer, "attention.self.query", x[t], w, w, q[t]);
		linear(f, layer, "attention.self.key", x[t], w, w, k[t]);
		linear(f, layer, "attention.self.value", x[t], w, w, v[t]);
	}
	for (int64_t h = 0; h < f->s.heads; h++)
		for (int64_t t = 0; t < len; t++) {
			double e[MOST], sum = 0;

			for (int64_t s = 0; s < len; s++) {
				double a = 0;

				for (int64_t j = h * size; j < (h + 1) * size;
				    j++)
					a += q[t][j] * k[s][j];
				e[s] = exp(a / sqrt((double)size));
				sum += e[s];
			}
			for (int64_t j = h * size; j < (h + 1) * size; j++) {
				ctx[t][j] = 0;
				for (int64_t s = 0; s < len; s++)
					ctx[t][j] += e[s] / sum * v[s][j];
			}
		}
}

static void
naive(const struct bert_file *f, const int32_t *ids, int64_t len,
    enum mr_pooling pooling, double *out)
{
	static double x[MOST][MOST], ctx[MOST][MOST];
	const float *word = weights(f, -1, "embeddings.word_embeddings",
	    "weight");
	const float *pos = weights(f, -1, "embeddings.position_embeddings",
	    "weight");
	const float *type = weights(f, -1,
	    "embeddings.token_type_embeddings", "weight");
	int64_t w = f->s.width, inner = f->s.inner;
	double up[4 * MOST], y[MOST];

	for (int64_t t = 0; t < len; t++) {
		for (int64_t j = 0; j < w; j++)
			x[t][j] = (double)word[ids[t] * w + j] +
			    (double)pos[t * w + j] + (double)type[j];
		norm(f, -1, "embeddings.LayerNorm", x[t]);
	}
	for (int64_t l = 0; l < f->s.layers; l++) {
		attention(f, l, len, x, ctx);
		for (int64_t t = 0; t < len; t++) {
			linear(f, l, "attention.output.dense", ctx[t], w, w,
			    y);
			for (int64_t j = 0; j < w; j++)
				x[t][j] += y[j];
			norm(f, l, "attention.output.LayerNorm", x[t]);
			linear(f, l, "intermediate.dense", x[t], w, inner,
			    up);
			for (int64_t j = 0; j < inner; j++)
				up[j] *= 0.5 * (1 + erf(up[j] / sqrt(2)));
			linear(f, l, "output.dense", up, inner, w, y);
			for (int64_t j = 0; j < w; j++)
				x[t][j] += y[j];
			norm(f, l, "output.LayerNorm", x[t]);
		}
	}
	for (int64_t j = 0; j < w; j++) {
		out[j] = 0;
		for (int64_t t = 0; t < len; t++)
			out[j] += pooling == MR_POOLING_MEAN ? x[t][j] /
			    (double)len : t == 0 ? x[0][j] : 0;
	}
}

#endif
