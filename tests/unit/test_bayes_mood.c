/* Moods: between the times they are known at against the dense formula, their
 * draws against the dense posterior, and found again where they are planted.
 * SPDX-License-Identifier: MIT */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "model/bayes.h"
#include "model/bayes_mood.h"
#include "planted_build.h"

#define STEPS 4

/* x = A^-1 b by elimination; A [n * n] is positive definite and goes. */
static void
solve(double *a, double *b, int n)
{
	for (int p = 0; p < n; p++)
		for (int i = 0; i < n; i++) {
			double f = a[i * n + p] / a[p * n + p];

			if (i == p)
				continue;
			for (int j = 0; j < n; j++)
				a[i * n + j] -= f * a[p * n + j];
			b[i] -= f * b[p];
		}
	for (int i = 0; i < n; i++)
		b[i] /= a[i * n + i];
}

/* K K^-1 e over all steps at once, in place of the two beside a time. */
static void
between_known_times(void **state)
{
	const int32_t at[STEPS] = { 0, 40, 45, 700 };
	const float e[STEPS] = { 1.0f, -0.5f, 0.25f, 2.0f };
	const struct mr_mood row = { at, e, STEPS };
	const struct mr_moods m = { .origin = 1000, .step = 2, .span = 100 };

	(void)state;
	for (int n = 0; n < 300; n++) {
		double t = 900 + 7 * n, a[STEPS * STEPS], b[STEPS], want = 0;
		double x = floor((t - 1000) / 2);

		for (int i = 0; i < STEPS; i++) {
			b[i] = (double)e[i];
			for (int j = 0; j < STEPS; j++)
				a[i * STEPS + j] = exp(-fabs((double)(at[i] -
				    at[j])) / 50);
		}
		solve(a, b, STEPS);
		for (int i = 0; i < STEPS; i++)
			want += b[i] * exp(-fabs(x - at[i]) / 50);
		assert_true(fabs(mr_mood_at(&m, &row, t) - want) < 1e-9);
	}
	assert_true(mr_mood_at(&m, &row, 1000 + 2 * 45 + 1.5) == 0.25);
	assert_true(mr_mood_at(&m, &row, NAN) == 0);
	assert_true(mr_mood_at(&m, &(struct mr_mood){ .n = 0 }, 5) == 0);
	assert_true(fabs(mr_mood_at(&m, &row, 1e12)) < 1e-9);
	assert_true(fabs(mr_mood_at(&m, &row, -1e12)) < 1e-9);
}

/* ---- draws ---- */

#define USERS 3
#define ITEMS 5

static double
few(int u, int i)
{
	return u == 2 && i > 0 ? (double)NAN : 1.0 + (u * 3 + i * 2) % 5;
}

/* Two ratings of user 0 at once, one of user 1 without a time. */
static double
time_of(int u, int64_t k)
{
	const double at[] = { 500, 130, 500, 170, 900 };

	return u == 1 && k == 2 ? NAN : 1e9 + at[k] + 1000 * u;
}

struct fixture {
	struct rated d;
	struct mr_bayes_side user, item;
	struct mr_bayes_mood mood;
	struct mr_bayes_given given;
	double time[USERS * ITEMS];
	float z[USERS * ITEMS], fit[USERS * ITEMS], target[USERS * ITEMS];
};

static void
build(struct fixture *f)
{
	struct mr_err err = { 0 };

	memset(f, 0, sizeof *f);
	rated_new(&f->d, USERS, ITEMS, few);
	for (int u = 0; u < USERS; u++)
		for (int64_t k = f->d.R.ptr[u]; k < f->d.R.ptr[u + 1]; k++) {
			f->time[k] = time_of(u, k - f->d.R.ptr[u]);
			f->z[k] = (float)(0.3 * (double)k - 1);
			f->fit[k] = (float)(0.1 * (double)(k % 3));
		}
	assert_int_equal(mr_bayes_side_new(&f->user, &f->d.R, &f->d.Rt, 2,
	    false, 1, &err), MR_OK);
	assert_int_equal(mr_bayes_side_new(&f->item, &f->d.Rt, &f->d.R, 2,
	    false, 2, &err), MR_OK);
	for (int i = 0; i < ITEMS; i++)
		f->item.omega[i] = (float)(0.6 + 0.2 * (double)i);
	f->user.omega[1] = 1.5f;
	assert_int_equal(mr_bayes_mood_new(&f->mood, &f->d.R, f->time, &err),
	    MR_OK);
	f->given = (struct mr_bayes_given){ .other = &f->item, .alpha = 2,
	    .threads = 1 };
}

