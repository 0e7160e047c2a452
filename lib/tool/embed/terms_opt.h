/* How a vocabulary is to be built: words of the command line, stop words.
 * SPDX-License-Identifier: MIT */
#ifndef MR_TOOL_EMBED_TERMS_OPT_H
#define MR_TOOL_EMBED_TERMS_OPT_H

#include "store/vocabulary.h"

/* As given on the command line; all borrowed. */
struct mr_embed_vocabulary_opt {
	bool idf;		/* tfidf, else count */
	bool sublinear;
	const char *ngrams;	/* "MIN:MAX" */
	const char *min_df, *max_df;	/* whole: texts; with a point: share */
	int64_t max_terms;	/* 0: all */
	const char *stop_words;	/* NULL: none, "en", or a file's path */
};

#define MR_EMBED_VOCABULARY_OPT_DEFAULT { .ngrams = "1:1", .min_df = "1", \
	.max_df = "1.0" }

/* mr_embed_vocabulary_given - the first option that is not as it was, idf
 * aside; NULL: all are. */
const char *mr_embed_vocabulary_given(const struct mr_embed_vocabulary_opt *v);

/* mr_embed_vocabulary_prepare - the rules for building one, stop words read.
 * MR_EARG names an option that makes no sense. */
int mr_embed_vocabulary_prepare(struct mr_vocabulary_file *f,
    const struct mr_embed_vocabulary_opt *o, struct mr_err *err) MR_CHECKED;

/* mr_embed_stop_words - add all words of an open input at its start, cut as
 * texts are.  MR_EFORMAT with the line that is not UTF-8 text. */
int mr_embed_stop_words(struct mr_ids *words, struct mr_in *in,
    struct mr_err *err) MR_CHECKED;

#endif
