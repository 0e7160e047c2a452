/* Lists by items that were chosen together: nearest neighbours of events.
 * SPDX-License-Identifier: MIT */
#ifndef MR_MODEL_ITEMKNN_H
#define MR_MODEL_ITEMKNN_H

#include "model/kind.h"

enum mr_weighting {
	MR_WEIGHTING_COSINE, MR_WEIGHTING_TFIDF, MR_WEIGHTING_BM25
};

struct mr_itemknn_opt {
	int weighting;		/* enum mr_weighting */
	int64_t k;		/* neighbours of an item, 0: all */
	double shrinkage;	/* >= 0 */
};

/*
 * mr_itemknn_train - every rating an event, whatever its value:
 *
 *   score(u, i) = sum of S[i][j] over the items j of u
 *   S[i][j]     = s / (|i| |j| + shrinkage) of the k items j that are most
 *                 similar to i (equal ones: those first in byte order)
 *   s           = sum over the users v of both i and j of w_v
 *
 *   cosine  w_v = 1                         |i| = sqrt(d_i)
 *   tfidf   w_v = ln(n_items / n_v)^2       |i| = sqrt(sum of w_v over U_i)
 *   bm25    w_v = ln(n_items / n_v)^2       |i| = (1 + K1 (1 - B + B d_i / d))
 *                                                 / (K1 + 1)
 *
 * with d_i the users of i and d their mean over items that have any, n_v the
 * items of v, K1 = 1.2, B = 0.75: an item stands for a text, its users for the
 * words.
 *
 * opt  struct mr_itemknn_opt
 * m    (out) near alone
 *
 * Time and memory as mr_walk_build of model/walk.h.  Two different items with
 * the same users are told apart by id alone.
 *
 * Deshpande & Karypis, "Item-based top-N recommendation algorithms", TOIS
 * 22(1), 2004 (the method; not its normalisation of the rows).
 */
int mr_itemknn_train(struct mr_model *m, const struct mr_train *job,
    const void *opt, struct mr_err *err) MR_CHECKED;

#endif
