/* Writes a transformer's folder that is as small as one can be.
 *
 *     tiny FOLDER      model.safetensors, config.json, vocab.txt, ..
 *
 * SPDX-License-Identifier: MIT */
#include "../unit/bert_build.h"

#include <sys/stat.h>

static void
put(const char *dir, const char *name, const void *p, size_t n)
{
	char path[4096];
	FILE *f;

	snprintf(path, sizeof path, "%s/%s", dir, name);
	f = fopen(path, "w");
	if (!f || fwrite(p, 1, n, f) != n || fclose(f) != 0) {
		perror(path);
		exit(1);
	}
}

int
main(int argc, char *argv[])
{
	static const struct mr_bert_shape shape = { 1, 16, 2, 32, 8, 12, 2,
	    1e-12 };
	static const char *const text[][2] = {
		{ "config.json", "{\"model_type\":\"bert\","
		    "\"hidden_act\":\"gelu\",\"num_hidden_layers\":1,"
		    "\"hidden_size\":16,\"num_attention_heads\":2,"
		    "\"intermediate_size\":32,\"vocab_size\":8,"
		    "\"max_position_embeddings\":12,\"type_vocab_size\":2}" },
		{ "tokenizer_config.json", "{\"do_lower_case\":true}" },
		{ "sentence_bert_config.json", "{\"max_seq_length\":9}" },
		{ "vocab.txt", "[PAD]\n[UNK]\n[CLS]\n[SEP]\na\nb\n##b\nc\n" },
	};
	struct bert_file f;

	if (argc != 2 || mkdir(argv[1], 0700) != 0) {
		fputs("usage: tiny FOLDER, which is not there yet\n", stderr);
		return 2;
	}
	make_bert(&f, &shape);
	write_bert(&f, "F32", "");
	put(argv[1], "model.safetensors", f.bytes.p, f.bytes.n);
	for (int i = 0; i < 4; i++)
		put(argv[1], text[i][0], text[i][1], strlen(text[i][1]));
	drop_bert(&f);
	return 0;
}
