/* Bayesian factorisation: what the sampler as a whole finds.
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
#include "planted_build.h"

#define USERS 90
#define ITEMS 70

/* What a run tells beside the model. */
struct facts {
	long long samples, rank;
	double noise, loss;
};

static struct facts
train(struct mr_model *m, const struct rated *d, struct mr_bayes_opt o)
{
	struct mr_train job = job_of(d);
	struct mr_report report = { 0 };
	struct facts f;

	job.report = &report;
	train_by(mr_bayes_train, m, &job, &o);
	assert_int_equal(mr_buf_add(&report.facts, "", 1, &(struct mr_err){
	    0 }), MR_OK);
	assert_int_equal(sscanf(report.facts.p, "mean of %lld samples of "
	    "noise %lg, at rank %lld within %lg", &f.samples, &f.noise,
	    &f.rank, &f.loss), 4);
	mr_report_free(&report);
	return f;
}

/* Also for the pairs that were not rated.  By hand the noise is 0. */
static void
planted_factors_are_found(void **state)
{
	struct rated d, all;

	(void)state;
	rated_new(&d, USERS, ITEMS, planted);
	rated_new(&all, USERS, ITEMS, planted_all);
	for (int sets = 0; sets < 4; sets++) {
		struct mr_model m;
		struct facts f = train(&m, &d, (struct mr_bayes_opt){ .d = 4,
		    .sweeps = 150, .burn_in = 50, .max_rank = 16,
		    .sets = sets });

		print_message("sets %d: error %.4f, noise %.4f, loss %.5f\n",
		    sets, rmse_of(&m, &all.R), f.noise, f.loss);
		assert_true(rmse_of(&m, &all.R) < 0.1);
		assert_true(f.noise < 0.1);
		assert_int_equal(f.samples, 100);
		assert_int_equal(f.rank, 16);
		assert_int_equal(m.U.cols, 16 + 2);
		mr_model_free(&m);
	}
	rated_free(&d);
	rated_free(&all);
}

/* With room for all samples U V' is their mean product; the loss says so,
 * and grows with less room. */
static void
compression(void **state)
{
	static const int64_t rank[] = { 100, 12, 2, 1 };
	struct mr_model full;
	struct rated d;
	double before = 0;

	(void)state;
	rated_new(&d, USERS, ITEMS, planted);
	for (int n = 0; n < 4; n++) {
		struct mr_model m;
		struct facts f = train(&m, &d, (struct mr_bayes_opt){ .d = 4,
		    .sweeps = 30, .burn_in = 5, .max_rank = rank[n] });
		double sum = 0;

		/* No more than a matrix of ITEMS columns can have. */
		assert_int_equal(f.rank, n ? rank[n] : ITEMS);
		assert_int_equal(m.U.cols, f.rank + 2);
		assert_true(n ? f.loss > before : f.loss < 2e-6);
		if (n == 0)
			full = m;
		for (int u = 0; n && u < USERS; u++)
			for (int64_t k = d.R.ptr[u]; k < d.R.ptr[u + 1]; k++)
				sum += pow(score(&m, u, d.R.idx[k]) -
				    score(&full, u, d.R.idx[k]), 2);
		sum = sqrt(sum / (double)mr_csr_nnz(&d.R));
		/* It is told with two digits. */
		assert_true(fabs(sum - f.loss) < 1e-5 + 0.06 * sum);
		before = f.loss;
		if (n)
			mr_model_free(&m);
	}
	mr_model_free(&full);
	rated_free(&d);
}

/* bias is the mean of side's estimates of its ratings, less mu; a row without
 * any is zeros. */
static void
check_known(const struct mr_model *m, const struct mr_csr *side,
    const float *bias, const struct mr_mat *F, bool users)
{
	for (int x = 0; x < side->rows; x++) {
		int64_t from = side->ptr[x], n = side->ptr[x + 1] - from;
		double sum = 0;

		for (int64_t k = from; k < from + n; k++)
			sum += users ? score(m, x, side->idx[k]) :
			    score(m, side->idx[k], x);
		if (n > 0)
			assert_true(fabs(m->mu + (double)bias[x] - sum /
			    (double)n) < 1e-4);
		else
			assert_true(bias[x] == 0);
		for (int64_t j = 0; n == 0 && j < F->cols; j++)
			assert_true(mr_mat_row(F, x)[j] == 0);
	}
}

/* What is said of an unknown user or film are means, and mu is that of the
 * ratings; a row without ratings is an unknown one. */
