/* One half-step: each row against its solution in long double, whatever the
 * condition.
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
gather(const void *ctx, int64_t row, int64_t from, int64_t n, float *g,
    double *t)
{
	const struct problem *p = ctx;

	from += p->R.ptr[row];
	assert_true(n > 0 && from + n <= p->R.ptr[row + 1]);
	for (int64_t k = from; k < from + n; k++) {
		memcpy(g, p->V + p->R.idx[k] * p->dim,
		    (size_t)p->dim * sizeof *g);
		g += p->dim;
		*t++ = p->R.val[k];
	}
}

static double
ridge(const void *ctx, int64_t n)
{
	const struct problem *p = ctx;

	return n ? p->ridge : 0;
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
solve(struct problem *p, int threads, struct mr_vague *vague,
    struct mr_err *err)
{
	struct mr_half_step h = { .R = &p->R, .dim = p->dim,
	    .gather = gather, .ridge = ridge, .put = put, .ctx = p,
	    .row_kind = "user" };

	memset(err, 0, sizeof *err);
	memset(p->put, 0, sizeof p->put);
	return mr_half_step_run(&h, test_blas(), threads, vague, err);
}

/* The error of a row that has entries, in its length. */
static double
error_of(const struct problem *p, int row)
{
	size_t d = (size_t)p->dim;
	int64_t from = p->R.ptr[row], n = p->R.ptr[row + 1] - from;
	long double *a = calloc(d * d, sizeof *a), *x = malloc(d * sizeof *x);
	float *y = malloc((size_t)n * d * sizeof *y);
	double *t = malloc((size_t)n * sizeof *t);
	double *c = malloc((size_t)n * sizeof *c), e;

	assert_true(a && x && y && t && c);
	for (size_t j = 0; j < d; j++)
		a[j * d + j] = p->ridge;
	gather(p, row, 0, n, y, t);
	for (int64_t k = 0; k < n; k++)
		c[k] = 1;
	exact_row(p->dim, a, (int)n, c, t, y, x);
	e = relative_error(p->dim, x, p->x + row * p->dim);
	free(a);
	free(x);
	free(y);
	free(t);
	free(c);
	return e;
}

static void
check(const struct problem *p)
{
	for (int u = 0; u < ROWS; u++) {
		int empty = p->R.ptr[u] == p->R.ptr[u + 1];

		assert_int_equal(p->put[u], !empty);
		if (!empty)
			assert_true(error_of(p, u) <= 1e-4);
	}
}

/* |g|^2 of 22 entries is some 22 dim: conditions up to 1e12. */
static void
rows_are_right(void **state)
{
	static const int dim[] = { 1, 2, 5, 16, 33 };
	struct mr_vague vague;
	struct mr_err err;
	struct problem p;

	(void)state;
	for (int d = 0; d < 5; d++)
		for (double r = 100; r > 1e-9; r /= 10) {
			make(&p, dim[d], 1, r);
			assert_int_equal(solve(&p, 1, &vague, &err), MR_OK);
			assert_int_equal(vague.rows, 0);
			assert_int_equal(vague.first, -1);
			check(&p);
			drop(&p);
		}
}

/* Past what double can tell, rows are counted. */
static void
vague_rows_are_counted(void **state)
{
	struct mr_vague vague;
	struct mr_err err;
	struct problem p;
	int first = -1;

	(void)state;
	make(&p, 5, 1e4, 1e-4);
	for (int i = 0; i < COLS; i++)	/* two columns that are one */
		p.V[i * 5 + 1] = p.V[i * 5];
	assert_int_equal(solve(&p, 2, &vague, &err), MR_OK);
	assert_true(vague.rows > 0 && vague.rows < ROWS);
	for (int u = 0; u < ROWS; u++)
		if (p.R.ptr[u] < p.R.ptr[u + 1] && error_of(&p, u) > 1e-3 &&
		    first < 0)
			first = u;
	assert_true(first < 0 || vague.first <= first);
	drop(&p);
}

static void
threads_change_nothing(void **state)
{
	float *first = malloc(ROWS * 16 * sizeof *first);
	struct mr_vague vague;
	struct problem p;
	struct mr_err err;

	(void)state;
	assert_non_null(first);
	for (double r = 1; r > 1e-8; r /= 1e7) {
		make(&p, 16, 1, r);
		assert_int_equal(solve(&p, 1, &vague, &err), MR_OK);
		memcpy(first, p.x, ROWS * 16 * sizeof *first);
		for (int t = 0; t < 6; t++) {
			memset(p.x, 0, ROWS * 16 * sizeof *first);
			assert_int_equal(solve(&p, t, &vague, &err), MR_OK);
			assert_memory_equal(first, p.x, ROWS * 16 *
			    sizeof *first);
		}
		drop(&p);
	}
	free(first);
}

/* Squares of 1e25 do not fit a float; the row has a solution all the same. */
static void
large_values_go_the_double_way(void **state)
{
	struct mr_vague vague;
	struct problem p;
	struct mr_err err;

	(void)state;
	make(&p, 4, 1e25, 1e40);
	assert_int_equal(solve(&p, 1, &vague, &err), MR_OK);
	check(&p);
	drop(&p);
}

/* A row of over 4,096 entries, in double, and one of 300 at dim 4. */
static void
long_rows(void **state)
{
	static const int entries[] = { 300, 5000 };
	struct mr_vague vague;
	struct mr_err err;
	int64_t again;

	(void)state;
	for (int e = 0; e < 2; e++) {
		struct problem p = { .dim = 4, .ridge = 20 };
		struct mr_coo c = { 0 };

		memset(&err, 0, sizeof err);
		for (int k = 0; k < entries[e]; k++)
			assert_int_equal(mr_coo_add(&c, 0, k, (float)
			    mr_rng_normal(1, 7, (uint64_t)k), &err), MR_OK);
		assert_int_equal(mr_csr_from_coo(&p.R, &c, 1, entries[e],
		    &again, &err), MR_OK);
		mr_coo_free(&c);
		p.V = malloc((size_t)entries[e] * 4 * sizeof *p.V);
		p.x = calloc(4, sizeof *p.x);
		assert_true(p.V && p.x);
		for (int i = 0; i < entries[e] * 4; i++)
			p.V[i] = (float)mr_rng_normal(2, 1, (uint64_t)i);
		assert_int_equal(solve(&p, 2, &vague, &err), MR_OK);
		assert_int_equal(p.put[0], 1);
		assert_true(error_of(&p, 0) < 1e-5);
		drop(&p);
	}
}

static void
no_solution_names_the_first_row(void **state)
{
	struct mr_vague vague;
	struct mr_err err;
	struct problem p;

	(void)state;
	make(&p, 30, 1, -1e9);
	for (int t = 1; t <= 4; t += 3) {
		assert_int_equal(solve(&p, t, &vague, &err), MR_ENUMERIC);
		assert_string_equal(err.msg, "no finite solution for user "
		    "number 2: a larger lambda helps");
	}
	drop(&p);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rows_are_right),
		cmocka_unit_test(vague_rows_are_counted),
		cmocka_unit_test(threads_change_nothing),
		cmocka_unit_test(large_values_go_the_double_way),
		cmocka_unit_test(long_rows),
		cmocka_unit_test(no_solution_names_the_first_row),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
