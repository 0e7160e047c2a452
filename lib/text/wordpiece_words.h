/* Text to words as BERT's normaliser and pre-tokenizer make them.
 * Not the cutting of words into pieces: that is wordpiece.h.
 * SPDX-License-Identifier: MIT */
#ifndef MR_TEXT_WORDPIECE_WORDS_H
#define MR_TEXT_WORDPIECE_WORDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/err.h"
#include "core/str.h"

/* The uncased model has both on.  tokenizer_config.json may leave
 * strip_accents null: then it follows lower_case. */
struct mr_wordpiece_opt {
	bool lower_case;
	bool strip_accents;
};

#define MR_WORDPIECE_OPT_DEFAULT { true, true }

/* Buffers one thread reuses from text to text.  All zero is empty; freed by
 * mr_wordpiece_scratch_free. */
struct mr_wordpiece_scratch {
	struct mr_buf word;
	uint64_t *mark;		/* combining marks that wait to be ordered */
	size_t n_marks, mark_cap;
};

void mr_wordpiece_scratch_free(struct mr_wordpiece_scratch *s);

/* Who gets the words; word is borrowed for the call.  A word of more than
 * max_chars code points comes cut, with n_chars its true length; what is left
 * of it may be empty.  A return other than MR_OK ends the walk. */
struct mr_wordpiece_sink {
	int (*word)(void *ctx, struct mr_slice word, size_t n_chars,
	    struct mr_err *err);
	void *ctx;
	size_t max_chars;
};

/*
 * mr_wordpiece_words - give sink every word of text, in order:
 *
 *   clean     drop controls and bytes that are not UTF-8; white space -> ' '
 *   spread    a blank on both sides of every CJK ideograph
 *   strip     if strip_accents: canonical decomposition, then drop Mn
 *   lower     if lower_case: each code point alone
 *   split     at blanks; every punctuation mark is a word of its own
 *
 * White space at the ends of text changes nothing, so there is no step that
 * strips it.  One pass; time O(text.n), except that m marks in one run cost
 * O(m log m) with m <= max_chars.  Scratch never holds more than max_chars
 * code points.  Fails only with MR_ENOMEM or what the sink returns.
 */
int mr_wordpiece_words(const struct mr_wordpiece_opt *opt,
    struct mr_slice text, struct mr_wordpiece_scratch *s,
    const struct mr_wordpiece_sink *sink, struct mr_err *err) MR_CHECKED;

#endif
