/* Pairs of events: the steps one by one, and what they lead to.
 * SPDX-License-Identifier: MIT */
#include "events_build.h"
#include "model/bpr.h"

/* User 0 has item 0, user 1 item 1: nothing but the order is left to chance. */
static double
one_each(int u, int i)
{
	return u == i ? 1 : (double)NAN;
}

struct plain {
	double U[2], V[2], b[2];
};

/* The step of an event of u, with the other item, of rank 1. */
static void
step(struct plain *p, int u, double rate, double lambda)
{
	int i = u, j = 1 - u;
	double x = p->b[i] - p->b[j] + p->U[u] * (p->V[i] - p->V[j]);
	double z = 1 / (1 + exp(x)), old = p->U[u];

	p->U[u] += rate * (z * (p->V[i] - p->V[j]) - lambda * p->U[u]);
	p->V[i] += rate * (z * old - lambda * p->V[i]);
	p->V[j] -= rate * (z * old + lambda * p->V[j]);
	p->b[i] += rate * (z - lambda * p->b[i]);
	p->b[j] -= rate * (z + lambda * p->b[j]);
}

static double
apart(const struct plain *p, const struct mr_model *m)
{
	double most = 0;

	for (int k = 0; k < 2; k++) {
		most = fmax(most, fabs(p->U[k] - (double)m->U.a[k]));
		most = fmax(most, fabs(p->V[k] - (double)m->V.a[k]));
		most = fmax(most, fabs(p->b[k] - (double)m->bi[k]));
	}
	return most;
}

static void
steps_are_those_of_the_formula(void **state)
{
	struct mr_bpr_opt o = { 1, 0, 0.3, 0.1 };
	struct rated d;
	struct mr_train job;
	struct mr_model m;
	struct plain begin = { .b = { 0, 0 } };
	bool found = false;

	(void)state;
	rated_new(&d, 2, 2, one_each);
	job = job_of(&d);
	train_by(mr_bpr_train, &m, &job, &o);
	for (int k = 0; k < 2; k++) {
		begin.U[k] = (double)m.U.a[k];
		begin.V[k] = (double)m.V.a[k];
		assert_true(m.bi[k] == 0 && m.U.a[k] != 0);
	}
	mr_model_free(&m);
	o.sweeps = 3;
	train_by(mr_bpr_train, &m, &job, &o);
	for (int first = 0; first < 8; first++) {
		struct plain p = begin;

		for (int s = 0; s < 3; s++) {
			int u = first >> s & 1;

			step(&p, u, 0.3, 0.1);
			step(&p, 1 - u, 0.3, 0.1);
		}
		found |= apart(&p, &m) < 1e-6;
	}
	assert_true(found);
	mr_model_free(&m);
	rated_free(&d);
}

static void
the_checkerboard(void **state)
{
	const struct mr_kind *k = mr_kind_find("bpr");
	const struct mr_given few = { "rank", "4" };
	void *opt = options(k, &few, 1);

	(void)state;
	fills_the_checkerboard(k, opt);
	free(opt);
}

/* Two kinds of many users and items, in several blocks: items that were never
 * in one strip together are in order, too. */
static double
two_kinds(int u, int i)
{
	return u % 2 == i % 2 && mr_rng_uniform(3, (uint64_t)u, (uint64_t)i) <
	    0.2 ? 1 : (double)NAN;
}

static void
across_strips(void **state)
{
	const struct mr_bpr_opt o = { 4, 30, 0.05, 0.01 };
	int64_t right = 0, all = 0;
	struct rated d;
	struct mr_train job;
	struct mr_model m;

	(void)state;
	rated_new(&d, 300, 600, two_kinds);
	job = job_of(&d);
	assert_true(mr_csr_nnz(&d.R) > 4 * 4096);
	train_by(mr_bpr_train, &m, &job, &o);
	for (int u = 0; u < 300; u++)
		for (int i = u % 2; i + 1 < 600; i += 2) {
			struct mr_rated none = { NULL, NULL, 0 };
			const float *U = mr_mat_row(&m.U, u);
			int j = (i * 7 + u) % 600 / 2 * 2 + 1 - u % 2;

			if (has(&d.R, u, i))
				continue;
			right += score_of(&m, U, &none, i) + (double)m.bi[i] >
			    score_of(&m, U, &none, j) + (double)m.bi[j];
			all++;
		}
	assert_true(all > 50000 && (double)right > 0.97 * (double)all);
	mr_model_free(&m);
	rated_free(&d);
}

/* Who has all items is passed over, and nothing blows up. */
static double
one_has_all(int u, int i)
{
	return u == 0 || i == u ? 1 : (double)NAN;
}

static void
nothing_left_to_compare(void **state)
{
	const struct mr_bpr_opt o = { 3, 20, 0.05, 0.01 };
	struct rated d;
	struct mr_train job;
	struct mr_model m;

	(void)state;
	rated_new(&d, 8, 8, one_has_all);
	job = job_of(&d);
	train_by(mr_bpr_train, &m, &job, &o);
	for (int64_t k = 0; k < 8 * 3; k++)
		assert_true(isfinite(m.U.a[k]) && isfinite(m.V.a[k]));
	mr_model_free(&m);
	rated_free(&d);
}

static void
too_long_a_step(void **state)
{
	const struct mr_bpr_opt o = { 4, 50, 1000, 1 };
	struct mr_err err = { 0 };
	struct rated d;
	struct mr_train job;
	struct mr_model m;

	(void)state;
	rated_new(&d, EV_USERS, EV_ITEMS, some_events);
	job = job_of(&d);
	assert_int_equal(mr_bpr_train(&m, &job, &o, &err), MR_ENUMERIC);
	assert_non_null(strstr(err.msg, "a smaller --learning-rate"));
	mr_model_free(&m);
	rated_free(&d);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(steps_are_those_of_the_formula),
		cmocka_unit_test(the_checkerboard),
		cmocka_unit_test(across_strips),
		cmocka_unit_test(nothing_left_to_compare),
		cmocka_unit_test(too_long_a_step),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
