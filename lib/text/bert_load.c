/* Weights of a BERT encoder from safetensors; see bert.h.
 * SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/mem.h"
#include "math/gemm.h"
#include "text/bert.h"

struct loader {
	struct mr_bert *b;
	const struct mr_safetensors *st;
	const char *prefix;	/* "" or "bert." */
	struct mr_err *err;
};

/* Memory that mr_bert_free gives back; NULL with err when there is none. */
static float *
take(struct loader *l, size_t n)
{
	struct mr_bert *b = l->b;
	float *p = NULL;

	if (mr_grow(&b->owned, &b->owned_cap, b->n_owned + 1,
	    sizeof *b->owned, "weights", l->err) == MR_OK)
		p = mr_alloc(n, sizeof *p, "weights", l->err);
	if (p)
		b->owned[b->n_owned++] = p;
	return p;
}

/* The tensor PREFIX LAYER NAME of shape rows x cols (cols 0: a vector) as
 * floats: in place where it can be, else a copy. */
static int
find(struct loader *l, int64_t layer, const char *name, int64_t rows,
    int64_t cols, const float **out)
{
	char full[128];
	struct mr_tensor_want want = { full, cols ? 2 : 1, { rows, cols } };
	float *copy;
	int rc;

	if (layer < 0)
		snprintf(full, sizeof full, "%s%s", l->prefix, name);
	else
		snprintf(full, sizeof full, "%sencoder.layer.%lld.%s",
		    l->prefix, (long long)layer, name);
	rc = mr_safetensors_borrow(l->st, &want, out, l->err);
	if (rc || *out)
		return rc;
	copy = take(l, (size_t)rows * (size_t)(cols ? cols : 1));
	*out = copy;
	return copy ? mr_safetensors_f32(l->st, &want, copy, l->err) :
	    MR_ENOMEM;
}

/* As find, but the result is ours: biases and gains are read all the time
 * and must not depend on where the file put them. */
static int
find_vector(struct loader *l, int64_t layer, const char *name, int64_t n,
    float *to)
{
	const float *p;
	int rc = find(l, layer, name, n, 0, &p);

	if (rc == MR_OK)
		memcpy(to, p, (size_t)n * sizeof *to);
	return rc;
}

static int
load_vector(struct loader *l, int64_t layer, const char *name, int64_t n,
    float **out)
{
	*out = take(l, (size_t)n);
	return *out ? find_vector(l, layer, name, n, *out) : MR_ENOMEM;
}

static int
load_norm(struct loader *l, int64_t layer, const char *name,
    struct mr_bert_norm *norm)
{
	char full[96];
	int rc;

	snprintf(full, sizeof full, "%s.weight", name);
	rc = load_vector(l, layer, full, l->b->shape.width, &norm->gamma);
	if (rc)
		return rc;
	snprintf(full, sizeof full, "%s.bias", name);
	return load_vector(l, layer, full, l->b->shape.width, &norm->beta);
}

/* w (n_out x n_in) in the form that b wants, and room for the bias. */
static int
new_linear(struct loader *l, struct mr_bert_linear *to, const float *w,
    int64_t n_out, int64_t n_in)
{
	to->n_out = n_out;
	to->n_in = n_in;
	to->bias = take(l, (size_t)n_out);
	if (!to->bias)
		return MR_ENOMEM;
	if (l->b->precision == MR_PRECISION_INT8)
		return mr_qweights_pack(&to->q, w, n_out, n_in, l->err);
	to->packed = take(l, mr_gemm_packed(n_out, n_in));
	if (!to->packed)
		return MR_ENOMEM;
	mr_gemm_pack(to->packed, w, n_out, n_in, n_in, true);
	return MR_OK;
}

/* The linear map name.weight (out x in) and name.bias. */
static int
load_linear(struct loader *l, int64_t layer, const char *name, int64_t n_out,
    int64_t n_in, struct mr_bert_linear *to)
{
	char full[96];
	const float *w;
	int rc;

	snprintf(full, sizeof full, "%s.weight", name);
	rc = find(l, layer, full, n_out, n_in, &w);
	if (rc == MR_OK)
		rc = new_linear(l, to, w, n_out, n_in);
	if (rc)
		return rc;
	snprintf(full, sizeof full, "%s.bias", name);
	return find_vector(l, layer, full, n_out, to->bias);
}

/* Query, key and value maps as one of 3 width outputs: width is a multiple
 * of 16 only, so they are laid side by side before packing. */
