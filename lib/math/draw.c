/* Draws of gamma and Wishart variables; see draw.h.
 * SPDX-License-Identifier: MIT */
#include "math/draw.h"

#include <math.h>
#include <stddef.h>

#include "core/rng.h"
#include "math/chol.h"

double
mr_draw_gamma(uint64_t key, uint64_t stream, double shape)
{
	/* Below 1: Gamma(a) = Gamma(a + 1) U^(1/a). */
	double boost = shape < 1 ? pow(1 - mr_rng_uniform(key, stream, 0),
	    1 / shape) : 1;
	double d = (shape < 1 ? shape + 1 : shape) - 1.0 / 3;
	double c = 1 / sqrt(9 * d);

	/* Each try takes four numbers: two of the normal, one, and none. */
	for (uint64_t i = 1;; i++) {
		double x = mr_rng_normal(key, stream, 2 * i);
		double u = 1 - mr_rng_uniform(key, stream, 4 * i + 2);
		double v = 1 + c * x;

		if (v <= 0)
			continue;
		v = v * v * v;
		if (log(u) < 0.5 * x * x + d - d * v + d * log(v))
			return boost * d * v;
	}
}

bool
mr_draw_wishart(double *out, double *factor, double *psi, double nu, int n,
    uint64_t key)
{
	double *s = factor;	/* columns of R^-1 B, one to a row */

	if (!mr_chol_factor(psi, n))
		return false;
	for (int j = 0; j < n; j++) {
		double *col = s + (ptrdiff_t)j * n;

		for (int i = 0; i < n; i++)
			col[i] = i < j ? 0 : i > j ? mr_rng_normal(key,
			    (uint64_t)i, (uint64_t)j) :
			    sqrt(2 * mr_draw_gamma(key, (uint64_t)(n + j),
			    (nu - j) / 2));
		mr_chol_back(psi, col, n);
	}
	for (int i = 0; i < n; i++)
		for (int j = 0; j <= i; j++) {
			double sum = 0;

			for (int k = 0; k < n; k++)
				sum += s[(ptrdiff_t)k * n + i] *
				    s[(ptrdiff_t)k * n + j];
			out[(ptrdiff_t)i * n + j] = sum;
			out[(ptrdiff_t)j * n + i] = sum;
		}
	for (ptrdiff_t i = 0; i < (ptrdiff_t)n * n; i++)
		factor[i] = out[i];
	return mr_chol_factor(factor, n);
}
