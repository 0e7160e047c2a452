/* Gramians against a double loop, whatever the threads and the shape.
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
#include "math/gram.h"
#include "train_build.h"

static void
try(int64_t rows, int dim, int64_t ld)
{
	size_t size = (size_t)dim * (size_t)dim;
	float *x = malloc((size_t)(rows * ld + 1) * sizeof *x);
	double *c = malloc(size * sizeof *c), *again = malloc(size *
	    sizeof *c);
	struct mr_err err = { 0 };

	assert_true(x && c && again);
	for (int64_t i = 0; i < rows * ld; i++)
		x[i] = i % ld < dim ? (float)mr_rng_normal(4, 4,
		    (uint64_t)i) : NAN;
	assert_int_equal(mr_gram(test_blas(), x, rows, dim, ld, 1, c, &err),
	    MR_OK);
	for (int t = 0; t < 4; t++) {
		assert_int_equal(mr_gram(test_blas(), x, rows, dim, ld, t,
		    again, &err), MR_OK);
		assert_memory_equal(c, again, size * sizeof *c);
	}
	for (int i = 0; i < dim; i += 1 + dim / 20)
		for (int j = 0; j < dim; j += 1 + dim / 30) {
			long double s = 0, most = 0;

			for (int64_t u = 0; u < rows; u++) {
				long double e = (long double)x[u * ld + i] *
				    (long double)x[u * ld + j];

				s += e;
				most += fabsl(e);
			}
			assert_true(fabsl(c[i * dim + j] - s) <= 1e-14L *
			    most);
			assert_true(c[i * dim + j] == c[j * dim + i]);
		}
	free(x);
	free(c);
	free(again);
}

static void
as_a_double_loop(void **state)
{
	static const int64_t rows[] = { 0, 1, 2, 255, 256, 257, 1000 };
	static const int dim[] = { 1, 3, 16, 20, 300, 600 };

	(void)state;
	for (int r = 0; r < 7; r++)
		for (int d = 0; d < 6; d++)
			try(rows[r], dim[d], dim[d] + d % 3);
	for (int64_t n = MR_GRAM_ROWS - 1; n <= MR_GRAM_ROWS + 1; n++)
		try(n, 5, 16);
	try(5 * MR_GRAM_ROWS + 77, 3, 3);
}

/* The sum of a stack is the sum of its parts, to the bit. */
static void
blocks_can_be_summed_apart(void **state)
{
	enum { D = 7, N = 2 * MR_GRAM_ROWS };
	float *x = malloc((size_t)N * D * sizeof *x);
	double whole[D * D], part[D * D], sum[D * D] = { 0 };
	struct mr_err err = { 0 };

	(void)state;
	assert_non_null(x);
	for (int i = 0; i < N * D; i++)
		x[i] = (float)mr_rng_normal(5, 5, (uint64_t)i);
	assert_int_equal(mr_gram(test_blas(), x, N, D, D, 2, whole, &err),
	    MR_OK);
	for (int b = 0; b < 2; b++) {
		assert_int_equal(mr_gram(test_blas(), x + (size_t)b *
		    MR_GRAM_ROWS * D, MR_GRAM_ROWS, D, D, 2, part, &err),
		    MR_OK);
		for (int i = 0; i < D * D; i++)
			sum[i] += part[i];
	}
	assert_memory_equal(whole, sum, sizeof sum);
	free(x);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(as_a_double_loop),
		cmocka_unit_test(blocks_can_be_summed_apart),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
