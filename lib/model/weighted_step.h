/* One half of a sweep of implicit ALS: every row against a matrix whose
 * unobserved part all rows share.
 * SPDX-License-Identifier: MIT */
#ifndef MR_MODEL_WEIGHTED_STEP_H
#define MR_MODEL_WEIGHTED_STEP_H

#include "data/csr.h"
#include "data/ids.h"
#include "data/mat.h"
#include "model/fold.h"
#include "model/ridge_row.h"

/*
 * For each row of R with entries k, of values r_k at columns whose factors
 * are y_k, the x with the least
 *
 *   f(x) = sum_k c_k (1 - y_k . x)^2 + x'(a0 Y'Y + ridge E) x
 *
 *   c_k = 1 + alpha r_k,   a0 = unobserved,   ridge = lambda (n + a0 N)^nu
 *
 * over the n entries of the row, N columns and all their factors Y: rule
 * MR_FOLD_WEIGHTED.
 *
 * Y and with it the rows' factors are first turned to the eigenvectors of
 * Y'Y = Q S Q' (no product of theirs changes), so that the shared part is the
 * diagonal D = a0 S + ridge and A = D + sum c y y' differs from it by rank n:
 *
 *   n <= 32   exactly, by the n x n system E + Z Z', z_k = sqrt(c_k)
 *             D^-1/2 y_k, 16 rows of like length at once
 *   longer    conjugate gradients from the last solution, preconditioned by
 *             D, until the residual r has r'D^-1 r <= 1e-9 x'D x.  As A >= D,
 *             then |x - x*| <= 3.2e-5 |x| in the norm of D
 *
 * in float, where the condition of E + Z Z', at most 1 + max c / a0, is below
 * 1,000; in double by ridge_row.h otherwise, or where the former did not get
 * there.
 *
 * Takács, Pilászy & Tikk, "Applications of the conjugate gradient method for
 * implicit feedback collaborative filtering", RecSys 2011 (conjugate
 * gradients for these rows); Hu, Koren & Volinsky, ICDM 2008, section 4 (the
 * shared part).  The turn, the bound and the small systems are ours.
 */
struct mr_weighted {
	const struct mr_csr *R;
	struct mr_mat *fixed;	/* Y: R->cols rows; is turned */
	/* Where fixed has only those rows of Y that R has entries for: the
	 * number of all, N, and Y'Y of all [d * d]; both 0: they are all. */
	int64_t n_fixed;
	const double *gram;
	/* In: the last solutions, in the basis Y comes in, or zeros; out. */
	struct mr_mat *rows;
	int64_t d;		/* columns in use, the others are 0 */
	struct mr_fold rule;
	const char *row_kind;	/* "user" or "item", for messages */
	const struct mr_ids *row_names;	/* for messages; NULL: numbers */
};

/* mr_weighted_width - the columns of fixed and rows: d, and zeros up to whole
 * lanes. */
int64_t mr_weighted_width(int64_t d);

/*
 * mr_weighted_step - solve all rows on threads cores; a row without entries
 * becomes 0.  vague (out) counts rows that have not four digits although they
 * were solved in double.  MR_ENUMERIC names a row without a finite solution.
 * The result does not depend on threads.
 *
 * Time of a row: n^2 d + n^3 / 3 flops up to 32 entries, 4 n d a step beyond
 * (2 to 8 steps); in double min(n, d)^2 (max(n, d) + min(n, d) / 3).  Once:
 * (R->cols + a part of R->rows) 2 d^2 and the eigenvectors.  Memory: 40 d^2
 * bytes and mr_gram's, and a thread's 8 d^2 + 8 d max(d, 256) + 1,770 d +
 * 40,000 and, while Y is turned, at most 5,120 d: nothing grows with a row.
 */
int mr_weighted_step(const struct mr_weighted *w, const struct mr_blas *blas,
    int threads, struct mr_vague *vague, struct mr_err *err) MR_CHECKED;

/*
 * mr_weighted_turn - what a step does to its fixed rows, done to those of y
 * [.. x width]: rule is the step's, n the number of all its fixed rows, gram
 * [d * d] their Y'Y.  A row's bits depend on the row and these alone.
 * MR_ENUMERIC: gram has no finite eigenvalues.
 */
int mr_weighted_turn(struct mr_mat *y, int64_t d, const struct mr_fold *rule,
    int64_t n, const double *gram, const struct mr_blas *blas, int threads,
    struct mr_err *err) MR_CHECKED;

#endif
