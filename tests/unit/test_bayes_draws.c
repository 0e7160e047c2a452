/* Bayesian factorisation: every conditional draw against its formula in
 * naive double sums.
 * SPDX-License-Identifier: MIT */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "model/bayes_side.h"
#include "planted_build.h"

#define DIM 3


/* a = a^-1 in place by Gauss and Jordan; A is positive definite. */
static void
invert(double *a, int n)
{
	for (int p = 0; p < n; p++) {
		double pivot = a[p * n + p];

		a[p * n + p] = 1;
		for (int j = 0; j < n; j++)
			a[p * n + j] /= pivot;
		for (int i = 0; i < n; i++) {
			double f = a[i * n + p];

			if (i == p)
				continue;
			a[i * n + p] = 0;
			for (int j = 0; j < n; j++)
				a[i * n + j] -= f * a[p * n + j];
		}
	}
}

/* Two sides of a few rows with numbers of all kinds in them. */
struct fixture {
	struct mr_csr R, Rt;
	struct mr_bayes_side user, item;
	struct mr_bayes_given given;	/* for the users */
	float target[12 * 8], fit[12 * 8];
};

static double
most(int u, int i)
{
	return mr_rng_uniform(1, (uint64_t)u, (uint64_t)i) < 0.7 ?
	    planted_all(u, i) : NAN;
}

static void
build(struct fixture *f)
{
	/* Lambda = C'C with C = root. */
	static const double root[DIM * DIM] = { 2, 0.5, -1, 0, 1.5, 0.25, 0,
	    0, 1 };
	struct mr_err err = { 0 };
	struct rated d;

	memset(f, 0, sizeof *f);
	rated_new(&d, 12, 8, most);
	f->R = d.R;
	f->Rt = d.Rt;
	assert_int_equal(mr_bayes_side_new(&f->user, &f->R, &f->Rt, DIM,
	    true, 11, &err), MR_OK);
	assert_int_equal(mr_bayes_side_new(&f->item, &f->Rt, &f->R, DIM,
	    false, 12, &err), MR_OK);
	memcpy(f->user.root, root, sizeof root);
	for (int i = 0; i < DIM; i++) {
		f->user.mean[i] = 0.3 * i - 0.2;
		for (int j = 0; j < DIM; j++)
			for (int k = 0; k < DIM; k++)
				f->user.prec[i * DIM + j] += root[k * DIM + i]
				    * root[k * DIM + j];
	}
	for (int i = 0; i < 8; i++)
		f->item.omega[i] = (float)(0.5 + 0.2 * i);
	for (int u = 0; u < 12; u++) {
		f->user.omega[u] = (float)(1.5 - 0.1 * u);
		for (int j = 0; j < DIM; j++)
			f->user.sum[u * DIM + j] = (float)(0.1 * (u % 3) - j *
			    0.05);
	}
	for (int64_t k = 0; k < mr_csr_nnz(&f->R); k++)
		f->target[k] = (float)(((double)f->R.val[k] - 2.5) / 1.25);
	f->user.target = f->target;
	f->given = (struct mr_bayes_given){ .other = &f->item,
	    .blas = test_blas(), .alpha = 3, .threads = 1 };
}

static void
unbuild(struct fixture *f)
{
	mr_bayes_side_free(&f->user);
	mr_bayes_side_free(&f->item);
	mr_csr_free(&f->R);
	mr_csr_free(&f->Rt);
}

