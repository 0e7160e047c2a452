/* The WordPiece tokenizer of BERT: text to token ids.
 * SPDX-License-Identifier: MIT */
#ifndef MR_TEXT_WORDPIECE_H
#define MR_TEXT_WORDPIECE_H

#include <stdint.h>

#include "core/err.h"
#include "core/str.h"
#include "text/wordpiece_words.h"

#define MR_WORDPIECE_WORD_MAX 100	/* code points; longer is [UNK] */
#define MR_WORDPIECE_LINE_MAX 1024	/* bytes of one token */
#define MR_WORDPIECE_VOCAB_MAX ((size_t)16 << 20)	/* bytes of vocab.txt */
#define MR_WORDPIECE_SPECIALS 5

/*
 * The vocabulary as one trie over bytes with two roots: node 0 for pieces
 * that begin a word, node 1 for those written "##..." that go on in one.
 * An edge is found by hashing (node, byte).  All zero is empty; read only
 * once loaded, so threads may share it; freed by mr_wordpiece_free.
 */
struct mr_wordpiece {
	struct mr_wordpiece_opt opt;
	int32_t n;		/* tokens; ids are 0 .. n-1 */
	int32_t pad, unk, cls, sep;
	int32_t mask;		/* -1: the vocabulary has no [MASK] */
	int32_t *token;		/* [n_nodes] id that ends here, or -1 */
	size_t n_nodes, token_cap;
	struct mr_wordpiece_edge *edge;	/* [n_slots] open addressing */
	size_t n_slots;		/* a power of two, at most half full */
};

/*
 * mr_wordpiece_load - read the bytes of a vocab.txt: a token a line, its id
 * the number of the line from 0; the last newline may be missing.
 * vocab is not needed afterwards.  MR_EFORMAT "name:line: ..." when a line is
 * empty, over-long, a token seen before, not UTF-8, holds NUL or ends in
 * CR LF, when [PAD], [UNK], [CLS] or [SEP] is missing, or when vocab is over
 * MR_WORDPIECE_VOCAB_MAX.  About 2.5 MiB for 30,522 tokens.
 */
int mr_wordpiece_load(struct mr_wordpiece *w, struct mr_slice vocab,
    const char *name, const struct mr_wordpiece_opt *opt, struct mr_err *err)
    MR_CHECKED;
/* mr_wordpiece_id - the id of a token as vocab.txt writes it, or -1. */
int32_t mr_wordpiece_id(const struct mr_wordpiece *w, struct mr_slice token);
void mr_wordpiece_free(struct mr_wordpiece *w);

/* Where the ids of one text go. */
struct mr_wordpiece_ids {
	int32_t *id;		/* [max] (out), borrowed */
	int32_t max;		/* >= 2: [CLS] and [SEP] are counted */
	int32_t n;		/* (out) ids written, 2 .. max */
	int64_t n_full;		/* (out) what n were without max */
};

/*
 * mr_wordpiece_encode - out->id = [CLS] pieces [SEP] of text, pieces cut off
 * from the right so that there are at most out->max ids.
 *
 * A word is cut greedily: the longest token that begins it, then the longest
 * "##" token that goes on, and so on; if at some place none fits, or if the
 * word has more than 100 code points, the whole word is one [UNK].
 * The literal texts [PAD], [UNK], [CLS], [SEP] and [MASK], in capitals, are
 * the special tokens themselves, wherever they stand, as in the reference:
 * a text can hold a [SEP] of its own.  An empty text is [CLS] [SEP].
 *
 * s belongs to the calling thread.  MR_EARG when out->max < 2, MR_ENOMEM.
 * Time O(text.n) for a given vocabulary, memory a few KiB in s.
 */
int mr_wordpiece_encode(const struct mr_wordpiece *w, struct mr_slice text,
    struct mr_wordpiece_scratch *s, struct mr_wordpiece_ids *out,
    struct mr_err *err) MR_CHECKED;

#endif
