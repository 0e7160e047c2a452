/* Explicit ALS: exact half-steps, a falling objective, planted factors.
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
#include "model/als.h"

#define USERS 90
#define ITEMS 70

static struct mr_blas blas;
static const struct mr_sweep_log silent;

/* Ratings about 3 of a planted rank-2 model; user 4 and item 5 have none;
 * user 6 has one. */
static void
ratings(struct mr_csr *R, struct mr_csr *Rt, double scale)
{
	struct mr_coo c = { 0 };
	struct mr_err err = { 0 };
	int64_t again;

	for (int u = 0; u < USERS; u++)
		for (int i = 0; i < ITEMS; i++) {
			double v = 3;

			if (u == 4 || i == 5 || (u == 6 && i != 9) ||
			    mr_rng_uniform(1, (uint64_t)u, (uint64_t)i) > 0.5)
				if (u != 6 || i != 9)
					continue;
			for (uint64_t f = 0; f < 2; f++)
				v += mr_rng_normal(2, f, (uint64_t)u) *
				    mr_rng_normal(3, f, (uint64_t)i);
			v += 0.5 * mr_rng_normal(4, 1, (uint64_t)u);
			assert_int_equal(mr_coo_add(&c, u, i,
			    (float)(v * scale), &err), MR_OK);
		}
	assert_int_equal(mr_csr_from_coo(R, &c, USERS, ITEMS, &again, &err),
	    MR_OK);
	assert_int_equal(mr_csr_transpose(Rt, R, &err), MR_OK);
	mr_coo_free(&c);
}

static double
dot(const float *a, const float *b, int64_t n)
{
	double s = 0;

	for (int64_t j = 0; j < n; j++)
		s += (double)a[j] * (double)b[j];
	return s;
}

/* The objective of als.h as it stands there; *rmse may be NULL. */
static double
objective(const struct mr_model *m, const struct mr_csr *R,
    const struct mr_csr *Rt, double lambda, double *rmse)
{
	double loss = 0, ridge = 0;
	int64_t d = m->U.cols;

	for (int u = 0; u < USERS; u++) {
		const float *p = mr_mat_row(&m->U, u);

		for (int64_t k = R->ptr[u]; k < R->ptr[u + 1]; k++) {
			int32_t i = R->idx[k];
			double e = (double)R->val[k] - m->mu -
			    (double)m->bu[u] - (double)m->bi[i] -
			    dot(p, mr_mat_row(&m->V, i), d);

			loss += e * e;
		}
		ridge += (double)(R->ptr[u + 1] - R->ptr[u]) * (dot(p, p, d) +
		    pow((double)m->bu[u], 2));
	}
	for (int i = 0; i < ITEMS; i++) {
		const float *q = mr_mat_row(&m->V, i);

		ridge += (double)(Rt->ptr[i + 1] - Rt->ptr[i]) *
		    (dot(q, q, d) + pow((double)m->bi[i], 2));
	}
	if (rmse)
		*rmse = sqrt(loss / (double)mr_csr_nnz(R));
	return loss + lambda * ridge;
}

static void
train(struct mr_model *m, const struct mr_csr *R, const struct mr_csr *Rt,
    struct mr_als_opt o)
{
	struct mr_err err = { 0 };
	int rc = mr_als_train(m, R, Rt, &o, &blas, &silent, &err);

	if (rc)
		fail_msg("%s", err.msg);
}

