/* The JSON files of a sentence-transformers folder, each read from its bytes.
 * SPDX-License-Identifier: MIT */
#ifndef MR_STORE_TRANSFORMER_CONFIG_H
#define MR_STORE_TRANSFORMER_CONFIG_H

#include "core/str.h"
#include "text/bert.h"
#include "text/wordpiece.h"

#define MR_POOLING_MAX 200	/* bytes of the name of the pooling's folder */

/* A file of the folder; p NULL: it is not there.  All borrowed. */
struct mr_config_file {
	const char *path;	/* for messages */
	struct mr_slice text;
};

/*
 * Each fills what its file says and leaves the rest, also when the file is
 * not there and may be.  MR_EFORMAT "path: .." when it is no JSON, a value has
 * another type than it should, or a part is not supported: another
 * architecture, activation, pooling or module.  Time and memory O(n).
 */

/* mr_config_shape - config.json; all sizes are 1 .. 2^31 - 1. */
int mr_config_shape(const struct mr_config_file *f, struct mr_bert_shape *s,
    struct mr_err *err) MR_CHECKED;
/* mr_config_tokenizer - tokenizer_config.json, which may be absent. */
int mr_config_tokenizer(const struct mr_config_file *f,
    struct mr_wordpiece_opt *opt, struct mr_err *err) MR_CHECKED;
/* mr_config_length - sentence_bert_config.json, which may be absent: pieces of
 * a text, 2 .. positions. */
int mr_config_length(const struct mr_config_file *f, int64_t positions,
    int32_t *max_pieces, struct mr_err *err) MR_CHECKED;
/* mr_config_modules - modules.json, which may be absent: then pooling[] stays
 * empty, else it names the folder of the pooling's config.json. */
int mr_config_modules(const struct mr_config_file *f,
    char pooling[MR_POOLING_MAX + 1], bool *normalise, struct mr_err *err)
    MR_CHECKED;
/* mr_config_pooling - config.json of the pooling of vectors of width. */
int mr_config_pooling(const struct mr_config_file *f, int64_t width,
    enum mr_pooling *pooling, struct mr_err *err) MR_CHECKED;

#endif