/* Mean and covariance of user u's row by the formula. */
static void
row_posterior(const struct fixture *f, int u, double *mean, double *cov)
{
	double b[DIM] = { 0 };

	for (int i = 0; i < DIM * DIM; i++)
		cov[i] = f->user.prec[i];
	for (int i = 0; i < DIM; i++)
		for (int j = 0; j < DIM; j++)
			b[i] += cov[i * DIM + j] * (f->user.mean[j] +
			    (double)f->user.sum[u * DIM + j]);
	for (int64_t k = f->R.ptr[u]; k < f->R.ptr[u + 1]; k++) {
		int32_t item = f->R.idx[k];
		const float *q = f->item.x + (int64_t)item * DIM;
		double z[DIM] = { 1, (double)q[1], (double)q[2] };
		double w = 3 * (double)f->user.omega[u] *
		    (double)f->item.omega[item];

		for (int i = 0; i < DIM; i++) {
			b[i] += w * z[i] * (((double)f->R.val[k] - 2.5) /
			    1.25 - (double)q[0]);
			for (int j = 0; j < DIM; j++)
				cov[i * DIM + j] += w * z[i] * z[j];
		}
	}
	invert(cov, DIM);
	for (int i = 0; i < DIM; i++) {
		mean[i] = 0;
		for (int j = 0; j < DIM; j++)
			mean[i] += cov[i * DIM + j] * b[j];
	}
}

/* User 0 has ratings, user 4 has none: his row is drawn from the prior. */
static void
rows_are_drawn_from_their_posterior(void **state)
{
	const int draws = 20000, who[] = { 0, 4 };
	struct fixture f;
	struct mr_err err = { 0 };
	double mean[2][DIM], cov[2][DIM * DIM], m[2][DIM] = { { 0 } };
	double c[2][DIM * DIM] = { { 0 } };

	(void)state;
	build(&f);
	assert_true(f.R.ptr[1] > 2 && f.R.ptr[4] == f.R.ptr[5]);
	for (int w = 0; w < 2; w++)
		row_posterior(&f, who[w], mean[w], cov[w]);
	for (int d = 0; d < draws; d++) {
		int64_t bad;

		f.given.key = (uint64_t)d;
		assert_int_equal(mr_bayes_draw_rows(&f.user, &f.given, &bad,
		    &err), MR_OK);
		assert_int_equal(bad, -1);
		for (int w = 0; w < 2; w++)
			for (int i = 0; i < DIM; i++) {
				const float *x = f.user.x + who[w] * DIM;
				double e = (double)x[i] - mean[w][i];

				m[w][i] += e / draws;
				for (int j = 0; j < DIM; j++)
					c[w][i * DIM + j] += e *
					    ((double)x[j] - mean[w][j]) /
					    draws;
			}
	}
	for (int w = 0; w < 2; w++)
		for (int i = 0; i < DIM; i++) {
			double ii = cov[w][i * DIM + i];

			assert_true(fabs(m[w][i]) < 4 * sqrt(ii / draws));
			for (int j = 0; j < DIM; j++) {
				double ij = cov[w][i * DIM + j];
				double var = ij * ij + ii *
				    cov[w][j * DIM + j];

				assert_true(fabs(c[w][i * DIM + j] - ij) <
				    4 * sqrt(var / draws));
			}
		}
	unbuild(&f);
}

/* The dense posterior of y given x: N(K^-1 W'(x - m), K^-1 (x) Lambda^-1)
 * with K = W'W + lambda E. */
static void
sets_posterior(const struct fixture *f, double *mean, double *k)
{
	const struct mr_bayes_side *s = &f->user;

	for (int i = 0; i < 8 * 8; i++)
		k[i] = i % 9 == 0 ? s->lambda : 0;
	memset(mean, 0, 8 * DIM * sizeof *mean);
	for (int u = 0; u < 12; u++) {
		int64_t n = f->R.ptr[u + 1] - f->R.ptr[u];

		for (int64_t a = f->R.ptr[u]; a < f->R.ptr[u + 1]; a++)
			for (int64_t b = f->R.ptr[u]; b < f->R.ptr[u + 1]; b++)
				k[f->R.idx[a] * 8 + f->R.idx[b]] += 1.0 /
				    (double)n;
	}
	invert(k, 8);
	for (int j = 0; j < 8; j++)
		for (int u = 0; u < 12; u++)
			for (int64_t a = f->R.ptr[u]; a < f->R.ptr[u + 1]; a++)
				for (int i = 0; i < DIM; i++)
					mean[j * DIM + i] += k[j * 8 +
					    f->R.idx[a]] *
					    ((double)s->x[u * DIM + i] -
					    s->mean[i]) / sqrt((double)(
					    f->R.ptr[u + 1] - f->R.ptr[u]));
}

