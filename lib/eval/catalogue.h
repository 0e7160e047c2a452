/* What lists do to a catalogue: how evenly they use it, how little known
 * their items are.
 * SPDX-License-Identifier: MIT */
#ifndef MR_EVAL_CATALOGUE_H
#define MR_EVAL_CATALOGUE_H

#include "data/mat.h"
#include "eval/lists.h"

/*
 * mr_eval_novelty - the mean of -log2(count_j / total) over the entries of a
 * list that are known (count_j > 0); 0 when none is.
 *
 * count  [n] ratings of each entry's item in training, 0: unknown  borrowed
 * total  ratings in training, at least every count
 * known  (out) how many are known
 *
 * Time O(n).
 */
double mr_eval_novelty(const int64_t *count, int64_t n, int64_t total,
    int64_t *known);

/* The lists of a system; those whose other is below 0 do not count (all do
 * where it is NULL).  Borrowed. */
struct mr_catalogue {
	struct mr_lists l;
	int64_t n_items;	/* different items that l may name */
	const int32_t *in_train;	/* [n_items] the item there, -1: none;
					 * NULL: no training set */
	const int32_t *other;	/* [l.n] its list in the other system */
};

/*
 * mr_catalogue_novelty - rows of t: the lists of a that count, user their
 * numbers; the statistics: mr_eval_novelty of the first k places for each
 * cut-off in turn.  With b (or NULL) a list counts at a cut-off when both
 * systems know an item there.  t is made here.
 *
 * ratings  of each item of the training set; total their sum
 */
int mr_catalogue_novelty(struct mr_measures *t, const struct mr_catalogue *a,
    const struct mr_catalogue *b, const int64_t *ratings, int64_t total,
    const int64_t *k, int n_k, struct mr_err *err) MR_CHECKED;

/* Vectors of items, dense or sparse; borrowed. */
struct mr_catalogue_vectors {
	const struct mr_mat *dense;	/* NULL: sparse */
	const struct mr_csr *sparse;
	const int32_t *row[2];	/* of an item of a, of b its row, -1: none */
};

/*
 * mr_catalogue_diversity - as mr_catalogue_novelty, of
 *
 *   sum over pairs i < j of the first k places of 1 - v_i . v_j / |v_i| |v_j|
 *     : pairs
 *
 * Entries without a vector, or one of length 0, are left out; a list with one
 * or none at a cut-off does not count there.  By the sum of the places before,
 * so O(entries d); memory 8 d.
 * Smyth & McClave, "Similarity vs. diversity", ICCBR 2001, for the
 * mean over pairs; Ziegler et al., "Improving recommendation lists through
 * topic diversification", WWW 2005, for it as a measure of lists.
 */
int mr_catalogue_diversity(struct mr_measures *t,
    const struct mr_catalogue *a, const struct mr_catalogue *b,
    const struct mr_catalogue_vectors *v, const int64_t *k, int n_k,
    struct mr_err *err) MR_CHECKED;

/* Kinds of items, as genres, and what users had before; borrowed.  Item i has
 * kind[ptr[i]] .. kind[ptr[i + 1] - 1], 0 <= kind < n_kinds; -1: none. */
struct mr_catalogue_kinds {
	const int64_t *ptr;
	const int32_t *kind;
	int32_t n_kinds;
	const int32_t *item[2];	/* of an item of a, of b its number here */
	const struct mr_csr *R;	/* training set */
	const int32_t *of_R;	/* of a column of R its number here */
	const int32_t *user[2];	/* of a list of a, of b the row of R */
};

/*
 * mr_catalogue_calibration - as mr_catalogue_novelty, of
 *
 *   sum over kinds g with p(g) > 0 of p(g) ln(p(g) / (0.99 q(g) + 0.01 p(g)))
 *
 * p is the mean over the user's items in R, q that over the first k places, of
 * the distribution that gives each of an item's m kinds 1 / m; items without a
 * kind are left out.  0: the list is as the user; at most ln 100.  A list does
 * not count where nothing has a kind, there or in R.
 * H. Steck, "Calibrated recommendations", RecSys 2018, with all weights
 * 1 and alpha 0.01.
 */
int mr_catalogue_calibration(struct mr_measures *t,
    const struct mr_catalogue *a, const struct mr_catalogue *b,
    const struct mr_catalogue_kinds *g, const int64_t *k, int n_k,
    struct mr_err *err) MR_CHECKED;

/* What the first k places of all lists that count do to a catalogue. */
struct mr_catalogue_use {
	int64_t items;		/* different ones */
	double coverage;	/* of them in the training set / its items; NAN:
				 * no items */
	double gini;		/* mr_summary_gini of how often each item of the
				 * training set is there; NAN: none is */
};

/* mr_catalogue_used - n_train items are in the training set. */
int mr_catalogue_used(struct mr_catalogue_use *use,
    const struct mr_catalogue *c, int64_t n_train, int64_t k,
    struct mr_err *err) MR_CHECKED;

#endif
