/* Standard errors by derivatives; see slope.h.
 * SPDX-License-Identifier: MIT */
#include "eval/slope.h"

#include <math.h>

/* f of the sums s, and what a unit of num and of den adds to it. */
static double
slope_of(const struct mr_eval_stat *stat, const double *s, int64_t n,
    double coef[2])
{
	double den = stat->den < 0 ? (double)n : s[stat->den];
	double f = mr_eval_stat_of(stat, s, n);

	coef[0] = stat->root ? 1 / (2 * f * den) : 1 / den;
	coef[1] = -coef[0] * s[stat->num] / den;
	return f;
}

struct mr_eval_slope
mr_eval_slope_at(const struct mr_eval_sample *x, int i, const double *sum)
{
	struct mr_eval_slope y = { 0 };

	y.den = x->stat[i].den < 0 ? (double)x->n : sum[x->stat[i].den];
	y.f = slope_of(&x->stat[i], sum, x->n, y.coef);
	if (!x->b)
		return y;
	y.f -= slope_of(&x->stat[i], sum + x->m, x->n, y.coef + 2);
	y.coef[2] = -y.coef[2];
	y.coef[3] = -y.coef[3];
	return y;
}

double
mr_eval_slope_error(const struct mr_eval_sample *x, int i,
    const struct mr_eval_slope *y, const uint32_t *count)
{
	int num = x->stat[i].num, den = x->stat[i].den;
	double sum = 0, all = (double)x->n / (double)(x->n - 1);

	for (int64_t u = 0; u < x->n; u++) {
		const double *a = x->a + u * x->m;
		double size = den < 0 ? 1 : a[den], w, r;

		w = count ? all * count[u] : size < y->den ?
		    1 / (1 - size / y->den) : 0;
		r = y->coef[0] * a[num] + y->coef[1] * size;
		if (x->b) {
			const double *b = x->b + u * x->m;

			r += y->coef[2] * b[num] + y->coef[3] *
			    (den < 0 ? 1 : b[den]);
		}
		sum += w * r * r;
	}
	return sqrt(sum);
}
