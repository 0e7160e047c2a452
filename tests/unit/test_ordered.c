/* Ordered ratings: the normal distribution, what scores say of ratings, and
 * cuts that are planted and found again.
 * SPDX-License-Identifier: MIT */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "math/normal.h"
#include "model/bayes.h"
#include "model/bayes_ordered.h"
#include "model/folder.h"
#include "planted_build.h"

static const struct mr_ordered stars = { .n = 5, .level = { 1, 2, 3, 4, 5 },
	.cut = { 1.5, 2.2, 3.3, 4.6 }, .spread = 0.8 };

/* Known values, the inverse of each other, both tails. */
static void
normal(void **state)
{
	(void)state;
	assert_true(fabs(mr_normal_below(1.959963984540054) - 0.975) < 1e-15);
	assert_true(fabs(mr_normal_below(-10) / 7.619853024160527e-24 - 1) <
	    1e-13);
	assert_true(mr_normal_below(-INFINITY) == 0);
	assert_true(mr_normal_below(INFINITY) == 1);
	for (int i = 0; i < 1500; i++) {
		double x = -37 + 0.03 * i;

		assert_true(fabs(mr_normal_at(mr_normal_below(x)) - x) <
		    (x < 0 ? 1e-13 * (1 - x) : 1e-16 * exp(x * x / 2) * 3 +
		    1e-14));
	}
	assert_true(fabs(mr_normal_between(9, 10) / mr_normal_between(-10,
	    -9) - 1) < 1e-13);
}

/* Mean and variance of what is drawn between two bounds: those of numerical
 * integrals, also far out. */
static void
between_bounds(void **state)
{
	static const double bounds[][2] = { { -INFINITY, INFINITY },
		{ -0.5, 0.7 }, { 1, INFINITY }, { -INFINITY, -2 }, { 6, 6.5 },
		{ -36, -35 }, { 30, INFINITY } };
	const int draws = 40000;

	(void)state;
	for (size_t b = 0; b < sizeof bounds / sizeof *bounds; b++) {
		double lo = bounds[b][0], hi = bounds[b][1];
		double from = fmax(lo, lo > 0 ? lo : -41);
		double to = fmin(hi, lo > 5 ? lo + 5 : 41), p = 0, m = 0;
		double v = 0, shift = from > 0 ? from : to < 0 ? to : 0;
		double mean = 0, var = 0;

		for (int i = 0; i < 200000; i++) {
			double x = from + (to - from) * (i + 0.5) / 200000;
			double w = exp((shift * shift - x * x) / 2);

			p += w;
			m += w * x;
			v += w * x * x;
		}
		m /= p;
		v = v / p - m * m;
		assert_true(fabs(mr_normal_mean(lo, hi) - m) < 1e-4);
		for (int i = 0; i < draws; i++) {
			double z = mr_normal_draw(1, b, (uint64_t)i, lo, hi);

			assert_true(z >= lo && z <= hi);
			mean += z / draws;
			var += (z - m) * (z - m) / draws;
		}
		assert_true(fabs(mean - m) < 4 * sqrt(v / draws) + 1e-9);
		assert_true(fabs(var / v - 1) < 0.1);
	}
}

/* E(rating | score) and its inverse; E(z) over all ratings is the score. */
static void
what_scores_say(void **state)
{
	(void)state;
	for (int i = 0; i < 36; i++) {
		double s = -1 + 0.25 * i, mean = 0, z = 0;

		for (int k = 0; k < 5; k++) {
			double lo = k ? (stars.cut[k - 1] - s) / 0.8 :
			    -INFINITY;
			double hi = k < 4 ? (stars.cut[k] - s) / 0.8 : INFINITY;
			double p = mr_normal_between(lo, hi);

			mean += p * (k + 1);
			z += p * mr_ordered_latent(&stars, s, k);
		}
		assert_true(fabs(mr_ordered_mean(&stars, s) - mean) < 1e-12);
		assert_true(fabs(mr_ordered_score(&stars, mean) - s) < 1e-6);
		assert_true(fabs(z - s) < 1e-9);
	}
	assert_true(mr_ordered_mean(&stars, 1e9) == 5);
	assert_true(isfinite(mr_ordered_score(&stars, 5)));
	assert_int_equal(mr_ordered_level(&stars, 3.5), 2);
	assert_int_equal(mr_ordered_level(&stars, 3.6), 3);
	assert_int_equal(mr_ordered_level(&stars, -7), 0);
	assert_int_equal(mr_ordered_level(&stars, 7), 4);
}

/* ---- the sampler ---- */

#define USERS 90
#define ITEMS 70