static void
unbuild(struct fixture *f)
{
	mr_bayes_side_free(&f->user);
	mr_bayes_side_free(&f->item);
	mr_bayes_mood_free(&f->mood);
	rated_free(&f->d);
}

/* Mean and variance of the moods of user u: (K^-1 + W)^-1, n steps. */
static void
posterior(const struct fixture *f, int u, double tau, double *mean,
    double *var, int n)
{
	const struct mr_csr *R = &f->d.R, *E = &f->mood.m.E;
	const int32_t *at = E->idx + E->ptr[u];
	double p[STEPS * STEPS] = { 0 }, we[STEPS] = { 0 }, k[STEPS * STEPS];

	/* K^-1, a column at a time. */
	for (int c = 0; c < n; c++) {
		double b[STEPS] = { 0 };

		b[c] = 1;
		for (int i = 0; i < n * n; i++)
			k[i] = exp(-abs(at[i / n] - at[i % n]) /
			    f->mood.m.span) / tau;
		solve(k, b, n);
		for (int i = 0; i < n; i++)
			p[i * n + c] = b[i];
	}
	for (int64_t x = R->ptr[u]; x < R->ptr[u + 1]; x++) {
		int64_t s = f->mood.state[x] - E->ptr[u];
		double w = 2 * (double)f->user.omega[u] *
		    (double)f->item.omega[R->idx[x]];

		if (f->mood.state[x] < 0)
			continue;
		p[s * n + s] += w;
		we[s] += w * (double)(f->z[x] - f->fit[x]);
	}
	for (int c = 0; c <= n; c++) {
		double b[STEPS] = { 0 }, copy[STEPS * STEPS];

		memcpy(copy, p, sizeof copy);
		for (int i = 0; i < n; i++)
			b[i] = c == n ? we[i] : i == c;
		solve(copy, b, n);
		if (c == n)
			memcpy(mean, b, (size_t)n * sizeof *b);
		else
			var[c] = b[c];
	}
}

static void
moods_are_drawn_from_their_posterior(void **state)
{
	const int draws = 20000;
	static const int steps[USERS] = { 4, 4, 1 };
	struct fixture f;
	struct mr_err err = { 0 };
	double m[USERS][STEPS] = { { 0 } }, v[USERS][STEPS] = { { 0 } };

	(void)state;
	build(&f);
	f.mood.m.span = 200;
	for (int u = 0; u < USERS; u++)
		assert_int_equal(f.mood.m.E.ptr[u + 1] - f.mood.m.E.ptr[u],
		    steps[u]);
	assert_int_equal(f.mood.state[7], -1);
	assert_int_equal(f.mood.state[0], f.mood.state[2]);
	for (int d = 0; d < draws; d++) {
		f.given.key = (uint64_t)d;
		f.mood.tau = 1.7;
		assert_int_equal(mr_bayes_draw_mood(&f.mood, &f.user,
		    &f.given, f.z, f.fit, f.target, &err), MR_OK);
		assert_true(f.target[7] == f.z[7]);
		assert_true(f.target[0] == f.z[0] -
		    f.mood.m.E.val[f.mood.state[0]]);
		for (int u = 0; u < USERS; u++)
			for (int s = 0; s < steps[u]; s++) {
				double e = (double)f.mood.m.E.val[
				    f.mood.m.E.ptr[u] + s];

				m[u][s] += e / draws;
				v[u][s] += e * e / draws;
			}
	}
	for (int u = 0; u < USERS; u++) {
		double mean[STEPS], var[STEPS];

		posterior(&f, u, 1.7, mean, var, steps[u]);
		for (int s = 0; s < steps[u]; s++) {
			double got = v[u][s] - m[u][s] * m[u][s];

			assert_true(fabs(m[u][s] - mean[s]) < 4 * sqrt(var[s] /
			    draws));
			assert_true(fabs(got / var[s] - 1) < 5 * sqrt(2.0 /
			    draws));
		}
	}
	unbuild(&f);
}

