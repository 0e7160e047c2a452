/* From what is known of films to their numbers in a model: a ridge map.
 * SPDX-License-Identifier: MIT */
#ifndef MR_MODEL_MAP_H
#define MR_MODEL_MAP_H

#include "data/mat.h"
#include "math/blas.h"

#define MR_MAP_FOLDS 5

/* All zero is empty; freed by mr_map_free. */
struct mr_map {
	int64_t p, t;
	float *B;		/* [t * p], a row a target */
	float *b;		/* [t] intercepts */
	double lambda;		/* the strength that was chosen */
	double fit;		/* what it explains of films held out */
};

/*
 * mr_map_fit - y = b + B x for films with features x [p] and targets y [t]:
 *
 *   B, b = argmin sum over i of w_i |y_i - b - B x_i|^2 / sum of w
 *                 + lambda |B|^2,
 *
 * the lambda of 1e-4 to 1e-1, two to a decade, whose map does best on films
 * held out: film i, in turn with those of its i mod MR_MAP_FOLDS, is left out,
 * a map is made of the others, and
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
 * depend on threads.  With q = p + t + 1: n q^2 flops, 13 (p^3 + 12 p^2 t)
 * for the strengths; 4 n q + 8 (MR_MAP_FOLDS + 2) q^2 bytes.
 *
 * Gantner, Drumond, Freudenthaler, Rendle & Schmidt-Thieme, "Learning
 * attribute-to-feature mappings for cold-start recommendations", ICDM 2010,
 * has the least squares map; the weights, the ridge and its choice are ours.
 */
int mr_map_fit(struct mr_map *map, const struct mr_mat *X,
    const struct mr_mat *Y, const double *w, const double *G,
    const struct mr_blas *blas, int threads, struct mr_err *err) MR_CHECKED;
/* mr_map_apply - Y  n x t (out), new, of X  n x p.  2 n p t flops. */
int mr_map_apply(const struct mr_map *map, const struct mr_mat *X,
    struct mr_mat *Y, struct mr_err *err) MR_CHECKED;
void mr_map_free(struct mr_map *map);

#endif