/* The z behind a rating; its cuts are at -1.5, -0.2, 0.1 and 1. */
static double
latent(int u, int i)
{
	return 0.7 * (planted_at(u, i) - 3) + 0.5 * mr_rng_normal(11,
	    (uint64_t)u, (uint64_t)i);
}

static double
in_steps(int u, int i)
{
	static const double cut[] = { -1.5, -0.2, 0.1, 1 };
	int k = 0;

	while (k < 4 && latent(u, i) > cut[k])
		k++;
	return is_rated(u, i) ? 1.0 + k : (double)NAN;
}

/* fit and omega are what made the ratings: the two inner cuts come out where
 * they are between the two that stay, and z lies within its cuts. */
static void
cuts_are_found(void **state)
{
	struct mr_bayes_ordered b;
	struct mr_bayes_side s, t;
	struct mr_bayes_given g;
	struct mr_err err = { 0 };
	struct rated d;
	float *fit, *z;
	double sum[4] = { 0 };
	const int draws = 400;

	(void)state;
	rated_new(&d, USERS, ITEMS, in_steps);
	fit = calloc((size_t)mr_csr_nnz(&d.R), sizeof *fit);
	z = calloc((size_t)mr_csr_nnz(&d.R), sizeof *z);
	assert_int_equal(mr_bayes_side_new(&s, &d.R, &d.Rt, 2, false, 1,
	    &err), MR_OK);
	assert_int_equal(mr_bayes_side_new(&t, &d.Rt, &d.R, 2, false, 2,
	    &err), MR_OK);
	assert_int_equal(mr_bayes_ordered_new(&b, &d.R, &err), MR_OK);
	assert_int_equal(b.o.n, 5);
	/* In their true unit. */
	b.o.cut[0] = -1.5;
	b.o.cut[3] = 1;
	for (int u = 0; u < USERS; u++)
		for (int64_t k = d.R.ptr[u]; k < d.R.ptr[u + 1]; k++)
			fit[k] = (float)(0.7 * (planted_at(u, d.R.idx[k]) -
			    3));
	g = (struct mr_bayes_given){ .other = &t, .alpha = 4, .threads = 1 };
	for (int i = -100; i < draws; i++) {
		g.key = (uint64_t)(i + 100);
		assert_int_equal(mr_bayes_draw_ordered(&b, &s, &g, fit, z, z,
		    &err), MR_OK);
		for (int j = 0; i >= 0 && j < 4; j++)
			sum[j] += b.o.cut[j] / draws;
		for (int64_t k = 0; k < mr_csr_nnz(&d.R); k++) {
			int at = b.level[k];

			assert_true(at == 0 || (double)z[k] > b.o.cut[at - 1]
			    - 1e-6);
			assert_true(at == 4 || (double)z[k] < b.o.cut[at] +
			    1e-6);
		}
	}
	print_message("cuts %.3f %.3f %.3f %.3f\n", sum[0], sum[1], sum[2],
	    sum[3]);
	assert_true(fabs(sum[0] + 1.5) < 1e-9 && fabs(sum[3] - 1) < 1e-9);
	assert_true(fabs(sum[1] + 0.2) < 0.05 && fabs(sum[2] - 0.1) < 0.05);
	free(fit);
	free(z);
	mr_bayes_ordered_free(&b);
	mr_bayes_side_free(&s);
	mr_bayes_side_free(&t);
	rated_free(&d);
}

/* The cuts, up to origin and unit; pairs that were not rated as well as by
 * numbers; the biases are the scores of means. */
