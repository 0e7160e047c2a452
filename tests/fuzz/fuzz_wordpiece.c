/* Fuzz target: a vocab.txt, up to the first NUL, and a text behind it.
 * SPDX-License-Identifier: MIT */
#include "fuzz.h"

#include "text/wordpiece.h"

static void
encode(const struct mr_wordpiece *w, struct mr_slice text, int32_t max)
{
	struct mr_wordpiece_scratch s = { 0 };
	struct mr_err err = { 0 };
	int32_t id[64];
	struct mr_wordpiece_ids out = { .id = id, .max = max };
	int rc = mr_wordpiece_encode(w, text, &s, &out, &err);

	check_told(rc, &err);
	if (rc == MR_OK) {
		assert(out.n >= 2 && out.n <= max && out.n_full >= out.n);
		assert(id[0] == w->cls && id[out.n - 1] == w->sep);
	}
	for (int32_t i = 0; rc == MR_OK && i < out.n; i++)
		assert(id[i] >= 0 && id[i] < w->n);
	mr_wordpiece_scratch_free(&s);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const uint8_t *nul = size ? memchr(data, 0, size) : NULL;
	size_t n = nul ? (size_t)(nul - data) : size;
	struct mr_slice vocab = { (const char *)data, n };
	struct mr_slice text = { (const char *)data + n + 1,
	    nul ? size - n - 1 : 0 };

	for (int k = 0; k < 4; k++) {
		const struct mr_wordpiece_opt opt = { .lower_case = k & 1,
		    .strip_accents = k & 2 };
		struct mr_wordpiece w = { 0 };
		struct mr_err err = { 0 };
		int rc = mr_wordpiece_load(&w, vocab, "fuzz", &opt, &err);

		check_told(rc, &err);
		/* Text that is not UTF-8 never gets here. */
		if (rc == MR_OK && nul && mr_utf8_bad(text) == text.n) {
			encode(&w, text, 64);
			encode(&w, text, 2);
		}
		mr_wordpiece_free(&w);
	}
	return 0;
}
