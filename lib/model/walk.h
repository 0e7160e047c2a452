/* Weights between items by the users whom they share, the best of each item.
 * SPDX-License-Identifier: MIT */
#ifndef MR_MODEL_WALK_H
#define MR_MODEL_WALK_H

#include "model/kind.h"

struct mr_walk_opt {
	const double *from, *to;	/* [n_items] f, g >= 0 */
	const double *via;		/* [n_users] w >= 0 */
	double shrinkage;		/* >= 0 */
	int64_t k;			/* 0: all */
	const int32_t *rank;		/* [n_items] places in the order of
					 * ties; NULL: that of the numbers */
	int64_t *lost;			/* (out) added: how many weights are
					 * too small for a float; or NULL */
	int threads;
};

/*
 * mr_walk_build - for every two items x and i that have users in common
 *
 *   W[x][i] = s f_x g_i / (1 + shrinkage f_x g_i)
 *   s       = sum over the users v of both of w_v
 *
 * of which row x keeps the k largest above 0; of equal ones those first in the
 * order of ties.  An item and itself are no pair; values of R are not used.
 *
 * R   users x items; Rt its transpose
 * W   (out) n_items x n_items, freed by mr_csr_free
 *
 * Sums in double over rising users, a row by itself: the result does not depend
 * on threads.  MR_ENOMEM.  Time: for every user the square of his items.
 * Memory: 16 bytes for each entry that is kept, 22 n_items for each thread,
 * never all pairs.
 */
int mr_walk_build(struct mr_csr *W, const struct mr_csr *R,
    const struct mr_csr *Rt, const struct mr_walk_opt *o, struct mr_err *err)
    MR_CHECKED;

/* mr_walk_bytes - of mr_walk_build and mr_walk_term at most: 16 for each of the
 * k of a row, or of all pairs where these are fewer, and the sums. */
double mr_walk_bytes(const struct mr_csr *R, int64_t k, int threads);

/* b, c and e of W[x][i] = d_x^-b (sum of n_v^-c) d_i^-e, with d the users of
 * an item and n the items of a user. */
struct mr_walk_exponents {
	double from, via, to;
};

/* mr_walk_weights - W (out) of job's events with these exponents and without
 * shrinkage, k to a row (0: all); with lifts, where products of them would be
 * below 1e-30, all multiplied by one power of 2.  What is then too small for a
 * float is 0, and warned of. */
int mr_walk_weights(struct mr_csr *W, const struct mr_train *job,
    const struct mr_walk_exponents *by, int64_t k, bool lifts,
    struct mr_err *err) MR_CHECKED;
/*
 * mr_walk_train - a neighbourhood term (out) of a model of job's events:
 * N(u, i) = sum of these W[j][i] over the items j of u.
 *
 * Fu, Jiang, Gao, Xu & Zhao, "Revisiting neighborhood-based link prediction
 * for collaborative filtering", WWW 2022 Companion (the exponents; u's own
 * cannot change an order).
 */
int mr_walk_train(struct mr_near *near, const struct mr_train *job,
    const struct mr_walk_exponents *by, int64_t k, bool lifts,
    struct mr_err *err) MR_CHECKED;

/* mr_walk_powers - [rows of R], the caller's to free: n^-e of a row with n
 * entries, 0 of one without; NULL: MR_ENOMEM. */
double *mr_walk_powers(const struct mr_csr *R, double e, struct mr_err *err)
    MR_CHECKED;
/* mr_walk_term - N(u, i) = sum of W[j][i] over the items j of u, with W as it
 * is: its transpose to near; or, by_target, of W[i][j], with W itself, which
 * becomes near's.  W is used up. */
int mr_walk_term(struct mr_near *near, struct mr_csr *W, bool by_target,
    struct mr_err *err) MR_CHECKED;
/* mr_walk_ranks - of items in byte order of their names, [n]; *rank NULL where
 * there are no names. */
int mr_walk_ranks(int32_t **rank, const struct mr_ids *items,
    struct mr_err *err) MR_CHECKED;

/* The parameter of kinds that keep k neighbours of a film. */
#define MR_KEPT_ROW(S, v) MR_INT_ROW(S, k, 'k', "neighbours", "K", \
	"neighbours that are kept of a film, 0: all", 0, INT32_MAX, v)
/* Those of kinds with the exponents of mr_walk_exponents. */
#define MR_WALK_ROWS(S, b, c, e) \
	{ MR_REAL_ROW(S, from, 0, "from-exponent", "X", \
	    "how little a popular film says of others", 0, 10, b) }, \
	{ MR_REAL_ROW(S, via, 0, "via-exponent", "X", \
	    "how little a user of many films says", 0, 10, c) }, \
	{ MR_REAL_ROW(S, to, 0, "to-exponent", "X", \
	    "how little a popular film is recommended", 0, 10, e) }

#endif
