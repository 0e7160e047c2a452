/* Model folders, good and bad, and the real model against its reference
 * where both are there.
 * SPDX-License-Identifier: MIT */
#include "bert_build.h"

#include <jansson.h>
#include <math.h>
#include <sys/stat.h>
#include <unistd.h>

#include "data/mat.h"
#include "store/transformer.h"

static const struct mr_bert_shape shape = { 1, 16, 2, 32, 8, 12, 2, 1e-12 };

#define CONFIG(more) "{\"model_type\":\"bert\",\"hidden_act\":\"gelu\"," \
	"\"num_hidden_layers\":1,\"hidden_size\":16," \
	"\"num_attention_heads\":2,\"intermediate_size\":32," \
	"\"vocab_size\":8,\"max_position_embeddings\":12," more \
	"\"type_vocab_size\":2}"
#define ST "sentence_transformers.models."
#define MODULES "[{\"type\":\"" ST "Transformer\",\"path\":\"\"}," \
	"{\"type\":\"" ST "Pooling\",\"path\":\"1_Pooling\"}"
#define MEAN "{\"word_embedding_dimension\":16," \
	"\"pooling_mode_mean_tokens\":true}"

/* What a whole folder holds beside model.safetensors; NULL: no such file. */
struct folder {
	const char *config, *tokenizer, *length, *modules, *pooling, *vocab;
};

static const struct folder whole = { CONFIG(""), "{\"do_lower_case\":true}",
	"{\"max_seq_length\":9}", MODULES ",{\"type\":\"" ST "Normalize\"}]",
	MEAN, "[PAD]\n[UNK]\n[CLS]\n[SEP]\na\nb\n##b\nc\n" };

static char dir[64];
static struct bert_file file;

static void
put_file(const char *name, const void *p, size_t n)
{
	char path[128];
	FILE *f;

	snprintf(path, sizeof path, "%s/%s", dir, name);
	unlink(path);
	if (!p)
		return;
	f = fopen(path, "w");
	assert_non_null(f);
	assert_int_equal(fwrite(p, 1, n, f), n);
	assert_int_equal(fclose(f), 0);
}

static void
put_text(const char *name, const char *text)
{
	put_file(name, text, text ? strlen(text) : 0);
}

static int
load(struct mr_transformer *t, const struct folder *f, struct mr_err *err)
{
	put_text("config.json", f->config);
	put_text("tokenizer_config.json", f->tokenizer);
	put_text("sentence_bert_config.json", f->length);
	put_text("modules.json", f->modules);
	put_text("1_Pooling/config.json", f->pooling);
	put_text("vocab.txt", f->vocab);
	memset(err, 0, sizeof *err);
	return mr_transformer_load(t, dir, MR_PRECISION_F32, err);
}

/* Refused with status rc and "FOLDER/message", in one line. */
static void
refuse(const struct folder *f, int rc, const char *message)
{
	struct mr_transformer t;
	struct mr_err err;
	size_t n = strlen(dir);
	int got = load(&t, f, &err);

	if (got != rc || strncmp(err.msg, dir, n) != 0 ||
	    strcmp(err.msg + n + 1, message) != 0)
		fail_msg("%d '%s', expected '%s'", got, err.msg, message);
	mr_transformer_free(&t);
}

