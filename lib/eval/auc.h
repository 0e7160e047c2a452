/* The area under the ROC curve of whole lists.
 * SPDX-License-Identifier: MIT */
#ifndef MR_EVAL_AUC_H
#define MR_EVAL_AUC_H

#include "eval/lists.h"

/* The catalogue, and what each user had of it.  Borrowed; -1: not there. */
struct mr_auc_train {
	const struct mr_csr *R;		/* users x catalogue */
	const int32_t *user;		/* of a row of T the row of R */
	const int32_t *item;		/* of a column of T the column of R */
	const int32_t *in_R[2];		/* of an item of a, of b, its column;
					 * the second NULL without b */
};

/*
 * mr_auc_rank - rows of t: the users of mr_lists_rank; columns: the value and
 * 1, or 0 and 0 where there is none; the statistic: the mean of
 *
 *   sum over i in T, j in E of d(i, j) : |T| |E|
 *
 * T are the user's relevant items, E the items of the catalogue that he has
 * neither in R nor in T's matrix, relevant or not; d is 1 when i stands before
 * j, or j is not in the list and i is, 1/2 when neither is in it, else 0.
 * There is none where E is empty; without a list it is 1/2.  Lists must have
 * nothing of the user's in R; entries that are neither in T nor in E are
 * passed over.  test's cut-offs and measures are not read.
 *
 * n_short  (out) lists of a that do not have all of E
 *
 * t is made here.  O(entries + nnz of T).
 * Rendle et al., "BPR: Bayesian personalized ranking from implicit feedback",
 * UAI 2009; the ties of what is not listed are those of Mann and
 * Whitney.
 */
int mr_auc_rank(struct mr_measures *t, const struct mr_lists_test *test,
    const struct mr_lists_side *a, const struct mr_lists_side *b,
    const struct mr_auc_train *train, int64_t *n_short, struct mr_err *err)
    MR_CHECKED;

#endif
