/* Draws from distributions that are made of normals, each a pure function
 * of its key.
 * SPDX-License-Identifier: MIT */
#ifndef MR_MATH_DRAW_H
#define MR_MATH_DRAW_H

#include <stdbool.h>
#include <stdint.h>

/*
 * mr_draw_gamma - Gamma(shape, rate 1), shape > 0, from (key, stream): the
 * rejection of Marsaglia & Tsang, "A simple method for generating gamma
 * variables", ACM TOMS 26(3), 2000.
 */
double mr_draw_gamma(uint64_t key, uint64_t stream, double shape);

/*
 * mr_draw_wishart - a Wishart(psi^-1, nu) matrix, whose mean is nu psi^-1, by
 * Bartlett's decomposition, and its upper Cholesky factor.
 *
 * out     [n * n] (out) symmetric
 * psi     [n * n] upper triangle, row-major; destroyed
 * factor  [n * n] (out) upper R with out = R'R; below it undefined
 *
 * nu > n - 1.  False when psi or the draw is not positive definite.
 */
bool mr_draw_wishart(double *out, double *factor, double *psi, double nu,
    int n, uint64_t key);

#endif
