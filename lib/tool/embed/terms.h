/* The work of mr-embed with counts and TF-IDF: texts in, sparse rows out.
 * SPDX-License-Identifier: MIT */
#ifndef MR_TOOL_EMBED_TERMS_H
#define MR_TOOL_EMBED_TERMS_H

#include "stream/run.h"
#include "tool/embed/terms_opt.h"
#include "tool/embed/texts.h"

struct mr_embed_terms_opt {
	struct mr_texts_opt texts;
	struct mr_embed_vocabulary_opt vocabulary;
	const char *apply;	/* a saved vocabulary; NULL: build one, as
				 * vocabulary says */
	const char *save;	/* where to; NULL: nowhere */
};

/*
 * mr_embed_terms - a stream with the sparse matrix E, item x term, a row
 * for each text in order; terms named, in code point order (see tfidf.h).
 *
 * Building needs all texts before the first row.  Memory: for each different
 * term of a text 8 bytes, for each text 8 and its name, for each term of the
 * corpus its text twice and 110 bytes while the vocabulary is chosen.
 * Applying a saved one writes 256 rows at a time, as they are read: memory is
 * the vocabulary, 40 bytes and the text of each term, and 256 texts.
 */
int mr_embed_terms(const struct mr_embed_terms_opt *o, struct mr_run *run,
    struct mr_err *err) MR_CHECKED;

#endif
