/* Cholesky factors in double; see chol.h.
 * SPDX-License-Identifier: MIT */
#include "math/chol.h"

#include <math.h>
#include <stddef.h>

#include "math/lanes.h"

/* y -= f x, each entry by a product and a difference as one by one: the same
 * bits with any registers. */
MR_LANES void
subtract(double *y, double f, const double *x, int n)
{
	typedef double v4 __attribute__((vector_size(32)));
	int k = 0;

	for (; k + 4 <= n; k += 4) {
		v4 a, b;

		memcpy(&a, y + k, sizeof a);
		memcpy(&b, x + k, sizeof b);
		a -= f * b;
		memcpy(y + k, &a, sizeof a);
	}
	for (; k < n; k++)
		y[k] -= f * x[k];
}

MR_LANES bool
factor_here(double *a, int n)
{
	for (int j = 0; j < n; j++) {
		double *rj = a + (ptrdiff_t)j * n, scale;

		if (!(rj[j] > 0) || !isfinite(rj[j]))
			return false;
		scale = 1 / sqrt(rj[j]);
		for (int k = j; k < n; k++)
			rj[k] *= scale;
		for (int i = j + 1; i < n; i++)
			subtract(a + (ptrdiff_t)i * n + i, rj[i], rj + i,
			    n - i);
	}
	return true;
}

MR_LANES void
add_here(double *a, int n, double w, const double *v)
{
	for (int i = 0; i < n; i++)
		subtract(a + (ptrdiff_t)i * n + i, -(w * v[i]), v + i, n - i);
}

MR_FOR_EACH_CPU(bool, factor, MR_LIST(double *a, int n), MR_LIST(a, n),
{
	return factor_here(a, n);
})

MR_FOR_EACH_CPU_DO(add, MR_LIST(double *a, int n, double w, const double *v),
    MR_LIST(a, n, w, v),
{
	add_here(a, n, w, v);
})

MR_LANES void
forward_here(const double *r, double *b, int n)
{
	for (int j = 0; j < n; j++) {
		const double *rj = r + (ptrdiff_t)j * n;

		b[j] /= rj[j];
		subtract(b + j + 1, b[j], rj + j + 1, n - j - 1);
	}
}

MR_FOR_EACH_CPU_DO(forward, MR_LIST(const double *r, double *b, int n),
    MR_LIST(r, b, n),
{
	forward_here(r, b, n);
})

bool
mr_chol_factor(double *a, int n)
{
	return factor(a, n);
}

void
mr_chol_add(double *a, int n, double w, const double *v)
{
	add(a, n, w, v);
}

void
mr_chol_forward(const double *r, double *b, int n)
{
	forward(r, b, n);
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
