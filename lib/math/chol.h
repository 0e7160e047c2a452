/* Cholesky factors of small symmetric systems in double.
 * SPDX-License-Identifier: MIT */
#ifndef MR_MATH_CHOL_H
#define MR_MATH_CHOL_H

#include <stdbool.h>

/*
 * mr_chol_factor - the upper R of A = R'R, in place.
 *
 * a  [n * n] row-major; only the upper triangle is read and written
 *
 * False when A is not positive definite or not finite.  n^3 / 3 flops; the
 * inner loops run along rows.
 */
bool mr_chol_factor(double *a, int n);
/* mr_chol_add - a += w v v', the upper triangle; v [n]. */
void mr_chol_add(double *a, int n, double w, const double *v);
/* mr_chol_forward - b becomes R'^-1 b. */
void mr_chol_forward(const double *r, double *b, int n);
/* mr_chol_back - b becomes R^-1 b; after mr_chol_forward: A^-1 b. */
void mr_chol_back(const double *r, double *b, int n);

#endif
