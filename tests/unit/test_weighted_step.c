/* A half-step of implicit ALS: every row against its solution in long double,
 * over all conditions, lengths and widths.
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
#include "exact_row.h"
#include "model/weighted_step.h"
#include "train_build.h"

struct problem {
	struct mr_csr R;
	struct mr_mat fixed, rows;
	struct mr_weighted w;
};

static double
noise(int stream, int64_t i)
{
	return mr_rng_normal(6, (uint64_t)stream, (uint64_t)i);
}

/*
 * rows of 0, 1, 2 .. entries, times step, of cols columns, whose factors are
 * of size 10^-fall in the last dimension.  Values 0 to 1.
 */
static void
make(struct problem *p, int rows, int step, int cols, int d, double fall)
{
	struct mr_coo c = { 0 };
	struct mr_err err = { 0 };
	int64_t again, width = mr_weighted_width(d);

	memset(p, 0, sizeof *p);
	for (int u = 0; u < rows; u++)
		for (int k = 0; k < u * step; k++)
			assert_int_equal(mr_coo_add(&c, u, (int32_t)((u * 5 +
			    k * 7LL) % cols), (float)mr_rng_uniform(6,
			    (uint64_t)u, (uint64_t)k), &err), MR_OK);
	assert_int_equal(mr_csr_from_coo(&p->R, &c, rows, cols, &again,
	    &err), MR_OK);
	mr_coo_free(&c);
	assert_int_equal(mr_mat_new(&p->fixed, cols, width, "", &err), MR_OK);
	assert_int_equal(mr_mat_new(&p->rows, rows, width, "", &err), MR_OK);
	for (int i = 0; i < cols; i++)
		for (int j = 0; j < d; j++)
			mr_mat_row(&p->fixed, i)[j] = (float)(noise(j, i) *
			    pow(10, d > 1 ? -fall * j / (d - 1) : 0));
	p->w = (struct mr_weighted){ .R = &p->R, .fixed = &p->fixed,
	    .rows = &p->rows, .d = d, .row_kind = "user" };
	p->w.rule.rule = MR_FOLD_WEIGHTED;
}

static void
drop(struct problem *p)
{
	mr_csr_free(&p->R);
	mr_mat_free(&p->fixed);
	mr_mat_free(&p->rows);
}

static int
run(const struct problem *p, int threads, struct mr_vague *vague,
    struct mr_err *err)
{
	memset(err, 0, sizeof *err);
	return mr_weighted_step(&p->w, test_blas(), threads, vague, err);
}

/* Of a row, given the factors as they are now. */
static double
error_of(const struct problem *p, int64_t row)
{
	int d = (int)p->w.d;
	size_t n = (size_t)(p->R.ptr[row + 1] - p->R.ptr[row]);
	const struct mr_fold *f = &p->w.rule;
	long double *a = calloc((size_t)(d * d), sizeof *a), ridge;
	long double *x = malloc((size_t)d * sizeof *x);
	float *y = malloc((n * (size_t)d + 1) * sizeof *y);
	double *c = malloc((n + 1) * sizeof *c);
	double *t = malloc((n + 1) * sizeof *t), e;

	assert_true(a && x && y && c && t);
	ridge = f->lambda * powl((long double)n + f->unobserved *
	    (double)p->R.cols, f->exponent);
	for (int64_t u = 0; u < p->R.cols; u++)
		for (int i = 0; i < d; i++)
			for (int j = 0; j <= i; j++)
				a[i * d + j] += f->unobserved * (long double)
				    mr_mat_row(&p->fixed, u)[i] *
				    mr_mat_row(&p->fixed, u)[j];
	for (int i = 0; i < d; i++)
		a[i * d + i] += ridge;
	for (size_t k = 0; k < n; k++) {
		int64_t at = p->R.ptr[row] + (int64_t)k;

		c[k] = 1 + f->alpha * (double)p->R.val[at];
		t[k] = 1;
		memcpy(y + k * (size_t)d, mr_mat_row(&p->fixed,
		    p->R.idx[at]), (size_t)d * sizeof *y);
	}
	exact_row(d, a, (int)n, c, t, y, x);
	e = relative_error(d, x, mr_mat_row(&p->rows, row));
	free(a);
	free(x);
	free(y);
	free(c);
	free(t);
	return e;
}

static void
check(const struct problem *p, double most)
{
	for (int64_t u = 0; u < p->R.rows; u++) {
		for (int64_t j = p->w.d; j < p->rows.cols; j++)
			assert_true(mr_mat_row(&p->rows, u)[j] == 0);
		assert_true(error_of(p, u) <= most);
	}
}

/* Conditions 1 + c / a0 of 2 to 1e12, at every length up to 69. */
static void
every_condition(void **state)
{
	static const int dims[] = { 1, 5, 16, 33 };
	struct mr_vague vague;
	struct mr_err err;

	(void)state;
	for (int d = 0; d < 4; d++)
		for (double condition = 2; condition < 2e12; condition *= 30)
			for (int alpha = 0; alpha < 2; alpha++) {
				struct problem p;

				make(&p, 70, 1, 90, dims[d], 1);
				p.w.rule.lambda = 0.1;
				p.w.rule.exponent = 0.25;
				p.w.rule.unobserved = alpha ? 0.02 : 1 /
				    condition;
				p.w.rule.alpha = alpha ? condition * 0.02 :
				    0;
				assert_int_equal(run(&p, 2, &vague, &err),
				    MR_OK);
				assert_int_equal(vague.rows, 0);
				check(&p, 1e-4);
				drop(&p);
			}
}