static void
starts_and_range(void **state)
{
	struct mr_csr R = { 0 }, Rt = { 0 };
	struct mr_model m;
	double sum = 0, lo = INFINITY, hi = -INFINITY;

	(void)state;
	ratings(&R, &Rt, 1);
	train(&m, &R, &Rt, (struct mr_als_opt){ 3, 2, 0.1, 1, 1, NULL, NULL });
	for (int64_t k = 0; k < mr_csr_nnz(&R); k++) {
		sum += (double)R.val[k];
		lo = fmin(lo, (double)R.val[k]);
		hi = fmax(hi, (double)R.val[k]);
	}
	assert_true(fabs(m.mu - sum / (double)mr_csr_nnz(&R)) < 1e-12);
	assert_true(m.clip_lo == lo && m.clip_hi == hi);
	assert_int_equal(m.U.rows, USERS);
	assert_int_equal(m.V.rows, ITEMS);
	assert_int_equal(m.U.cols, 3);
	/* Nothing known, nothing said. */
	assert_true(m.bu[4] == 0 && m.bi[5] == 0);
	for (int j = 0; j < 3; j++)
		assert_true(mr_mat_row(&m.U, 4)[j] == 0 &&
		    mr_mat_row(&m.V, 5)[j] == 0);
	mr_model_free(&m);
	mr_csr_free(&R);
	mr_csr_free(&Rt);
}

/* Central differences along one parameter. */
static double
slope(struct mr_model *m, float *x, const struct mr_csr *R,
    const struct mr_csr *Rt, double lambda)
{
	const float h = 0x1p-7f;
	float at = *x;
	double up, down;

	*x = at + h;
	up = objective(m, R, Rt, lambda, NULL);
	*x = at - h;
	down = objective(m, R, Rt, lambda, NULL);
	*x = at;
	return (up - down) / (2 * (double)h);
}

/* The items were solved last: the objective is flat along all of theirs.
 * A slope is a sum of about 45 terms of size 1, the solution carries 1e-6. */
static void
items_are_a_minimum(void **state)
{
	struct mr_csr R = { 0 }, Rt = { 0 };
	struct mr_model m;
	double away = 0;

	(void)state;
	ratings(&R, &Rt, 1);
	train(&m, &R, &Rt, (struct mr_als_opt){ 3, 2, 0.1, 1, 1, NULL, NULL });
	for (int i = 0; i < ITEMS; i++) {
		assert_true(fabs(slope(&m, &m.bi[i], &R, &Rt, 0.1)) < 1e-3);
		for (int j = 0; j < 3; j++)
			assert_true(fabs(slope(&m, &mr_mat_row(&m.V, i)[j],
			    &R, &Rt, 0.1)) < 1e-3);
	}
	/* The users were not: the test can see a slope. */
	for (int u = 0; u < USERS; u++)
		away = fmax(away, fabs(slope(&m, &m.bu[u], &R, &Rt, 0.1)));
	assert_true(away > 0.01);
	mr_model_free(&m);
	mr_csr_free(&R);
	mr_csr_free(&Rt);
}

static void
objective_falls(void **state)
{
	struct mr_csr R = { 0 }, Rt = { 0 };
	double before = INFINITY;

	(void)state;
	ratings(&R, &Rt, 1);
	for (int sweeps = 1; sweeps <= 12; sweeps++) {
		struct mr_model m;
		double now;

		train(&m, &R, &Rt, (struct mr_als_opt){ 4, sweeps, 0.05, 9, 2, NULL, NULL });
		now = objective(&m, &R, &Rt, 0.05, NULL);
		assert_true(now < before * (1 + 1e-6));
		before = now;
		mr_model_free(&m);
	}
	mr_csr_free(&R);
	mr_csr_free(&Rt);
}

static void
planted_factors_are_found(void **state)
{
	static const double scale[] = { 1, 1e6, 1e18 };

	(void)state;
	for (int s = 0; s < 3; s++) {
		struct mr_csr R = { 0 }, Rt = { 0 };
		struct mr_model m;
		double rmse;

		ratings(&R, &Rt, scale[s]);
		train(&m, &R, &Rt, (struct mr_als_opt){ 2, 60, 1e-5, 1, 1, NULL, NULL });
		objective(&m, &R, &Rt, 0, &rmse);
		assert_true(rmse < 0.02 * scale[s]);
		mr_model_free(&m);
		mr_csr_free(&R);
		mr_csr_free(&Rt);
	}
}

