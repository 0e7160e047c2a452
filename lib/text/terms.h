/* From text to terms: words in lower case, without stop words, and runs of
 * them.  What terms are worth is in tfidf.h.
 * SPDX-License-Identifier: MIT */
#ifndef MR_TEXT_TERMS_H
#define MR_TEXT_TERMS_H

#include "core/str.h"
#include "data/ids.h"

#define MR_NGRAM_MAX 16

struct mr_terms_rule {
	int min_n, max_n;	/* words of a term, 1 .. MR_NGRAM_MAX */
	const struct mr_ids *stop;	/* words left out; borrowed, may be
					 * NULL */
};

/* mr_terms_ngrams - min_n and max_n of rule from "MIN:MAX"; false: s is none
 * with 1 <= MIN <= MAX <= MR_NGRAM_MAX. */
bool mr_terms_ngrams(struct mr_slice s, struct mr_terms_rule *rule);

/*
 * The terms of a text, repeats included: span[first .. n) are places in text,
 * which holds the text in lower case and behind it the terms of several
 * words.  All zero is empty and its memory is used again; freed by
 * mr_terms_free.
 */
struct mr_terms {
	struct mr_buf text;
	struct mr_span {
		size_t from, n;
	} *span;
	size_t first, n, cap;
};

/*
 * mr_terms_split - the terms of text, as scikit-learn's CountVectorizer has
 * them by default: lower case of the whole text, then the longest runs of two
 * or more word characters (utf8_word.h); words of rule->stop go; then each
 * run of min_n to max_n of the words that are left, joined by a blank.
 *
 * text is well-formed UTF-8.  MR_ENOMEM.  Linear in the text and in the bytes
 * of its terms.
 */
int mr_terms_split(struct mr_terms *t, struct mr_slice text,
    const struct mr_terms_rule *rule, struct mr_err *err) MR_CHECKED;
void mr_terms_free(struct mr_terms *t);

static inline struct mr_slice
mr_terms_get(const struct mr_terms *t, size_t i)
{
	return (struct mr_slice){ t->text.p + t->span[i].from,
	    t->span[i].n };
}

#endif
