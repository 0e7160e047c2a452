/* One row in double against long double, over conditions from 1 to 1e12 and
 * beyond.
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
#include "model/ridge_row.h"
#include "train_build.h"

struct problem {
	int dim, n;
	float *z;
	double *t;
};

static void
rows(const void *ctx, int64_t from, int64_t n, double *z, double *t)
{
	const struct problem *p = ctx;

	assert_true(n > 0 && n <= MR_RIDGE_CHUNK);
	for (int64_t k = 0; k < n; k++) {
		t[k] = p->t[from + k];
		for (int j = 0; j < p->dim; j++)
			z[k * p->dim + j] = p->z[(from + k) * p->dim + j];
	}
}

/* Entry k of z is of size 10^(- even * k / n): how uneven the rows are. */
static void
make(struct problem *p, int dim, int n, double uneven)
{
	p->dim = dim;
	p->n = n;
	p->z = malloc((size_t)(n * dim) * sizeof *p->z);
	p->t = malloc((size_t)n * sizeof *p->t);
	assert_true(p->z && p->t);
	for (int k = 0; k < n; k++) {
		p->t[k] = mr_rng_normal(8, 1, (uint64_t)k);
		for (int j = 0; j < dim; j++)
			p->z[k * dim + j] = (float)(pow(10, -uneven * k /
			    n) * mr_rng_normal(8, 2, (uint64_t)(k * dim +
			    j)));
	}
}

/* The relative error of x; *told as mr_ridge_solve tells it. */
static double
error_of(const struct problem *p, double ridge, double *told)
{
	size_t d = (size_t)p->dim;
	const struct mr_ridge_row row = { p->dim, p->n, ridge, rows, p };
	double *work = malloc(mr_ridge_work(p->dim) * sizeof *work), worst;
	double *x = malloc(d * sizeof *x), *c = malloc((size_t)p->n *
	    sizeof *c);
	float *got = malloc(d * sizeof *got);
	long double *want = malloc(d * sizeof *want);
	long double *a = calloc(d * d, sizeof *a);

	assert_true(work && x && c && got && want && a);
	for (int k = 0; k < p->n; k++)
		c[k] = 1;
	for (size_t j = 0; j < d; j++)
		a[j * d + j] = ridge;
	exact_row(p->dim, a, p->n, c, p->t, p->z, want);
	*told = mr_ridge_solve(&row, test_blas(), work, x);
	for (size_t j = 0; j < d; j++)
		got[j] = (float)x[j];
	worst = relative_error(p->dim, want, got);
	free(work);
	free(x);
	free(c);
	free(got);
	free(want);
	free(a);
	return worst;
}

/* Up to 1e12 right to four digits; beyond, it is right or it says so. */
static void
right_or_told(void **state)
{
	/* Where long double can tell, 1e19 / size. */
	static const int shape[][2] = { { 1, 1 }, { 1, 40 }, { 4, 2 },
	    { 16, 15 }, { 16, 16 }, { 16, 17 }, { 33, 300 }, { 40, 20 },
	    { 12, 700 } };
	int vague = 0;

	(void)state;
	for (int s = 0; s < 9; s++)
		for (int even = 0; even <= 6; even += 3) {
			struct problem p;

			make(&p, shape[s][0], shape[s][1], even);
			for (double ridge = 1e4; ridge > 1e-13; ridge /=
			    10) {
				double size = 0, told, e;

				for (int i = 0; i < p.n * p.dim; i++)
					size += (double)p.z[i] *
					    (double)p.z[i];
				e = error_of(&p, ridge, &told);
				if (1 + size / ridge <= 1e12)
					assert_true(e <= 1e-4 &&
					    told <= MR_FOUR_DIGITS);
				else
					assert_true(e <= 1e-3 ||
					    told > MR_FOUR_DIGITS);
				vague += told > MR_FOUR_DIGITS;
			}
			free(p.z);
			free(p.t);
		}
	assert_true(vague > 0);
}

static void
no_finite_solution(void **state)
{
	struct problem p;
	double told;

	(void)state;
	make(&p, 3, 2, 0);
	p.z[4] = INFINITY;
	error_of(&p, 1, &told);
	assert_true(isinf(told));
	p.z[4] = 0;
	error_of(&p, -1e9, &told);
	assert_true(isinf(told));
	free(p.z);
	free(p.t);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(right_or_told),
		cmocka_unit_test(no_finite_solution),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
