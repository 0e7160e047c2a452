/* Gamma and Wishart draws: their moments; Cholesky factors.
 * SPDX-License-Identifier: MIT */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "core/rng.h"
#include "math/chol.h"
#include "math/draw.h"

#define N 7

/* B B' + E. */
static void
positive(double *a)
{
	for (int i = 0; i < N; i++)
		for (int j = 0; j < N; j++) {
			a[i * N + j] = i == j;
			for (int k = 0; k < N; k++)
				a[i * N + j] += mr_rng_normal(1, 0,
				    (uint64_t)(i * N + k)) * mr_rng_normal(1,
				    0, (uint64_t)(j * N + k));
		}
}

static void
cholesky_solves(void **state)
{
	double a[N * N], r[N * N], b[N], x[N], bad[4] = { 1, 2, 2, 1 };
	double inf[1] = { INFINITY }, nan[1] = { NAN };

	(void)state;
	positive(a);
	memcpy(r, a, sizeof r);
	/* The lower triangle is not looked at. */
	for (int i = 0; i < N; i++)
		for (int j = 0; j < i; j++)
			r[i * N + j] = NAN;
	assert_true(mr_chol_factor(r, N));
	for (int i = 0; i < N; i++)
		for (int j = i; j < N; j++) {
			double s = 0;

			for (int k = 0; k <= i; k++)
				s += r[k * N + i] * r[k * N + j];
			assert_true(fabs(s - a[i * N + j]) < 1e-12);
		}
	for (int i = 0; i < N; i++)
		x[i] = b[i] = i - 2.5;
	mr_chol_forward(r, x, N);
	mr_chol_back(r, x, N);
	for (int i = 0; i < N; i++) {
		for (int j = 0; j < N; j++)
			b[i] -= a[i * N + j] * x[j];
		assert_true(fabs(b[i]) < 1e-11);
	}
	assert_false(mr_chol_factor(bad, 2));
	assert_false(mr_chol_factor(inf, 1));
	assert_false(mr_chol_factor(nan, 1));
}

/* Mean and variance are the shape; bounds of about five standard errors. */
static void
gamma_has_its_moments(void **state)
{
	static const double shape[] = { 0.2, 0.5, 1, 2.5, 40, 1e6 };
	const int draws = 20000;

	(void)state;
	for (int s = 0; s < 6; s++) {
		double a = shape[s], mean = 0, var = 0;

		for (int i = 0; i < draws; i++) {
			double x = mr_draw_gamma(3, (uint64_t)i, a);

			assert_true(x >= 0);
			mean += x / draws;
			var += (x - a) * (x - a) / draws;
		}
		assert_true(fabs(mean - a) < 5 * sqrt(a / draws));
		/* The fourth central moment is 3 a^2 + 6 a. */
		assert_true(fabs(var - a) < 5 * sqrt((2 * a * a + 6 * a) /
		    draws));
	}
	assert_true(mr_draw_gamma(3, 1, 2) == mr_draw_gamma(3, 1, 2));
	assert_true(mr_draw_gamma(3, 1, 2) != mr_draw_gamma(3, 2, 2));
	assert_true(mr_draw_gamma(3, 1, 2) != mr_draw_gamma(4, 1, 2));
}

static void
wishart_has_its_moments(void **state)
{
	/* psi and its inverse. */
	const double psi[9] = { 2, 1, 0, 1, 2, 0, 0, 0, 0.5 };
	const double inverse[9] = { 2. / 3, -1. / 3, 0, -1. / 3, 2. / 3, 0, 0,
	    0, 2 };
	const double nu = 4.5;
	const int draws = 20000;
	double mean[9] = { 0 }, var[9] = { 0 };

	(void)state;
	for (int d = 0; d < draws; d++) {
		double out[9], r[9], p[9];

		memcpy(p, psi, sizeof p);
		assert_true(mr_draw_wishart(out, r, p, nu, 3, (uint64_t)d));
		for (int i = 0; i < 9; i++) {
			double e = out[i] - nu * inverse[i];

			mean[i] += out[i] / draws;
			var[i] += e * e / draws;
		}
		for (int i = 0; i < 3; i++)
			for (int j = i; j < 3; j++) {
				double s = out[i * 3 + j];

				assert_true(out[j * 3 + i] == s);
				for (int k = 0; k <= i; k++)
					s -= r[k * 3 + i] * r[k * 3 + j];
				assert_true(fabs(s) < 1e-12 * out[0] + 1e-10);
			}
	}
	for (int i = 0; i < 3; i++)
		for (int j = 0; j < 3; j++) {
			/* nu (w_ij^2 + w_ii w_jj) */
			double v = nu * (pow(inverse[i * 3 + j], 2) +
			    inverse[i * 4] * inverse[j * 4]);

			assert_true(fabs(mean[i * 3 + j] - nu *
			    inverse[i * 3 + j]) < 5 * sqrt(v / draws));
			assert_true(fabs(var[i * 3 + j] / v - 1) < 0.12);
		}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(cholesky_solves),
		cmocka_unit_test(gamma_has_its_moments),
		cmocka_unit_test(wishart_has_its_moments),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
