/* Texts to vectors: tokens, a transformer, one vector for each text.
 *
 *	mr_encoder_work_new(&w, &e, 1, 1, &err);
 *	mr_encoder_run(&e, &text, 1, &w, vector, &err);
 *
 * SPDX-License-Identifier: MIT */
#ifndef MR_TEXT_ENCODER_H
#define MR_TEXT_ENCODER_H

#include "text/bert.h"
#include "text/wordpiece.h"

/* Only read once loaded (store/transformer), so threads may share it.  All
 * zero is empty; freed by mr_encoder_free. */
struct mr_encoder {
	struct mr_wordpiece words;
	struct mr_bert bert;
	int32_t max_pieces;	/* [CLS] and [SEP] included */
	enum mr_pooling pooling;
	bool normalise;		/* rows to length 1 */
};

void mr_encoder_free(struct mr_encoder *e);

/* What a text came to. */
struct mr_encoded {
	int32_t pieces;		/* [CLS] and [SEP] included */
	int32_t unknown;	/* of them */
	int64_t full;		/* pieces without the limit */
};

/* The memory of one caller; made by mr_encoder_work_new, freed by
 * mr_encoder_work_free; all zero is empty. */
struct mr_encoder_work {
	int threads;
	int64_t most;
	/* of the texts in hand: [most * max_pieces], then packed end to end */
	int32_t *pieces, *start;
	int32_t *unit;		/* the texts where a unit starts */
	int64_t n_units;
	struct mr_encoded *of;	/* [most] (out) what each text came to */
	struct mr_encoder_worker *worker;	/* [threads] */
};

/*
 * mr_encoder_work_new - for at most most texts a call, on threads cores.
 * Memory: 4 max_pieces bytes a text, and a thread the workspace of
 * max(256, max_pieces) pieces (mr_bert_work_floats).
 */
int mr_encoder_work_new(struct mr_encoder_work *w, const struct mr_encoder *e,
    int64_t most, int threads, struct mr_err *err) MR_CHECKED;
void mr_encoder_work_free(struct mr_encoder_work *w);

/*
 * mr_encoder_run - the vectors of n texts.
 *
 * text    [n] UTF-8, borrowed; n at most w->most
 * vector  [n * e->bert.shape.width] (out); a number may not be finite where
 *         the weights are wrong
 *
 * A vector's bits depend on its text alone: not on those beside it, nor on
 * threads.  MR_ENOMEM.  Time as mr_bert_embed.
 */
int mr_encoder_run(const struct mr_encoder *e, const struct mr_slice *text,
    int64_t n, struct mr_encoder_work *w, float *vector, struct mr_err *err)
    MR_CHECKED;

/*
 * mr_encoder_fit - e's network in 8 bits, fitted (text/bert_fit.h) to a few
 * texts of many kinds that are always the same; full is the same network in
 * f32.  MR_ENOMEM.
 */
int mr_encoder_fit(struct mr_encoder *e, const struct mr_bert *full,
    struct mr_err *err) MR_CHECKED;

#endif
