/* What is known of films besides their ratings, as numbers.
 * SPDX-License-Identifier: MIT */
#ifndef MR_ENGINE_FEATURES_H
#define MR_ENGINE_FEATURES_H

#include "data/mat.h"
#include "data/table.h"
#include "math/blas.h"

#define MR_FEATURES_GENRES 64	/* at most, of most films first */
#define MR_FEATURES_YEARS 14
#define MR_FEATURES_WORDS 150

/* Where films are told of.  All borrowed. */
struct mr_told {
	const struct mr_mat *E;		/* vectors, */
	const struct mr_ids *names;	/* of these films */
	const struct mr_table *films;	/* by the columns genre, year and
					 * title, where there are such; NULL */
};

/* How many numbers of each sort a film has. */
struct mr_features {
	int64_t vector, genre, year, title;
};

/*
 * mr_features_make - a row of X for each item, of these end to end:
 *
 *   vector  its row of E, of length 1
 *   genre   0.4 for each of its genres, parted by '|', that two films have
 *   year    0.8 times the values at its year of normal densities around
 *           quantiles of all years, each as wide as it is far from the next
 *           two in the mean, brought to length 1
 *   title   its words' TF-IDF (tfidf.h; words of two films, 20,000 at most,
 *           without mr_stop_words_en), of length 1, by mr_leading
 *
 * all 0 where nothing is known.  Of items without a vector has [items->n]
 * (out) is false.
 *
 * X  items->n x p (out), new, p the sum of n's; n (out)
 *
 * MR_ENOMEM.  Memory 8 p bytes an item, and what mr_leading takes of titles.
 * The weights were best for films of which nothing was known on MovieLens
 * latest-small; those near them did as well.
 */
int mr_features_make(struct mr_mat *X, bool *has, struct mr_features *n,
    const struct mr_told *told, const struct mr_ids *items,
    const struct mr_blas *blas, int threads, struct mr_err *err) MR_CHECKED;

#endif
