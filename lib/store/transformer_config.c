/* JSON files of a transformer's folder; see transformer_config.h.
 * SPDX-License-Identifier: MIT */
#include "store/transformer_config.h"

#include <stdio.h>
#include <string.h>

#include "text/json.h"

/* *root stays NULL when there is no file. */
static int
parse(const struct mr_config_file *f, json_t **root, struct mr_err *err)
{
	*root = NULL;
	return f->text.p ? mr_json_load(root, f->text, f->path, NULL, err) :
	    MR_OK;
}

/* The same, of a file that must be one JSON object. */
static int
parse_object(const struct mr_config_file *f, json_t **root,
    struct mr_err *err)
{
	int rc = parse(f, root, err);

	if (rc || !*root || json_is_object(*root))
		return rc;
	json_decref(*root);
	*root = NULL;
	return mr_err_set(err, MR_EFORMAT, "%s: not a JSON object", f->path);
}

static int
unsupported(const struct mr_config_file *f, const char *what,
    const char *value, const char *expected, struct mr_err *err)
{
	return mr_err_set(err, MR_EFORMAT, "%s: unsupported %s '%s', "
	    "expected %s", f->path, what, value, expected);
}

/* A string that must be this one where it stands. */
static int
must_be(const struct mr_config_file *f, const json_t *o, const char *key,
    const char *value, struct mr_err *err)
{
	const json_t *v = json_object_get(o, key);

	if (!v || (json_is_string(v) && strcmp(json_string_value(v),
	    value) == 0))
		return MR_OK;
	return unsupported(f, key, json_is_string(v) ? json_string_value(v) :
	    "(not a string)", value, err);
}

static int
get_int(const struct mr_config_file *f, const json_t *o, const char *key,
    int64_t *out, struct mr_err *err)
{
	const json_t *v = json_object_get(o, key);

	if (!json_is_integer(v))
		return mr_err_set(err, MR_EFORMAT, "%s: no whole number "
		    "'%s'", f->path, key);
	*out = json_integer_value(v);
	return MR_OK;
}

/* A number that counts tokens or columns: later ones are int32_t. */
static int
get_size(const struct mr_config_file *f, const json_t *o, const char *key,
    int64_t *out, struct mr_err *err)
{
	int rc = get_int(f, o, key, out, err);

	if (rc == MR_OK && (*out < 1 || *out > INT32_MAX))
		rc = mr_err_set(err, MR_EFORMAT, "%s: %s is %lld, expected 1 "
		    "to %d", f->path, key, (long long)*out, INT32_MAX);
	return rc;
}

/* true or false; where it is absent or null *out stays. */
static int
get_bool(const struct mr_config_file *f, const json_t *o, const char *key,
    bool *out, struct mr_err *err)
{
	const json_t *v = json_object_get(o, key);

	if (!v || json_is_null(v))
		return MR_OK;
	if (!json_is_boolean(v))
		return unsupported(f, key, "(not true or false)",
		    "true or false", err);
	*out = json_is_true(v);
	return MR_OK;
}

int
mr_config_shape(const struct mr_config_file *f, struct mr_bert_shape *s,
    struct mr_err *err)
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
	int rc = parse_object(f, &root, err);

	if (rc == MR_OK)
		rc = must_be(f, root, "model_type", "bert", err);
	if (rc == MR_OK)
		rc = must_be(f, root, "hidden_act", "gelu", err);
	if (rc == MR_OK)
		rc = must_be(f, root, "position_embedding_type", "absolute",
		    err);
	if (rc == MR_OK)
		rc = get_bool(f, root, "is_decoder", &decoder, err);
	if (rc == MR_OK && decoder)
		rc = unsupported(f, "is_decoder", "true", "an encoder", err);
	for (size_t i = 0; i < sizeof field / sizeof *field && rc == MR_OK;
	    i++)
		rc = get_size(f, root, field[i].key, field[i].to, err);
	eps = json_object_get(root, "layer_norm_eps");
	if (rc == MR_OK && eps && !json_is_number(eps))
		rc = unsupported(f, "layer_norm_eps", "(not a number)",
		    "a number", err);
	s->eps = json_is_number(eps) ? json_number_value(eps) : 1e-12;
	json_decref(root);
	return rc;
}

int
mr_config_tokenizer(const struct mr_config_file *f,
    struct mr_wordpiece_opt *opt, struct mr_err *err)
{
	bool chinese = true;
	json_t *root;
	int rc = parse_object(f, &root, err);

