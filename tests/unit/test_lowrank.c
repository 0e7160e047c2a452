/* Sums of products at a bounded rank, against singular values.
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
#include "math/lowrank.h"
#include "train_build.h"

#define NU 70
#define NV 50
#define D 6
#define SPARE 3	/* columns of zeros behind */

/* Products that share three directions and differ in the rest, the more the
 * greater noise is. */
static void
add(struct mr_lowrank *l, double *dense, int number, double noise)
{
	struct mr_err err = { 0 };
	struct mr_mat *side[2] = { &l->U, &l->V };

	assert_int_equal(mr_lowrank_room(l, D, &err), MR_OK);
	for (uint64_t s = 0; s < 2; s++)
		for (int u = 0; u < (int)side[s]->rows; u++)
			for (int j = 0; j < D; j++)
				mr_mat_row(side[s], u)[l->cols + j] = (float)(
				    noise * mr_rng_normal(9 + s,
				    (uint64_t)(100 * number + j), (uint64_t)u)
				    + (j < 3) * mr_rng_normal(7 + s,
				    (uint64_t)j, (uint64_t)u));
	for (int u = 0; u < NU; u++)
		for (int i = 0; i < NV; i++)
			for (int j = 0; j < D; j++)
				dense[u * NV + i] += (double)mr_mat_row(&l->U,
				    u)[l->cols + j] * (double)mr_mat_row(
				    &l->V, i)[l->cols + j];
	l->cols += D;
}

/* The sum of squares of dense - scale' U V'. */
static double
distance(const double *dense, double scale, const struct mr_mat *U,
    const struct mr_mat *V)
{
	double sum = 0;

	for (int u = 0; u < NU; u++)
		for (int i = 0; i < NV; i++) {
			double e = scale * dense[u * NV + i];

			for (int j = 0; j < (int)U->cols; j++)
				e -= (double)mr_mat_row(U, u)[j] *
				    (double)mr_mat_row(V, i)[j];
			sum += e * e;
		}
	return sum;
}

/* Of the squared singular values of dense those after the first rank. */
static double
tail(const double *dense, int rank)
{
	double a[NV * NV], w[NV], work[1 + 6 * NV + 2 * NV * NV], sum = 0;
	int n = NV, lwork = 1 + 6 * NV + 2 * NV * NV, iwork[3 + 5 * NV];
	int liwork = 3 + 5 * NV, info;

	for (int i = 0; i < NV; i++)
		for (int j = 0; j < NV; j++) {
			a[i * NV + j] = 0;
			for (int u = 0; u < NU; u++)
				a[i * NV + j] += dense[u * NV + i] *
				    dense[u * NV + j];
		}
	test_blas()->dsyevd("V", "U", &n, a, &n, w, work, &lwork, iwork,
	    &liwork, &info);
	assert_int_equal(info, 0);
	for (int i = 0; i < NV - rank; i++)
		sum += w[i];
	return sum;
}

static void
sum_up(struct mr_mat *U, struct mr_mat *V, double *dense, int samples,
    double noise, int64_t rank, int64_t cap, int threads)
{
	struct mr_lowrank l = { 0 };
	struct mr_err err = { 0 };

	memset(dense, 0, NU * NV * sizeof *dense);
	l.blas = test_blas();
	l.threads = threads;
	assert_int_equal(mr_lowrank_new(&l, NU, NV, rank, cap, &err), MR_OK);
	for (int s = 0; s < samples; s++)
		add(&l, dense, s, noise);
	assert_int_equal(mr_lowrank_finish(&l, 0.25, SPARE, U, V, &err), MR_OK);
	mr_lowrank_free(&l);
	assert_int_equal(V->cols, U->cols);
	for (int64_t u = 0; u < NU + NV; u++)
		for (int64_t j = U->cols - SPARE; j < U->cols; j++)
			assert_true(mr_mat_row(u < NU ? U : V, u < NU ? u : u -
			    NU)[j] == 0);
}

