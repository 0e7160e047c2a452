/* One half-step: each row against its normal equations in double, whatever
 * their condition, and the Gramian against a double loop.
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
#include "model/half_step.h"
#include "train_build.h"

#define ROWS 150
#define COLS 60

struct problem {
	struct mr_csr R;
	int dim;
	double scale, ridge;
	float *V;		/* [COLS * dim] */
	float *x;		/* [ROWS * dim] */
	int put[ROWS];
};

static void
gather(const void *ctx, int64_t row, float *g, float *t, double *ridge)
{
	const struct problem *p = ctx;

	for (int64_t k = p->R.ptr[row]; k < p->R.ptr[row + 1]; k++) {
		memcpy(g, p->V + p->R.idx[k] * p->dim,
		    (size_t)p->dim * sizeof *g);
		g += p->dim;
		*t++ = p->R.val[k];
	}
	*ridge = p->ridge;
}

static void
put(const void *ctx, int64_t row, const float *x)
{
	struct problem *p = (struct problem *)(uintptr_t)ctx;

	p->put[row]++;
	memcpy(p->x + row * p->dim, x, (size_t)p->dim * sizeof *x);
}

static void
make(struct problem *p, int dim, double scale, double ridge)
{
	struct mr_coo c = { 0 };
	struct mr_err err = { 0 };
	int64_t again;

	memset(p, 0, sizeof *p);
	p->dim = dim;
	p->ridge = ridge;
	/* Row u has u % 23 entries: rows 0, 23, ... none. */
	for (int u = 0; u < ROWS; u++)
		for (int k = 0; k < u % 23; k++)
			assert_int_equal(mr_coo_add(&c, u, (u + k * 7) % COLS,
			    (float)mr_rng_normal(1, (uint64_t)u, (uint64_t)k),
			    &err), MR_OK);
	assert_int_equal(mr_csr_from_coo(&p->R, &c, ROWS, COLS, &again,
	    &err), MR_OK);
	mr_coo_free(&c);
	p->V = malloc((size_t)(COLS * dim) * sizeof *p->V);
	p->x = calloc((size_t)(ROWS * dim), sizeof *p->x);
	assert_true(p->V && p->x);
	for (int i = 0; i < COLS * dim; i++)
		p->V[i] = (float)(scale * mr_rng_normal(2, 1, (uint64_t)i));
}

static void
drop(struct problem *p)
{
	mr_csr_free(&p->R);
	free(p->V);
	free(p->x);
}

static int
solve(struct problem *p, const float *base, int threads, struct mr_err *err)
{
	struct mr_half_step h = { .R = &p->R, .dim = p->dim, .base = base,
	    .gather = gather, .put = put, .ctx = p, .row_kind = "user" };

	memset(err, 0, sizeof *err);
	memset(p->put, 0, sizeof p->put);
	return mr_half_step_run(&h, test_blas(), threads, err);
}

/* |A x - b| against |A| |x| + |b|, the backward error, of one row. */
static double
backward_error(const struct problem *p, const float *base, int row)
{
	double worst = 0;

	for (int i = 0; i < p->dim; i++) {
		double s = 0, size = 0;

		for (int j = 0; j < p->dim; j++) {
			double a = base ? (double)base[i >= j ? i * p->dim +
			    j : j * p->dim + i] : 0;

			for (int64_t k = p->R.ptr[row];
			    k < p->R.ptr[row + 1]; k++)
				a += (double)p->V[p->R.idx[k] * p->dim + i] *
				    (double)p->V[p->R.idx[k] * p->dim + j];
			a += i == j ? p->ridge : 0;
			s += a * (double)p->x[row * p->dim + j];
			size += fabs(a * (double)p->x[row * p->dim + j]);
		}
		for (int64_t k = p->R.ptr[row]; k < p->R.ptr[row + 1]; k++) {
			double b = (double)p->V[p->R.idx[k] * p->dim + i] *
			    (double)p->R.val[k];

			s -= b;
			size += fabs(b);
		}
		worst = fmax(worst, size > 0 ? fabs(s) / size : 0);
	}
	return worst;
}

/*
 * dim and entries are below 40, the condition of a row solved in float below
 * about 1e6 by its pivots; the residual of Cholesky does not see it: it is
 * some dim U of |A||x|.
 */
static void
check(const struct problem *p, const float *base)
{
	for (int u = 0; u < ROWS; u++) {
		int empty = p->R.ptr[u] == p->R.ptr[u + 1];

		assert_int_equal(p->put[u], !empty);
		for (int j = 0; j < p->dim; j++)
			assert_true(isfinite(p->x[u * p->dim + j]));
		if (!empty)
			assert_true(backward_error(p, base, u) < 200 *
			    0x1p-24);
	}
}

