/* Score intervals of means over users; see score.h.
 * SPDX-License-Identifier: MIT */
#include "eval/score.h"

#include <math.h>

#include "eval/student.h"

/* What is known of a mean: values are in [0, 1]. */
struct mean {
	double n, m, s2;	/* users, mean, variance around it by n */
	double unlike;		/* users without the value of more than half */
};

/* Does user u count, and with what?  A difference is moved to [0, 1]. */
static bool
value_of(const struct mr_eval_sample *x, const struct mr_eval_stat *stat,
    int64_t u, double *v)
{
	const double *a = x->a + u * x->m, *b = x->b ? x->b + u * x->m : a;

	if (stat->den >= 0 && !(a[stat->den] > 0 && b[stat->den] > 0))
		return false;
	*v = a[stat->num];
	if (x->b)
		*v = (*v - b[stat->num] + 1) / 2;
	return true;
}

/* The value that more than half of the users have, if any has: each user of it
 * is struck out against one of another (Boyer and Moore). */
static double
majority(const struct mr_eval_sample *x, const struct mr_eval_stat *stat)
{
	double kept = 0, v = 0;
	int64_t n = 0;

	for (int64_t u = 0; u < x->n; u++) {
		if (!value_of(x, stat, u, &v))
			continue;
		if (n == 0)
			kept = v;
		n += v < kept || v > kept ? -1 : 1;
	}
	return kept;
}

static struct mean
mean_of(const struct mr_eval_sample *x, const struct mr_eval_stat *stat)
{
	struct mean y = { 0, 0, 0, 0 };
	double v = 0, most = majority(x, stat), sum = 0;

	for (int64_t u = 0; u < x->n; u++) {
		if (!value_of(x, stat, u, &v))
			continue;
		y.n++;
		sum += v;
		y.unlike += v < most || v > most;
	}
	y.m = sum / y.n;
	for (int64_t u = 0; u < x->n; u++)
		if (value_of(x, stat, u, &v))
			y.s2 += (v - y.m) * (v - y.m) / y.n;
	if (2 * y.unlike >= y.n)
		y.unlike = y.n;
	return y;
}

static double
effective(const struct mean *y)
{
	double s2 = y->n > 1 ? y->s2 * y->n / (y->n - 1) : 0;
	double w = y->unlike > 5 ? 5 / y->unlike : 1;
	double m = (y->m * y->n + w / 2) / (y->n + w);
	double of_square = ((s2 + y->m * y->m) * y->n + w / 2) / (y->n + w);

	return y->n * m * (1 - m) / (of_square - m * m);
}

static void
wilson(double m, double n, double z, double *lo, double *hi)
{
	double q = z * z / n;
	double half = sqrt(q * m * (1 - m) + q * q / 4);

	/* Of one user nothing is known. */
	if (isinf(z)) {
		*lo = 0;
		*hi = 1;
		return;
	}
	*lo = (m + q / 2 - half) / (1 + q);
	*hi = (m + q / 2 + half) / (1 + q);
	/* What cancels to 0 or 1 may have lost its last digit. */
	*lo = *lo > m ? m : *lo < 0 ? 0 : *lo;
	*hi = *hi < m ? m : *hi > 1 ? 1 : *hi;
}

void
mr_eval_score(const struct mr_eval_sample *x, double *lo, double *hi,
    double *p)
{
	for (int i = 0; i < x->n_stats; i++) {
		const struct mr_eval_stat *stat = &x->stat[i];
		bool share = stat->scale == MR_SCALE_SHARE && !x->b;
		struct mean y;
		double n_eff, d;

		if (stat->scale == MR_SCALE_SUMS)
			continue;
		y = mean_of(x, stat);
		if (!(y.n > 0)) {
			lo[i] = hi[i] = NAN;
			if (x->b)
				p[i] = NAN;
			continue;
		}
		n_eff = share ? y.n : effective(&y);
		wilson(y.m, n_eff, share ? MR_NORMAL_975 : y.n > 1 ?
		    mr_student_quantile(0.05, y.n - 1) : INFINITY, &lo[i],
		    &hi[i]);
		if (!x->b)
			continue;
		lo[i] = 2 * lo[i] - 1;
		hi[i] = 2 * hi[i] - 1;
		d = 2 * y.m - 1;
		p[i] = y.n > 1 ? mr_student_tails(d * sqrt(n_eff), y.n - 1) :
		    1;
	}
}
