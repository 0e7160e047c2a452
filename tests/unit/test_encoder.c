/* Texts to vectors: a text alone, in a batch, on more threads.
 * SPDX-License-Identifier: MIT */
#include "bert_build.h"

#include "core/rng.h"
#include "text/encoder.h"

#define N 300		/* texts */
#define WIDTH 16

static const struct mr_bert_shape shape = { 2, WIDTH, 2, 32, 8, 12, 2, 1e-12 };
static struct bert_file file;
static struct mr_encoder e;

static int
setup(void **state)
{
	static const char vocab[] =
	    "[PAD]\n[UNK]\n[CLS]\n[SEP]\na\nb\n##b\nc\n";
	struct mr_wordpiece_opt opt = MR_WORDPIECE_OPT_DEFAULT;
	struct mr_safetensors st;
	struct mr_err err = { 0 };

	(void)state;
	make_bert(&file, &shape);
	write_bert(&file, "F32", "");
	assert_int_equal(mr_safetensors_parse(&st, file.bytes.p, file.bytes.n,
	    "file", &err), MR_OK);
	assert_int_equal(mr_bert_load(&e.bert, &shape, MR_PRECISION_F32, &st,
	    NULL, &err), MR_OK);
	mr_safetensors_free(&st);
	assert_int_equal(mr_wordpiece_load(&e.words, mr_slice_of(vocab),
	    "vocab", &opt, &err), MR_OK);
	e.max_pieces = 9;
	e.normalise = true;
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	mr_encoder_free(&e);
	mr_encoder_free(&e);
	drop_bert(&file);
	return 0;
}

/* None to 11 words of one piece, of two, or that are unknown. */
static void
make_texts(struct mr_slice *text, char (*bytes)[40])
{
	static const char *const word[] = { "a", "c", "bb", "zebra" };

	for (uint64_t i = 0; i < N; i++) {
		bytes[i][0] = '\0';
		for (uint64_t k = 0; k < mr_rng_u64(1, 1, i) % 12 &&
		    strlen(bytes[i]) < 32; k++) {
			strcat(bytes[i], k ? " " : "");
			strcat(bytes[i], word[mr_rng_u64(2, i, k) % 4]);
		}
		text[i] = mr_slice_of(bytes[i]);
	}
}

static void
alone_as_in_a_batch(void **state)
{
	static char bytes[N][40];
	static float all[N][WIDTH], again[N][WIDTH];
	struct mr_slice text[N];
	struct mr_encoder_work w;
	struct mr_err err = { 0 };

	(void)state;
	make_texts(text, bytes);
	assert_int_equal(mr_encoder_work_new(&w, &e, N, 1, &err), MR_OK);
	assert_int_equal(mr_encoder_run(&e, text, N, &w, all[0], &err), MR_OK);
	mr_encoder_work_free(&w);
	for (int threads = 0; threads <= 3; threads++) {
		assert_int_equal(mr_encoder_work_new(&w, &e, N, threads,
		    &err), MR_OK);
		assert_int_equal(mr_encoder_run(&e, text, N, &w, again[0],
		    &err), MR_OK);
		assert_memory_equal(again, all, sizeof all);
		mr_encoder_work_free(&w);
	}
	assert_int_equal(mr_encoder_work_new(&w, &e, 1, 1, &err), MR_OK);
	for (int i = 0; i < N; i++) {
		float one[WIDTH];

		assert_int_equal(mr_encoder_run(&e, &text[i], 1, &w, one,
		    &err), MR_OK);
		assert_memory_equal(one, all[i], sizeof one);
	}
	assert_int_equal(mr_encoder_run(&e, text, 0, &w, NULL, &err), MR_OK);
	mr_encoder_work_free(&w);
	mr_encoder_work_free(&w);
}

static void
what_a_text_came_to(void **state)
{
	struct mr_slice text[3] = { mr_slice_of("a zebra bb"),
	    mr_slice_of(""), mr_slice_of("c c c c c c c zebra zebra") };
	static const struct mr_encoded want[3] = { { 6, 1, 6 }, { 2, 0, 2 },
	    { 9, 0, 11 } };
	float v[3][WIDTH];
	struct mr_encoder_work w;
	struct mr_err err = { 0 };

	(void)state;
	assert_int_equal(mr_encoder_work_new(&w, &e, 3, 2, &err), MR_OK);
	assert_int_equal(mr_encoder_run(&e, text, 3, &w, v[0], &err), MR_OK);
	for (int i = 0; i < 3; i++) {
		double length = 0;

		assert_int_equal(w.of[i].pieces, want[i].pieces);
		assert_int_equal(w.of[i].unknown, want[i].unknown);
		assert_int_equal(w.of[i].full, want[i].full);
		for (int k = 0; k < WIDTH; k++)
			length += (double)v[i][k] * (double)v[i][k];
		assert_true(length > 1 - 1e-6 && length < 1 + 1e-6);
	}
	mr_encoder_work_free(&w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(alone_as_in_a_batch),
		cmocka_unit_test(what_a_text_came_to),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
