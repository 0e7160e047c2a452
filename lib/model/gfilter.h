/* Lists by a linear filter of the graph of users and items: a walk of three
 * steps and a projection on its smoothest directions.
 * SPDX-License-Identifier: MIT */
#ifndef MR_MODEL_GFILTER_H
#define MR_MODEL_GFILTER_H

#include "model/kind.h"

struct mr_gfilter_opt {
	double from, via, to;	/* exponents b, c, e >= 0 */
	int64_t k;		/* kept of an item, 0: all */
	int64_t rank;		/* of the projection, 0: none */
	double weight;		/* its weight a >= 0 */
	double tilt;		/* its exponent t >= 0 */
};

/*
 * mr_gfilter_train - every rating an event, whatever its value:
 *
 *   score(u, i) = sum over the items j of u of W[j][i] + a L[j][i]
 *   W[j][i]     = d_j^-b (sum over the users v of both of n_v^-c) d_i^-e,
 *                 the k largest of each j
 *   L           = D^-t V V' D^t, D the diagonal of the d, V the rank right
 *                 singular vectors of largest value of N^-1/2 R D^-1/2, R of
 *                 zeros and ones, N the diagonal of the n
 *
 * with d the users of an item and n the items of a user.
 *
 *   b = e = 1/2, c = 0, rank 0    nearest items by cosine
 *   b = e = 1/2, c = 1, t = 1/2   GF-CF (Shen et al., "How powerful is graph
 *                                 convolution for recommendation?", CIKM 2021)
 *   b = 1/2 + t, c = 1, e = 1/2 - t   ChebyCF with its filter a straight line
 *                                 (Kim et al., "Graph spectral filtering with
 *                                 Chebyshev interpolation for
 *                                 recommendation", SIGIR 2025)
 *   rank 0                        LinkProp (Fu et al., "Revisiting
 *                                 neighborhood-based link prediction for
 *                                 collaborative filtering", WWW 2022)
 *
 * all with k = 0 but the first.
 *
 * opt  struct mr_gfilter_opt
 * m    (out) near; with a rank also V = D^t V sqrt(a), one column of it Y[j] =
 *      d_j^-2t, and U[u] = sum of Y[j] V[j] over the items j of u
 *
 * Time and memory of mr_walk_build of model/walk.h and of math/singular.h.
 */
int mr_gfilter_train(struct mr_model *m, const struct mr_train *job,
    const void *opt, struct mr_err *err) MR_CHECKED;

/*
 * mr_gfilter_project - the projection of L alone, as parts of a model in
 * columns first .. first + rank - 1 of U and V, which have them; Y (out) new,
 * n_items x 1.  weight > 0.
 */
struct mr_gfilter_place {
	struct mr_mat *U, *V, *Y;
	int64_t first, rank;
	double weight, tilt;
};
int mr_gfilter_project(const struct mr_gfilter_place *to,
    const struct mr_train *job, struct mr_err *err) MR_CHECKED;

/* mr_gfilter_bytes - of mr_gfilter_project, beside U and V. */
double mr_gfilter_bytes(const struct mr_csr *R, int64_t rank);

/* The parameters of the projection. */
#define MR_LOW_PASS_RANK_ROW(S, v) MR_INT_ROW(S, rank, 0, \
	"low-pass-rank", "D", "directions that are projected on", 0, 4096, v)
#define MR_LOW_PASS_ROW(S, v) MR_REAL_ROW(S, weight, 0, "low-pass", "X", \
	"weight of the projection", 0, 1e9, v)
#define MR_LOW_PASS_EXPONENT_ROW(S, v) MR_REAL_ROW(S, tilt, 0, \
	"low-pass-exponent", "X", "how much it prefers popular films", 0, \
	10, v)

#endif
