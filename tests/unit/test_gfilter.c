/* Graph filters against dense products and their published special cases.
 * SPDX-License-Identifier: MIT */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "events_build.h"
#include "model/gfilter.h"
#include "model/itemknn.h"

static struct rated d;
static double P[EV_ITEMS][EV_ITEMS];	/* R~'R~ */
static double V[EV_ITEMS][EV_ITEMS];	/* its eigenvectors, in columns */
static double value[EV_ITEMS];

/* Jacobi's rotations. */
static void
eigenvectors(void)
{
	static double a[EV_ITEMS][EV_ITEMS];

	memcpy(a, P, sizeof a);
	for (int i = 0; i < EV_ITEMS; i++)
		for (int j = 0; j < EV_ITEMS; j++)
			V[i][j] = i == j;
	for (int sweep = 0; sweep < 30; sweep++)
		for (int p = 0; p < EV_ITEMS; p++)
			for (int q = p + 1; q < EV_ITEMS; q++) {
				double t = 0.5 * atan2(2 * a[p][q],
				    a[q][q] - a[p][p]);
				double c = cos(t), s = sin(t);

				for (int i = 0; i < EV_ITEMS; i++) {
					double x = a[i][p], y = a[i][q];
					double v = V[i][p], w = V[i][q];

					a[i][p] = c * x - s * y;
					a[i][q] = s * x + c * y;
					V[i][p] = c * v - s * w;
					V[i][q] = s * v + c * w;
				}
				for (int i = 0; i < EV_ITEMS; i++) {
					double x = a[p][i], y = a[q][i];

					a[p][i] = c * x - s * y;
					a[q][i] = s * x + c * y;
				}
			}
	for (int i = 0; i < EV_ITEMS; i++)
		value[i] = a[i][i];
}

static int
setup(void **state)
{
	(void)state;
	rated_new(&d, EV_USERS, EV_ITEMS, some_events);
	for (int i = 0; i < EV_ITEMS; i++)
		for (int j = 0; j < EV_ITEMS; j++)
			for (int v = 0; v < EV_USERS; v++)
				if (has(&d.R, v, i) && has(&d.R, v, j))
					P[i][j] += 1 / (entries(&d.R, v) *
					    sqrt(entries(&d.Rt, i) *
					    entries(&d.Rt, j)));
	eigenvectors();
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	rated_free(&d);
	return 0;
}

/* L[j][i] of the rank largest. */
static double
smooth(int j, int i, int rank, double t)
{
	double sum = 0;

	for (int c = 0; c < EV_ITEMS; c++) {
		int above = 0;

		for (int e = 0; e < EV_ITEMS; e++)
			above += value[e] > value[c];
		if (above < rank)
			sum += V[j][c] * V[i][c];
	}
	return entries(&d.Rt, i) > 0 && entries(&d.Rt, j) > 0 ?
	    sum * pow(entries(&d.Rt, i) / entries(&d.Rt, j), t) : 0;
}

/* b = 1/2 + t, c = 1, e = 1/2 - t: r P tilted, and the projection; t = 1/2 of
 * the projection and b = e is GF-CF. */
static void
published_filters(void **state)
{
	static const struct mr_gfilter_opt o[] = {
		{ .from = 0.5, .via = 1, .to = 0.5, .rank = 6,
		    .weight = 0.3, .tilt = 0.5 },
		{ .from = 0.9, .via = 1, .to = 0.1, .rank = 9,
		    .weight = 0.2, .tilt = 0.4 },
	};
	struct mr_train job = job_of(&d);

	(void)state;
	for (int n = 0; n < 2; n++) {
		double t = o[n].from - 0.5;
		struct mr_model m;

		train_by(mr_gfilter_train, &m, &job, &o[n]);
		for (int u = 0; u < EV_USERS; u++) {
			struct mr_rated x = rated_by(&d.R, u);

			for (int i = 0; i < EV_ITEMS; i++) {
				double want = 0;

				for (int64_t k = 0; k < x.n; k++) {
					int j = x.item[k];

					want += (i == j ? 0 : P[j][i] *
					    (entries(&d.Rt, i) > 0 ?
					    pow(entries(&d.Rt, i) /
					    entries(&d.Rt, j), t) : 0)) +
					    o[n].weight * smooth(j, i,
					    (int)o[n].rank, o[n].tilt);
				}
				assert_true(fabs(score_of(&m, mr_mat_row(&m.U,
				    u), &x, i) - want) < 1e-3);
			}
		}
		mr_model_free(&m);
	}
}

static void
cosine_is_itemknn(void **state)
{
	const struct mr_gfilter_opt o = { .from = 0.5, .to = 0.5 };
	const struct mr_itemknn_opt cosine = { .k = 0 };
	struct mr_train job = job_of(&d);
	struct mr_model a, b;

	(void)state;
	train_by(mr_gfilter_train, &a, &job, &o);
	train_by(mr_itemknn_train, &b, &job, &cosine);
	assert_int_equal(mr_csr_nnz(&a.near.S), mr_csr_nnz(&b.near.S));
	for (int64_t k = 0; k < mr_csr_nnz(&a.near.S); k++)
		assert_true(fabs((double)(a.near.S.val[k] -
		    b.near.S.val[k])) < 1e-6);
	mr_model_free(&a);
	mr_model_free(&b);
}

static void
lists(void **state)
{
	const struct mr_kind *k = mr_kind_find("gfilter");
	struct mr_gfilter_opt *opt = options(k, NULL, 0);

	(void)state;
	opt->rank = 2;
	fills_the_checkerboard(k, opt);
	opt->rank = 20;
	folds_to_the_trained(k, opt, 0);
	free(opt);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(published_filters),
		cmocka_unit_test(cosine_is_itemknn),
		cmocka_unit_test(lists),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
