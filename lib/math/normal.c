/* The standard normal distribution; see normal.h.
 * SPDX-License-Identifier: MIT */
#include "math/normal.h"

#include <math.h>
#include <stddef.h>

#include "core/rng.h"

#define ROOT_HALF 0.70710678118654752440
#define DENSITY 0.39894228040143267794	/* at 0 */

double
mr_normal_below(double x)
{
	return 0.5 * erfc(-x * ROOT_HALF);
}

double
mr_normal_between(double lo, double hi)
{
	/* Tails are right below 0 alone. */
	return lo > 0 ? mr_normal_below(-lo) - mr_normal_below(-hi) :
	    mr_normal_below(hi) - mr_normal_below(lo);
}

/* A quotient of two polynomials of degree 7, the lowest coefficients first. */
static double
quotient(const double p[8], const double q[8], double x)
{
	double a = p[7], b = q[7];

	for (int i = 6; i >= 0; i--) {
		a = a * x + p[i];
		b = b * x + q[i];
	}
	return a / b;
}

double
mr_normal_at(double p)
{
	static const double a[8] = { 3.3871328727963666080e0,
	    1.3314166789178437745e+2, 1.9715909503065514427e+3,
	    1.3731693765509461125e+4, 4.5921953931549871457e+4,
	    6.7265770927008700853e+4, 3.3430575583588128105e+4,
	    2.5090809287301226727e+3 };
	static const double b[8] = { 1, 4.2313330701600911252e+1,
	    6.8718700749205790830e+2, 5.3941960214247511077e+3,
	    2.1213794301586595867e+4, 3.9307895800092710610e+4,
	    2.8729085735721942674e+4, 5.2264952788528545610e+3 };
	static const double c[8] = { 1.42343711074968357734e0,
	    4.63033784615654529590e0, 5.76949722146069140550e0,
	    3.64784832476320460504e0, 1.27045825245236838258e0,
	    2.41780725177450611770e-1, 2.27238449892691845833e-2,
	    7.74545014278341407640e-4 };
	static const double d[8] = { 1, 2.05319162663775882187e0,
	    1.67638483018380384940e0, 6.89767334985100004550e-1,
	    1.48103976427480074590e-1, 1.51986665636164571966e-2,
	    5.47593808499534494600e-4, 1.05075007164441684324e-9 };
	static const double e[8] = { 6.65790464350110377720e0,
	    5.46378491116411436990e0, 1.78482653991729133580e0,
	    2.96560571828504891230e-1, 2.65321895265761230930e-2,
	    1.24266094738807843860e-3, 2.71155556874348757815e-5,
	    2.01033439929228813265e-7 };
	static const double f[8] = { 1, 5.99832206555887937690e-1,
	    1.36929880922735805310e-1, 1.48753612908506148525e-2,
	    7.86869131145613259100e-4, 1.84631831751005468180e-5,
	    1.42151175831644588870e-7, 2.04426310338993978564e-15 };
	double q = p - 0.5, r, x;

	if (fabs(q) <= 0.425)
		return q * quotient(a, b, 0.180625 - q * q);
	r = sqrt(-log(q < 0 ? p : 1 - p));
	x = r <= 5 ? quotient(c, d, r - 1.6) : quotient(e, f, r - 5);
	return q < 0 ? -x : x;
}

static double
within(double x, double lo, double hi)
{
	return x < lo ? lo : x > hi ? hi : x;
}

double
mr_normal_mean(double lo, double hi)
{
	double p = mr_normal_between(lo, hi);
	double x = DENSITY * (exp(-lo * lo / 2) - exp(-hi * hi / 2)) / p;

	/* Beyond 37 nothing is left of p. */
	return p > 0 ? within(x, lo, hi) : lo > 0 ? lo : hi;
}

double
mr_normal_draw(uint64_t key, uint64_t stream, uint64_t counter, double lo,
    double hi)
{
	double u = mr_rng_uniform(key, stream, counter) + 0x1p-54;
	double sign = lo > 0 ? -1 : 1;
	double from = lo > 0 ? -hi : lo, to = lo > 0 ? -lo : hi;
	double below = mr_normal_below(from);
	double p = below + u * (mr_normal_below(to) - below);

	if (!(p > 0))
		return sign * to;
	if (p > 1 - 0x1p-53)
		p = 1 - 0x1p-53;
	return sign * within(mr_normal_at(p), from, to);
}
