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

#include "core/rng.h"
#include "model/ials.h"

#define USERS 60
#define ITEMS 40

static struct mr_blas blas;
static const struct mr_sweep_log silent;

/* Two kinds of users and items; user 4 and item 5 are seen by nobody. */
static void
seen(struct mr_csr *R, struct mr_csr *Rt, double noise)
{
	struct mr_coo c = { 0 };
	struct mr_err err = { 0 };
	int64_t again;

	for (int u = 0; u < USERS; u++)
		for (int i = 0; i < ITEMS; i++) {
			int alike = (u % 2 == i % 2);

			if (u == 4 || i == 5 || alike == (mr_rng_uniform(1,
			    (uint64_t)u, (uint64_t)i) < noise))
				continue;
			assert_int_equal(mr_coo_add(&c, u, i, (float)(1 +
			    (u * 7 + i) % 5), &err), MR_OK);
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

static double
objective(const struct mr_model *m, const struct mr_csr *R,
    const struct mr_csr *Rt, const struct mr_ials_opt *o)
{
	double sum = 0, a0 = o->unobserved_weight;

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
train(struct mr_model *m, const struct mr_csr *R, const struct mr_csr *Rt,
    const struct mr_ials_opt *o)
{
	struct mr_err err = { 0 };
	int rc = mr_ials_train(m, R, Rt, o, &blas, &silent, &err);

	if (rc)
		fail_msg("%s", err.msg);
}

static const struct mr_ials_opt options[] = {
	/* d, sweeps, lambda, a0, nu, alpha, seed, threads */
	{ 4, 2, 0.1, 0.1, 1, 0, 1, 1, NULL, NULL },
	{ 4, 2, 0.1, 0.1, 0, 2, 1, 2, NULL, NULL },
	{ 7, 2, 0.003, 1, 0.5, 0.5, 2, 1, NULL, NULL },
	{ 1, 1, 0.01, 0.001, 1, 40, 3, 1, NULL, NULL },
};

static void
items_are_a_minimum(void **state)
{
	struct mr_csr R = { 0 }, Rt = { 0 };
	const float h = 0x1p-7f;

	(void)state;
	seen(&R, &Rt, 0.1);
	for (int n = 0; n < 4; n++) {
		const struct mr_ials_opt *o = &options[n];
		struct mr_err err = { 0 };
		struct mr_model m;
		double at, loss;

		train(&m, &R, &Rt, o);
		at = objective(&m, &R, &Rt, o);
		assert_int_equal(mr_ials_loss(&m, &R, o, &loss, &err), MR_OK);
		assert_true(fabs(loss / at - 1) < 1e-9);
		assert_null(m.bu);
		assert_null(m.bi);
		assert_true(m.mu == 0 && m.clip_lo > m.clip_hi);
		for (int64_t k = 0; k < ITEMS * o->d; k++) {
			float x = m.V.a[k];
			double up, down, curve;

			m.V.a[k] = x + h;
			up = objective(&m, &R, &Rt, o);
			m.V.a[k] = x - h;
			down = objective(&m, &R, &Rt, o);
			m.V.a[k] = x;
			if (k / o->d == 5) {
				assert_true(x == 0);
				continue;
			}
			/* A parabola: how far x is from its lowest point */
			curve = (up - 2 * at + down) / ((double)h *
			    (double)h);
			assert_true(curve > 0);
			assert_true(fabs(up - down) / (2 * (double)h) <
			    curve * 1e-4);
		}
		for (int64_t j = 0; j < o->d; j++)
			assert_true(mr_mat_row(&m.U, 4)[j] == 0);
		mr_model_free(&m);
	}
	mr_csr_free(&R);
	mr_csr_free(&Rt);
}

static void
loss_falls(void **state)
{
	struct mr_csr R = { 0 }, Rt = { 0 };

	(void)state;
	seen(&R, &Rt, 0.1);
	for (int n = 0; n < 4; n++) {
		double before = INFINITY;

		for (int sweeps = 1; sweeps <= 10; sweeps++) {
			struct mr_ials_opt o = options[n];
			struct mr_err err = { 0 };
			struct mr_model m;
			double now;

			o.sweeps = sweeps;
			train(&m, &R, &Rt, &o);
			assert_int_equal(mr_ials_loss(&m, &R, &o, &now, &err),
			    MR_OK);
			assert_true(now < before * (1 + 1e-6));
			before = now;
			mr_model_free(&m);
		}
	}
	mr_csr_free(&R);
	mr_csr_free(&Rt);
}

/* Without noise two factors tell everything: seen near 1 / (1 + a0), the
 * others near 0. */
static void
planted_kinds_are_found(void **state)
{
	const struct mr_ials_opt o = { 2, 20, 1e-6, 0.1, 1, 0, 1, 1, NULL, NULL };
	struct mr_csr R = { 0 }, Rt = { 0 };
	struct mr_model m;

	(void)state;
	seen(&R, &Rt, -1);
	train(&m, &R, &Rt, &o);
	for (int u = 0; u < USERS; u++)
		for (int i = 0; i < ITEMS; i++) {
			double want = u == 4 || i == 5 || u % 2 != i % 2 ? 0 :
			    1 / 1.1;

			assert_true(fabs(dot(mr_mat_row(&m.U, u),
			    mr_mat_row(&m.V, i), 2) - want) < 1e-3);
		}
	mr_model_free(&m);
	mr_csr_free(&R);
	mr_csr_free(&Rt);
}

static void
threads_change_nothing(void **state)
{
	struct mr_ials_opt o = { 9, 3, 1e-7, 0.01, 1, 1, 1, 1, NULL, NULL };
	struct mr_csr R = { 0 }, Rt = { 0 };
	struct mr_model a, b;

	(void)state;
	seen(&R, &Rt, 0.1);
	train(&a, &R, &Rt, &o);
	o.threads = 4;
	train(&b, &R, &Rt, &o);
	assert_memory_equal(a.U.a, b.U.a, USERS * 9 * sizeof(float));
	assert_memory_equal(a.V.a, b.V.a, ITEMS * 9 * sizeof(float));
	mr_model_free(&a);
	mr_model_free(&b);
	mr_csr_free(&R);
	mr_csr_free(&Rt);
}

/* Seen pairs carry the unobserved weight, too: with next to no ridge the
 * products of a full block are 1 / (1 + a0), whatever a0. */
static void
unobserved_weight_scales(void **state)
{
	struct mr_csr R = { 0 }, Rt = { 0 };

	(void)state;
	seen(&R, &Rt, -1);
	for (double a0 = 0.01; a0 < 20; a0 *= 10) {
		const struct mr_ials_opt o = { 2, 25, 1e-6, a0, 0, 0, 1, 1, NULL, NULL };
		struct mr_model m;

		train(&m, &R, &Rt, &o);
		assert_true(fabs(dot(mr_mat_row(&m.U, 0), mr_mat_row(&m.V, 0),
		    2) * (1 + a0) - 1) < 1e-3);
		mr_model_free(&m);
	}
	mr_csr_free(&R);
	mr_csr_free(&Rt);
}

static void
bad_options(void **state)
{
	const struct mr_ials_opt bad[] = {
		{ 0, 1, 1, 1, 1, 0, 1, 1, NULL, NULL },
		{ 4097, 1, 1, 1, 1, 0, 1, 1, NULL, NULL },
		{ 2, 0, 1, 1, 1, 0, 1, 1, NULL, NULL },
		{ 2, 1, -1, 1, 1, 0, 1, 1, NULL, NULL },
		{ 2, 1, 1, 0, 1, 0, 1, 1, NULL, NULL },
		{ 2, 1, 1, 1, -1, 0, 1, 1, NULL, NULL },
		{ 2, 1, 1, 1, 1, -1, 1, 1, NULL, NULL },
		{ 2, 1, NAN, 1, 1, 0, 1, 1, NULL, NULL },
	};
	struct mr_ials_opt weights = { 2, 1, 1, 1, 1, 1, 1, 1, NULL, NULL };
	struct mr_csr R = { 0 }, Rt = { 0 };
	struct mr_err err = { 0 };
	struct mr_model m;

	(void)state;
	seen(&R, &Rt, 0.1);
	for (int i = 0; i < 8; i++) {
		memset(&m, 0xa5, sizeof m);
		memset(&err, 0, sizeof err);
		assert_int_equal(mr_ials_train(&m, &R, &Rt, &bad[i], &blas,
		    &silent, &err), MR_EARG);
		mr_model_free(&m);
	}
	memset(&err, 0, sizeof err);
	R.val[3] = -2;
	assert_int_equal(mr_ials_train(&m, &R, &Rt, &weights, &blas, &silent,
	    &err), MR_EFORMAT);
	assert_string_equal(err.msg, "ials: a rating is -2, with --alpha "
	    "they must not be negative");
	mr_model_free(&m);
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
		cmocka_unit_test(items_are_a_minimum),
		cmocka_unit_test(loss_falls),
		cmocka_unit_test(planted_kinds_are_found),
		cmocka_unit_test(threads_change_nothing),
		cmocka_unit_test(unobserved_weight_scales),
		cmocka_unit_test(bad_options),
	};

	return cmocka_run_group_tests(tests, setup, NULL);
}
