/* Implicit ALS: the objective by a double loop over all pairs, exact
 * half-steps, a falling loss.
 * SPDX-License-Identifier: MIT */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "model/ials.h"
#include "planted_build.h"

#define USERS 60
#define ITEMS 40

/* Two kinds of users and items; user 4 and item 5 are seen by nobody. */
static double
two_kinds(int u, int i)
{
	return u != 4 && i != 5 && u % 2 == i % 2 ? 1. + (u * 7 + i) % 5 :
	    (double)NAN;
}

/* A tenth of what they would not, and not of what they would. */
static double
seen(int u, int i)
{
	bool odd = mr_rng_uniform(1, (uint64_t)u, (uint64_t)i) < 0.1;

	return odd == isnan(two_kinds(u, i)) && u != 4 && i != 5 ?
	    1. + (u * 7 + i) % 5 : (double)NAN;
}

static double
dot(const float *a, const float *b, int64_t n)
{
	double s = 0;

	for (int64_t j = 0; j < n; j++)
		s += (double)a[j] * (double)b[j];
	return s;
}

static double
objective(const struct mr_model *m, const struct rated *d,
    const struct mr_ials_opt *o)
{
	double sum = 0, a0 = o->unobserved_weight;
	const struct mr_csr *R = &d->R, *Rt = &d->Rt;

	for (int u = 0; u < USERS; u++) {
		const float *p = mr_mat_row(&m->U, u);
		int64_t k = R->ptr[u];

		for (int i = 0; i < ITEMS; i++) {
			double s = dot(p, mr_mat_row(&m->V, i), o->d);

			sum += a0 * s * s;
			if (k < R->ptr[u + 1] && R->idx[k] == i) {
				sum += (1 + o->alpha * (double)R->val[k]) *
				    (s - 1) * (s - 1);
				k++;
			}
		}
		sum += o->lambda * pow((double)(k - R->ptr[u]) + a0 * ITEMS,
		    o->reg_exponent) * dot(p, p, o->d);
	}
	for (int i = 0; i < ITEMS; i++) {
		const float *q = mr_mat_row(&m->V, i);

		sum += o->lambda * pow((double)(Rt->ptr[i + 1] - Rt->ptr[i]) +
		    a0 * USERS, o->reg_exponent) * dot(q, q, o->d);
	}
	return sum;
}

static void
train(struct mr_model *m, const struct rated *d, const struct mr_ials_opt *o)
{
	const struct mr_train job = job_of(d);

	train_by(mr_ials_train, m, &job, o);
}

static const struct mr_ials_opt options_of[] = {
	/* d, sweeps, lambda, a0, nu, alpha */
	{ 4, 2, 0.1, 0.1, 1, 0 },
	{ 4, 2, 0.1, 0.1, 0, 2 },
	{ 7, 2, 0.003, 1, 0.5, 0.5 },
	{ 1, 1, 0.01, 0.001, 1, 40 },
};

static void
items_are_a_minimum(void **state)
{
	const float h = 0x1p-7f;
	struct rated d;

	(void)state;
	rated_new(&d, USERS, ITEMS, seen);
	for (int n = 0; n < 4; n++) {
		const struct mr_ials_opt *o = &options_of[n];
		struct mr_model m;
		double at;

		train(&m, &d, o);
		at = objective(&m, &d, o);
		assert_null(m.bu);
		assert_null(m.bi);
		assert_true(m.mu == 0);
		for (int64_t k = 0; k < ITEMS * o->d; k++) {
			float x = m.V.a[k];
			double up, down, curve;

			m.V.a[k] = x + h;
			up = objective(&m, &d, o);
			m.V.a[k] = x - h;
			down = objective(&m, &d, o);
			m.V.a[k] = x;
			if (k / o->d == 5)
				continue;
			/* A parabola: how far x is from its lowest point */
			curve = (up - 2 * at + down) / ((double)h *
			    (double)h);
			assert_true(curve > 0);
			assert_true(fabs(up - down) / (2 * (double)h) <
			    curve * 1e-4);
		}
		mr_model_free(&m);
	}
	rated_free(&d);
}

static void
objective_falls(void **state)
{
	struct rated d;

	(void)state;
	rated_new(&d, USERS, ITEMS, seen);
	for (int n = 0; n < 4; n++) {
		double before = INFINITY;

		for (int sweeps = 1; sweeps <= 10; sweeps++) {
			struct mr_ials_opt o = options_of[n];
			struct mr_model m;
			double now;

			o.sweeps = sweeps;
			train(&m, &d, &o);
			now = objective(&m, &d, &o);
			assert_true(now < before * (1 + 1e-6));
			before = now;
			mr_model_free(&m);
		}
	}
	rated_free(&d);
}

/* Without noise two factors tell everything: seen near 1 / (1 + a0), the
 * others near 0. */
static void
planted_kinds_are_found(void **state)
{
	const struct mr_ials_opt o = { 2, 20, 1e-6, 0.1, 1, 0 };
	struct mr_model m;
	struct rated d;

	(void)state;
	rated_new(&d, USERS, ITEMS, two_kinds);
	train(&m, &d, &o);
	for (int u = 0; u < USERS; u++)
		for (int i = 0; i < ITEMS; i++) {
			double want = isnan(two_kinds(u, i)) ? 0 : 1 / 1.1;

			assert_true(fabs(dot(mr_mat_row(&m.U, u),
			    mr_mat_row(&m.V, i), 2) - want) < 1e-3);
		}
	mr_model_free(&m);
	rated_free(&d);
}

/* Seen pairs carry the unobserved weight, too: with next to no ridge the
 * products of a full block are 1 / (1 + a0), whatever a0. */
static void
unobserved_weight_scales(void **state)
{
	struct rated d;

	(void)state;
	rated_new(&d, USERS, ITEMS, two_kinds);
	for (double a0 = 0.01; a0 < 20; a0 *= 10) {
		const struct mr_ials_opt o = { 2, 25, 1e-6, a0, 0, 0 };
		struct mr_model m;

		train(&m, &d, &o);
		assert_true(fabs(dot(mr_mat_row(&m.U, 0), mr_mat_row(&m.V, 0),
		    2) * (1 + a0) - 1) < 1e-3);
		mr_model_free(&m);
	}
	rated_free(&d);
}

/* Where values count; without alpha they do not. */
static void
negative_values(void **state)
{
	struct mr_ials_opt o = { 2, 1, 1, 1, 1, 1 };
	struct mr_err err = { 0 };
	struct mr_train job;
	struct mr_model m;
	struct rated d;

	(void)state;
	rated_new(&d, USERS, ITEMS, seen);
	d.R.val[3] = -2;
	job = job_of(&d);
	memset(&m, 0xa5, sizeof m);
	assert_int_equal(mr_ials_train(&m, &job, &o, &err), MR_EFORMAT);
	assert_string_equal(err.msg, "ials: a rating is -2, with --alpha "
	    "they must not be negative");
	mr_model_free(&m);
	o.alpha = 0;
	train(&m, &d, &o);
	mr_model_free(&m);
	rated_free(&d);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(items_are_a_minimum),
		cmocka_unit_test(objective_falls),
		cmocka_unit_test(planted_kinds_are_found),
		cmocka_unit_test(unobserved_weight_scales),
		cmocka_unit_test(negative_values),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