/* Their difference would not be a number. */
static void
numbers_too_large_are_no_times(void **state)
{
	static const double odd[] = { 1e308, -1e308, INFINITY, -INFINITY,
	    1e18 };
	struct fixture f;
	struct mr_err err = { 0 };

	(void)state;
	build(&f);
	mr_bayes_mood_free(&f.mood);
	for (size_t i = 0; i < sizeof odd / sizeof *odd; i++)
		f.time[i] = odd[i];
	assert_int_equal(mr_bayes_mood_new(&f.mood, &f.d.R, f.time, &err),
	    MR_OK);
	for (int64_t k = 0; k < mr_csr_nnz(&f.d.R); k++)
		assert_int_equal(f.mood.state[k] < 0, k < 5 || k == 7);
	assert_true(f.mood.m.step == 1 && f.mood.m.origin == 1e9 + 1130);
	unbuild(&f);
}

/* ---- the whole ---- */

#define MANY 90
#define FILMS 70

/* A wave of each user's own, several spans long. */
static double
wave(int u, double t)
{
	return 0.8 * sin(t / 1500 + u);
}

static void
planted_moods_are_found(void **state)
{
	const struct mr_bayes_opt o = { .d = 4, .sweeps = 120, .burn_in = 40,
	    .max_rank = 16, .sets = MR_SETS_BOTH, .dates = MR_DATES_USER };
	struct rated d;
	struct mr_model m;
	double *time, left = 0, all = 0, mean[MANY] = { 0 };
	int64_t nnz;

	(void)state;
	rated_new(&d, MANY, FILMS, planted);
	nnz = mr_csr_nnz(&d.R);
	time = calloc((size_t)nnz, sizeof *time);
	for (int u = 0; u < MANY; u++)
		for (int64_t k = d.R.ptr[u]; k < d.R.ptr[u + 1]; k++) {
			time[k] = 1e9 + 20000 * mr_rng_uniform(9, 0,
			    (uint64_t)k);
			d.R.val[k] += (float)wave(u, time[k]);
			mean[u] += wave(u, time[k]) / (double)(d.R.ptr[u + 1] -
			    d.R.ptr[u]);
		}
	/* The transpose follows. */
	mr_csr_free(&d.Rt);
	assert_int_equal(mr_csr_transpose(&d.Rt, &d.R, &(struct mr_err){ 0 }),
	    MR_OK);
	{
		struct mr_train job = job_of(&d);

		job.time = time;
		train_by(mr_bayes_train, &m, &job, &o);
	}
	for (int u = 0; u < MANY; u++) {
		const struct mr_csr *E = &m.moods.E;
		const struct mr_mood row = { E->idx + E->ptr[u], E->val +
		    E->ptr[u], E->ptr[u + 1] - E->ptr[u] };

		for (int64_t k = d.R.ptr[u]; k < d.R.ptr[u + 1]; k++) {
			double x = wave(u, time[k]) - mean[u];

			all += x * x;
			left += pow(mr_mood_at(&m.moods, &row, time[k]) - x,
			    2);
		}
	}
	print_message("of the moods' variance %.3f is not found\n", left /
	    all);
	assert_true(left < 0.1 * all);
	free(time);
	mr_model_free(&m);
	rated_free(&d);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(between_known_times),
		cmocka_unit_test(moods_are_drawn_from_their_posterior),
		cmocka_unit_test(numbers_too_large_are_no_times),
		cmocka_unit_test(planted_moods_are_found),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
