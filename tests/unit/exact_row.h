/* The least-squares problem of a row in long double, for tests to compare
 * with.
 * SPDX-License-Identifier: MIT */
#ifndef MR_TESTS_EXACT_ROW_H
#define MR_TESTS_EXACT_ROW_H

#include <math.h>
#include <stdlib.h>
#include <string.h>

/*
 * x [d] of (A + sum_k c_k y_k y_k') x = sum_k c_k t_k y_k by Cholesky; a
 * [d * d] is overwritten, y n x d.
 */
static inline void
exact_row(int d, long double *a, int n, const double *c, const double *t,
    const float *y, long double *x)
{
	memset(x, 0, (size_t)d * sizeof *x);
	for (int k = 0; k < n; k++)
		for (int i = 0; i < d; i++) {
			const float *v = y + (size_t)k * (size_t)d;

			x[i] += (long double)c[k] * t[k] * v[i];
			for (int j = 0; j <= i; j++)
				a[i * d + j] += (long double)c[k] * v[i] *
				    v[j];
		}
	for (int i = 0; i < d; i++) {
		for (int j = 0; j <= i; j++) {
			long double s = a[i * d + j];

			for (int k = 0; k < j; k++)
				s -= a[i * d + k] * a[j * d + k];
			a[i * d + j] = i == j ? sqrtl(s) : s / a[j * d + j];
		}
		for (int k = 0; k < i; k++)
			x[i] -= a[i * d + k] * x[k];
		x[i] /= a[i * d + i];
	}
	for (int i = d - 1; i >= 0; i--) {
		for (int k = i + 1; k < d; k++)
			x[i] -= a[k * d + i] * x[k];
		x[i] /= a[i * d + i];
	}
}

/* |got - x| / |x| */
static inline double
relative_error(int d, const long double *x, const float *got)
{
	long double e = 0, s = 0;

	for (int j = 0; j < d; j++) {
		e += (got[j] - x[j]) * (got[j] - x[j]);
		s += x[j] * x[j];
	}
	return s > 0 ? (double)sqrtl(e / s) : (double)e;
}

#endif
