/* Weights of a BERT encoder from safetensors; see bert.h.
 * SPDX-License-Identifier: MIT */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/mem.h"
#include "math/gemm.h"
#include "text/bert.h"

/*
 * All parts are walked twice: first tensors are looked for and memory is
 * counted, then the memory is cut up and filled, or only cut up where it was
 * packed before.
 */
enum pass { COUNT, FILL, GIVEN };

#define FULL 160	/* longest name of a tensor, "bert." and all */

struct loader {
	struct mr_bert *b;
	const struct mr_safetensors *st;
	const char *prefix;	/* "" or "bert." */
	struct mr_err *err;
	enum pass pass;
	char *memory;		/* NULL to count */
	int64_t used;
};

/* The next bytes of the memory, NULL without. */
static void *
take(struct loader *l, int64_t bytes)
{
	char *p = l->memory ? l->memory + l->used : NULL;

	l->used += (bytes + 63) / 64 * 64;
	return p;
}

/* The tensor PREFIX LAYER NAME of shape rows x cols (cols 0: a vector). */
static struct mr_tensor_want
want_of(const struct loader *l, int64_t layer, const char *name, int64_t rows,
    int64_t cols, char full[FULL])
{
	if (layer < 0)
		snprintf(full, FULL, "%s%s", l->prefix, name);
	else
		snprintf(full, FULL, "%sencoder.layer.%lld.%s", l->prefix,
		    (long long)layer, name);
	return (struct mr_tensor_want){ full, cols ? 2 : 1, { rows, cols } };
}

static int
check(struct loader *l, int64_t layer, const char *name, int64_t rows,
    int64_t cols)
{
	char full[FULL];
	struct mr_tensor_want want = want_of(l, layer, name, rows, cols, full);

	return mr_safetensors_check(l->st, &want, l->err);
}

/* In the file, or NULL where it must be copied. */
static int
borrow(struct loader *l, int64_t layer, const char *name, int64_t rows,
    int64_t cols, const float **out)
{
	char full[FULL];
	struct mr_tensor_want want = want_of(l, layer, name, rows, cols, full);

	return mr_safetensors_borrow(l->st, &want, out, l->err);
}

static int
copy(struct loader *l, int64_t layer, const char *name, int64_t rows,
    int64_t cols, float *to)
{
	char full[FULL];
	struct mr_tensor_want want = want_of(l, layer, name, rows, cols, full);
	const float *p;
	int rc = mr_safetensors_borrow(l->st, &want, &p, l->err);

	if (rc == MR_OK && !p)
		return mr_safetensors_f32(l->st, &want, to, l->err);
	if (rc == MR_OK)
		memcpy(to, p, (size_t)(rows * (cols ? cols : 1)) *
		    sizeof *to);
	return rc;
}

/* Biases and gains are read all the time and must not depend on where the
 * file put them. */
static int
load_vector(struct loader *l, int64_t layer, const char *name, int64_t n,
    float *to)
{
	return l->pass == COUNT ? check(l, layer, name, n, 0) :
	    l->pass == FILL ? copy(l, layer, name, n, 0, to) : MR_OK;
}

static int
load_norm(struct loader *l, int64_t layer, const char *name,
    struct mr_bert_norm *norm)
{
	int64_t w = l->b->shape.width;
	char full[96];
	int rc;

	norm->gamma = take(l, w * (int64_t)sizeof *norm->gamma);
	norm->beta = take(l, w * (int64_t)sizeof *norm->beta);
	if (l->b->precision == MR_PRECISION_INT8 && layer >= 0)
		norm->unit = take(l, w * (int64_t)sizeof *norm->unit);
	for (int64_t i = 0; norm->unit && l->pass == FILL && i < w; i++)
		norm->unit[i] = 1;
	snprintf(full, sizeof full, "%s.weight", name);
	rc = load_vector(l, layer, full, w, norm->gamma);
	if (rc)
		return rc;
	snprintf(full, sizeof full, "%s.bias", name);
	return load_vector(l, layer, full, w, norm->beta);
}

/* Maps of the same inputs, whose outputs stand one behind another. */
struct parts {
	const char *name[3];
	int n;
	int64_t rows, cols;	/* of each */
};

static int
pack(struct loader *l, int64_t layer, const struct parts *p,
    struct mr_bert_linear *to)
{
	size_t each = (size_t)(p->rows * p->cols);
	const float *w = NULL;
	float *side = NULL;
	char full[96];
	int rc = MR_OK;

	snprintf(full, sizeof full, "%s.weight", p->name[0]);
	if (p->n == 1)
		rc = borrow(l, layer, full, p->rows, p->cols, &w);
	if (rc == MR_OK && !w) {
		w = side = mr_alloc((size_t)p->n * each, sizeof *side,
		    "weights", l->err);
		rc = side ? MR_OK : MR_ENOMEM;
	}
	for (int i = 0; rc == MR_OK && side && i < p->n; i++) {
		snprintf(full, sizeof full, "%s.weight", p->name[i]);
		rc = copy(l, layer, full, p->rows, p->cols,
		    side + (size_t)i * each);
	}
	if (rc == MR_OK && l->b->precision == MR_PRECISION_INT8)
		mr_qweights_pack(&to->q, w);
	else if (rc == MR_OK)
		mr_gemm_pack(to->packed, w, to->n_out, to->n_in, to->n_in,
		    true);
	free(side);
	return rc;
}

static int
load_linear(struct loader *l, int64_t layer, const struct parts *p,
    struct mr_bert_linear *to)
{
	char full[96];
	int rc = MR_OK;

