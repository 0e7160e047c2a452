/* nmf: against its definition in double, and what it says of the unknown.
 * SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "model/biases.h"
#include "model/nmf.h"
#include "planted_build.h"

static void
train(struct mr_model *m, const struct rated *d, struct mr_nmf_opt o)
{
	const struct mr_train job = job_of(d);

	train_by(mr_nmf_train, m, &job, &o);
}

#define D 3
#define USERS 12
#define ITEMS 15

struct plain {
	double p[USERS][D], q[ITEMS][D];
};

static double
dot(const double *a, const double *b)
{
	double s = 0;

	for (int j = 0; j < D; j++)
		s += a[j] * b[j];
	return s;
}

/* One side's step: x, of the rows of R, with y fixed. */
static void
plain_side(double (*x)[D], double (*y)[D], const struct mr_csr *R,
    double lambda)
{
	for (int64_t u = 0; u < R->rows; u++) {
		double num[D] = { 0 }, den[D] = { 0 };

		for (int64_t k = R->ptr[u]; k < R->ptr[u + 1]; k++)
			for (int j = 0; j < D; j++) {
				const double *yk = y[R->idx[k]];

				num[j] += (double)R->val[k] * yk[j];
				den[j] += dot(x[u], yk) * yk[j] +
				    lambda * x[u][j];
			}
		for (int j = 0; j < D; j++)
			x[u][j] *= num[j] / den[j];
	}
}

/* About half, everybody has some. */
static double
some(int u, int i)
{
	return (u * 7 + i * 5) % 4 < 2 || i == 0 || u == 0 ?
	    1 + (u * 5 + i * 3) % 7 * 0.5 : NAN;
}

static void
same_as_in_double(void **state)
{
	static const int shapes[][2] = { { 1, 1 }, { 1, 9 }, { 7, 1 },
	    { USERS, ITEMS } };

	(void)state;
	for (int s = 0; s < 4; s++)
		for (int sweeps = 1; sweeps < 22; sweeps += 10) {
			struct rated d;
			struct mr_model m;
			struct plain x = { 0 };

			rated_new(&d, shapes[s][0], shapes[s][1], some);
			train(&m, &d, (struct mr_nmf_opt){ .d = D,
			    .sweeps = sweeps, .lambda = 0.06 });
			for (uint64_t j = 0; j < D; j++) {
				for (uint64_t u = 0; u < USERS; u++)
					x.p[u][j] = mr_rng_uniform(1, 2 * u,
					    j);
				for (uint64_t i = 0; i < ITEMS; i++)
					x.q[i][j] = mr_rng_uniform(1,
					    2 * i + 1, j);
			}
			for (int i = 0; i < sweeps; i++) {
				plain_side(x.p, x.q, &d.R, 0.06);
				plain_side(x.q, x.p, &d.Rt, 0.06);
			}
			for (int64_t u = 0; u < d.R.rows; u++)
				for (int64_t i = 0; i < d.R.cols; i++)
					assert_true(fabs(score(&m, u, i) -
					    dot(x.p[u], x.q[i])) < 1e-4);
			assert_true(fabs((double)mr_mat_row(&m.U, 0)[0] -
			    x.p[0][0]) < 1e-4);
			mr_model_free(&m);
			rated_free(&d);
		}
}

/* Item 5 and user 4 have no ratings: the biases of biases.h alone. */
static void
unknown_pairs(void **state)
{
	const struct mr_biases_opt o = { 10, 15, 10, 1 };
	float bu[30], bi[40];
	struct rated d;
	struct mr_model m;

	(void)state;
	rated_new(&d, 30, 40, constant);
	for (int64_t k = 0; k < mr_csr_nnz(&d.R); k++)
		d.R.val[k] = (float)(1 + k % 5);
	mr_csr_free(&d.Rt);
	assert_int_equal(mr_csr_transpose(&d.Rt, &d.R, &(struct mr_err){ 0 }),
	    MR_OK);
	train(&m, &d, (struct mr_nmf_opt){ .d = 4, .sweeps = 5,
	    .lambda = 0.06 });
	assert_int_equal(m.U.cols, 6);
	mr_biases_als(bu, bi, m.mu, &d.R, &d.Rt, &o);
	assert_true(bu[3] != 0 && bi[3] != 0);
	for (int64_t u = 0; u < 30; u++) {
		assert_true(fabs(score(&m, u, 5) - m.mu - (double)bu[u]) <
		    1e-5);
		for (int j = 0; j < 4; j++)
			assert_true(mr_mat_row(&m.U, u)[j] >= 0);
	}
	for (int64_t i = 0; i < 40; i++) {
		assert_true(fabs(score(&m, 4, i) - m.mu - (double)bi[i]) <
		    1e-5);
		for (int j = 0; j < 4; j++)
			assert_true(mr_mat_row(&m.V, i)[j] >= 0);
	}
	mr_model_free(&m);
	rated_free(&d);
}