static void
normal_equations(void **state)
{
	static const int dim[] = { 1, 2, 5, 16, 33 };
	static const double ridge[] = { 10, 0.1, 1e-3, 1e-9, 1e-12 };
	struct mr_err err;
	struct problem p;

	(void)state;
	for (int d = 0; d < 5; d++)
		for (int r = 0; r < 5; r++) {
			make(&p, dim[d], 1, ridge[r]);
			assert_int_equal(solve(&p, NULL, 1, &err), MR_OK);
			check(&p, NULL);
			drop(&p);
		}
}

/* A base of which only the lower triangle may be read. */
static void
with_base(void **state)
{
	enum { D = 12 };
	float base[D * D], half[D * D];
	struct mr_err err;
	struct problem p;

	(void)state;
	make(&p, D, 1, 0.01);
	assert_int_equal(mr_gram(test_blas(), p.V, COLS, D, 0.3, 1, base, &err),
	    MR_OK);
	for (int i = 0; i < D; i++)
		for (int j = 0; j < D; j++)
			half[i * D + j] = j <= i ? base[i * D + j] : NAN;
	assert_int_equal(solve(&p, half, 2, &err), MR_OK);
	check(&p, base);
	drop(&p);
}

static void
threads_change_nothing(void **state)
{
	struct problem p;
	struct mr_err err;
	float *first = malloc(ROWS * 16 * sizeof *first);

	(void)state;
	assert_non_null(first);
	make(&p, 16, 1, 1e-7);
	assert_int_equal(solve(&p, NULL, 1, &err), MR_OK);
	memcpy(first, p.x, ROWS * 16 * sizeof *first);
	for (int t = 0; t < 6; t++) {
		memset(p.x, 0, ROWS * 16 * sizeof *first);
		assert_int_equal(solve(&p, NULL, t, &err), MR_OK);
		assert_memory_equal(first, p.x, ROWS * 16 * sizeof *first);
	}
	drop(&p);
	free(first);
}

/* Squares of 1e25 do not fit a float; the row has a solution all the same. */
static void
large_values_go_the_double_way(void **state)
{
	struct problem p;
	struct mr_err err;

	(void)state;
	make(&p, 4, 1e25, 1e40);
	assert_int_equal(solve(&p, NULL, 1, &err), MR_OK);
	check(&p, NULL);
	drop(&p);
}

static void
no_solution_names_the_first_row(void **state)
{
	struct problem p;
	struct mr_err err;

	(void)state;
	/* Rows of fewer than 30 entries are singular without a ridge. */
	make(&p, 30, 1, 0);
	for (int t = 1; t <= 4; t += 3) {
		p.ridge = -1e9;
		assert_int_equal(solve(&p, NULL, t, &err), MR_ENUMERIC);
		assert_string_equal(err.msg, "no finite solution for user "
		    "number 2: a larger lambda helps");
	}
	drop(&p);
}

static void
gram(void **state)
{
	static const int64_t rows[] = { 0, 1, 2, 15, 16, 17, 100, 1000 };
	static const int dim[] = { 1, 3, 16, 20 };
	float x[1000 * 20], c[400], again[400];
	struct mr_err err = { 0 };

	(void)state;
	for (int i = 0; i < 1000 * 20; i++)
		x[i] = (float)mr_rng_normal(4, 4, (uint64_t)i);
	for (int r = 0; r < 8; r++)
		for (int d = 0; d < 4; d++) {
			int n = dim[d];
			size_t size = (size_t)(n * n) * sizeof *c;

			assert_int_equal(mr_gram(test_blas(), x, rows[r], n,
			    0.7, 1, c, &err), MR_OK);
			for (int t = 0; t < 5; t++) {
				assert_int_equal(mr_gram(test_blas(), x,
				    rows[r], n, 0.7, t, again, &err), MR_OK);
				assert_memory_equal(c, again, size);
			}
			for (int i = 0; i < n; i++)
				for (int j = 0; j < n; j++) {
					double s = 0, most = 0;

					for (int64_t u = 0; u < rows[r]; u++) {
						double e = (double)
						    x[u * n + i] * (double)
						    x[u * n + j];

						s += e;
						most += fabs(e);
					}
					/* 63 additions in float at most */
					assert_true(fabs((double)c[i * n + j]
					    - 0.7 * s) <= 70 * 0x1p-24 *
					    most);
					assert_true(c[i * n + j] ==
					    c[j * n + i]);
				}
		}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(normal_equations),
		cmocka_unit_test(with_base),
		cmocka_unit_test(threads_change_nothing),
		cmocka_unit_test(large_values_go_the_double_way),
		cmocka_unit_test(no_solution_names_the_first_row),
		cmocka_unit_test(gram),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
