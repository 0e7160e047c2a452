/* A sentence-transformers folder of the BERT family: from text to vectors.
 * SPDX-License-Identifier: MIT */
#ifndef MR_STORE_TRANSFORMER_H
#define MR_STORE_TRANSFORMER_H

#include "core/err.h"
#include "stream/map.h"
#include "text/bert.h"
#include "text/wordpiece.h"

/* All zero is empty; freed by mr_encoder_free. */
struct mr_encoder {
	struct mr_map weights;
	struct mr_safetensors tensors;
	struct mr_wordpiece words;
	struct mr_bert bert;
	int32_t max_pieces;	/* [CLS] and [SEP] included */
	enum mr_pooling pooling;
	bool normalise;		/* rows to length 1 */
	uint64_t digest;	/* XXH3 of model.safetensors */
};

/*
 * mr_encoder_load - the folder's config.json, tokenizer_config.json,
 * sentence_bert_config.json, modules.json, 1_Pooling/config.json, vocab.txt
 * and model.safetensors.  A folder without modules.json is a bare
 * transformer: mean pooling, not normalised, as sentence-transformers takes
 * it.  MR_EIO names a file that is missing; MR_EFORMAT a part that is not
 * supported (another architecture, activation, pooling or module).
 * Memory: the layers' matrices, 43 MiB for all-MiniLM-L6-v2, beside the
 * mapped weights.
 */
int mr_encoder_load(struct mr_encoder *e, const char *folder,
    enum mr_precision precision, struct mr_err *err) MR_CHECKED;
void mr_encoder_free(struct mr_encoder *e);

#endif
