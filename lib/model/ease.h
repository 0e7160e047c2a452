/* Lists by a linear model of items whose best weights are known in closed
 * form.
 * SPDX-License-Identifier: MIT */
#ifndef MR_MODEL_EASE_H
#define MR_MODEL_EASE_H

#include "model/kind.h"

enum mr_ease_form { MR_EASE_WEIGHTS, MR_EASE_FACTORS };

struct mr_ease_opt {
	double lambda;		/* > 0 */
	double dropout;		/* p, 0 <= p < 1 */
	int64_t k;		/* weights that are kept of an item, 0: all */
	int form;		/* enum mr_ease_form, where k is 0 */
};

/*
 * mr_ease_train - every rating an event, whatever its value: with R of zeros
 * and ones, the B with zeros on its diagonal and the least
 *
 *   |R - R B|^2 + sum over j of L_j |row j of B|^2
 *   L_j = lambda + p / (1 - p) d_j, d_j the users of j
 *   score(u, i) = sum of B[j][i] over the items j of u
 *
 * which is B[j][i] = -G[j][i] / G[i][i] with G = (R'R + L)^-1; where there are
 * fewer users than items by M = (E + R L^-1 R')^-1, as then
 * G = L^-1 - L^-1 R'M R L^-1, and no items x items are ever held.  Of the
 * weights to an item i the k largest absolute values are kept.
 *
 * opt  struct mr_ease_opt
 * m    (out) near alone; as factors, by M = C C' whatever there is more of, U,
 *      V and Y of n_users columns and of one:
 *
 *        V[i] = C' R L^-1 e_i / G[i][i]   Y[i] = G[i][i]
 *        U[u] = sum of Y[j] V[j] over the items j of u
 *
 *      U.V is the score of every item that u does not have; what he has comes
 *      higher, by what its own weight would add
 *
 * The inverse is in float, by Cholesky on one thread: its error is about
 * 6e-8 times the condition, the largest eigenvalue of R'R / lambda.
 * MR_ENUMERIC where it is not positive definite in float.  With n the fewer of
 * users and items n^3 flops and 4 n^2 bytes, told to report before they are
 * taken; by M nnz (n_users + n_items) flops more.  Memory of the model: 8 k
 * bytes an item, of all weights 8 n_items^2, as factors
 * 4 n_users (n_users + n_items).
 *
 * Steck, "Embarrassingly shallow autoencoders for sparse data", WWW 2019 (B);
 * Steck, "Autoencoders that
 * don't overfit towards the identity", NeurIPS 2020 (dropout).  M is ours.
 */
int mr_ease_train(struct mr_model *m, const struct mr_train *job,
    const void *opt, struct mr_err *err) MR_CHECKED;

extern const struct mr_kind mr_ease_kind;

#endif
