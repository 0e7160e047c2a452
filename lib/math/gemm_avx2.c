/* Packed matrix products on AVX2; see gemm.h.
 * SPDX-License-Identifier: MIT */
#include "math/gemm_avx2.h"

#ifdef __x86_64__
#include <immintrin.h>
#include <stdbool.h>
#include <string.h>

#include "math/gemm.h"

#define NR MR_GEMM_PANEL
#define ROWS 6		/* of a tile: 6 x 2 of 16 registers are sums */
/*
 * So many inputs at a time that a panel of them, 24 KiB, stays in a first-level
 * cache while the rows go by; and so many rows that their inputs stay in the
 * second, into which the next panel comes.  The sums of a tile are put down
 * between, and taken up again: one chain.  Where that is to be done at all,
 * less of a panel leaves room for the rows' inputs beside it.
 */
#define DEPTH 384
#define PART 256
#define BLOCK 192
#define INLINE static inline __attribute__((always_inline))
#define AVX2 __attribute__((target("avx2,fma")))

/* k inputs of rows of a by the columns of a panel; sums begin with c, or
 * first with 0.  next: the first of ahead inputs of the columns that follow,
 * to be fetched. */
struct tile {
	const float *a;
	int64_t lda;
	const float *panel, *next;
	int64_t k, ahead;
	float *c;
	int64_t ldc;
	bool first;
};

/* sum += an input of each row by those of a panel. */
AVX2 INLINE void
step_of(const int rows, const float *a, int64_t lda, const float *b,
    __m256 sum[ROWS][2])
{
	__m256 b0 = _mm256_loadu_ps(b), b1 = _mm256_loadu_ps(b + 8);

#pragma GCC unroll 6
	for (int i = 0; i < rows; i++) {
		__m256 x = _mm256_set1_ps(a[i * lda]);

		sum[i][0] = _mm256_fmadd_ps(x, b0, sum[i][0]);
		sum[i][1] = _mm256_fmadd_ps(x, b1, sum[i][1]);
	}
}

AVX2 INLINE void
tile_of(const int rows, const struct tile *t)
{
	const float *a = t->a, *next = t->next;
	__m256 sum[ROWS][2];
	int64_t p = 0;

	/* The outputs of the rows below. */
#pragma GCC unroll 6
	for (int i = 0; i < rows; i++)
		_mm_prefetch((const char *)((uintptr_t)t->c + (uintptr_t)(ROWS +
		    i) * (uintptr_t)t->ldc * sizeof *t->c), _MM_HINT_T0);
#pragma GCC unroll 6
	for (int i = 0; i < rows; i++) {
		sum[i][0] = t->first ? _mm256_setzero_ps() :
		    _mm256_loadu_ps(t->c + i * t->ldc);
		sum[i][1] = t->first ? _mm256_setzero_ps() :
		    _mm256_loadu_ps(t->c + i * t->ldc + 8);
	}
	for (; p < t->ahead; p++, next += NR) {
		_mm_prefetch((const char *)next, _MM_HINT_T1);
		step_of(rows, a + p, t->lda, t->panel + p * NR, sum);
	}
	for (; p < t->k; p++)
		step_of(rows, a + p, t->lda, t->panel + p * NR, sum);
#pragma GCC unroll 6
	for (int i = 0; i < rows; i++) {
		_mm256_storeu_ps(t->c + i * t->ldc, sum[i][0]);
		_mm256_storeu_ps(t->c + i * t->ldc + 8, sum[i][1]);
	}
}

/* Any number of rows in one pass: of few queries most tiles are not whole. */
AVX2 static void
run_tile(int64_t rows, const struct tile *t)
{
	switch (rows) {
	case 6:
		tile_of(6, t);
		break;
	case 5:
		tile_of(5, t);
		break;
	case 4:
		tile_of(4, t);
		break;
	case 3:
		tile_of(3, t);
		break;
	case 2:
		tile_of(2, t);
		break;
	default:
		tile_of(1, t);
	}
}

/* Fewer columns than a tile has: by way of one of its own. */
AVX2 static void
run_part(int64_t rows, const struct tile *t, int64_t cols)
{
	float c[ROWS * NR] = { 0 };
	struct tile u = *t;

	u.c = c;
	u.ldc = NR;
	for (int64_t i = 0; i < rows && !t->first; i++)
		memcpy(c + i * NR, t->c + i * t->ldc,
		    (size_t)cols * sizeof *c);
	run_tile(rows, &u);
	for (int64_t i = 0; i < rows; i++)
		memcpy(t->c + i * t->ldc, c + i * NR,
		    (size_t)cols * sizeof *c);
}

/* m rows by all n columns; step floats from panel to panel.  Each tile fetches
 * its share of the panel that follows. */
AVX2 static void
block(struct tile t, int64_t m, int64_t n, int64_t step)
{
	const float *a = t.a, *panel = t.panel;
	float *c = t.c;
	int64_t tiles = m > ROWS ? (m + ROWS - 1) / ROWS : 1;

	for (int64_t j = 0; j < n; j += NR, panel += step) {
		int64_t cols = n - j;

		t.panel = panel;
		t.ahead = cols > NR ? (t.k + tiles - 1) / tiles : 0;
		t.next = panel + step;
		for (int64_t i = 0; i < m; i += ROWS) {
			int64_t rows = m - i < ROWS ? m - i : ROWS;

			t.a = a + i * t.lda;
			t.c = c + i * t.ldc + j;
			if (cols < NR)
				run_part(rows, &t, cols);
			else
				run_tile(rows, &t);
			t.next += t.ahead * NR;
		}
	}
}

AVX2 void
mr_gemm_avx2(const float *a, int64_t m, int64_t lda, const float *packed,
    int64_t n, int64_t k, float *c, int64_t ldc)
{
	int64_t most = k > DEPTH ? PART : DEPTH;
	int64_t parts = (k + most - 1) / most;
	int64_t depth = (k + parts - 1) / parts;
	int64_t blocks = (m + BLOCK - 1) / BLOCK;
	int64_t height = blocks ? (m + blocks - 1) / blocks : 0;

	/* Whole tiles of about as many rows each. */
	height = (height + ROWS - 1) / ROWS * ROWS;
	for (int64_t i = 0; i < m; i += height)
		for (int64_t p = 0; p < k; p += depth) {
			struct tile t = { .a = a + i * lda + p, .lda = lda,
				.panel = packed + p * NR,
				.k = k - p < depth ? k - p : depth,
				.c = c + i * ldc, .ldc = ldc,
				.first = p == 0 };

			block(t, m - i < height ? m - i : height, n, NR * k);
		}
}
#endif
