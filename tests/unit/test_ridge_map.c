/* The ridge map against elimination in long double, film by film.
 * SPDX-License-Identifier: MIT */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/rng.h"
#include "model/ridge_map.h"
#include "train_build.h"

enum { N = 83, P = 9, T = 4 };

struct films {
	float X[N][P], Y[N][T];
	double w[N], G[T * T];
};

/* Targets that features explain, but for noise. */
static void
make(struct films *f, double noise)
{
	double A[P][T], root[T][T];

	for (int i = 0; i < P; i++)
		for (int j = 0; j < T; j++)
			A[i][j] = mr_rng_normal(1, (uint64_t)i, (uint64_t)j);
	for (int i = 0; i < N; i++) {
		f->w[i] = sqrt(1 + i % 13);
		for (int j = 0; j < P; j++)
			f->X[i][j] = (float)(0.5 + 0.3 * mr_rng_normal(2,
			    (uint64_t)i, (uint64_t)j));
		for (int j = 0; j < T; j++) {
			double y = noise * mr_rng_normal(3, (uint64_t)i,
			    (uint64_t)j) + 2;

			for (int k = 0; k < P; k++)
				y += A[k][j] * (double)f->X[i][k];
			f->Y[i][j] = (float)y;
		}
	}
	for (int i = 0; i < T; i++)
		for (int j = 0; j < T; j++)
			root[i][j] = mr_rng_normal(4, (uint64_t)i,
			    (uint64_t)j);
	for (int i = 0; i < T; i++)
		for (int j = 0; j < T; j++) {
			f->G[i * T + j] = 0;
			for (int k = 0; k < T; k++)
				f->G[i * T + j] += root[k][i] * root[k][j];
		}
}

/* b and B of the films outside of a fold (-1: of all): the gradient of the
 * sum, with the intercept as one more feature that is not held down, is 0. */
static void
naive(const struct films *f, int but, double lambda, double M[P + 1][T])
{
	long double a[P + 1][P + 1 + T] = { { 0 } }, W = 0;

	for (int i = 0; i < N; i++)
		W += but >= 0 && i % MR_RIDGE_MAP_FOLDS == but ? 0 : f->w[i];
	for (int i = 0; i < N; i++) {
		long double x[P + 1];

		if (but >= 0 && i % MR_RIDGE_MAP_FOLDS == but)
			continue;
		for (int j = 0; j < P; j++)
			x[j] = f->X[i][j];
		x[P] = 1;
		for (int j = 0; j <= P; j++) {
			for (int k = 0; k <= P; k++)
				a[j][k] += f->w[i] / W * x[j] * x[k];
			for (int k = 0; k < T; k++)
				a[j][P + 1 + k] += f->w[i] / W * x[j] *
				    f->Y[i][k];
		}
	}
	for (int j = 0; j < P; j++)
		a[j][j] += lambda;
	for (int j = 0; j <= P; j++)
		for (int i = 0; i <= P; i++) {
			long double by = a[i][j] / a[j][j];

			for (int k = j; i != j && k < P + 1 + T; k++)
				a[i][k] -= by * a[j][k];
		}
	for (int j = 0; j <= P; j++)
		for (int k = 0; k < T; k++)
			M[j][k] = (double)(a[j][P + 1 + k] / a[j][j]);
}

static double
naive_error(const struct films *f, int fold, double M[P + 1][T])
{
	double e = 0;

	for (int i = fold; i < N; i += MR_RIDGE_MAP_FOLDS) {
		double r[T];

		for (int j = 0; j < T; j++) {
			r[j] = (double)f->Y[i][j] - M[P][j];
			for (int k = 0; k < P; k++)
				r[j] -= M[k][j] * (double)f->X[i][k];
		}
		for (int j = 0; j < T; j++)
			for (int k = 0; k < T; k++)
				e += f->w[i] * r[j] * f->G[j * T + k] * r[k];
	}
	return e;
}

/* The strength of least error, and its fit. */
static double
naive_choice(const struct films *f, double *fit)
{
	double least = INFINITY, whole = 0, lambda = 0;

	for (int k = 0; k < MR_RIDGE_MAP_FOLDS; k++) {
		double M[P + 1][T];

		naive(f, k, 1e9, M);	/* the mean */
		whole += naive_error(f, k, M);
	}
	for (int s = 0; s < 7; s++) {
		double e = 0, M[P + 1][T];

		for (int k = 0; k < MR_RIDGE_MAP_FOLDS; k++) {
			naive(f, k, pow(10, -4 + 0.5 * s), M);
			e += naive_error(f, k, M);
		}
		if (e < least) {
			least = e;
			lambda = pow(10, -4 + 0.5 * s);
		}
	}
	*fit = 1 - least / whole;
	return lambda;
}