static void
unknown_rows(void **state)
{
	struct rated d;
	double mean = 0;

	(void)state;
	rated_new(&d, USERS, ITEMS, planted);
	for (int64_t k = 0; k < mr_csr_nnz(&d.R); k++)
		mean += (double)d.R.val[k] / (double)mr_csr_nnz(&d.R);
	for (int sets = 0; sets < 4; sets++) {
		struct mr_model m;

		/* With room for all that a matrix of ITEMS columns has. */
		train(&m, &d, (struct mr_bayes_opt){ .d = 3, .sweeps = 60,
		    .burn_in = 20, .max_rank = ITEMS, .sets = sets });
		assert_true(fabs(m.mu - mean) < 1e-9);
		check_known(&m, &d.R, m.bu, &m.U, true);
		check_known(&m, &d.Rt, m.bi, &m.V, false);
		for (int i = 0; i < ITEMS; i++)
			assert_true(fabs(score(&m, 4, i) - m.mu -
			    (double)m.bi[i]) < 1e-9);
		mr_model_free(&m);
	}
	rated_free(&d);
}

#define LONE 60		/* films that one user each has rated, and low */

static double
few_are_bad(int u, int i)
{
	if (i < 12)
		return 4 + (u + i) % 2;
	return (i - 12) % 30 == u ? 1.0 + i % 2 : (double)NAN;
}

/* A film of which nothing is known is like those that were rated, which most
 * of the films are not. */
static void
unknown_is_as_what_is_rated(void **state)
{
	struct rated d;

	(void)state;
	rated_new(&d, 30, 12 + LONE, few_are_bad);
	for (int sets = 0; sets < 4; sets++) {
		struct mr_model m;

		train(&m, &d, (struct mr_bayes_opt){ .d = 4, .sweeps = 60,
		    .burn_in = 20, .max_rank = 30, .sets = sets });
		for (int u = 0; u < 30; u++) {
			double sum = 0;

			for (int64_t k = d.R.ptr[u]; k < d.R.ptr[u + 1]; k++)
				sum += (double)d.R.val[k];
			assert_true(fabs(m.mu + (double)m.bu[u] - sum /
			    (double)(d.R.ptr[u + 1] - d.R.ptr[u])) < 0.15);
		}
		for (int i = 0; i < 12; i++)
			assert_true(fabs(m.mu + (double)m.bi[i] - 4.5) < 0.15);
		mr_model_free(&m);
	}
	rated_free(&d);
}

/* The unit of the ratings does not matter. */
static void
scale_and_origin(void **state)
{
	const struct mr_bayes_opt o = { .d = 3, .sweeps = 20, .burn_in = 5,
	    .max_rank = 8, .sets = MR_SETS_BOTH };
	struct mr_model a, b;
	struct rated d;

	(void)state;
	rated_new(&d, USERS, ITEMS, planted);
	train(&a, &d, o);
	for (int64_t k = 0; k < mr_csr_nnz(&d.R); k++) {
		d.R.val[k] = d.R.val[k] * 1024 + 4096;
		d.Rt.val[k] = d.Rt.val[k] * 1024 + 4096;
	}
	train(&b, &d, o);
	for (int u = 0; u < USERS; u++)
		for (int i = 0; i < ITEMS; i++)
			assert_true(fabs(score(&b, u, i) - 4096 - 1024 *
			    score(&a, u, i)) < 0.02 * 1024);
	mr_model_free(&a);
	mr_model_free(&b);
	rated_free(&d);
}

static void
degenerate(const float *val, int n, double near)
{
	struct mr_coo c = { 0 };
	struct rated d;
	struct mr_err err = { 0 };
	struct mr_model m;
	int64_t again;

	for (int k = 0; k < n; k++)
		assert_int_equal(mr_coo_add(&c, k / 4, k % 4, val[k], &err),
		    MR_OK);
	assert_int_equal(mr_csr_from_coo(&d.R, &c, (n + 3) / 4, 4, &again,
	    &err), MR_OK);
	assert_int_equal(mr_csr_transpose(&d.Rt, &d.R, &err), MR_OK);
	train(&m, &d, (struct mr_bayes_opt){ .d = 20, .sweeps = 60,
	    .burn_in = 10, .max_rank = 40, .sets = MR_SETS_BOTH });
	for (int k = 0; k < n; k++)
		assert_true(fabs(score(&m, k / 4, k % 4) -
		    (double)val[k]) <= near);
	mr_model_free(&m);
	rated_free(&d);
	mr_coo_free(&c);
}

static void
degenerate_ratings(void **state)
{
	const float one[] = { 4 }, two[] = { 1, 5 }, far[] = { -4e36f, 4e36f };
	const float tiny[] = { 1e-30f, 2e-30f, 3e-30f };
	float same[40];

	(void)state;
	for (int k = 0; k < 40; k++)
		same[k] = 3;
	degenerate(one, 1, 0.5);
	degenerate(two, 2, 2.5);
	degenerate(same, 40, 0.2);
	degenerate(far, 2, 5e36);
	degenerate(tiny, 3, 2e-30);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(planted_factors_are_found),
		cmocka_unit_test(compression),
		cmocka_unit_test(unknown_rows),
		cmocka_unit_test(unknown_is_as_what_is_rated),
		cmocka_unit_test(scale_and_origin),
		cmocka_unit_test(degenerate_ratings),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