/* One draw follows the other: that their distribution stays what it should
 * be is what is tested; sum must be the sums of the last. */
static void
sets_are_drawn_from_their_posterior(void **state)
{
	const int draws = 40000;
	struct fixture f;
	struct mr_err err = { 0 };
	double mean[8 * DIM], k[8 * 8], m[8 * DIM] = { 0 };
	double v[8 * DIM] = { 0 }, cov[DIM * DIM];

	(void)state;
	build(&f);
	f.user.lambda = 0.7;
	sets_posterior(&f, mean, k);
	memcpy(cov, f.user.prec, sizeof cov);
	invert(cov, DIM);
	/* Sums that belong to y, as the sampler has them. */
	memset(f.user.sum, 0, 12 * DIM * sizeof(float));
	memset(f.user.y, 0, 8 * DIM * sizeof(float));
	for (int d = -100; d < draws; d++) {
		f.given.key = (uint64_t)(d + 100);
		assert_int_equal(mr_bayes_draw_sets(&f.user, &f.given, &err),
		    MR_OK);
		for (int i = 0; d >= 0 && i < 8 * DIM; i++) {
			double e = (double)f.user.y[i] - mean[i];

			m[i] += e / draws;
			v[i] += e * e / draws;
		}
	}
	for (int i = 0; i < 8 * DIM; i++) {
		double var = k[i / DIM * 9] * cov[i % DIM * (DIM + 1)];

		/* Draws are correlated: wider than five standard errors. */
		assert_true(fabs(m[i]) < 12 * sqrt(var / draws));
		assert_true(fabs(v[i] / var - 1) < 0.1);
	}
	for (int u = 0; u < 12; u++)
		for (int i = 0; i < DIM; i++) {
			double sum = 0;
			int64_t from = f.R.ptr[u], n = f.R.ptr[u + 1] - from;

			for (int64_t a = from; a < from + n; a++)
				sum += (double)f.user.y[f.R.idx[a] * DIM + i] /
				    sqrt((double)n);
			assert_true(fabs(sum - (double)f.user.sum[u * DIM +
			    i]) < 1e-5);
		}
	unbuild(&f);
}

/*
 * E Lambda = nu Psi^-1 and E m = sum z / (2 + n), with the hyper-prior as
 * bayes_prior.c has it: 200 rows before, whose squares add up to 30 (bias)
 * and 10.  lambda's mean given Lambda and y is (1 + 8 DIM / 2) / (1 + tr / 2).
 */
static void
prior_is_drawn_from_its_posterior(void **state)
{
	const int draws = 20000;
	const double nu = DIM + 200 + 12 + 8, lambda = 0.7;
	struct fixture f;
	struct mr_err err = { 0 };
	double psi[DIM * DIM] = { 30, 0, 0, 0, 10, 0, 0, 0, 10 };
	double sum[DIM] = { 0 }, m[DIM] = { 0 }, p[DIM * DIM] = { 0 };
	double ratio = 0;

	(void)state;
	build(&f);
	for (int u = 0; u < 12 + 8; u++)
		for (int i = 0; i < DIM * DIM; i++) {
			int a = i / DIM, b = i % DIM, r = u < 12 ? u : u - 12;
			const float *x = f.user.x + r * DIM;
			const float *s = f.user.sum + r * DIM;
			const float *y = f.user.y + r * DIM;

			psi[i] += u < 12 ? (double)(x[a] - s[a]) *
			    (double)(x[b] - s[b]) : lambda * (double)y[a] *
			    (double)y[b];
			if (u < 12 && b == 0)
				sum[a] += (double)(x[a] - s[a]);
		}
	for (int i = 0; i < DIM * DIM; i++)
		psi[i] -= sum[i / DIM] * sum[i % DIM] / 14;
	invert(psi, DIM);
	for (int d = 0; d < draws; d++) {
		double trace = 0;

		f.given.key = (uint64_t)d;
		f.user.lambda = lambda;
		assert_int_equal(mr_bayes_draw_prior(&f.user, &f.given,
		    &err), MR_OK);
		for (int i = 0; i < DIM * DIM; i++) {
			p[i] += f.user.prec[i] / draws;
			for (int j = 0; j < 8; j++)
				trace += f.user.prec[i] * (double)f.user.y[j *
				    DIM + i / DIM] * (double)f.user.y[j * DIM
				    + i % DIM];
		}
		for (int i = 0; i < DIM; i++)
			m[i] += f.user.mean[i] / draws;
		ratio += f.user.lambda * (1 + trace / 2) / 13 / draws;
	}
	for (int i = 0; i < DIM * DIM; i++) {
		double ii = psi[i / DIM * (DIM + 1)];
		double jj = psi[i % DIM * (DIM + 1)];

		assert_true(fabs(p[i] - nu * psi[i]) < 5 * sqrt(nu * (psi[i] *
		    psi[i] + ii * jj) / draws));
	}
	/* The variance of m is about that of 1 / (14 Lambda). */
	for (int i = 0; i < DIM; i++)
		assert_true(fabs(m[i] - sum[i] / 14) < 0.005);
	assert_true(fabs(ratio - 1) < 5 / sqrt(13.0 * draws));
	unbuild(&f);
}

