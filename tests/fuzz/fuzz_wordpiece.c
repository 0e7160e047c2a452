/* Fuzz target: a vocab.txt, up to the first NUL, and a text behind it; where
 * it is no vocabulary, a small one takes its place.
 * SPDX-License-Identifier: MIT */
#include "fuzz.h"

#include "text/wordpiece.h"

static const char small[] = "[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\na\nb\ne\n"
    "##a\n##b\n##ab\nthe\n##s\n!\n\xe6\xbc\xa2\n\xc3\xa9\n##\xc3\xa9\n";

/* What is cut off makes no difference to what stays. */
static void
encode(const struct mr_wordpiece *w, struct mr_slice text)
{
	struct mr_wordpiece_scratch s = { 0 };
	int32_t few[4], many[64];
	struct mr_wordpiece_ids a = { few, 4, 0, 0 }, b = { many, 64, 0, 0 };
	struct mr_err err = { 0 };

	assert(mr_wordpiece_encode(w, text, &s, &a, &err) == MR_OK);
	assert(mr_wordpiece_encode(w, text, &s, &b, &err) == MR_OK);
	assert(a.n >= 2 && a.n <= 4 && b.n >= a.n && b.n <= 64);
	assert(a.n_full == b.n_full && b.n_full >= b.n);
	assert(b.n == 64 || b.n_full == b.n);
	assert(many[0] == w->cls && many[b.n - 1] == w->sep);
	assert(few[a.n - 1] == w->sep);
	for (int32_t i = 0; i < b.n; i++)
		assert(many[i] >= 0 && many[i] < w->n);
	for (int32_t i = 0; i < a.n - 1; i++)
		assert(few[i] == many[i]);
	mr_wordpiece_scratch_free(&s);
}

/* Every line is its own token. */
static void
check_lines(const struct mr_wordpiece *w, struct mr_slice vocab)
{
	for (int32_t i = 0; i < w->n; i++)
		assert(mr_wordpiece_id(w, mr_slice_cut(&vocab, '\n')) == i);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct mr_slice text = { (const char *)data, size };
	struct mr_slice vocab = cut_input(&text);
	/* Any rule that gives each way its share of the inputs. */
	const struct mr_wordpiece_opt opt = { size & 1, size & 2 };
	struct mr_wordpiece w;
	struct mr_err err = { 0 };
	int rc = mr_wordpiece_load(&w, vocab, "input", &opt, &err);

	check_told(rc, &err);
	if (rc == MR_OK) {
		check_lines(&w, vocab);
	} else {
		memset(&err, 0, sizeof err);
		assert(mr_wordpiece_load(&w, mr_slice_of(small), "small",
		    &opt, &err) == MR_OK);
	}
	encode(&w, text);
	mr_wordpiece_free(&w);
	return 0;
}
