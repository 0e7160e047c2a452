/* A sentence-transformers folder of the BERT family: from text to vectors.
 * SPDX-License-Identifier: MIT */
#ifndef MR_STORE_TRANSFORMER_H
#define MR_STORE_TRANSFORMER_H

#include "core/err.h"
#include "store/panels.h"
#include "stream/map.h"
#include "text/encoder.h"

/* All zero is empty; freed by mr_transformer_free. */
struct mr_transformer {
	struct mr_map weights;
	struct mr_panels packed;
	struct mr_encoder encoder;	/* borrows from both */
	uint64_t digest;	/* XXH3 of model.safetensors */
};

/*
 * mr_transformer_load - the folder's config.json, tokenizer_config.json,
 * sentence_bert_config.json, modules.json, 1_Pooling/config.json, vocab.txt
 * and model.safetensors.  A folder without modules.json is a bare
 * transformer: mean pooling, not normalised, as sentence-transformers takes
 * it.  MR_EIO names a file that is missing; MR_EFORMAT a part that is not
 * supported (another architecture, activation, pooling or module).
 * Memory: the layers' matrices, 43 MiB for all-MiniLM-L6-v2, beside the
 * mapped weights.  In int8 they are fitted to texts (mr_encoder_fit), which has
 * them in f32 too while it lasts, a second.  Matrices of MR_PANELS_LEAST bytes
 * and more are written to model.safetensors.mr-f32 or .mr-int8 in the folder,
 * where that can be, and mapped the next time; else all that is done anew.
 */
int mr_transformer_load(struct mr_transformer *t, const char *folder,
    enum mr_precision precision, struct mr_err *err) MR_CHECKED;
void mr_transformer_free(struct mr_transformer *t);

#endif
