/* Student's distribution; see student.h.
 * SPDX-License-Identifier: MIT */
#include "eval/student.h"

#include <assert.h>
#include <math.h>

/* The continued fraction 1 / (1 + d_1 / (1 + d_2 / ..)) of I_x(a, b) by
 * Lentz's method; quick for x < (a + 1) / (a + b + 2). */
static double
fraction(double x, double a, double b)
{
	double f = 1, c = INFINITY, d = 1;

	for (int j = 1; j < 10000; j++) {
		int half = j / 2;
		double m = half, at = a + 2 * m;

		if (j % 2)
			at = -(a + m) * (a + b + m) * x / (at * (at + 1));
		else
			at = m * (b - m) * x / ((at - 1) * at);
		d = 1 / (1 + at * d);
		c = 1 + at / c;
		f *= c * d;
		if (fabs(c * d - 1) < 1e-15)
			break;
	}
	return f;
}

/* lgamma writes its sign where all threads would. */
static double
log_gamma(double x)
{
	int sign;

	return lgamma_r(x, &sign);
}

/* x^a (1 - x)^b / (a B(a, b)); y = 1 - x is given, which may be small. */
static double
front(double x, double y, double a, double b)
{
	return exp(a * log(x) + b * log(y) + log_gamma(a + b) -
	    log_gamma(a) - log_gamma(b)) / a;
}

double
mr_student_tails(double t, double df)
{
	double x = df / (df + t * t), y = t * t / (df + t * t), a = df / 2;

	assert(df > 0);
	if (!(y > 0))
		return 1;
	if (!(x > 0))
		return 0;
	if (x < (a + 1) / (a + 2.5))
		return front(x, y, a, 0.5) * fraction(x, a, 0.5);
	return 1 - front(y, x, 0.5, a) * fraction(y, 0.5, a);
}

double
mr_student_quantile(double tails, double df)
{
	double lo = 0, hi = 1;

	assert(tails > 0 && tails < 1);
	while (hi < 1e9 && mr_student_tails(hi, df) > tails)
		hi *= 2;
	if (!(hi < 1e9))
		return INFINITY;
	for (int i = 0; i < 80 && lo < hi; i++) {
		double mid = (lo + hi) / 2;

		if (mr_student_tails(mid, df) > tails)
			lo = mid;
		else
			hi = mid;
	}
	return (lo + hi) / 2;
}