static void
steps_are_learnt(void **state)
{
	double error[2] = { 0 };

	(void)state;
	for (int ordered = 0; ordered < 2; ordered++) {
		const struct mr_bayes_opt o = { .d = 4, .sweeps = 100,
		    .burn_in = 30, .max_rank = 16, .sets = MR_SETS_NONE,
		    .categories = ordered };
		struct mr_model m;
		struct rated d;
		struct mr_train job;
		int n = 0;

		rated_new(&d, USERS, ITEMS, in_steps);
		job = job_of(&d);
		train_by(mr_bayes_train, &m, &job, &o);
		assert_int_equal(m.ordered.n, ordered ? 5 : 0);
		for (int u = 0; u < USERS; u++)
			for (int i = 0; i < ITEMS; i++) {
				double e = 1, x = 0.7 * (planted_at(u, i) - 3);
				static const double cut[] = { -1.5, -0.2, 0.1,
				    1 };

				if (is_rated(u, i) || u == 4 || i == 5)
					continue;
				for (int k = 0; k < 4; k++)
					e += mr_normal_below((x - cut[k]) /
					    0.5);
				e -= mr_model_estimate(&m, score(&m, u, i));
				error[ordered] += e * e;
				n++;
			}
		error[ordered] = sqrt(error[ordered] / n);
		for (int u = 0; u < USERS; u++) {
			int64_t from = d.R.ptr[u], to = d.R.ptr[u + 1];
			double sum = 0;

			for (int64_t k = from; k < to; k++)
				sum += (double)d.R.val[k];
			assert_true(from == to || fabs(mr_model_estimate(&m,
			    m.mu + (double)m.bu[u]) - sum / (double)(to -
			    from)) < 0.25);
		}
		for (int k = 1; ordered && k < 3; k++) {
			double at = (m.ordered.cut[k] - m.ordered.cut[0]) /
			    (m.ordered.cut[3] - m.ordered.cut[0]);

			print_message("cut %d at %.3f of the way\n", k, at);
			assert_true(fabs(at - (k == 1 ? 0.52 : 0.64)) < 0.04);
		}
		mr_model_free(&m);
		rated_free(&d);
	}
	print_message("error of the mean %.3f as numbers, %.3f as steps\n",
	    error[0], error[1]);
	assert_true(error[1] < 1.02 * error[0]);
}

/* ---- a new user ---- */

#define FILMS 6
#define D 4	/* the last column is the films' own, the one before the bias */

/* log P(ratings | u) + log P(u), times spread^2. */
static double
likely(const struct mr_model *m, const struct mr_rated *x, const double *u)
{
	double sum = 0;

	for (int64_t k = 0; k < x->n; k++) {
		const float *V = mr_mat_row(&m->V, x->item[k]);
		double s = m->mu + (double)m->bi[x->item[k]] + (double)V[D -
		    1];
		int at = mr_ordered_level(&stars, (double)x->rating[k]);

		for (int j = 0; j < D - 1; j++)
			s += u[j] * (double)V[j];
		sum += log(mr_normal_between(at ? (stars.cut[at - 1] - s) /
		    0.8 : -INFINITY, at < 4 ? (stars.cut[at] - s) / 0.8 :
		    INFINITY));
	}
	for (int j = 0; j < D - 1; j++)
		sum -= u[j] * u[j] / 2 / 0.64;
	return sum;
}

/* He is the likeliest, and his shares say his scores. */
static void
new_user(void **state)
{
	float bi[FILMS], V[FILMS * D], U[D], r[] = { 5, 1, 4, 5 };
	const int32_t item[] = { 0, 2, 3, 5 };
	const struct mr_rated x = { item, r, 4 };
	struct mr_model m = { .mu = 3, .bi = bi, .V = { FILMS, D, V },
	    .ordered = stars };
	const struct mr_fold rule = { .rule = MR_FOLD_POSTERIOR, .lambda = 1 };
	struct mr_folder f;
	struct mr_err err = { 0 };
	double *work, bu, u[D], best, share[4];

	(void)state;
	for (int i = 0; i < FILMS; i++) {
		bi[i] = (float)(0.2 * i - 0.5);
		for (int j = 0; j < D; j++)
			V[i * D + j] = j == D - 2 ? 0.5f :
			    (float)mr_rng_normal(5, (uint64_t)i, (uint64_t)j);
	}
	assert_int_equal(mr_folder_open(&f, &m, FILMS, &rule, "m", &err),
	    MR_OK);
	work = calloc(mr_folder_work(&f), sizeof *work);
	mr_folder_user(&f, &x, &bu, U, work);
	assert_true((double)U[D - 1] == 1);
	for (int j = 0; j < D; j++)
		u[j] = (double)U[j] + (j == D - 2 ? bu / 0.5 : 0);
	best = likely(&m, &x, u);
	for (int j = 0; j < D - 1; j++)
		for (int side = -1; side < 2; side += 2) {
			u[j] += side * 1e-3;
			assert_true(likely(&m, &x, u) < best);
			u[j] -= side * 1e-3;
		}
	mr_folder_shares_of(&f, &x, work);
	for (int32_t i = 0; i < FILMS; i++) {
		double sum = mr_folder_shares(&f, &x, i, work, share);

		for (int k = 0; k < 4; k++)
			sum += share[k];
		for (int j = 0; j < D - 1; j++)
			sum -= u[j] * (double)V[i * D + j];
		assert_true(fabs(sum) < 1e-5);
	}
	mr_folder_close(&f);
	free(work);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(normal),
		cmocka_unit_test(between_bounds),
		cmocka_unit_test(what_scores_say),
		cmocka_unit_test(cuts_are_found),
		cmocka_unit_test(steps_are_learnt),
		cmocka_unit_test(new_user),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
