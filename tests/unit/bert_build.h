/* A small BERT with random weights as the bytes of a safetensors file.
 * SPDX-License-Identifier: MIT */
#ifndef MR_TESTS_BERT_BUILD_H
#define MR_TESTS_BERT_BUILD_H

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/rng.h"
#include "text/bert.h"

#define MAX_TENSORS 64

/* Weights are multiples of 1/256 of at most 8 binary digits: F32, F16 and
 * BF16 hold them exactly. */
struct bert_file {
	struct mr_bert_shape s;
	struct {
		char name[96];
		int64_t rows, cols;	/* cols 0: a vector */
		float *v;
	} t[MAX_TENSORS];
	int n;
	struct mr_buf bytes;
};

static inline void
add_tensor(struct bert_file *f, const char *name, int64_t rows, int64_t cols)
{
	int64_t n = rows * (cols ? cols : 1);
	float *v = malloc((size_t)n * sizeof *v);
	bool gain = strstr(name, "LayerNorm.weight") != NULL;

	assert_non_null(v);
	assert_true(f->n < MAX_TENSORS);
	for (int64_t i = 0; i < n; i++) {
		int64_t k = (int64_t)(mr_rng_u64(5, (uint64_t)f->n,
		    (uint64_t)i) % 129) - 64;

		v[i] = gain ? (float)(k + 128) / 128 : (float)k / 256;
	}
	snprintf(f->t[f->n].name, sizeof f->t[f->n].name, "%s", name);
	f->t[f->n].rows = rows;
	f->t[f->n].cols = cols;
	f->t[f->n++].v = v;
}

static inline void
add_linear(struct bert_file *f, int64_t layer, const char *name, int64_t n_out,
    int64_t n_in)
{
	char full[96];

	snprintf(full, sizeof full, "encoder.layer.%lld.%s.weight",
	    (long long)layer, name);
	add_tensor(f, full, n_out, n_in);
	snprintf(full, sizeof full, "encoder.layer.%lld.%s.bias",
	    (long long)layer, name);
	add_tensor(f, full, n_out, 0);
}

static inline void
make_bert(struct bert_file *f, const struct mr_bert_shape *s)
{
	memset(f, 0, sizeof *f);
	f->s = *s;
	add_tensor(f, "embeddings.word_embeddings.weight", s->vocab,
	    s->width);
	add_tensor(f, "embeddings.position_embeddings.weight", s->positions,
	    s->width);
	add_tensor(f, "embeddings.token_type_embeddings.weight", s->types,
	    s->width);
	add_tensor(f, "embeddings.LayerNorm.weight", s->width, 0);
	add_tensor(f, "embeddings.LayerNorm.bias", s->width, 0);
	for (int64_t l = 0; l < s->layers; l++) {
		add_linear(f, l, "attention.self.query", s->width, s->width);
		add_linear(f, l, "attention.self.key", s->width, s->width);
		add_linear(f, l, "attention.self.value", s->width, s->width);
		add_linear(f, l, "attention.output.dense", s->width,
		    s->width);
		add_linear(f, l, "attention.output.LayerNorm", s->width, 0);
		add_linear(f, l, "intermediate.dense", s->inner, s->width);
		add_linear(f, l, "output.dense", s->width, s->inner);
		add_linear(f, l, "output.LayerNorm", s->width, 0);
	}
}

/* The tensor, -1 when there is none. */
static inline int
tensor_at(const struct bert_file *f, const char *name)
{
	for (int i = 0; i < f->n; i++)
		if (strcmp(f->t[i].name, name) == 0)
			return i;
	return -1;
}

static inline uint16_t
half_of(float v, bool bf16)
{
	uint32_t bits;

	memcpy(&bits, &v, 4);
	if (bf16 || (bits & 0x7fffffff) == 0)
		return (uint16_t)(bits >> 16);
	if ((bits >> 23 & 255) == 255)
		return (uint16_t)(bits >> 16 & 0x8000) | 0x7e00;
	return (uint16_t)((bits >> 16 & 0x8000) |
	    (((bits >> 23 & 255) - 112) << 10) | (bits >> 13 & 0x3ff));
}

/* The file's bytes, in f->bytes; prefix goes before every name. */
static inline void
write_bert(struct bert_file *f, const char *dtype, const char *prefix)
{
	struct mr_buf head = { 0 };
	struct mr_err err = { 0 };
	bool wide = strcmp(dtype, "F32") == 0;
	int64_t at = 0;
	unsigned char le[8];
	int rc = mr_buf_addf(&head, &err, "{");

	for (int i = 0; i < f->n; i++) {
		int64_t rows = f->t[i].rows, cols = f->t[i].cols;
		int64_t bytes = rows * (cols ? cols : 1) * (wide ? 4 : 2);

		rc |= mr_buf_addf(&head, &err, "%s\"%s%s\":{\"dtype\":\"%s\","
		    "\"shape\":[%lld", i ? "," : "", prefix, f->t[i].name,
		    dtype, (long long)rows);
		if (cols)
			rc |= mr_buf_addf(&head, &err, ",%lld",
			    (long long)cols);
		rc |= mr_buf_addf(&head, &err, "],\"data_offsets\":"
		    "[%lld,%lld]}", (long long)at, (long long)(at + bytes));
		at += bytes;
	}
	rc |= mr_buf_addf(&head, &err, "}");
	while (head.n % 8)
		rc |= mr_buf_addf(&head, &err, " ");
	for (int i = 0; i < 8; i++)
		le[i] = (unsigned char)(head.n >> 8 * i & 255);
	mr_buf_free(&f->bytes);
	rc |= mr_buf_add(&f->bytes, le, 8, &err);
	rc |= mr_buf_add(&f->bytes, head.p, head.n, &err);
	for (int i = 0; i < f->n; i++)
		for (int64_t k = 0; k < f->t[i].rows *
		    (f->t[i].cols ? f->t[i].cols : 1); k++) {
			uint16_t half = half_of(f->t[i].v[k],
			    dtype[0] == 'B');

			rc |= wide ? mr_buf_add(&f->bytes, &f->t[i].v[k], 4,
			    &err) : mr_buf_add(&f->bytes, &half, 2, &err);
		}
	assert_int_equal(rc, MR_OK);
	mr_buf_free(&head);
}

static inline void
drop_bert(struct bert_file *f)
{
	for (int i = 0; i < f->n; i++)
		free(f->t[i].v);
	mr_buf_free(&f->bytes);
}

#endif