static void
exact_while_there_is_room(void **state)
{
	double dense[NU * NV];
	struct mr_mat U, V;

	(void)state;
	sum_up(&U, &V, dense, 5, 1, 5 * D, 5 * D, 1);
	assert_int_equal(U.cols, 5 * D + SPARE);
	assert_true(distance(dense, 0.25, &U, &V) < 1e-6);
	mr_mat_free(&U);
	mr_mat_free(&V);
	/* Nothing is lost either when the sum has no more than the rank. */
	sum_up(&U, &V, dense, 40, 0, 4, 4 + D, 1);
	assert_int_equal(U.cols, 4 + SPARE);
	assert_true(distance(dense, 0.25, &U, &V) < 1e-6 * tail(dense, 0));
	mr_mat_free(&U);
	mr_mat_free(&V);
}

/* One compression of everything is as good as the singular values allow. */
static void
nearest_of_its_rank(void **state)
{
	double dense[NU * NV];

	(void)state;
	for (int rank = 3; rank < 20; rank += 4) {
		struct mr_mat U, V;
		double got, best;

		sum_up(&U, &V, dense, 12, 0.5, rank, 12 * D, 1);
		assert_int_equal(U.cols, rank + SPARE);
		got = distance(dense, 0.25, &U, &V);
		best = tail(dense, rank) / 16;
		assert_true(got > 0.999 * best && got < 1.02 * best);
		/* Both sides share the singular values, falling. */
		for (int j = 0; j < rank; j++) {
			double uu = 0, vv = 0, before = 0;

			for (int u = 0; u < NU; u++) {
				uu += pow((double)mr_mat_row(&U, u)[j], 2);
				before += j ? pow((double)mr_mat_row(&U,
				    u)[j - 1], 2) : 0;
			}
			for (int i = 0; i < NV; i++)
				vv += pow((double)mr_mat_row(&V, i)[j], 2);
			assert_true(fabs(uu / vv - 1) < 1e-4);
			assert_true(j == 0 || before > uu * 0.9999);
		}
		mr_mat_free(&U);
		mr_mat_free(&V);
	}
}

/* Compressed again and again, little more is lost than at once. */
static void
streams(void **state)
{
	double dense[NU * NV];
	struct mr_mat U, V, U4, V4;

	(void)state;
	sum_up(&U, &V, dense, 60, 0.3, 12, 48, 1);
	assert_true(distance(dense, 0.25, &U, &V) < 1.5 * tail(dense, 12) /
	    16);
	assert_true(tail(dense, 12) < 0.05 * tail(dense, 0));
	sum_up(&U4, &V4, dense, 60, 0.3, 12, 48, 4);
	assert_memory_equal(U.a, U4.a, NU * (12 + SPARE) * sizeof(float));
	assert_memory_equal(V.a, V4.a, NV * (12 + SPARE) * sizeof(float));
	mr_mat_free(&U);
	mr_mat_free(&V);
	mr_mat_free(&U4);
	mr_mat_free(&V4);
}

static void
odd_sums(void **state)
{
	double dense[NU * NV];
	struct mr_lowrank l = { .blas = test_blas(), .threads = 1 };
	struct mr_mat U, V;
	struct mr_err err = { 0 };

	(void)state;
	/* More columns wanted than either side has rows: multiplied out. */
	sum_up(&U, &V, dense, 30, 0.5, 60, 130, 2);
	assert_int_equal(U.cols, 50 + SPARE);
	assert_true(distance(dense, 0.25, &U, &V) < 1e-6 * tail(dense, 0));
	mr_mat_free(&U);
	mr_mat_free(&V);
	/* Nothing but zeros. */
	assert_int_equal(mr_lowrank_new(&l, 3, 4, 2, 8, &err), MR_OK);
	l.cols = 8;
	assert_int_equal(mr_lowrank_finish(&l, 1, 0, &U, &V, &err), MR_OK);
	for (int i = 0; i < 3 * 2; i++)
		assert_true(U.a[i] == 0);
	mr_mat_free(&U);
	mr_mat_free(&V);
	mr_lowrank_free(&l);
	/* Not a number. */
	l = (struct mr_lowrank){ .blas = test_blas(), .threads = 1 };
	assert_int_equal(mr_lowrank_new(&l, 3, 4, 2, 8, &err), MR_OK);
	l.cols = 8;
	l.U.a[5] = NAN;
	assert_int_equal(mr_lowrank_finish(&l, 1, 0, &U, &V, &err), MR_ENUMERIC);
	mr_lowrank_free(&l);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(exact_while_there_is_room),
		cmocka_unit_test(nearest_of_its_rank),
		cmocka_unit_test(streams),
		cmocka_unit_test(odd_sums),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
