/* EASE against the inverse of its definition.
 * SPDX-License-Identifier: MIT */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "events_build.h"
#include "model/ease.h"

#define MOST 60

/* a becomes its inverse, by Gauss and Jordan. */
static void
invert(double a[MOST][MOST], int n)
{
	for (int p = 0; p < n; p++) {
		double pivot = a[p][p];

		a[p][p] = 1;
		for (int j = 0; j < n; j++)
			a[p][j] /= pivot;
		for (int i = 0; i < n; i++) {
			double by = a[i][p];

			if (i == p)
				continue;
			a[i][p] = 0;
			for (int j = 0; j < n; j++)
				a[i][j] -= by * a[p][j];
		}
	}
}

static void
inverse(double G[MOST][MOST], const struct rated *d,
    const struct mr_ease_opt *o)
{
	int n = (int)d->R.cols;

	for (int i = 0; i < n; i++)
		for (int j = 0; j < n; j++) {
			G[i][j] = i == j ? o->lambda + o->dropout /
			    (1 - o->dropout) * entries(&d->Rt, i) : 0;
			for (int v = 0; v < d->R.rows; v++)
				G[i][j] += has(&d->R, v, i) &&
				    has(&d->R, v, j);
		}
	invert(G, n);
}

/* More items than users, and fewer. */
static void
closed_form(void **state)
{
	static double G[MOST][MOST];

	(void)state;
	for (int turn = 0; turn < 4; turn++) {
		const struct mr_ease_opt o = { .lambda = turn % 2 ? 3 : 0.5,
		    .dropout = turn % 2 ? 0 : 0.4 };
		bool wide = turn < 2;
		struct rated d;
		struct mr_train job;
		struct mr_model m;

		rated_new(&d, wide ? EV_USERS : EV_ITEMS, wide ? EV_ITEMS :
		    EV_USERS, wide ? some_events : turned_events);
		job = job_of(&d);
		train_by(mr_ease_train, &m, &job, &o);
		inverse(G, &d, &o);
		for (int i = 0; i < d.R.cols; i++)
			for (int j = 0; j < d.R.cols; j++)
				assert_true(fabs(entry(&m.near.S, i, j) -
				    (i == j ? 0 : -G[j][i] / G[i][i])) <
				    1e-5);
		mr_model_free(&m);
		rated_free(&d);
	}
}

/* The same scores of what a user does not have, of fewer users and of more. */
static void
as_factors(void **state)
{
	(void)state;
	for (int turn = 0; turn < 4; turn++) {
		struct mr_ease_opt o = { .lambda = turn % 2 ? 3 : 0.5,
		    .dropout = turn % 2 ? 0 : 0.4 };
		bool wide = turn < 2;
		struct rated d;
		struct mr_train job;
		struct mr_model m, n;

		rated_new(&d, wide ? EV_USERS : EV_ITEMS, wide ? EV_ITEMS :
		    EV_USERS, wide ? some_events : turned_events);
		job = job_of(&d);
		train_by(mr_ease_train, &m, &job, &o);
		o.form = MR_EASE_FACTORS;
		job.threads = 3;
		train_by(mr_ease_train, &n, &job, &o);
		assert_int_equal(n.V.cols, d.R.rows);
		for (int u = 0; u < d.R.rows; u++) {
			struct mr_rated x = rated_by(&d.R, u);

			for (int i = 0; i < d.R.cols; i++)
				assert_true(has(&d.R, u, i) ||
				    fabs(score_of(&m, NULL, &x, i) -
				    score_of(&n, mr_mat_row(&n.U, u), &x,
				    i)) < 1e-5);
		}
		mr_model_free(&m);
		mr_model_free(&n);
		rated_free(&d);
	}
}

static void
the_largest_stay(void **state)
{
	struct mr_ease_opt o = { .lambda = 2 };
	struct rated d;
	struct mr_train job;
	struct mr_model all, best;

	(void)state;
	rated_new(&d, EV_USERS, EV_ITEMS, some_events);
	job = job_of(&d);
	train_by(mr_ease_train, &all, &job, &o);
	o.k = 7;
	train_by(mr_ease_train, &best, &job, &o);
	for (int i = 0; i < EV_ITEMS; i++) {
		const struct mr_csr *S = &best.near.S;
		double least = HUGE_VAL;

		assert_int_equal(S->ptr[i + 1] - S->ptr[i], i == 5 ? 0 : 7);
		for (int64_t k = S->ptr[i]; k < S->ptr[i + 1]; k++)
			least = fmin(least, fabs((double)S->val[k]));
		for (int j = 0; j < EV_ITEMS; j++) {
			double a = entry(&all.near.S, i, j);

			if (fabs(a) > least)
				assert_true(entry(S, i, j) == a);
		}
	}
	mr_model_free(&all);
	mr_model_free(&best);
	rated_free(&d);
}

static void
lists(void **state)
{
	const struct mr_kind *k = mr_kind_find("ease");
	struct mr_ease_opt *opt = options(k, NULL, 0);

	(void)state;
	opt->lambda = 1;
	fills_the_checkerboard(k, opt);
	folds_to_the_trained(k, opt, 0);
	opt->form = MR_EASE_FACTORS;
	fills_the_checkerboard(k, opt);
	folds_to_the_trained(k, opt, 1e-6);
	free(opt);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(closed_form),
		cmocka_unit_test(as_factors),
		cmocka_unit_test(the_largest_stay),
		cmocka_unit_test(lists),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
