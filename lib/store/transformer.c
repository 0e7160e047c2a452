/* Loading a sentence-transformers folder; see transformer.h.
 * SPDX-License-Identifier: MIT */
#include "store/transformer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/hash.h"
#include "core/mem.h"
#include "text/json.h"

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

/* A JSON file of the folder; *root stays NULL when it is absent and may be. */
static int
load_json(struct loader *l, const char *file, bool may_be_absent,
    json_t **root)
{
	struct mr_map m;
	int rc = set_path(l, file);

	*root = NULL;
	/* Absent, not unreadable: that must not change what a model does. */
	if (rc || (may_be_absent && mr_map_absent(l->path)))
		return rc;
	rc = mr_map_open(&m, l->path, l->err);
	if (rc)
		return rc;
	rc = mr_json_load(root, (struct mr_slice){ m.p, m.n }, l->path, NULL,
	    l->err);
	mr_map_close(&m);
	return rc;
}

static int
unsupported(struct loader *l, const char *what, const char *value,
    const char *expected)
{
	return mr_err_set(l->err, MR_EFORMAT, "%s: unsupported %s '%s', "
	    "expected %s", l->path, what, value, expected);
}

/* A string that must be this one where it stands. */
static int
must_be(struct loader *l, const json_t *o, const char *key, const char *value)
{
	const json_t *v = json_object_get(o, key);

	if (!v || (json_is_string(v) && strcmp(json_string_value(v),
	    value) == 0))
		return MR_OK;
	return unsupported(l, key, json_is_string(v) ? json_string_value(v) :
	    "(not a string)", value);
}

static int
get_int(struct loader *l, const json_t *o, const char *key, int64_t *out)
{
	const json_t *v = json_object_get(o, key);

	if (!json_is_integer(v))
		return mr_err_set(l->err, MR_EFORMAT, "%s: no whole number "
		    "'%s'", l->path, key);
	*out = json_integer_value(v);
	return MR_OK;
}

/* true or false; where it is absent or null *out stays. */
static int
get_bool(struct loader *l, const json_t *o, const char *key, bool *out)
{
	const json_t *v = json_object_get(o, key);

	if (!v || json_is_null(v))
		return MR_OK;
	if (!json_is_boolean(v))
		return unsupported(l, key, "(not true or false)",
		    "true or false");
	*out = json_is_true(v);
	return MR_OK;
}

/* The file must be one JSON object. */
static int
must_be_object(struct loader *l, const json_t *root)
{
	return json_is_object(root) ? MR_OK : mr_err_set(l->err, MR_EFORMAT,
	    "%s: not a JSON object", l->path);
}

/* Without its config.json a folder is no model: say how to come by one. */
static int
open_config(struct loader *l, json_t **root)
{
	struct mr_err *err = l->err, why = { 0 };
	int rc;

	l->err = &why;
	rc = load_json(l, "config.json", false, root);
	l->err = err;
	if (rc == MR_OK)
		return MR_OK;
	return mr_err_set(err, rc, "%s%s", why.msg, rc != MR_EIO ? "" :
	    " (scripts/fetch-model brings all-MiniLM-L6-v2; -M names another "
	    "folder)");
}

static int
load_config(struct loader *l, struct mr_bert_shape *s)
{
	const struct {
		const char *key;
		int64_t *to;
	} field[] = {
		{ "num_hidden_layers", &s->layers },
		{ "hidden_size", &s->width },
		{ "num_attention_heads", &s->heads },
		{ "intermediate_size", &s->inner },
		{ "vocab_size", &s->vocab },
		{ "max_position_embeddings", &s->positions },
		{ "type_vocab_size", &s->types },
	};
	const json_t *eps;
	bool decoder = false;
	json_t *root;
	int rc = open_config(l, &root);

	if (rc)
		return rc;
	rc = must_be_object(l, root);
	if (rc == MR_OK)
		rc = must_be(l, root, "model_type", "bert");
	if (rc == MR_OK)
		rc = must_be(l, root, "hidden_act", "gelu");
	if (rc == MR_OK)
		rc = must_be(l, root, "position_embedding_type", "absolute");
	if (rc == MR_OK)
		rc = get_bool(l, root, "is_decoder", &decoder);
	if (rc == MR_OK && decoder)
		rc = unsupported(l, "is_decoder", "true", "an encoder");
	for (size_t i = 0; i < sizeof field / sizeof *field && rc == MR_OK;
	    i++)
		rc = get_int(l, root, field[i].key, field[i].to);
	eps = json_object_get(root, "layer_norm_eps");
	if (rc == MR_OK && eps && !json_is_number(eps))
		rc = unsupported(l, "layer_norm_eps", "(not a number)",
		    "a number");
	s->eps = json_is_number(eps) ? json_number_value(eps) : 1e-12;
	json_decref(root);
	return rc;
}

static int
load_words(struct loader *l, const struct mr_bert_shape *s)
{
	struct mr_wordpiece_opt opt;
	struct mr_map vocab;
	bool chinese = true;
	json_t *root;
	int rc = load_json(l, "tokenizer_config.json", true, &root);

	if (rc)
		return rc;
	if (root)
		rc = must_be_object(l, root);
	opt.lower_case = true;
	if (rc == MR_OK)
		rc = get_bool(l, root, "do_lower_case", &opt.lower_case);
	opt.strip_accents = opt.lower_case;
	if (rc == MR_OK)
		rc = get_bool(l, root, "strip_accents", &opt.strip_accents);
	if (rc == MR_OK)
		rc = get_bool(l, root, "tokenize_chinese_chars", &chinese);
	if (rc == MR_OK && !chinese)
		rc = unsupported(l, "tokenize_chinese_chars", "false",
		    "true");
	json_decref(root);
	if (rc == MR_OK)
		rc = set_path(l, "vocab.txt");
	if (rc == MR_OK)
		rc = mr_map_open(&vocab, l->path, l->err);
	if (rc)
		return rc;
	rc = mr_wordpiece_load(&l->e->words, (struct mr_slice){ vocab.p,
	    vocab.n }, l->path, &opt, l->err);
	mr_map_close(&vocab);
	if (rc == MR_OK && l->e->words.n != s->vocab)
		rc = mr_err_set(l->err, MR_EFORMAT, "%s: %d tokens, "
		    "config.json says %lld", l->path, l->e->words.n,
		    (long long)s->vocab);
	return rc;
}