	opt->lower_case = true;
	if (rc == MR_OK)
		rc = get_bool(f, root, "do_lower_case", &opt->lower_case,
		    err);
	opt->strip_accents = opt->lower_case;
	if (rc == MR_OK)
		rc = get_bool(f, root, "strip_accents", &opt->strip_accents,
		    err);
	if (rc == MR_OK)
		rc = get_bool(f, root, "tokenize_chinese_chars", &chinese,
		    err);
	if (rc == MR_OK && !chinese)
		rc = unsupported(f, "tokenize_chinese_chars", "false", "true",
		    err);
	json_decref(root);
	return rc;
}

int
mr_config_length(const struct mr_config_file *f, int64_t positions,
    int32_t *max_pieces, struct mr_err *err)
{
	const json_t *v;
	json_t *root;
	int64_t n = positions;
	bool lower = false;
	int rc = parse_object(f, &root, err);

	/* Lower case before the tokenizer, whatever the tokenizer does. */
	if (rc == MR_OK)
		rc = get_bool(f, root, "do_lower_case", &lower, err);
	if (rc == MR_OK && lower)
		rc = unsupported(f, "do_lower_case", "true", "false", err);
	v = json_object_get(root, "max_seq_length");
	if (rc == MR_OK && v && !json_is_null(v))
		rc = get_int(f, root, "max_seq_length", &n, err);
	json_decref(root);
	if (rc == MR_OK && (n < 2 || n > positions))
		rc = mr_err_set(err, MR_EFORMAT, "%s: max_seq_length %lld, "
		    "expected 2 to %lld", f->path, (long long)n,
		    (long long)positions);
	if (rc == MR_OK)
		*max_pieces = (int32_t)n;
	return rc;
}

static int
take_path(const struct mr_config_file *f, const char *path,
    char pooling[MR_POOLING_MAX + 1], struct mr_err *err)
{
	size_t n = strlen(path);

	/* The transformer's own config.json lies where it is empty. */
	if (n == 0 || n > MR_POOLING_MAX)
		return unsupported(f, "path of Pooling", path,
		    "1 to 200 bytes", err);
	memcpy(pooling, path, n + 1);
	return MR_OK;
}

int
mr_config_modules(const struct mr_config_file *f,
    char pooling[MR_POOLING_MAX + 1], bool *normalise, struct mr_err *err)
{
	json_t *root, *module;
	size_t i;
	int rc = parse(f, &root, err);

	pooling[0] = '\0';
	if (rc || !root)
		return rc;
	if (json_array_size(root) < 2)
		rc = unsupported(f, "modules", json_is_array(root) ?
		    "(no Pooling)" : "(not a list)", "Transformer, Pooling "
		    "and Normalize, in this order", err);
	json_array_foreach(root, i, module) {
		const char *type = json_string_value(json_object_get(module,
		    "type"));
		const char *path = json_string_value(json_object_get(module,
		    "path"));
		const char *name = type ? strrchr(type, '.') : NULL;

		if (rc)
			break;
		name = name ? name + 1 : "(none)";
		if (strcmp(name, "Pooling") == 0 && i == 1)
			rc = take_path(f, path ? path : "1_Pooling", pooling,
			    err);
		else if (strcmp(name, "Normalize") == 0 && i == 2)
			*normalise = true;
		else if (strcmp(name, "Transformer") != 0 || i != 0)
			rc = unsupported(f, "module", name, "Transformer, "
			    "Pooling and Normalize, in this order", err);
	}
	json_decref(root);
	return rc;
}

/* The one pooling that is true must be one of the two we have. */
int
mr_config_pooling(const struct mr_config_file *f, int64_t width,
    enum mr_pooling *pooling, struct mr_err *err)
{
	static const char prefix[] = "pooling_mode_";
	json_t *root, *v;
	const char *key;
	int n = 0, rc = parse_object(f, &root, err);

	v = json_object_get(root, "word_embedding_dimension");
	if (rc == MR_OK && v && (!json_is_integer(v) ||
	    json_integer_value(v) != width))
		rc = mr_err_set(err, MR_EFORMAT, "%s: "
		    "word_embedding_dimension differs from config.json's "
		    "hidden_size %lld", f->path, (long long)width);
	json_object_foreach(root, key, v) {
		if (rc || strncmp(key, prefix, sizeof prefix - 1) != 0 ||
		    json_is_false(v))
			continue;
		if (!json_is_true(v)) {
			rc = unsupported(f, key, "(not true or false)",
			    "true or false", err);
			continue;
		}
		n++;
		if (strcmp(key, "pooling_mode_mean_tokens") == 0)
			*pooling = MR_POOLING_MEAN;
		else if (strcmp(key, "pooling_mode_cls_token") == 0)
			*pooling = MR_POOLING_CLS;
		else
			rc = unsupported(f, "pooling", key, "mean or cls",
			    err);
	}
	json_decref(root);
	if (rc == MR_OK && n != 1)
		rc = unsupported(f, "pooling", n ? "several at once" :
		    "(none)", "mean or cls", err);
	return rc;
}
