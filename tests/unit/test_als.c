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

#include "model/als.h"
#include "planted_build.h"

#define USERS 90
#define ITEMS 70

static double
dot(const float *a, const float *b, int64_t n)
{
	double s = 0;

	for (int64_t j = 0; j < n; j++)
		s += (double)a[j] * (double)b[j];
	return s;
}

/* The objective of als.h as it stands there. */
static double
objective(const struct mr_model *m, const struct rated *d, double lambda)
{
	double ridge = 0;

	for (int u = 0; u < USERS; u++) {
		const float *p = mr_mat_row(&m->U, u);

		ridge += (double)(d->R.ptr[u + 1] - d->R.ptr[u]) *
		    (dot(p, p, m->U.cols) + pow((double)m->bu[u], 2));
	}
	for (int i = 0; i < ITEMS; i++) {
		const float *q = mr_mat_row(&m->V, i);

		ridge += (double)(d->Rt.ptr[i + 1] - d->Rt.ptr[i]) *
		    (dot(q, q, m->V.cols) + pow((double)m->bi[i], 2));
	}
	return pow(rmse_of(m, &d->R), 2) * (double)mr_csr_nnz(&d->R) +
	    lambda * ridge;
}

static void
train(struct mr_model *m, const struct rated *d, struct mr_als_opt o)
{
	const struct mr_train job = job_of(d);

	train_by(mr_als_train, m, &job, &o);
}

/* Central differences along one parameter. */
static double
slope(const struct mr_model *m, float *x, const struct rated *d, double lambda)
{
	const float h = 0x1p-7f;
	float at = *x;
	double up, down;

	*x = at + h;
	up = objective(m, d, lambda);
	*x = at - h;
	down = objective(m, d, lambda);
	*x = at;
	return (up - down) / (2 * (double)h);
}

/* The items were solved last: the objective is flat along all of theirs.
 * A slope is a sum of about 45 terms of size 1, the solution carries 1e-6. */
static void
items_are_a_minimum(void **state)
{
	struct mr_model m;
	struct rated d;
	double away = 0;

	(void)state;
	rated_new(&d, USERS, ITEMS, planted);
	train(&m, &d, (struct mr_als_opt){ 3, 2, 0.1 });
	for (int i = 0; i < ITEMS; i++) {
		assert_true(fabs(slope(&m, &m.bi[i], &d, 0.1)) < 1e-3);
		for (int j = 0; j < 3; j++)
			assert_true(fabs(slope(&m, &mr_mat_row(&m.V, i)[j],
			    &d, 0.1)) < 1e-3);
	}
	/* The users were not: the test can see a slope. */
	for (int u = 0; u < USERS; u++)
		away = fmax(away, fabs(slope(&m, &m.bu[u], &d, 0.1)));
	assert_true(away > 0.01);
	mr_model_free(&m);
	rated_free(&d);
}

static void
objective_falls(void **state)
{
	struct rated d;
	double before = INFINITY;

	(void)state;
	rated_new(&d, USERS, ITEMS, planted);
	for (int sweeps = 1; sweeps <= 12; sweeps++) {
		struct mr_model m;
		double now;

		train(&m, &d, (struct mr_als_opt){ 4, sweeps, 0.05 });
		now = objective(&m, &d, 0.05);
		assert_true(now < before * (1 + 1e-6));
		before = now;
		mr_model_free(&m);
	}
	rated_free(&d);
}

static void
planted_factors_are_found(void **state)
{
	static const float scale[] = { 1, 1e6f, 1e18f };

	(void)state;
	for (int s = 0; s < 3; s++) {
		struct mr_model m;
		struct rated d;

		rated_new(&d, USERS, ITEMS, planted);
		for (int64_t k = 0; k < mr_csr_nnz(&d.R); k++) {
			d.R.val[k] *= scale[s];
			d.Rt.val[k] *= scale[s];
		}
		train(&m, &d, (struct mr_als_opt){ 2, 60, 1e-5 });
		assert_true(rmse_of(&m, &d.R) < 0.02 * (double)scale[s]);
		mr_model_free(&m);
		rated_free(&d);
	}
}

/* More unknowns than ratings and next to no ridge. */
static void
tiny_lambda_stays_finite(void **state)
{
	struct mr_model m;
	struct rated d;

	(void)state;
	rated_new(&d, USERS, ITEMS, planted);
	train(&m, &d, (struct mr_als_opt){ 64, 3, 1e-9 });
	for (int i = 0; i < USERS * 64; i++)
		assert_true(isfinite(m.U.a[i]));
	for (int i = 0; i < ITEMS * 64; i++)
		assert_true(isfinite(m.V.a[i]));
	mr_model_free(&m);
	rated_free(&d);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(items_are_a_minimum),
		cmocka_unit_test(objective_falls),
		cmocka_unit_test(planted_factors_are_found),
		cmocka_unit_test(tiny_lambda_stays_finite),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
