/* Cholesky factors in double; see chol.h.
 * SPDX-License-Identifier: MIT */
#include "math/chol.h"

#include <math.h>
#include <stddef.h>

bool
mr_chol_factor(double *a, int n)
{
	for (int j = 0; j < n; j++) {
		double *rj = a + (ptrdiff_t)j * n, scale;

		if (!(rj[j] > 0) || !isfinite(rj[j]))
			return false;
		scale = 1 / sqrt(rj[j]);
		for (int k = j; k < n; k++)
			rj[k] *= scale;
		for (int i = j + 1; i < n; i++) {
			double *ri = a + (ptrdiff_t)i * n, f = rj[i];

			for (int k = i; k < n; k++)
				ri[k] -= f * rj[k];
		}
	}
	return true;
}

void
mr_chol_forward(const double *r, double *b, int n)
{
	for (int j = 0; j < n; j++) {
		const double *rj = r + (ptrdiff_t)j * n;

		b[j] /= rj[j];
		for (int k = j + 1; k < n; k++)
			b[k] -= b[j] * rj[k];
	}
}

void
mr_chol_back(const double *r, double *b, int n)
{
	for (int i = n - 1; i >= 0; i--) {
		const double *ri = r + (ptrdiff_t)i * n;

		for (int k = i + 1; k < n; k++)
			b[i] -= ri[k] * b[k];
		b[i] /= ri[i];
	}
}
