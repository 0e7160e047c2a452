/* Loading a sentence-transformers folder; see transformer.h.
 * SPDX-License-Identifier: MIT */
#include "store/transformer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/hash.h"
#include "core/mem.h"
#include "store/transformer_config.h"

struct loader {
	struct mr_encoder *e;
	const char *folder;
	char *path;		/* of the file in hand, for messages */
	struct mr_err *err;
};

static int
set_path(struct loader *l, const char *file)
{
	size_t n = strlen(l->folder) + strlen(file) + 2;

	free(l->path);
	l->path = mr_alloc(n, 1, "file name", l->err);
	if (!l->path)
		return MR_ENOMEM;
	snprintf(l->path, n, "%s/%s", l->folder, file);
	return MR_OK;
}

/* A file of the folder in f and m, which the caller closes; absent, when it
 * may be, f has no text. */
static int
open_file(struct loader *l, const char *file, bool may_be_absent,
    struct mr_map *m, struct mr_config_file *f)
{
	int rc = set_path(l, file);

	*m = (struct mr_map){ 0 };
	*f = (struct mr_config_file){ .path = l->path };
	/* Absent, not unreadable: that must not change what a model does. */
	if (rc || (may_be_absent && mr_map_absent(l->path)))
		return rc;
	rc = mr_map_open(m, l->path, l->err);
	if (rc == MR_OK)
		f->text = (struct mr_slice){ m->p, m->n };
	return rc;
}

/* Without its config.json a folder is no model: say how to come by one. */
static int
load_shape(struct loader *l, struct mr_bert_shape *s)
{
	struct mr_err *err = l->err, why = { 0 };
	struct mr_config_file f;
	struct mr_map m;
	int rc;

	l->err = &why;
	rc = open_file(l, "config.json", false, &m, &f);
	l->err = err;
	if (rc)
		return mr_err_set(err, rc, "%s%s", why.msg, rc != MR_EIO ? "" :
		    " (fetch-model of mr(7) brings all-MiniLM-L6-v2; -M names "
		    "another folder)");
	rc = mr_config_shape(&f, s, err);
	mr_map_close(&m);
	return rc;
}

static int
load_length(struct loader *l, int64_t positions)
{
	struct mr_config_file f;
	struct mr_map m;
	int rc = open_file(l, "sentence_bert_config.json", true, &m, &f);

	if (rc == MR_OK)
		rc = mr_config_length(&f, positions, &l->e->max_pieces,
		    l->err);
	mr_map_close(&m);
	return rc;
}

static int
load_modules(struct loader *l, int64_t width)
{
	struct mr_config_file f;
	struct mr_map m;
	char folder[MR_POOLING_MAX + 1] = "", file[sizeof folder + 16];
	int rc = open_file(l, "modules.json", true, &m, &f);

	if (rc == MR_OK)
		rc = mr_config_modules(&f, folder, &l->e->normalise, l->err);
	mr_map_close(&m);
	if (rc || !folder[0])
		return rc;
	snprintf(file, sizeof file, "%s/config.json", folder);
	rc = open_file(l, file, false, &m, &f);
	if (rc == MR_OK)
		rc = mr_config_pooling(&f, width, &l->e->pooling, l->err);
	mr_map_close(&m);
	return rc;
}

static int
load_words(struct loader *l, const struct mr_bert_shape *s)
{
	struct mr_wordpiece_opt opt;
	struct mr_config_file f;
	struct mr_map m;
	int rc = open_file(l, "tokenizer_config.json", true, &m, &f);

	if (rc == MR_OK)
		rc = mr_config_tokenizer(&f, &opt, l->err);
	mr_map_close(&m);
	if (rc == MR_OK)
		rc = open_file(l, "vocab.txt", false, &m, &f);
	if (rc)
		return rc;
	rc = mr_wordpiece_load(&l->e->words, f.text, l->path, &opt, l->err);
	mr_map_close(&m);
	if (rc == MR_OK && l->e->words.n != s->vocab)
		rc = mr_err_set(l->err, MR_EFORMAT, "%s: %d tokens, "
		    "config.json says %lld", l->path, l->e->words.n,
		    (long long)s->vocab);
	return rc;
}

