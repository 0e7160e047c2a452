/* The packed product against a double loop, at every level this CPU has.
 * SPDX-License-Identifier: MIT */
#include <float.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/rng.h"
#include "math/gemm.h"

#define GUARD 12345.0f	/* what must not be overwritten */

static float *
random_floats(int64_t n, uint64_t stream)
{
	float *p = malloc((size_t)(n + 1) * sizeof *p);

	assert_non_null(p);
	for (int64_t i = 0; i < n; i++)
		p[i] = (float)mr_rng_normal(7, stream, (uint64_t)i);
	return p;
}

struct shape {
	int64_t m, n, k, lda, ldc;
};

/*
 * |chain - exact| <= k u (1 + small) sum |a b| with u = 2^-24: one rounding
 * a step.
 */
static void
check_values(const struct shape *s, const float *a, const float *b,
    const float *c)
{
	for (int64_t i = 0; i < s->m; i++)
		for (int64_t j = 0; j < s->n; j++) {
			double exact = 0, size = 0;

			for (int64_t p = 0; p < s->k; p++) {
				double e = (double)a[i * s->lda + p] *
				    (double)b[j * s->k + p];

				exact += e;
				size += fabs(e);
			}
			assert_true(fabs((double)c[i * s->ldc + j] - exact) <=
			    1.1 * (double)s->k * 0x1p-24 * size);
		}
}

static void
try_shape(int64_t m, int64_t n, int64_t k)
{
	struct shape s = { m, n, k, k + 3, n + 5 };
	float *a = random_floats(m * s.lda, 1), *b = random_floats(n * k, 2);
	float *bt = random_floats(n * k, 2), *first = NULL;
	size_t packed = mr_gemm_packed(n, k);
	float *p1 = malloc((packed + 1) * sizeof *p1);
	float *p2 = malloc((packed + 1) * sizeof *p2);
	float *c = malloc((size_t)(m * s.ldc + 1) * sizeof *c);

	assert_true(p1 && p2 && c);
	assert_true(packed % MR_GEMM_PANEL == 0 &&
	    packed >= (size_t)(n * k));
	for (int64_t j = 0; j < n; j++)
		for (int64_t p = 0; p < k; p++)
			bt[p * n + j] = b[j * k + p];
	memset(p1, 0xff, packed * sizeof *p1);
	mr_gemm_pack(p1, b, n, k, k, true);
	mr_gemm_pack(p2, bt, n, k, n, false);
	assert_memory_equal(p1, p2, packed * sizeof *p1);
	for (int l = MR_SIMD_PLAIN; l <= (int)mr_simd_level(); l++) {
		for (int64_t i = 0; i < m * s.ldc + 1; i++)
			c[i] = GUARD;
		mr_gemm_at((enum mr_simd)l, a, m, s.lda, p1, n, k, c, s.ldc);
		check_values(&s, a, b, c);
		for (int64_t i = 0; i < m; i++)
			for (int64_t j = n; j < s.ldc; j++)
				assert_true(c[i * s.ldc + j] == GUARD);
		assert_true(c[m * s.ldc] == GUARD);
		/* The same chain, so the same bits. */
		if (l == MR_SIMD_PLAIN) {
			first = malloc((size_t)(m * s.ldc + 1) * sizeof *c);
			assert_non_null(first);
			memcpy(first, c, (size_t)(m * s.ldc) * sizeof *c);
		} else {
			assert_memory_equal(first, c,
			    (size_t)(m * s.ldc) * sizeof *c);
		}
	}
	free(a);
	free(b);
	free(bt);
	free(p1);
	free(p2);
	free(c);
	free(first);
}

static void
against_a_double_loop(void **state)
{
	static const int64_t m[] = { 0, 1, 2, 3, 5, 6, 7, 12, 13, 14, 15, 17,
	    28, 29, 31, 32, 33 };
	static const int64_t n[] = { 1, 8, 15, 16, 17, 31, 32, 33, 64, 65 };
	static const int64_t k[] = { 0, 1, 2, 7, 16, 33, 100 };

	(void)state;
	for (size_t x = 0; x < sizeof m / sizeof *m; x++)
		for (size_t y = 0; y < sizeof n / sizeof *n; y++)
			for (size_t z = 0; z < sizeof k / sizeof *k; z++)
				try_shape(m[x], n[y], k[z]);
	try_shape(3, 0, 5);
	/* Several blocks of rows, and rows longer than a block. */
	try_shape(75, 33, 4000);
	try_shape(200, 47, 385);
	try_shape(4, 3, 140000);
}

