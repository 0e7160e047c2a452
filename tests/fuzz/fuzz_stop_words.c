/* Fuzz target: a file of stop words; a text is cut into the same words, and
 * nothing is left of it without them.
 * SPDX-License-Identifier: MIT */
#include "fuzz.h"
#include "tool/embed/terms_opt.h"

static void
check_words(const struct mr_ids *words, struct mr_slice text)
{
	const struct mr_terms_rule all = { .min_n = 1, .max_n = 1 };
	const struct mr_terms_rule none = { .min_n = 1, .max_n = 3,
	    .stop = words };
	struct mr_terms t = { 0 };
	struct mr_err err = { 0 };

	if (mr_utf8_bad(text) < text.n)
		return;
	assert(mr_terms_split(&t, text, &all, &err) == MR_OK);
	for (size_t i = t.first; i < t.n; i++)
		assert(mr_ids_find(words, mr_terms_get(&t, i)) >= 0);
	assert(mr_terms_split(&t, text, &none, &err) == MR_OK);
	assert(t.n == t.first);
	mr_terms_free(&t);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct mr_slice text = { (const char *)data, size };
	struct mr_ids words = { 0 };
	struct mr_in in;
	struct mr_err err = { 0 };
	int rc = mr_in_memory(&in, data, size, "input", &err);

	assert(rc == MR_OK);
	rc = mr_embed_stop_words(&words, &in, &err);
	check_told(rc, &err);
	for (int32_t i = 0; i < words.n; i++)
		assert(mr_ids_get(&words, i).n > 0);
	/* A line is cut alone: lower case of a letter may hang on the next. */
	while (rc == MR_OK && text.p)
		check_words(&words, mr_slice_cut(&text, '\n'));
	mr_ids_free(&words);
	mr_in_close(&in);
	return 0;
}