/* Without a ridge, and factors of very different size. */
static void
no_ridge(void **state)
{
	struct mr_vague vague;
	struct mr_err err;

	(void)state;
	for (double fall = 0; fall <= 4; fall++) {
		struct problem p;

		make(&p, 60, 1, 70, 12, fall);
		p.w.rule.unobserved = 0.05;
		assert_int_equal(run(&p, 2, &vague, &err), MR_OK);
		check(&p, 1e-3);
		drop(&p);
	}
}

/* Fewer columns than factors: what no column has is not invented. */
static void
fewer_columns_than_factors(void **state)
{
	struct mr_vague vague;
	struct mr_err err;
	struct problem p;

	(void)state;
	make(&p, 10, 1, 5, 20, 0);
	p.w.rule.unobserved = 0.05;
	assert_int_equal(run(&p, 2, &vague, &err), MR_OK);
	for (int64_t u = 0; u < p.R.rows; u++) {
		double size = 0;

		for (int j = 0; j < 20; j++)
			size += pow((double)mr_mat_row(&p.rows, u)[j], 2);
		assert_true(size < 10);
		assert_true((size > 0) == (u > 0));
	}
	drop(&p);
}

/* From the last solution as from nothing, and the same for any threads. */
static void
starts_and_threads(void **state)
{
	struct problem p, q;
	struct mr_vague vague;
	struct mr_err err;
	size_t size;

	(void)state;
	make(&p, 300, 1, 400, 20, 2);
	make(&q, 300, 1, 400, 20, 2);
	p.w.rule = q.w.rule = (struct mr_fold){ .rule = MR_FOLD_WEIGHTED,
	    .lambda = 0.1, .exponent = 1, .alpha = 0.5, .unobserved = 0.01 };
	assert_int_equal(run(&p, 1, &vague, &err), MR_OK);
	check(&p, 1e-4);
	size = (size_t)(p.rows.rows * p.rows.cols) * sizeof(float);
	for (int t = 0; t < 5; t++) {
		struct problem r;

		make(&r, 300, 1, 400, 20, 2);
		r.w.rule = p.w.rule;
		assert_int_equal(run(&r, t, &vague, &err), MR_OK);
		assert_memory_equal(r.rows.a, p.rows.a, size);
		drop(&r);
	}
	for (int64_t i = 0; i < q.rows.rows * q.rows.cols; i++)
		if (i % q.rows.cols < 20)
			q.rows.a[i] = (float)noise(99, i);
	assert_int_equal(run(&q, 2, &vague, &err), MR_OK);
	check(&q, 1e-4);
	drop(&p);
	drop(&q);
}

/* More than 65,536 entries: shared out, in segments of a fixed length. */
static void
a_row_of_everybody(void **state)
{
	struct problem p, q;
	struct mr_vague vague;
	struct mr_err err;

	(void)state;
	make(&p, 2, 140000, 150000, 6, 1);
	make(&q, 2, 140000, 150000, 6, 1);
	p.w.rule = q.w.rule = (struct mr_fold){ .rule = MR_FOLD_WEIGHTED,
	    .lambda = 0.1, .exponent = 1, .alpha = 1, .unobserved = 0.02 };
	assert_int_equal(run(&p, 1, &vague, &err), MR_OK);
	assert_true(error_of(&p, 1) <= 1e-5);
	assert_int_equal(run(&q, 3, &vague, &err), MR_OK);
	assert_memory_equal(p.rows.a, q.rows.a, 2 * 16 * sizeof(float));
	drop(&p);
	drop(&q);
}

/* The products of the two sides do not know that there was a turn. */
static void
the_turn_keeps_products(void **state)
{
	struct problem p;
	struct mr_mat before;
	struct mr_vague vague;
	struct mr_err err;

	(void)state;
	make(&p, 5, 1, 30, 7, 1);
	before = p.fixed;
	before.a = malloc(30 * 16 * sizeof(float));
	assert_non_null(before.a);
	memcpy(before.a, p.fixed.a, 30 * 16 * sizeof(float));
	p.w.rule.unobserved = 1;
	assert_int_equal(run(&p, 1, &vague, &err), MR_OK);
	for (int a = 0; a < 30; a++)
		for (int b = 0; b < 30; b++) {
			double s = 0;

			for (int j = 0; j < 16; j++)
				s += (double)(mr_mat_row(&before, a)[j] *
				    mr_mat_row(&before, b)[j]) - (double)
				    (mr_mat_row(&p.fixed, a)[j] *
				    mr_mat_row(&p.fixed, b)[j]);
			assert_true(fabs(s) < 1e-4);
		}
	free(before.a);
	drop(&p);
}

static void
beyond_what_there_is(void **state)
{
	struct mr_vague vague;
	struct mr_err err;
	struct problem p;

	(void)state;
	make(&p, 6, 1, 30, 4, 0);
	p.w.rule.unobserved = 1e-20;
	p.w.rule.lambda = 1;
	for (int i = 0; i < 30; i++)	/* all the same but for a hair */
		for (int j = 0; j < 4; j++)
			mr_mat_row(&p.fixed, i)[j] = (float)(1e8 + 8 *
			    noise(j, i));
	assert_int_equal(run(&p, 1, &vague, &err), MR_OK);
	assert_true(vague.rows > 0 && vague.first >= 1);
	mr_mat_row(&p.fixed, 2)[1] = INFINITY;
	assert_int_equal(run(&p, 1, &vague, &err), MR_ENUMERIC);
	assert_string_equal(err.msg, "the factors grow beyond bounds: a "
	    "larger lambda helps");
	drop(&p);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_condition),
		cmocka_unit_test(no_ridge),
		cmocka_unit_test(fewer_columns_than_factors),
		cmocka_unit_test(starts_and_threads),
		cmocka_unit_test(a_row_of_everybody),
		cmocka_unit_test(the_turn_keeps_products),
		cmocka_unit_test(beyond_what_there_is),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
