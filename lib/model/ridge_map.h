/* From what is known of films to their numbers in a model: a ridge map.
 * SPDX-License-Identifier: MIT */
#ifndef MR_MODEL_RIDGE_MAP_H
#define MR_MODEL_RIDGE_MAP_H

#include "data/mat.h"
#include "math/blas.h"

#define MR_RIDGE_MAP_FOLDS 5

/* All zero is empty; freed by mr_ridge_map_free. */
struct mr_ridge_map {
	int64_t p, t;
	float *B;		/* [t * p], a row a target */
	float *b;		/* [t] intercepts */
	double lambda;		/* the strength that was chosen */
	double fit;		/* what it explains of films held out */
};

/*
 * mr_ridge_map_fit - y = b + B x for films of features x [p] and targets y [t]:
 *
 *   B, b = argmin sum over i of w_i |y_i - b - B x_i|^2 / sum of w
 *                 + lambda |B|^2,
 *
 * the lambda of 1e-4 to 1e-1, two to a decade, whose map does best on films
 * held out: those of one i mod MR_RIDGE_MAP_FOLDS in turn are left out, a map
 * is made of the others, and
 *
 *   error = sum over all i of w_i (y_i - b - B x_i)' G (y_i - b - B x_i),
 *
 * G the second moments of what the targets are multiplied by, so that this is
 * the error of scores.  fit is 1 - error / error of the others' mean.
 *
 * X  n x p, Y  n x t: floats; w [n] above 0; n at least 2
 * G  [t * t], or NULL: as if it was diagonal and all 1
 *
 * MR_ENOMEM; MR_ENUMERIC where a value is not finite.  The result does not
 * depend on threads.  With q = p + t + 1: n q^2 flops, then
 * 36 (p^3 / 3 + 4 q^2 t); 4 n q + 8 (MR_RIDGE_MAP_FOLDS + 2) q^2 bytes.
 *
 * Gantner, Drumond, Freudenthaler, Rendle & Schmidt-Thieme, "Learning
 * attribute-to-feature mappings for cold-start recommendations", ICDM 2010,
 * has the least squares map; the weights, the ridge and its choice are ours.
 */
int mr_ridge_map_fit(struct mr_ridge_map *map, const struct mr_mat *X,
    const struct mr_mat *Y, const double *w, const double *G,
    const struct mr_blas *blas, int threads, struct mr_err *err) MR_CHECKED;
/* mr_ridge_map_apply - Y  n x t (out), new, of X  n x p.  2 n p t flops. */
int mr_ridge_map_apply(const struct mr_ridge_map *map,
    const struct mr_mat *X, struct mr_mat *Y, struct mr_err *err) MR_CHECKED;
void mr_ridge_map_free(struct mr_ridge_map *map);

#endif