	to->n_out = p->n * p->rows;
	to->n_in = p->cols;
	to->bias = take(l, to->n_out * (int64_t)sizeof *to->bias);
	if (l->b->precision == MR_PRECISION_INT8)
		mr_qweights_place(&to->q, to->n_out, to->n_in, take(l,
		    mr_qweights_bytes(to->n_out, to->n_in)));
	else
		to->packed = take(l, (int64_t)(mr_gemm_packed(to->n_out,
		    to->n_in) * sizeof *to->packed));
	for (int i = 0; i < p->n && rc == MR_OK; i++) {
		snprintf(full, sizeof full, "%s.weight", p->name[i]);
		if (l->pass == COUNT)
			rc = check(l, layer, full, p->rows, p->cols);
	}
	if (l->pass == FILL)
		rc = pack(l, layer, p, to);
	for (int i = 0; i < p->n && rc == MR_OK; i++) {
		snprintf(full, sizeof full, "%s.bias", p->name[i]);
		rc = load_vector(l, layer, full, p->rows, to->bias ?
		    to->bias + i * p->rows : NULL);
	}
	return rc;
}

static int
load_layer(struct loader *l, int64_t i)
{
	struct mr_bert_layer *to = &l->b->layer[i];
	int64_t w = l->b->shape.width, inner = l->b->shape.inner;
	const struct parts qkv = { { "attention.self.query",
	    "attention.self.key", "attention.self.value" }, 3, w, w };
	const struct parts out = { { "attention.output.dense" }, 1, w, w };
	const struct parts up = { { "intermediate.dense" }, 1, inner, w };
	const struct parts down = { { "output.dense" }, 1, w, inner };
	int rc = load_linear(l, i, &qkv, &to->qkv);

	if (rc == MR_OK)
		rc = load_linear(l, i, &out, &to->out);
	if (rc == MR_OK)
		rc = load_norm(l, i, "attention.output.LayerNorm",
		    &to->attention);
	if (rc == MR_OK)
		rc = load_linear(l, i, &up, &to->up);
	if (rc == MR_OK)
		rc = load_linear(l, i, &down, &to->down);
	return rc ? rc : load_norm(l, i, "output.LayerNorm", &to->feed);
}

/* A table that was not borrowed gets a copy. */
static int
load_table(struct loader *l, const char *name, int64_t rows, bool copied,
    const float **out)
{
	int64_t w = l->b->shape.width;
	float *to;

	if (!copied)
		return MR_OK;
	to = take(l, rows * w * (int64_t)sizeof *to);
	*out = to;
	return l->pass == FILL ? copy(l, -1, name, rows, w, to) : MR_OK;
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

static const char *const tables[] = { "embeddings.word_embeddings.weight",
	"embeddings.position_embeddings.weight",
	"embeddings.token_type_embeddings.weight" };

static int
walk(struct loader *l, enum pass pass, const bool copied[3])
{
	const struct mr_bert_shape *s = &l->b->shape;
	int rc;

	l->pass = pass;
	l->used = 0;
	rc = load_table(l, tables[0], s->vocab, copied[0], &l->b->word);
	if (rc == MR_OK)
		rc = load_table(l, tables[1], s->positions, copied[1],
		    &l->b->position);
	if (rc == MR_OK)
		rc = load_table(l, tables[2], s->types, copied[2],
		    &l->b->type);
	if (rc == MR_OK)
		rc = load_norm(l, -1, "embeddings.LayerNorm", &l->b->norm);
	for (int64_t i = 0; i < s->layers && rc == MR_OK; i++)
		rc = load_layer(l, i);
	return rc;
}

/* Memory for all that was counted: ours, or what is packed already. */
static int
give(struct loader *l, const struct mr_slice *packed)
{
	struct mr_bert *b = l->b;

	b->packed_bytes = l->used;
	if (packed && packed->n != (size_t)l->used)
		return mr_err_set(l->err, MR_EFORMAT, "packed weights of %zu "
		    "bytes, expected %lld", packed->n, (long long)l->used);
	if (packed) {
		b->packed = packed->p;
		/* Not written to when nothing is filled. */
		l->memory = (char *)(uintptr_t)packed->p;
		return MR_OK;
	}
	b->packed = b->owned = mr_alloc((size_t)l->used, 1, "weights",
	    l->err);
	l->memory = b->owned;
	return b->owned ? MR_OK : MR_ENOMEM;
}

int
mr_bert_load(struct mr_bert *b, const struct mr_bert_shape *shape,
    enum mr_precision precision, const struct mr_safetensors *st,
    const struct mr_slice *packed, struct mr_err *err)
{
	struct loader l = { .b = b, .st = st, .prefix = "", .err = err };
	const int64_t rows[] = { shape->vocab, shape->positions, shape->types };
	const float **table[] = { &b->word, &b->position, &b->type };
	bool copied[3] = { false };
	int rc = check_shape(shape, err);

	*b = (struct mr_bert){ .shape = *shape, .precision = precision };
	if (rc)
		return rc;
	if (!mr_safetensors_find(st, tables[0]))
		l.prefix = "bert.";
	b->layer = mr_alloc((size_t)shape->layers, sizeof *b->layer,
	    "weights", err);
	if (!b->layer)
		return MR_ENOMEM;
	for (int i = 0; i < 3 && rc == MR_OK; i++) {
		rc = borrow(&l, -1, tables[i], rows[i], shape->width,
		    table[i]);
		copied[i] = !*table[i];
	}
	if (rc == MR_OK)
		rc = walk(&l, COUNT, copied);
	if (rc == MR_OK)
		rc = give(&l, packed);
	return rc ? rc : walk(&l, packed ? GIVEN : FILL, copied);
}

void
mr_bert_free(struct mr_bert *b)
{
	free(b->owned);
	free(b->layer);
	*b = (struct mr_bert){ 0 };
}
