/* Leading singular vectors: of planted values, of a flat spectrum, for any
 * number of threads.
 * SPDX-License-Identifier: MIT */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "events_build.h"
#include "math/singular.h"

#define N 300
#define M 240

/* Blocks on the diagonal, all of ones: block b of height h and width w has the
 * one value sqrt(h w) and a vector of equal entries there. */
static double
blocks(int u, int i)
{
	return u / 10 == i / 8 && u % 10 < 4 + u / 10 % 6 ? 1 : (double)NAN;
}

/* A fifth of the pairs: but for the first all values are close. */
static double
flat(int u, int i)
{
	return mr_rng_uniform(5, (uint64_t)u, (uint64_t)i) < 0.2 ? 1 :
	    (double)NAN;
}

static struct mr_mat
vectors(const struct rated *d, int64_t k, int threads, uint64_t seed,
    double *value)
{
	const struct mr_singular_opt o = { .k = k, .tolerance = 1e-5,
	    .most = 200, .seed = seed, .threads = threads };
	struct mr_report report = { .progress = NULL };
	struct mr_err err = { 0 };
	struct mr_mat V;

	if (mr_singular(&V, value, &d->R, &d->Rt, &o, test_blas(), &report,
	    &err) != MR_OK)
		fail_msg("%s", err.msg);
	assert_int_equal(report.warnings.n, 0);
	mr_report_free(&report);
	return V;
}

/* Orthonormal, A'A v = s^2 v, falling values, the largest entry above 0. */
static void
check(const struct rated *d, const struct mr_mat *V, const double *value)
{
	double y[N], z[M];

	for (int64_t a = 0; a < V->cols; a++) {
		double most = 0;

		for (int64_t b = 0; b <= a; b++) {
			double dot = 0;

			for (int i = 0; i < M; i++)
				dot += (double)mr_mat_row(V, i)[a] *
				    (double)mr_mat_row(V, i)[b];
			assert_true(fabs(dot - (a == b)) < 1e-5);
		}
		for (int u = 0; u < N; u++) {
			y[u] = 0;
			for (int64_t k = d->R.ptr[u]; k < d->R.ptr[u + 1]; k++)
				y[u] += (double)d->R.val[k] *
				    (double)mr_mat_row(V, d->R.idx[k])[a];
		}
		for (int i = 0; i < M; i++) {
			double v = (double)mr_mat_row(V, i)[a];

			z[i] = 0;
			for (int64_t k = d->Rt.ptr[i]; k < d->Rt.ptr[i + 1];
			    k++)
				z[i] += (double)d->Rt.val[k] *
				    y[d->Rt.idx[k]];
			assert_true(fabs(z[i] - value[a] * value[a] * v) <
			    1e-3 * value[0]);
			most = fabs(v) > fabs(most) ? v : most;
		}
		assert_true(most > 0);
		if (a > 0)
			assert_true(value[a] <= value[a - 1]);
	}
}

static void
planted_blocks(void **state)
{
	struct rated d;
	double value[40];
	struct mr_mat V;

	(void)state;
	rated_new(&d, N, M, blocks);
	V = vectors(&d, 30, 1, 1, value);
	/* Five blocks each of heights 9 .. 4, all 8 wide. */
	for (int a = 0; a < 30; a++)
		assert_true(fabs(value[a] - sqrt(8 * (9 - a / 5))) < 1e-4);
	check(&d, &V, value);
	mr_mat_free(&V);
	/* There are no more: the others are of value 0. */
	V = vectors(&d, 40, 1, 1, value);
	for (int a = 30; a < 40; a++)
		assert_true(value[a] < 1e-2);
	mr_mat_free(&V);
	rated_free(&d);
}

/* How much of b lies in a. */
static double
overlap(const struct mr_mat *a, const struct mr_mat *b)
{
	double sum = 0;

	for (int64_t p = 0; p < a->cols; p++)
		for (int64_t q = 0; q < b->cols; q++) {
			double dot = 0;

			for (int i = 0; i < M; i++)
				dot += (double)mr_mat_row(a, i)[p] *
				    (double)mr_mat_row(b, i)[q];
			sum += dot * dot;
		}
	return sum / (double)a->cols;
}

static void
a_flat_spectrum(void **state)
{
	struct rated d;
	double value[50];
	struct mr_mat V, W;

	(void)state;
	rated_new(&d, N, M, flat);
	V = vectors(&d, 50, 1, 1, value);
	/* An edge that a power does not resolve: ratio 1.01 or so. */
	assert_true(value[49] > 0.5 * value[1]);
	check(&d, &V, value);
	W = vectors(&d, 50, 4, 1, value);
	same_floats(V.a, W.a, M * 50);
	mr_mat_free(&W);
	W = vectors(&d, 50, 1, 2, value);
	assert_true(overlap(&V, &W) > 1 - 1e-5);
	mr_mat_free(&V);
	mr_mat_free(&W);
	rated_free(&d);
}

static void
small_and_empty(void **state)
{
	const struct mr_csr none = { .rows = 0, .cols = 3 };
	struct mr_err err = { 0 };
	struct rated d;
	double value[M];
	struct mr_mat V;

	(void)state;
	rated_new(&d, 6, 9, flat);
	V = vectors(&d, 20, 1, 1, value);
	assert_int_equal(V.cols, 6);
	mr_mat_free(&V);
	rated_free(&d);
	assert_int_equal(mr_singular(&V, NULL, &none, &none,
	    &(struct mr_singular_opt){ .k = 2, .tolerance = 1e-3 },
	    test_blas(), NULL, &err), MR_OK);
	assert_int_equal(V.cols, 0);
	mr_mat_free(&V);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(planted_blocks),
		cmocka_unit_test(a_flat_spectrum),
		cmocka_unit_test(small_and_empty),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