static int
load_qkv(struct loader *l, int64_t layer, struct mr_bert_linear *to)
{
	static const char *const part[] = { "attention.self.query",
	    "attention.self.key", "attention.self.value" };
	int64_t w = l->b->shape.width;
	float *side = mr_alloc((size_t)(3 * w * w), sizeof *side, "weights",
	    l->err);
	int rc = side ? MR_OK : MR_ENOMEM;

	for (int i = 0; i < 3 && rc == MR_OK; i++) {
		char full[96];
		const float *m;

		snprintf(full, sizeof full, "%s.weight", part[i]);
		rc = find(l, layer, full, w, w, &m);
		if (rc == MR_OK)
			memcpy(side + i * w * w, m,
			    (size_t)(w * w) * sizeof *m);
	}
	if (rc == MR_OK)
		rc = new_linear(l, to, side, 3 * w, w);
	for (int i = 0; i < 3 && rc == MR_OK; i++) {
		char full[96];

		snprintf(full, sizeof full, "%s.bias", part[i]);
		rc = find_vector(l, layer, full, w, to->bias + i * w);
	}
	free(side);
	return rc;
}

static int
load_layer(struct loader *l, int64_t i)
{
	struct mr_bert_layer *to = &l->b->layer[i];
	int64_t w = l->b->shape.width, inner = l->b->shape.inner;
	int rc = load_qkv(l, i, &to->qkv);

	if (rc == MR_OK)
		rc = load_linear(l, i, "attention.output.dense", w, w,
		    &to->out);
	if (rc == MR_OK)
		rc = load_norm(l, i, "attention.output.LayerNorm",
		    &to->attention);
	if (rc == MR_OK)
		rc = load_linear(l, i, "intermediate.dense", inner, w,
		    &to->up);
	if (rc == MR_OK)
		rc = load_linear(l, i, "output.dense", w, inner, &to->down);
	return rc ? rc : load_norm(l, i, "output.LayerNorm", &to->feed);
}

static int
check_shape(const struct mr_bert_shape *s, struct mr_err *err)
{
	const int64_t most = 1 << 20;

	if (s->layers < 1 || s->layers > 1000 || s->heads < 1 ||
	    s->width < 16 || s->width > most || s->inner < 16 ||
	    s->inner > most || s->positions < 1 || s->positions > most ||
	    s->vocab < 1 || s->vocab > INT32_MAX || s->types < 1 ||
	    s->types > most)
		return mr_err_set(err, MR_EFORMAT,
		    "the model's sizes are out of range");
	if (s->width % 16 || s->inner % 16 || s->width % s->heads)
		return mr_err_set(err, MR_EFORMAT, "unsupported model: width "
		    "%lld and inner width %lld must be multiples of 16, the "
		    "width of the %lld heads too", (long long)s->width,
		    (long long)s->inner, (long long)s->heads);
	return MR_OK;
}

int
mr_bert_load(struct mr_bert *b, const struct mr_bert_shape *shape,
    enum mr_precision precision, const struct mr_safetensors *st,
    struct mr_err *err)
{
	struct loader l = { b, st, "", err };
	int rc = check_shape(shape, err);

	*b = (struct mr_bert){ .shape = *shape, .precision = precision };
	if (rc)
		return rc;
	if (!mr_safetensors_find(st, "embeddings.word_embeddings.weight"))
		l.prefix = "bert.";
	b->layer = mr_alloc((size_t)shape->layers, sizeof *b->layer,
	    "weights", err);
	if (!b->layer)
		return MR_ENOMEM;
	rc = find(&l, -1, "embeddings.word_embeddings.weight", shape->vocab,
	    shape->width, &b->word);
	if (rc == MR_OK)
		rc = find(&l, -1, "embeddings.position_embeddings.weight",
		    shape->positions, shape->width, &b->position);
	if (rc == MR_OK)
		rc = find(&l, -1, "embeddings.token_type_embeddings.weight",
		    shape->types, shape->width, &b->type);
	if (rc == MR_OK)
		rc = load_norm(&l, -1, "embeddings.LayerNorm", &b->norm);
	for (int64_t i = 0; i < shape->layers && rc == MR_OK; i++)
		rc = load_layer(&l, i);
	return rc;
}

void
mr_bert_free(struct mr_bert *b)
{
	for (int64_t i = 0; b->layer && i < b->shape.layers; i++) {
		mr_qweights_free(&b->layer[i].qkv.q);
		mr_qweights_free(&b->layer[i].out.q);
		mr_qweights_free(&b->layer[i].up.q);
		mr_qweights_free(&b->layer[i].down.q);
	}
	for (size_t i = 0; i < b->n_owned; i++)
		free(b->owned[i]);
	free(b->owned);
	free(b->layer);
	*b = (struct mr_bert){ 0 };
}
