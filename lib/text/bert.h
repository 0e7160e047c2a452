/* The forward pass of a BERT encoder, and one vector for each text.
 * No tokenizer, no files: ids in, vectors out.
 * SPDX-License-Identifier: MIT */
#ifndef MR_TEXT_BERT_H
#define MR_TEXT_BERT_H

#include <stdbool.h>
#include <stdint.h>

#include "core/err.h"
#include "core/str.h"
#include "math/qgemm.h"
#include "text/safetensors.h"

struct mr_bert_shape {
	int64_t layers, width, heads, inner, vocab, positions, types;
	double eps;		/* of the layer norms */
};

struct mr_bert_norm {
	float *gamma, *beta;	/* [width] */
	float *unit;		/* in int8: of what is added to, [width] */
};

/* y = x W' (+ bias, which the caller adds), in one of two forms. */
struct mr_bert_linear {
	int64_t n_out, n_in;
	float *packed;		/* by mr_gemm_pack, in f32 */
	struct mr_qweights q;	/* else by mr_qweights_pack */
	float *bias;		/* [n_out] */
};

struct mr_bert_layer {
	struct mr_bert_linear qkv, out, up, down;
	struct mr_bert_norm attention, feed;
};

enum mr_precision { MR_PRECISION_F32, MR_PRECISION_INT8 };

/*
 * Tables are borrowed from the mapped weights where they are f32 and aligned;
 * all else is in one piece of memory, the layers' matrices packed, 4 (4
 * width^2 + 2 width inner) bytes a layer, a quarter of it in int8.  Freed by
 * mr_bert_free; all zero is empty.
 */
struct mr_bert {
	struct mr_bert_shape shape;
	enum mr_precision precision;
	/* [vocab * width], [positions * width], [types * width] */
	const float *word, *position, *type;
	struct mr_bert_norm norm;
	struct mr_bert_layer *layer;	/* [layers] */
	const void *packed;	/* [packed_bytes]: mr_bert_load can take it */
	int64_t packed_bytes;
	void *owned;		/* packed, unless it was given */
};

/* What a way to pack has of its own; another way has another number. */
#define MR_BERT_PACKED 4

/*
 * mr_bert_load - weights of a BertModel from st by their usual names
 * ("embeddings.word_embeddings.weight", "encoder.layer.0.attention..."), with
 * or without the prefix "bert.".  width and inner must be multiples of 16 and
 * width of heads.  MR_EFORMAT names the tensor that is missing, of another
 * shape or type, or not finite.  st's bytes must outlive b.
 * packed, unless NULL, is what b->packed was of the same st, shape and
 * precision, aligned to 64 bytes; it must outlive b, and nothing is packed.
 * MR_EFORMAT when it has another length.  In MR_PRECISION_INT8 the four
 * products of a layer have 8-bit inputs, attention is as in math/qattend.h and
 * gelu off by 2e-4; the hidden states, their sums and norms stay float.
 * mr_bert_fit makes that better.
 */
int mr_bert_load(struct mr_bert *b, const struct mr_bert_shape *shape,
    enum mr_precision precision, const struct mr_safetensors *st,
    const struct mr_slice *packed, struct mr_err *err) MR_CHECKED;
void mr_bert_free(struct mr_bert *b);

/* mr_bert_work_floats - workspace for mr_bert_embed, in floats, when the
 * sequences have max_tokens tokens together. */
int64_t mr_bert_work_floats(const struct mr_bert *b, int64_t max_tokens);

/* The products of a layer, in their order; and somebody who is shown what each
 * is given: rows x of its n_in. */
enum mr_bert_product { MR_BERT_QKV, MR_BERT_OUT, MR_BERT_UP, MR_BERT_DOWN };
struct mr_bert_watch {
	void (*see)(void *ctx, int64_t layer, enum mr_bert_product product,
	    const float *x, int64_t rows);
	void *ctx;
};

/* mr_bert_show - the forward pass of mr_bert_embed, to be watched; b in f32. */
void mr_bert_show(const struct mr_bert *b, const int32_t *ids,
    const int32_t *start, int64_t n, float *work,
    const struct mr_bert_watch *watch);

enum mr_pooling { MR_POOLING_MEAN, MR_POOLING_CLS };

/*
 * mr_bert_embed - the vector of each of n sequences, packed end to end
 * without padding.
 *
 * ids    [start[n]] token ids, each below vocab (asserted)
 * start  [n + 1] sequence s is ids[start[s] .. start[s+1]), 1 to positions
 *        tokens
 * work   mr_bert_work_floats(b, start[n]) floats, 64-byte aligned
 * out    n x width (out): the mean of the last hidden states over all
 *        tokens, [CLS] and [SEP] included, or the state of the first
 *
 *   x   = LN(word[id] + position[p] + type[0])
 *   x   = LN(x + Wo concat_h(softmax(Q_h K_h' / sqrt(width/heads)) V_h) + bo)
 *   x   = LN(x + W2 gelu(W1 x + b1) + b2)            for every layer
 *
 * A vector's bits depend on its own ids alone.  Time: a token costs
 * 2 layers (4 width^2 + 2 width inner) flops and 4 layers width length more.
 * Devlin, Chang, Lee & Toutanova, "BERT", NAACL 2019, section 3; Reimers &
 * Gurevych, "Sentence-BERT", EMNLP 2019, section 3 (pooling).
 */
void mr_bert_embed(const struct mr_bert *b, const int32_t *ids,
    const int32_t *start, int64_t n, enum mr_pooling pooling, float *work,
    float *out);

#endif