/* One row at every place among m, beside rows that differ. */
static void
row_knows_no_neighbours(void **state)
{
	enum { K = 37, N = 50, M = 33 };
	float *a = random_floats(M * K, 3), *b = random_floats(N * K, 4);
	float *row = random_floats(K, 5), *saved = malloc(K * sizeof *row);
	float *packed = malloc(mr_gemm_packed(N, K) * sizeof *packed);
	float alone[N], c[M * N];

	(void)state;
	assert_true(saved && packed);
	mr_gemm_pack(packed, b, N, K, K, true);
	for (int l = MR_SIMD_PLAIN; l <= (int)mr_simd_level(); l++) {
		mr_gemm_at((enum mr_simd)l, row, 1, K, packed, N, K, alone,
		    N);
		for (int m = 1; m <= M; m++)
			for (int at = 0; at < m; at++) {
				memcpy(saved, a + at * K, K * sizeof *a);
				memcpy(a + at * K, row, K * sizeof *a);
				mr_gemm_at((enum mr_simd)l, a, m, K, packed,
				    N, K, c, N);
				memcpy(a + at * K, saved, K * sizeof *a);
				assert_memory_equal(c + at * N, alone,
				    sizeof alone);
			}
	}
	free(a);
	free(b);
	free(row);
	free(saved);
	free(packed);
}

/* An output alone has the bits it has among others. */
static void
column_knows_no_neighbours(void **state)
{
	enum { K = 19, N = 70, M = 15 };
	float *a = random_floats(M * K, 6), *b = random_floats(N * K, 7);
	float *packed = malloc(mr_gemm_packed(N, K) * sizeof *packed);
	float c[M * N], one[M];

	(void)state;
	assert_non_null(packed);
	mr_gemm_pack(packed, b, N, K, K, true);
	mr_gemm(a, M, K, packed, N, K, c, N);
	for (int j = 0; j < N; j++) {
		mr_gemm_pack(packed, b + j * K, 1, K, K, true);
		mr_gemm(a, M, K, packed, 1, K, one, 1);
		for (int i = 0; i < M; i++)
			assert_memory_equal(&one[i], &c[i * N + j],
			    sizeof *c);
	}
	free(a);
	free(b);
	free(packed);
}

/* Rows that lie anywhere have the bits of packed ones. */
static void
rows_apart(void **state)
{
	enum { N = 37, K = 70 };
	static float a[K], b[N][K + 3], packed[64 * K], want[N], got[N + 1];
	const float *row[N];

	(void)state;
	for (int j = 0; j < N; j++)
		row[j] = b[N - 1 - j];
	for (int64_t k = 0; k <= K; k += 7)
		for (int level = MR_SIMD_PLAIN; level <= (int)mr_simd_level();
		    level++) {
			for (int p = 0; p < K; p++)
				a[p] = (float)mr_rng_normal(3, 1,
				    (uint64_t)p);
			for (int j = 0; j < N; j++)
				for (int p = 0; p < K; p++)
					b[j][p] = (float)mr_rng_normal(3, 2,
					    (uint64_t)(j * K + p));
			mr_gemm_pack(packed, b[0], N, k, K + 3, true);
			mr_gemm_at((enum mr_simd)level, a, 1, k, packed, N, k,
			    want, N);
			for (int64_t n = 0; n <= N; n++) {
				got[n] = -7;
				mr_gemm_rows_at((enum mr_simd)level, a, row,
				    n, k, got);
				for (int64_t j = 0; j < n; j++)
					assert_memory_equal(&got[j],
					    &want[N - 1 - j], sizeof *got);
				assert_true(got[n] == -7);
			}
		}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(against_a_double_loop),
		cmocka_unit_test(row_knows_no_neighbours),
		cmocka_unit_test(column_knows_no_neighbours),
		cmocka_unit_test(rows_apart),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