static void
fit_of(struct films *f, int threads, struct mr_ridge_map *map)
{
	const struct mr_mat X = { N, P, &f->X[0][0] };
	const struct mr_mat Y = { N, T, &f->Y[0][0] };
	struct mr_err err = { 0 };

	if (mr_ridge_map_fit(map, &X, &Y, f->w, f->G, test_blas(), threads,
	    &err))
		fail_msg("%s", err.msg);
}

static void
as_elimination_has_it(void **state)
{
	static const double noise[] = { 0.01, 0.5, 3 };
	struct films *f = malloc(sizeof *f);
	double last = 2;

	(void)state;
	assert_non_null(f);
	for (int c = 0; c < 3; c++) {
		struct mr_ridge_map map = { 0 };
		double M[P + 1][T], fit, lambda;

		make(f, noise[c]);
		lambda = naive_choice(f, &fit);
		naive(f, -1, lambda, M);
		fit_of(f, 1, &map);
		assert_true(fabs(map.lambda / lambda - 1) < 1e-12);
		assert_true(fabs(map.fit - fit) < 1e-5);
		assert_true(map.fit < last);
		last = map.fit;
		for (int j = 0; j < T; j++) {
			assert_true(fabs((double)map.b[j] - M[P][j]) < 1e-4);
			for (int k = 0; k < P; k++)
				assert_true(fabs((double)map.B[j * P + k] -
				    M[k][j]) < 1e-4);
		}
		mr_ridge_map_free(&map);
	}
	free(f);
}

static void
threads_and_new_rows(void **state)
{
	struct films *f = malloc(sizeof *f);
	struct mr_ridge_map map = { 0 }, again = { 0 };
	struct mr_mat X, Y = { 0 };
	struct mr_err err = { 0 };

	(void)state;
	assert_non_null(f);
	make(f, 0.5);
	fit_of(f, 1, &map);
	for (int t = 2; t < 5; t++) {
		fit_of(f, t, &again);
		assert_memory_equal(map.B, again.B, P * T * sizeof *map.B);
		assert_memory_equal(map.b, again.b, T * sizeof *map.b);
		assert_true(map.fit - again.fit >= 0 &&
		    map.fit - again.fit <= 0);
		mr_ridge_map_free(&again);
	}
	X = (struct mr_mat){ N, P, &f->X[0][0] };
	assert_int_equal(mr_ridge_map_apply(&map, &X, &Y, &err), MR_OK);
	for (int i = 0; i < N; i++)
		for (int j = 0; j < T; j++) {
			double y = (double)map.b[j];

			for (int k = 0; k < P; k++)
				y += (double)map.B[j * P + k] *
				    (double)f->X[i][k];
			assert_true(fabs(y - (double)mr_mat_row(&Y, i)[j]) <
			    1e-5 * (1 + fabs(y)));
		}
	mr_mat_free(&Y);
	mr_ridge_map_free(&map);
	free(f);
}

/* Two films, constant targets, no features: nothing divides by 0. */
static void
next_to_nothing(void **state)
{
	float x[4] = { 1, 2, 3, 4 }, y[2] = { 5, 5 };
	const double w[2] = { 1, 3 };
	const struct mr_mat Y = { 2, 1, y };
	struct mr_err err = { 0 };

	(void)state;
	for (int64_t p = 0; p < 3; p++) {
		const struct mr_mat X = { 2, p, x };
		struct mr_mat out = { 0 };
		struct mr_ridge_map map = { 0 };

		assert_int_equal(mr_ridge_map_fit(&map, &X, &Y, w, NULL,
		    test_blas(), 1, &err), MR_OK);
		assert_true(fabs(map.fit) <= 0);
		assert_int_equal(mr_ridge_map_apply(&map, &X, &out, &err),
		    MR_OK);
		assert_true(fabsf(out.a[0] - 5) < 1e-5F);
		assert_true(fabsf(out.a[1] - 5) < 1e-5F);
		mr_mat_free(&out);
		mr_ridge_map_free(&map);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(as_elimination_has_it),
		cmocka_unit_test(threads_and_new_rows),
		cmocka_unit_test(next_to_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
