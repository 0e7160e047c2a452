/* A vocabulary of counts or TF-IDF, and the stream it is kept in.
 * SPDX-License-Identifier: MIT */
#ifndef MR_STORE_VOCABULARY_H
#define MR_STORE_VOCABULARY_H

#include "stream/matrix_set.h"
#include "text/tfidf.h"

/* Everything that new text must be treated by.  All zero is empty; freed by
 * mr_vocabulary_file_free. */
struct mr_vocabulary_file {
	struct mr_vocabulary v;
	struct mr_vocabulary_rule choice;	/* when it is to be built */
	struct mr_ids stop;
	struct mr_terms_rule split;	/* its stop is the one above */
	struct mr_meta options;	/* lines on what shaped it */
};

/*
 * mr_vocabulary_write - a stream of f: META with its options; df, term x 1;
 * for TF-IDF idf, term x 1; stop, words x 0, when there are stop words.  Terms
 * are named.  texts is how many it was built from, input their digest.
 */
int mr_vocabulary_write(const struct mr_vocabulary_file *f,
    struct mr_out *out, int64_t texts, uint64_t input, struct mr_err *err)
    MR_CHECKED;
/* mr_vocabulary_load - read one back.  MR_EFORMAT when it is no vocabulary,
 * or one of counts where idf is wanted, or the other way round. */
int mr_vocabulary_load(struct mr_vocabulary_file *f, const char *path,
    bool idf, struct mr_err *err) MR_CHECKED;
/* mr_vocabulary_take - the same out of a stream that was read whole; *s is
 * freed. */
int mr_vocabulary_take(struct mr_vocabulary_file *f, struct mr_set *s,
    bool idf, struct mr_err *err) MR_CHECKED;
/* mr_vocabulary_digest - of all that a row depends on beside its text: terms,
 * weights and how texts are cut into terms; the same when f is read back. */
uint64_t mr_vocabulary_digest(const struct mr_vocabulary_file *f);
void mr_vocabulary_file_free(struct mr_vocabulary_file *f);

#endif