static void
loads(void **state)
{
	struct folder f = whole;
	struct mr_transformer t;
	struct mr_err err;

	(void)state;
	assert_int_equal(load(&t, &f, &err), MR_OK);
	assert_int_equal(t.encoder.max_pieces, 9);
	assert_int_equal(t.encoder.pooling, MR_POOLING_MEAN);
	assert_true(t.encoder.normalise && t.digest);
	assert_true(t.encoder.words.opt.lower_case &&
	    t.encoder.words.opt.strip_accents);
	mr_transformer_free(&t);
	f.pooling = "{\"pooling_mode_cls_token\":true,"
	    "\"pooling_mode_mean_tokens\":false}";
	f.modules = MODULES "]";
	f.length = "{\"max_seq_length\":null}";
	f.tokenizer = "{\"do_lower_case\":false}";
	assert_int_equal(load(&t, &f, &err), MR_OK);
	assert_int_equal(t.encoder.max_pieces, 12);
	assert_int_equal(t.encoder.pooling, MR_POOLING_CLS);
	assert_false(t.encoder.normalise || t.encoder.words.opt.lower_case ||
	    t.encoder.words.opt.strip_accents);
	mr_transformer_free(&t);
	/* A bare transformer. */
	f = (struct folder){ whole.config, NULL, NULL, NULL, NULL,
		whole.vocab };
	assert_int_equal(load(&t, &f, &err), MR_OK);
	assert_int_equal(t.encoder.max_pieces, 12);
	assert_int_equal(t.encoder.pooling, MR_POOLING_MEAN);
	assert_false(t.encoder.normalise);
	mr_transformer_free(&t);
}

