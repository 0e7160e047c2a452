/* A sum of many products U_s V_s', kept at a bounded rank.
 * SPDX-License-Identifier: MIT */
#ifndef MR_MATH_LOWRANK_H
#define MR_MATH_LOWRANK_H

#include "data/mat.h"
#include "math/blas.h"

/*
 * The products stand side by side: [U_1 U_2 ..][V_1 V_2 ..]'.  When the next
 * does not fit into cap columns, all are replaced by the product of rank
 * max_rank nearest to theirs.  Owned; all zero is empty.
 */
struct mr_lowrank {
	struct mr_mat U, V;	/* cap columns each, the first cols in use */
	int64_t cols, max_rank;
	/* With mr_lowrank_follow, in the same columns: rows like those of U
	 * that do not count, and [cap * cap] a form C of such a row x. */
	struct mr_mat W;
	double *C;
	const struct mr_blas *blas;
	int threads;
};

/* mr_lowrank_new - U n_u rows, V n_v rows; max_rank >= 1; cap > max_rank,
 * or as many columns as there will ever be. */
int mr_lowrank_new(struct mr_lowrank *l, int64_t n_u, int64_t n_v,
    int64_t max_rank, int64_t cap, struct mr_err *err) MR_CHECKED;
void mr_lowrank_free(struct mr_lowrank *l);

/* mr_lowrank_follow - n_w rows of W, and C, all zeros, that whenever columns
 * are brought down become what is nearest to them: of W V' the nearest product
 * with the new V, of V C V' likewise.  Memory 4 n_w cap + 8 cap^2 bytes. */
int mr_lowrank_follow(struct mr_lowrank *l, int64_t n_w, struct mr_err *err)
    MR_CHECKED;

/* mr_lowrank_room - make room for d columns, d <= cap - max_rank; the caller
 * writes them to row u of U, V and W from column cols, and to C from row and
 * column cols, where it has zeros; then it adds d to cols. */
int mr_lowrank_room(struct mr_lowrank *l, int64_t d, struct mr_err *err)
    MR_CHECKED;

/*
 * mr_lowrank_finish - scale (> 0) times the sum as U V' with at most max_rank
 * columns, and spare more of zeros behind them; U and V (out) are the
 * caller's.  When it had to be brought down, their columns are the singular
 * vectors times the root of the singular value, the greatest first; else the
 * products as they came, times the root of scale.  Where max_rank is not below
 * the fewer rows of the two sides, the sum is multiplied out instead, which is
 * exact: that side is then diagonal.
 *
 * The nearest product is found by a subspace iteration on the Gramians of the
 * two sides, in double, with 16 more columns than wanted.  With n rows on
 * both sides together, c columns and rank r about n c (c + 2 r) + 24 c^2 r
 * flops; 16 c^2 + 24 c r bytes.  The result does not depend on threads.
 * Halko, Martinsson & Tropp, "Finding structure with randomness", SIAM Review
 * 53(2), 2011 (the method for one matrix).
 */
int mr_lowrank_finish(struct mr_lowrank *l, double scale, int64_t spare,
    struct mr_mat *U, struct mr_mat *V, struct mr_err *err) MR_CHECKED;

#endif