static double
positive(int u, int i)
{
	double v = 0;

	for (uint64_t f = 0; f < 2; f++)
		v += mr_rng_uniform(2, f, (uint64_t)u) *
		    mr_rng_uniform(3, f, (uint64_t)i);
	return is_rated(u, i) ? v : NAN;
}

/* The sum in nmf.h. */
static double
objective(const struct mr_model *m, const struct mr_csr *R, double lambda)
{
	double sum = 0;

	for (int64_t u = 0; u < R->rows; u++)
		for (int64_t k = R->ptr[u]; k < R->ptr[u + 1]; k++) {
			int64_t i = R->idx[k];

			sum += pow((double)R->val[k] - score(m, u, i), 2);
			for (int64_t j = 0; j < m->U.cols - 2; j++)
				sum += lambda * (pow((double)
				    mr_mat_row(&m->U, u)[j], 2) + pow((double)
				    mr_mat_row(&m->V, i)[j], 2));
		}
	return sum;
}

/* From a start that is far too large. */
static void
objective_falls(void **state)
{
	double before = INFINITY;
	struct rated d;

	(void)state;
	rated_new(&d, 90, 70, positive);
	for (int sweeps = 1; sweeps < 20; sweeps++) {
		struct mr_model m;
		double now;

		train(&m, &d, (struct mr_nmf_opt){ .d = 40,
		    .sweeps = sweeps, .lambda = 0.06 });
		now = objective(&m, &d.R, 0.06);
		assert_true(now < before);
		before = now;
		mr_model_free(&m);
	}
	rated_free(&d);
}

static void
planted_factors_are_found(void **state)
{
	struct rated d;
	struct mr_model m;

	(void)state;
	rated_new(&d, 90, 70, positive);
	train(&m, &d, (struct mr_nmf_opt){ .d = 2, .sweeps = 2000,
	    .lambda = 0 });
	assert_true(rmse_of(&m, &d.R) < 0.01);
	mr_model_free(&m);
	rated_free(&d);
}

/* User 3 and item 6 with ratings of 0 only: factors of 0, no quotient 0/0. */
static double
with_zeros(int u, int i)
{
	return u == 3 || i == 6 ? 0 : constant(u, i);
}

static void
constant_and_zero_ratings(void **state)
{
	struct rated d;
	struct mr_model m;

	(void)state;
	rated_new(&d, 30, 40, constant);
	train(&m, &d, (struct mr_nmf_opt){ .d = 8, .sweeps = 300,
	    .lambda = 1e-4 });
	assert_true(rmse_of(&m, &d.R) < 0.05);
	mr_model_free(&m);
	rated_free(&d);
	for (int i = 0; i < 2; i++) {
		rated_new(&d, 30, 40, with_zeros);
		train(&m, &d, (struct mr_nmf_opt){ .d = 8, .sweeps = 300,
		    .lambda = i ? 0 : 0.06 });
		assert_true(fabs(score(&m, 3, 0)) < 1e-5 &&
		    fabs(score(&m, 0, 6)) < 1e-5);
		mr_model_free(&m);
		rated_free(&d);
	}
}

static double
with_negative(int u, int i)
{
	return u == 7 && i == 2 ? -1 : constant(u, i);
}

static double
huge(int u, int i)
{
	return 9e36 * constant(u, i) / 4;
}

static void
refusals(void **state)
{
	struct mr_ids users = { 0 }, items = { 0 };
	const struct mr_nmf_opt o = { .d = 2, .sweeps = 2, .lambda = 0.06 };

	(void)state;
	ids_new(&users, 'u', 30);
	ids_new(&items, 'i', 40);
	for (int i = 0; i < 2; i++) {
		struct mr_err err = { 0 };
		struct mr_train job;
		struct mr_model m;
		struct rated d;

		rated_new(&d, 30, 40, i ? huge : with_negative);
		job = job_of(&d);
		job.names = (struct mr_names){ &users, &items };
		memset(&m, 0xa5, sizeof m);
		assert_int_equal(mr_nmf_train(&m, &job, &o, &err),
		    i ? MR_ENUMERIC : MR_EFORMAT);
		if (i)
			assert_non_null(strstr(err.msg, "user 'u0'"));
		else
			assert_string_equal(err.msg, "user 'u7', item 'i2': "
			    "a rating below 0, which nmf cannot take");
		mr_model_free(&m);
		rated_free(&d);
	}
	mr_ids_free(&users);
	mr_ids_free(&items);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(same_as_in_double),
		cmocka_unit_test(unknown_pairs),
		cmocka_unit_test(objective_falls),
		cmocka_unit_test(planted_factors_are_found),
		cmocka_unit_test(constant_and_zero_ratings),
		cmocka_unit_test(refusals),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
