/* Term counts and TF-IDF: counting a corpus, choosing its vocabulary, and
 * what a term weighs.  Where terms come from is in terms.h.
 * SPDX-License-Identifier: MIT */
#ifndef MR_TEXT_TFIDF_H
#define MR_TEXT_TFIDF_H

#include "data/csr.h"
#include "text/terms.h"

/*
 * Texts as counts of the terms seen so far, numbered as they came, in no
 * order within a text until mr_corpus_choose.  8 bytes for each different
 * term of a text and 8 for each text, beside the terms themselves (which
 * mr_ids tells).  All zero is empty; freed by mr_corpus_free.
 */
struct mr_corpus {
	struct mr_ids terms;
	struct mr_csr counts;	/* text x term */
	size_t cap_ptr, cap_idx, cap_val;
	struct mr_text_tally {
		int32_t *term;	/* scratch: the terms of one text */
		size_t cap;
	} tally;
};

/* Which terms stay: limits on df, the number of texts that have the term. */
struct mr_vocabulary_rule {
	double min_df, max_df;	/* both are allowed themselves */
	bool min_is_share, max_is_share;	/* of the number of texts */
	int64_t max_terms;	/* 0: all */
	bool idf, sublinear;
};

/*
 * What new text is counted and weighed by.  terms are in code point order,
 * which is the byte order of UTF-8.  All zero is empty; freed by
 * mr_vocabulary_free.
 */
struct mr_vocabulary {
	struct mr_ids terms;
	float *df;		/* [terms.n] texts that have it, rounded */
	float *idf;		/* [terms.n], or NULL: counts alone */
	bool sublinear;
};

/* mr_corpus_add - the terms of one more text. */
int mr_corpus_add(struct mr_corpus *c, const struct mr_terms *t,
    struct mr_err *err) MR_CHECKED;

/*
 * mr_corpus_choose - the vocabulary v, and c->counts as text x v->terms with
 * rising columns; c->terms is emptied.
 *
 * With n texts a term stays when min <= df <= max, a share meaning share n.
 * When more than max_terms do, those of the highest total counts are kept,
 * of equal ones the first in code point order.
 *
 *   idf(t) = ln((1 + n) / (1 + df(t))) + 1
 *
 * This is scikit-learn's smooth idf; it leaves to its sort which of equal
 * totals max_features keeps.  O(nnz log of a row + terms log terms).
 */
int mr_corpus_choose(struct mr_corpus *c,
    const struct mr_vocabulary_rule *rule, struct mr_vocabulary *v,
    struct mr_err *err) MR_CHECKED;
void mr_corpus_free(struct mr_corpus *c);

/*
 * mr_vocabulary_count - the terms of a text that v knows, in *row (cleared
 * first): one row, rising columns, values how often; *n_unknown grows by the
 * others, each time they stand there.
 */
struct mr_row {
	int32_t *idx;
	float *val;
	size_t n, cap;
};
int mr_vocabulary_count(const struct mr_vocabulary *v,
    const struct mr_terms *t, struct mr_row *row, int64_t *n_unknown,
    struct mr_err *err) MR_CHECKED;
void mr_row_free(struct mr_row *row);

/*
 * mr_vocabulary_weigh - counts of a text to weights, in place:
 *
 *   tf = count, or 1 + ln(count) when sublinear
 *   w(t) = tf idf(t) / sqrt(sum of the squares of tf idf)
 *
 * in double, terms in rising order; without idf the counts stay.
 */
void mr_vocabulary_weigh(const struct mr_vocabulary *v, const int32_t *idx,
    float *val, int64_t n);
void mr_vocabulary_free(struct mr_vocabulary *v);

#endif