static void
unsupported_parts(void **state)
{
	static const struct {
		struct folder f;
		const char *message;
	} c[] = {
	{ { .config = "{\"model_type\":\"roberta\"}" },
	"config.json: unsupported model_type 'roberta', expected bert" },
	{ { .config = "{\"hidden_act\":\"relu\"}" },
	"config.json: unsupported hidden_act 'relu', expected gelu" },
	{ { .config = "{\"position_embedding_type\":\"relative_key\"}" },
	"config.json: unsupported position_embedding_type 'relative_key', "
	"expected absolute" },
	{ { .config = "{\"is_decoder\":true}" },
	"config.json: unsupported is_decoder 'true', expected an encoder" },
	{ { .config = "{\"num_hidden_layers\":1.5}" },
	"config.json: no whole number 'num_hidden_layers'" },
	{ { .config = "{\n\"a\":1,\n}" },
	"config.json:3: string or '}' expected near '}'" },
	{ { .tokenizer = "{\"tokenize_chinese_chars\":false}" },
	"tokenizer_config.json: unsupported tokenize_chinese_chars 'false', "
	"expected true" },
	{ { .config = "[]" }, "config.json: not a JSON object" },
	{ { .config = "{\"num_hidden_layers\":2147483648}" },
	"config.json: num_hidden_layers is 2147483648, expected 1 to "
	"2147483647" },
	{ { .config = "{\"num_hidden_layers\":0}" },
	"config.json: num_hidden_layers is 0, expected 1 to 2147483647" },
	{ { .config = "{\"num_hidden_layers\":2147483648}" },
	"config.json: num_hidden_layers is 2147483648, expected 1 to "
	"2147483647" },
	{ { .config = "{\"num_hidden_layers\":0}" },
	"config.json: num_hidden_layers is 0, expected 1 to 2147483647" },
	{ { .config = "{\"is_decoder\":\"no\"}" },
	"config.json: unsupported is_decoder '(not true or false)', expected "
	"true or false" },
	{ { .config = CONFIG("\"layer_norm_eps\":\"1e-5\",") },
	"config.json: unsupported layer_norm_eps '(not a number)', expected a "
	"number" },
	{ { .tokenizer = "{\"do_lower_case\":\"false\"}" },
	"tokenizer_config.json: unsupported do_lower_case '(not true or "
	"false)', expected true or false" },
	{ { .tokenizer = "{\"strip_accents\":0}" },
	"tokenizer_config.json: unsupported strip_accents '(not true or "
	"false)', expected true or false" },
	{ { .length = "[true]" },
	"sentence_bert_config.json: not a JSON object" },
	{ { .pooling = "{\"pooling_mode_mean_tokens\":1}" },
	"1_Pooling/config.json: unsupported pooling_mode_mean_tokens '(not "
	"true or false)', expected true or false" },
	{ { .pooling = "{\"word_embedding_dimension\":\"16\"}" },
	"1_Pooling/config.json: word_embedding_dimension differs from "
	"config.json's hidden_size 16" },
	{ { .length = "{\"max_seq_length\":13}" },
	"sentence_bert_config.json: max_seq_length 13, expected 2 to 12" },
	{ { .length = "{\"max_seq_length\":1}" },
	"sentence_bert_config.json: max_seq_length 1, expected 2 to 12" },
	{ { .length = "{\"do_lower_case\":true}" },
	"sentence_bert_config.json: unsupported do_lower_case 'true', "
	"expected false" },
	{ { .pooling = "{\"pooling_mode_max_tokens\":true}" },
	"1_Pooling/config.json: unsupported pooling "
	"'pooling_mode_max_tokens', expected mean or cls" },
	{ { .pooling = "{\"pooling_mode_cls_token\":true,"
	"\"pooling_mode_mean_tokens\":true}" },
	"1_Pooling/config.json: unsupported pooling 'several at once', "
	"expected mean or cls" },
	{ { .pooling = "{}" }, "1_Pooling/config.json: unsupported pooling "
	"'(none)', expected mean or cls" },
	{ { .pooling = "{\"word_embedding_dimension\":17}" },
	"1_Pooling/config.json: word_embedding_dimension differs from "
	"config.json's hidden_size 16" },
	{ { .modules = MODULES ",{\"type\":\"" ST "Dense\"}]" },
	"modules.json: unsupported module 'Dense', expected Transformer, "
	"Pooling and Normalize, in this order" },
	{ { .modules = "[{\"type\":\"" ST "Transformer\"}]" },
	"modules.json: unsupported modules '(no Pooling)', expected "
	"Transformer, Pooling and Normalize, in this order" },
	{ { .modules = "[{\"type\":\"" ST "Transformer\"},{\"type\":\"" ST
	"Pooling\",\"path\":\"\"}]" },
	"modules.json: unsupported path of Pooling '', expected 1 to 200 "
	"bytes" },
	{ { .modules = "{}" },
	"modules.json: unsupported modules '(not a list)', expected "
	"Transformer, Pooling and Normalize, in this order" },
	{ { .vocab = "[PAD]\n[UNK]\n[CLS]\n[SEP]\na\n" },
	"vocab.txt: 5 tokens, config.json says 8" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof c / sizeof *c; i++) {
		struct folder f = whole;

		f.config = c[i].f.config ? c[i].f.config : f.config;
		f.tokenizer = c[i].f.tokenizer ? c[i].f.tokenizer :
		    f.tokenizer;
		f.length = c[i].f.length ? c[i].f.length : f.length;
		f.modules = c[i].f.modules ? c[i].f.modules : f.modules;
		f.pooling = c[i].f.pooling ? c[i].f.pooling : f.pooling;
		f.vocab = c[i].f.vocab ? c[i].f.vocab : f.vocab;
		refuse(&f, MR_EFORMAT, c[i].message);
	}
}

static void
missing_files(void **state)
{
	struct folder f = whole;

	(void)state;
	f.config = NULL;
	refuse(&f, MR_EIO, "config.json: cannot open: No such file or "
	    "directory (fetch-model of mr(7) brings all-MiniLM-L6-v2; -M "
	    "names another folder)");
	f = whole;
	f.pooling = NULL;
	refuse(&f, MR_EIO, "1_Pooling/config.json: cannot open: No such file "
	    "or directory");
	f = whole;
	f.vocab = NULL;
	refuse(&f, MR_EIO, "vocab.txt: cannot open: No such file or "
	    "directory");
	put_file("model.safetensors", NULL, 0);
	refuse(&whole, MR_EIO, "model.safetensors: cannot open: No such file "
	    "or directory");
	put_file("model.safetensors", file.bytes.p, file.bytes.n);
}

/* There, but not to be read: a model must not silently turn into another. */
static void
unreadable_is_not_absent(void **state)
{
	struct mr_transformer t;
	struct mr_err err = { 0 };
	char path[128];

	(void)state;
	assert_int_equal(load(&t, &whole, &err), MR_OK);
	mr_transformer_free(&t);
	snprintf(path, sizeof path, "%s/modules.json", dir);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(mkdir(path, 0700), 0);
	assert_int_equal(mr_transformer_load(&t, dir, MR_PRECISION_F32, &err),
	    MR_EIO);
	assert_non_null(strstr(err.msg, "modules.json: not a regular file"));
	mr_transformer_free(&t);
	assert_int_equal(rmdir(path), 0);
}

/* The cosine of one reference vector (length 1) with ours, of the same
 * pieces. */
static double
cosine(const struct mr_encoder *e, struct mr_encoder_work *w,
    struct mr_slice text, const float *want, const json_t *ids)
{
	struct mr_err err = { 0 };
	float v[384];
	double dot = 0;

	assert_int_equal(mr_encoder_run(e, &text, 1, w, v, &err), MR_OK);
	assert_int_equal(w->of[0].pieces, json_array_size(ids));
	for (int32_t i = 0; i < w->of[0].pieces; i++)
		assert_int_equal(w->pieces[i], json_integer_value(
		    json_array_get(ids, (size_t)i)));
	for (int j = 0; j < 384; j++)
		dot += (double)v[j] * (double)want[j];
	return dot;
}

static void
real_model(void **state)
{
	const char *home = getenv("XDG_DATA_HOME"), *shared =
	    getenv("MR_SHARED");
	char folder[512], path[512];
	struct mr_transformer t = { 0 };
	struct mr_encoder_work w;
	struct mr_err err = { 0 };
	double worst = 1;
	FILE *lines, *floats;
	char *line = NULL;
	size_t cap = 0;
	float want[384];
	const char *slow = getenv("MR_SANITIZER");
	int step = slow && *slow ? 10 : 1, n = 0;	/* it takes minutes */

	(void)state;
	snprintf(folder, sizeof folder, "%s%s/mr/all-MiniLM-L6-v2",
	    home && *home ? home : getenv("HOME") ? getenv("HOME") : "",
	    home && *home ? "" : "/.local/share");
	shared = shared && *shared ? shared : "../shared";
	snprintf(path, sizeof path, "%s/data/minilm/reference.jsonl",
	    shared);
	lines = fopen(path, "r");
	snprintf(path, sizeof path, "%s/data/minilm/reference.f32", shared);
	floats = fopen(path, "r");
	if (access(folder, R_OK) != 0 || !lines || !floats) {
		print_message("skipped: no model or no reference\n");
		if (lines)
			fclose(lines);
		if (floats)
			fclose(floats);
		skip();
	}
	if (mr_transformer_load(&t, folder, MR_PRECISION_F32, &err) != MR_OK)
		fail_msg("%s", err.msg);
	assert_int_equal(mr_encoder_work_new(&w, &t.encoder, 1, 1, &err),
	    MR_OK);
	while (getline(&line, &cap, lines) > 0) {
		json_t *row = json_loads(line, JSON_ALLOW_NUL, NULL);
		const json_t *text = json_object_get(row, "text");
		double c;

		assert_non_null(text);
		assert_int_equal(fread(want, sizeof want, 1, floats), 1);
		c = n++ % step ? 1 : cosine(&t.encoder, &w,
		    (struct mr_slice){ json_string_value(text),
		    json_string_length(text) }, want, json_object_get(row,
		    "ids"));
		worst = c < worst ? c : worst;
		json_decref(row);
	}
	print_message("%d texts, 1 in %d read, smallest cosine %.9f\n", n,
	    step, worst);
	assert_int_equal(n, 415);
	assert_true(worst >= 0.99999);
	free(line);
	fclose(lines);
	fclose(floats);
	mr_encoder_work_free(&w);
	mr_transformer_free(&t);
}

/* A network large enough for its packed weights to get a file. */
static void
packed_once(void **state)
{
	static const struct mr_bert_shape large = { 2, 256, 4, 1024, 8, 12, 2,
	    1e-12 };
	static const char *const name[] = { "model.safetensors.mr-f32",
	    "model.safetensors.mr-int8" };
	struct folder f = whole;
	struct mr_transformer t;
	struct bert_file net;
	struct mr_err err;
	char *kept;

	(void)state;
	f.config = "{\"model_type\":\"bert\",\"num_hidden_layers\":2,"
	    "\"hidden_size\":256,\"num_attention_heads\":4,"
	    "\"intermediate_size\":1024,\"vocab_size\":8,"
	    "\"max_position_embeddings\":12,\"type_vocab_size\":2}";
	f.modules = f.pooling = NULL;
	make_bert(&net, &large);
	write_bert(&net, "F32", "");
	put_file("model.safetensors", net.bytes.p, net.bytes.n);
	assert_int_equal(load(&t, &f, &err), MR_OK);
	assert_null(t.packed.bytes.p);
	assert_true((size_t)t.encoder.bert.packed_bytes > MR_PANELS_LEAST);
	kept = malloc((size_t)t.encoder.bert.packed_bytes);
	assert_non_null(kept);
	memcpy(kept, t.encoder.bert.packed,
	    (size_t)t.encoder.bert.packed_bytes);
	mr_transformer_free(&t);
	/* From the file, the same. */
	assert_int_equal(load(&t, &f, &err), MR_OK);
	assert_non_null(t.packed.bytes.p);
	assert_ptr_equal(t.encoder.bert.packed, t.packed.bytes.p);
	assert_null(t.encoder.bert.owned);
	assert_memory_equal(t.packed.bytes.p, kept, t.packed.bytes.n);
	mr_transformer_free(&t);
	/* Not of other weights, but written anew for them. */
	net.bytes.p[net.bytes.n - 4] = (char)(net.bytes.p[net.bytes.n - 4] ^ 1);
	put_file("model.safetensors", net.bytes.p, net.bytes.n);
	for (int turn = 0; turn < 2; turn++) {
		assert_int_equal(load(&t, &f, &err), MR_OK);
		assert_true((turn == 1) == (t.packed.bytes.p != NULL));
		mr_transformer_free(&t);
	}
	/* In 8 bits it is less than a file is made for. */
	assert_int_equal(mr_transformer_load(&t, dir, MR_PRECISION_INT8,
	    &err), MR_OK);
	mr_transformer_free(&t);
	put_file(name[0], NULL, 0);
	put_file(name[1], NULL, 0);
	put_file("model.safetensors", file.bytes.p, file.bytes.n);
	free(kept);
	drop_bert(&net);
}

static int
setup(void **state)
{
	char path[128];

	(void)state;
	snprintf(dir, sizeof dir, "/tmp/mr-encoder-XXXXXX");
	if (!mkdtemp(dir))
		return -1;
	snprintf(path, sizeof path, "%s/1_Pooling", dir);
	if (mkdir(path, 0700) != 0)
		return -1;
	make_bert(&file, &shape);
	write_bert(&file, "F32", "");
	put_file("model.safetensors", file.bytes.p, file.bytes.n);
	return 0;
}

static int
teardown(void **state)
{
	static const char *const name[] = { "config.json",
	    "tokenizer_config.json", "sentence_bert_config.json",
	    "modules.json", "1_Pooling/config.json", "vocab.txt",
	    "model.safetensors" };
	char path[128];

	(void)state;
	for (int i = 0; i < 7; i++)
		put_file(name[i], NULL, 0);
	snprintf(path, sizeof path, "%s/1_Pooling", dir);
	rmdir(path);
	drop_bert(&file);
	return rmdir(dir);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(loads),
		cmocka_unit_test(unsupported_parts),
		cmocka_unit_test(missing_files),
		cmocka_unit_test(unreadable_is_not_absent),
		cmocka_unit_test(packed_once),
		cmocka_unit_test(real_model),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