static void
threads_and_seed(void **state)
{
	struct mr_csr R = { 0 }, Rt = { 0 };
	struct mr_model a, b;

	(void)state;
	ratings(&R, &Rt, 1);
	train(&a, &R, &Rt, (struct mr_als_opt){ 8, 3, 1e-6, 1, 1, NULL, NULL });
	train(&b, &R, &Rt, (struct mr_als_opt){ 8, 3, 1e-6, 1, 4, NULL, NULL });
	assert_memory_equal(a.U.a, b.U.a, USERS * 8 * sizeof(float));
	assert_memory_equal(a.V.a, b.V.a, ITEMS * 8 * sizeof(float));
	assert_memory_equal(a.bu, b.bu, USERS * sizeof(float));
	assert_memory_equal(a.bi, b.bi, ITEMS * sizeof(float));
	mr_model_free(&b);
	train(&b, &R, &Rt, (struct mr_als_opt){ 8, 3, 1e-6, 2, 1, NULL, NULL });
	assert_memory_not_equal(a.V.a, b.V.a, ITEMS * 8 * sizeof(float));
	mr_model_free(&a);
	mr_model_free(&b);
	mr_csr_free(&R);
	mr_csr_free(&Rt);
}

/* More unknowns than ratings and next to no ridge. */
static void
tiny_lambda_stays_finite(void **state)
{
	struct mr_csr R = { 0 }, Rt = { 0 };
	struct mr_model m;

	(void)state;
	ratings(&R, &Rt, 1);
	train(&m, &R, &Rt, (struct mr_als_opt){ 64, 3, 1e-9, 1, 2, NULL, NULL });
	for (int i = 0; i < USERS * 64; i++)
		assert_true(isfinite(m.U.a[i]));
	for (int i = 0; i < ITEMS * 64; i++)
		assert_true(isfinite(m.V.a[i]));
	mr_model_free(&m);
	mr_csr_free(&R);
	mr_csr_free(&Rt);
}

static void
bad_options(void **state)
{
	const struct mr_als_opt bad[] = { { 0, 1, 1, 1, 1, NULL, NULL },
	    { 4097, 1, 1, 1, 1, NULL, NULL },
	    { 2, 0, 1, 1, 1, NULL, NULL }, { 2, 1, 0, 1, 1, NULL, NULL },
	    { 2, 1, -1, 1, 1, NULL, NULL }, { 2, 1, NAN, 1, 1, NULL, NULL } };
	struct mr_csr R = { 0 }, Rt = { 0 }, none = { 0 };
	struct mr_model m;

	(void)state;
	ratings(&R, &Rt, 1);
	for (int i = 0; i < 7; i++) {
		struct mr_err err = { 0 };

		/* As a caller may find it: the model can be freed. */
		memset(&m, 0xa5, sizeof m);
		assert_int_equal(mr_als_train(&m, i < 6 ? &R : &none,
		    i < 6 ? &Rt : &none, i < 6 ? &bad[i] :
		    &(struct mr_als_opt){ 2, 1, 1, 1, 1, NULL, NULL }, &blas, &silent,
		    &err), MR_EARG);
		mr_model_free(&m);
	}
	mr_csr_free(&R);
	mr_csr_free(&Rt);
}

static int
setup(void **state)
{
	struct mr_err err = { 0 };

	(void)state;
	return mr_blas_open(&blas, 4, &err);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(starts_and_range),
		cmocka_unit_test(items_are_a_minimum),
		cmocka_unit_test(objective_falls),
		cmocka_unit_test(planted_factors_are_found),
		cmocka_unit_test(threads_and_seed),
		cmocka_unit_test(tiny_lambda_stays_finite),
		cmocka_unit_test(bad_options),
	};

	return cmocka_run_group_tests(tests, setup, NULL);
}
