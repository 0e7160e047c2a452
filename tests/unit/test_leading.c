/* Leading directions against Jacobi's rotations, and what they keep.
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
#include "math/leading.h"
#include "train_build.h"

/* n x m, about one value in three, the larger the smaller its column: values
 * that fall; and row 2 empty. */
static struct mr_csr
sparse(int64_t n, int64_t m)
{
	struct mr_coo coo = { 0 };
	struct mr_csr A;
	struct mr_err err = { 0 };
	int64_t again;

	for (int32_t i = 0; i < n; i++)
		for (int32_t j = 0; j < m; j++)
			if (i != 2 && mr_rng_uniform(3, (uint64_t)i,
			    (uint64_t)j) < 0.35)
				assert_int_equal(mr_coo_add(&coo, i, j,
				    (float)(pow(0.8, j) * (1 +
				    mr_rng_uniform(4, (uint64_t)i,
				    (uint64_t)j))), &err), MR_OK);
	assert_int_equal(mr_csr_from_coo(&A, &coo, n, m, &again, &err),
	    MR_OK);
	mr_coo_free(&coo);
	return A;
}

/* Eigenvalues of A'A, falling, by Jacobi's rotations of columns of A. */
static void
squares(const struct mr_csr *A, double *value)
{
	int64_t n = A->rows, m = A->cols;
	double *a = calloc((size_t)(n * m), sizeof *a);

	assert_non_null(a);
	for (int64_t i = 0; i < n; i++)
		for (int64_t k = A->ptr[i]; k < A->ptr[i + 1]; k++)
			a[i * m + A->idx[k]] = (double)A->val[k];
	for (int sweep = 0; sweep < 30; sweep++)
		for (int64_t p = 0; p < m; p++)
			for (int64_t q = p + 1; q < m; q++) {
				double x = 0, y = 0, z = 0, t;

				for (int64_t i = 0; i < n; i++) {
					x += a[i * m + p] * a[i * m + p];
					y += a[i * m + q] * a[i * m + q];
					z += a[i * m + p] * a[i * m + q];
				}
				t = 0.5 * atan2(2 * z, x - y);
				for (int64_t i = 0; i < n; i++) {
					double u = a[i * m + p];
					double v = a[i * m + q];

					a[i * m + p] = cos(t) * u + sin(t) * v;
					a[i * m + q] = cos(t) * v - sin(t) * u;
				}
			}
	for (int64_t j = 0; j < m; j++) {
		value[j] = 0;
		for (int64_t i = 0; i < n; i++)
			value[j] += a[i * m + j] * a[i * m + j];
	}
	for (int64_t i = 1; i < m; i++)		/* falling */
		for (int64_t j = i; j > 0 && value[j] > value[j - 1]; j--) {
			double v = value[j];

			value[j] = value[j - 1];
			value[j - 1] = v;
		}
	free(a);
}

static void
as_rotations_find_them(void **state)
{
	struct mr_csr A = sparse(90, 40), At;
	struct mr_mat Y = { 0 }, again = { 0 };
	struct mr_err err = { 0 };
	double value[40];

	(void)state;
	assert_int_equal(mr_csr_transpose(&At, &A, &err), MR_OK);
	squares(&A, value);
	assert_int_equal(mr_leading(&Y, &A, &At, 6, test_blas(), 1, &err),
	    MR_OK);
	assert_int_equal(Y.rows, 90);
	assert_int_equal(Y.cols, 6);
	for (int j = 0; j < 6; j++)
		for (int k = 0; k <= j; k++) {
			double s = 0;

			for (int64_t i = 0; i < 90; i++)
				s += (double)mr_mat_row(&Y, i)[j] *
				    (double)mr_mat_row(&Y, i)[k];
			if (j == k)
				assert_true(fabs(s / value[j] - 1) < 1e-4);
			else
				assert_true(fabs(s) < 1e-4 * value[0]);
		}
	for (int j = 0; j < 6; j++)
		assert_true(fabsf(mr_mat_row(&Y, 2)[j]) <= 0);
	for (int t = 2; t < 5; t++) {
		assert_int_equal(mr_leading(&again, &A, &At, 6, test_blas(),
		    t, &err), MR_OK);
		assert_memory_equal(Y.a, again.a, 90 * 6 * sizeof *Y.a);
		mr_mat_free(&again);
	}
	mr_mat_free(&Y);
	mr_csr_free(&A);
	mr_csr_free(&At);
}

/* With as many directions as columns nothing is lost: Y Y' = A A'. */
static void
all_of_them(void **state)
{
	static const int64_t n[] = { 5, 9, 30 }, m[] = { 8, 4, 1 };

	(void)state;
	for (int s = 0; s < 3; s++) {
		struct mr_csr A = sparse(n[s], m[s]), At;
		struct mr_mat Y = { 0 };
		struct mr_err err = { 0 };

		assert_int_equal(mr_csr_transpose(&At, &A, &err), MR_OK);
		assert_int_equal(mr_leading(&Y, &A, &At, 50, test_blas(), 2,
		    &err), MR_OK);
		assert_int_equal(Y.cols, n[s] < m[s] ? n[s] : m[s]);
		for (int64_t i = 0; i < n[s]; i++)
			for (int64_t j = 0; j < n[s]; j++) {
				double want = 0, got = 0;

				for (int64_t a = A.ptr[i]; a < A.ptr[i + 1];
				    a++)
					for (int64_t b = A.ptr[j];
					    b < A.ptr[j + 1]; b++)
						want += A.idx[a] == A.idx[b] ?
						    (double)(A.val[a] *
						    A.val[b]) : 0;
				for (int64_t k = 0; k < Y.cols; k++)
					got += (double)mr_mat_row(&Y, i)[k] *
					    (double)mr_mat_row(&Y, j)[k];
				assert_true(fabs(want - got) < 1e-4);
			}
		mr_mat_free(&Y);
		mr_csr_free(&A);
		mr_csr_free(&At);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(as_rotations_find_them),
		cmocka_unit_test(all_of_them),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