static void
omega_is_drawn_from_its_posterior(void **state)
{
	const int draws = 20000;
	struct fixture f;
	struct mr_err err = { 0 };
	double sum[12] = { 0 }, mean[12] = { 0 }, error, want = 0;

	(void)state;
	build(&f);
	mr_bayes_fit(&f.user, &f.given, f.fit);
	for (int d = 0; d < draws; d++) {
		f.given.key = (uint64_t)d;
		assert_int_equal(mr_bayes_draw_omega(&f.user, &f.given,
		    f.fit, &error, &err), MR_OK);
		for (int u = 0; u < 12; u++)
			mean[u] += (double)f.user.omega[u] / draws;
	}
	for (int u = 0; u < 12; u++) {
		double n = (double)(f.R.ptr[u + 1] - f.R.ptr[u]), shape;
		const float *x = f.user.x + u * DIM;

		for (int64_t k = f.R.ptr[u]; k < f.R.ptr[u + 1]; k++) {
			const float *q = f.item.x + (int64_t)f.R.idx[k] * DIM;
			double s = (double)(x[0] + q[0] + x[1] * q[1] +
			    x[2] * q[2]);

			assert_true(fabs((double)f.fit[k] - s) < 1e-5);
			sum[u] += (double)f.item.omega[f.R.idx[k]] *
			    pow(((double)f.R.val[k] - 2.5) / 1.25 - s, 2);
		}
		shape = (20 + n) / 2;
		assert_true(fabs(mean[u] / (shape / (10 + 1.5 * sum[u])) - 1) <
		    5 / sqrt(shape * draws));
		want += (double)f.user.omega[u] * sum[u];
	}
	assert_true(fabs(error / want - 1) < 1e-5);
	unbuild(&f);
}

/* A value that is not finite is found out, whoever let it in. */
static void
not_finite(void **state)
{
	struct mr_err err = { 0 };
	struct fixture f;
	int64_t bad;

	(void)state;
	build(&f);
	f.item.x[1 * DIM + 1] = NAN;
	assert_int_equal(mr_bayes_draw_rows(&f.user, &f.given, &bad, &err),
	    MR_OK);
	assert_true(bad >= 0);
	for (int64_t u = 0; u <= bad; u++) {
		bool has = false;

		for (int64_t k = f.R.ptr[u]; k < f.R.ptr[u + 1]; k++)
			has = has || f.R.idx[k] == 1;
		assert_true(has == (u == bad));
	}
	f.user.x[0] = INFINITY;
	assert_int_equal(mr_bayes_draw_prior(&f.user, &f.given, &err),
	    MR_ENUMERIC);
	unbuild(&f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rows_are_drawn_from_their_posterior),
		cmocka_unit_test(sets_are_drawn_from_their_posterior),
		cmocka_unit_test(prior_is_drawn_from_its_posterior),
		cmocka_unit_test(omega_is_drawn_from_its_posterior),
		cmocka_unit_test(not_finite),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