/* The one pooling that is true must be one of the two we have. */
static int
load_pooling(struct loader *l, const char *folder, int64_t width)
{
	static const char prefix[] = "pooling_mode_";
	char file[256];
	json_t *root, *v;
	const char *key;
	int rc, n = 0;

	snprintf(file, sizeof file, "%.200s/config.json", folder);
	rc = load_json(l, file, false, &root);
	if (rc)
		return rc;
	rc = must_be_object(l, root);
	v = json_object_get(root, "word_embedding_dimension");
	if (rc == MR_OK && v && (!json_is_integer(v) ||
	    json_integer_value(v) != width))
		rc = mr_err_set(l->err, MR_EFORMAT, "%s: "
		    "word_embedding_dimension differs from config.json's "
		    "hidden_size %lld", l->path, (long long)width);
	json_object_foreach(root, key, v) {
		if (rc || strncmp(key, prefix, sizeof prefix - 1) != 0 ||
		    json_is_false(v))
			continue;
		if (!json_is_true(v)) {
			rc = unsupported(l, key, "(not true or false)",
			    "true or false");
			continue;
		}
		n++;
		if (strcmp(key, "pooling_mode_mean_tokens") == 0)
			l->e->pooling = MR_POOL_MEAN;
		else if (strcmp(key, "pooling_mode_cls_token") == 0)
			l->e->pooling = MR_POOL_CLS;
		else
			rc = unsupported(l, "pooling", key, "mean or cls");
	}
	json_decref(root);
	if (rc == MR_OK && n != 1)
		rc = unsupported(l, "pooling", n ? "several at once" :
		    "(none)", "mean or cls");
	return rc;
}

static int
load_modules(struct loader *l, int64_t width)
{
	json_t *root, *module;
	size_t i;
	int rc = load_json(l, "modules.json", true, &root);

	if (rc || !root)
		return rc;
	if (json_array_size(root) < 2)
		rc = unsupported(l, "modules", json_is_array(root) ?
		    "(no Pooling)" : "(not a list)", "Transformer, Pooling "
		    "and Normalize, in this order");
	json_array_foreach(root, i, module) {
		const char *type = json_string_value(json_object_get(module,
		    "type"));
		const char *path = json_string_value(json_object_get(module,
		    "path"));
		const char *name = type ? strrchr(type, '.') : NULL;

		if (rc)
			break;
		name = name ? name + 1 : "(none)";
		if (strcmp(name, "Pooling") == 0 && i == 1) {
			rc = load_pooling(l, path ? path : "1_Pooling",
			    width);
			if (rc == MR_OK)	/* back to the file in hand */
				rc = set_path(l, "modules.json");
		} else if (strcmp(name, "Normalize") == 0 && i == 2) {
			l->e->normalise = true;
		} else if (strcmp(name, "Transformer") != 0 || i != 0) {
			rc = unsupported(l, "module", name, "Transformer, "
			    "Pooling and Normalize, in this order");
		}
	}
	json_decref(root);
	return rc;
}

static int
load_length(struct loader *l, int64_t positions)
{
	const json_t *v;
	json_t *root;
	int64_t n = positions;
	bool lower = false;
	int rc = load_json(l, "sentence_bert_config.json", true, &root);

	if (rc)
		return rc;
	if (root)
		rc = must_be_object(l, root);
	/* Lower case before the tokenizer, whatever the tokenizer does. */
	if (rc == MR_OK)
		rc = get_bool(l, root, "do_lower_case", &lower);
	if (rc == MR_OK && lower)
		rc = unsupported(l, "do_lower_case", "true", "false");
	v = json_object_get(root, "max_seq_length");
	if (rc == MR_OK && v && !json_is_null(v))
		rc = get_int(l, root, "max_seq_length", &n);
	json_decref(root);
	if (rc == MR_OK && (n < 2 || n > positions))
		rc = mr_err_set(l->err, MR_EFORMAT, "%s: max_seq_length "
		    "%lld, expected 2 to %lld", l->path, (long long)n,
		    (long long)positions);
	l->e->max_pieces = (int32_t)n;
	return rc;
}

static int
load_weights(struct loader *l, struct mr_transformer *t,
    const struct mr_bert_shape *s, enum mr_precision precision)
{
	struct mr_safetensors tensors = { 0 };
	int rc = set_path(l, "model.safetensors");

	if (rc == MR_OK)
		rc = mr_map_open(&t->weights, l->path, l->err);
	if (rc == MR_OK)
		rc = mr_safetensors_parse(&tensors, t->weights.p,
		    t->weights.n, l->path, l->err);
	if (rc == MR_OK)
		rc = mr_bert_load(&l->e->bert, s, precision, &tensors,
		    l->err);
	mr_safetensors_free(&tensors);
	if (rc == MR_OK)
		t->digest = mr_hash64(t->weights.p, t->weights.n);
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
	rc = load_config(&l, &s);
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
	mr_map_close(&t->weights);
	*t = (struct mr_transformer){ 0 };
}