/* How weights are packed, by which build: the word of a file with them.  A
 * struct without padding. */
static uint64_t
key_of(const struct mr_bert_shape *s, enum mr_precision precision)
{
	const struct {
		uint64_t version, way, precision;
		struct mr_bert_shape shape;
	} k = { mr_hash64(MR_VERSION, sizeof MR_VERSION), MR_BERT_PACKED,
	    precision, *s };

	return mr_hash64(&k, sizeof k);
}

/* In 8 bits weights are fitted to what they will be multiplied with. */
static int
fit_bert(struct loader *l, const struct mr_bert_shape *s,
    const struct mr_safetensors *tensors)
{
	struct mr_safetensors found = *tensors;
	struct mr_bert full;
	int rc;

	found.finite = true;
	rc = mr_bert_load(&full, s, MR_PRECISION_F32, &found, NULL, l->err);
	if (rc == MR_OK)
		rc = mr_encoder_fit(l->e, &full, l->err);
	mr_bert_free(&full);
	return rc;
}

/* What was packed before says too that no weight was found wrong. */
static int
load_bert(struct loader *l, struct mr_transformer *t,
    const struct mr_bert_shape *s, enum mr_precision precision,
    struct mr_safetensors *tensors)
{
	struct mr_bert *b = &l->e->bert;
	uint64_t key = key_of(s, precision);
	int rc = set_path(l, precision == MR_PRECISION_INT8 ?
	    "model.safetensors.mr-int8" : "model.safetensors.mr-f32");

	if (rc)
		return rc;
	tensors->finite = mr_panels_open(&t->packed, l->path, key,
	    &t->weights, &t->digest);
	rc = mr_bert_load(b, s, precision, tensors, tensors->finite ?
	    &t->packed.bytes : NULL, l->err);
	if (rc == MR_OK && precision == MR_PRECISION_INT8 && b->owned)
		rc = fit_bert(l, s, tensors);
	if (rc == MR_OK && (!tensors->finite || t->packed.old))
		mr_panels_write(l->path, key, &t->weights, t->digest,
		    (struct mr_slice){ b->packed, (size_t)b->packed_bytes });
	return rc;
}

static int
load_weights(struct loader *l, struct mr_transformer *t,
    const struct mr_bert_shape *s, enum mr_precision precision)
{
	struct mr_safetensors tensors = { 0 };
	char *path;
	int rc = set_path(l, "model.safetensors");

	/* Messages of tensors name their file. */
	path = l->path;
	l->path = NULL;
	if (rc == MR_OK)
		rc = mr_map_open(&t->weights, path, l->err);
	if (rc == MR_OK)
		rc = mr_safetensors_parse(&tensors, t->weights.p,
		    t->weights.n, path, l->err);
	if (rc == MR_OK)
		rc = load_bert(l, t, s, precision, &tensors);
	mr_safetensors_free(&tensors);
	free(path);
	return rc;
}

int
mr_transformer_load(struct mr_transformer *t, const char *folder,
    enum mr_precision precision, struct mr_err *err)
{
	struct loader l = { &t->encoder, folder, NULL, err };
	struct mr_bert_shape s = { 0 };
	int rc;

	*t = (struct mr_transformer){ 0 };
	rc = load_shape(&l, &s);
	if (rc == MR_OK)
		rc = load_length(&l, s.positions);
	if (rc == MR_OK)
		rc = load_modules(&l, s.width);
	if (rc == MR_OK)
		rc = load_words(&l, &s);
	if (rc == MR_OK)
		rc = load_weights(&l, t, &s, precision);
	free(l.path);
	return rc;
}

void
mr_transformer_free(struct mr_transformer *t)
{
	mr_encoder_free(&t->encoder);
	mr_panels_close(&t->packed);
	mr_map_close(&t->weights);
	*t = (struct mr_transformer){ 0 };
}
