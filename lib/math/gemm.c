/* Packed matrix products; see gemm.h.
 * SPDX-License-Identifier: MIT */
#include "math/gemm.h"

#include <string.h>

#include "math/fma.h"
#include "math/gemm_avx2.h"
#include "math/simd.h"

#define NR MR_GEMM_PANEL
#define INLINE static inline __attribute__((always_inline))

/* Columns p .. p + 3 of four rows of b become those of a panel. */
INLINE void
turn_four(float *panel, const float *const b[4], int64_t p)
{
	const mr_v4 *x[4];
	mr_v4 low[2], high[2];

	for (int i = 0; i < 4; i++)
		x[i] = (const void *)(b[i] + p);
	low[0] = __builtin_shufflevector(*x[0], *x[1], 0, 4, 1, 5);
	low[1] = __builtin_shufflevector(*x[2], *x[3], 0, 4, 1, 5);
	high[0] = __builtin_shufflevector(*x[0], *x[1], 2, 6, 3, 7);
	high[1] = __builtin_shufflevector(*x[2], *x[3], 2, 6, 3, 7);
	*(mr_v4 *)(void *)panel = __builtin_shufflevector(low[0], low[1],
	    0, 1, 4, 5);
	*(mr_v4 *)(void *)(panel + NR) = __builtin_shufflevector(low[0],
	    low[1], 2, 3, 6, 7);
	*(mr_v4 *)(void *)(panel + 2 * NR) = __builtin_shufflevector(high[0],
	    high[1], 0, 1, 4, 5);
	*(mr_v4 *)(void *)(panel + 3 * NR) = __builtin_shufflevector(high[0],
	    high[1], 2, 3, 6, 7);
}

/* w rows of b become columns of a panel. */
static void
pack_rows(float *panel, const float *const *b, int64_t w, int64_t k)
{
	int64_t fours = w / 4 * 4, whole = k / 4 * 4;

	for (int64_t l = 0; l < fours; l += 4)
		for (int64_t p = 0; p < whole; p += 4)
			turn_four(panel + p * NR + l, b + l, p);
	for (int64_t l = 0; l < w; l++)
		for (int64_t p = l < fours ? whole : 0; p < k; p++)
			panel[p * NR + l] = b[l][p];
}

void
mr_gemm_pack_rows(float *packed, const float *const *b, int64_t n, int64_t k)
{
	for (int64_t j = 0; j < n; j += NR, packed += NR * k) {
		int64_t w = n - j < NR ? n - j : NR;

		if (w < NR)
			memset(packed, 0, (size_t)(NR * k) * sizeof *packed);
		pack_rows(packed, b + j, w, k);
	}
}

void
mr_gemm_pack(float *packed, const float *b, int64_t n, int64_t k,
    int64_t ldb, bool by_output)
{
	const float *row[NR];

	for (int64_t j = 0; j < n; j += NR, packed += NR * k) {
		int64_t w = n - j < NR ? n - j : NR;

		for (int64_t l = 0; l < w && by_output; l++)
			row[l] = b + (j + l) * ldb;
		if (by_output) {
			mr_gemm_pack_rows(packed, row, w, k);
			continue;
		}
		if (w < NR)
			memset(packed, 0, (size_t)(NR * k) * sizeof *packed);
		for (int64_t p = 0; p < k; p++)
			memcpy(packed + p * NR, b + p * ldb + j,
			    (size_t)w * sizeof *b);
	}
}

/* A tile is up to some rows x one panel, or two; cols of it are stored. */
typedef void tile_fn(int rows, const float *a, int64_t lda,
    const float *panel, int64_t k, float *c, int64_t ldc, int64_t cols);

#ifdef __x86_64__
#include <immintrin.h>

/* 14 rows x 2 registers of sums, 2 of two panels: 30 of 32 registers. */
#define AVX512_ROWS 14
#define AVX512 __attribute__((target("avx512f")))

AVX512 INLINE void
tile_avx512_of(const int rows, const float *a, int64_t lda,
    const float *panel, int64_t k, float *c, int64_t ldc, int64_t cols)
{
	/* Where there is no second the first again; that is not stored. */
	const float *second = cols > NR ? panel + NR * k : panel;
	__m512 sum[AVX512_ROWS][2];
	float tile[AVX512_ROWS * 2 * NR];

#pragma GCC unroll 14
	for (int i = 0; i < rows; i++)
		sum[i][0] = sum[i][1] = _mm512_setzero_ps();
	for (int64_t p = 0; p < k; p++) {
		__m512 b0 = _mm512_loadu_ps(panel + p * NR);
		__m512 b1 = _mm512_loadu_ps(second + p * NR);

#pragma GCC unroll 14
		for (int i = 0; i < rows; i++) {
			__m512 x = _mm512_set1_ps(a[i * lda + p]);

			sum[i][0] = _mm512_fmadd_ps(x, b0, sum[i][0]);
			sum[i][1] = _mm512_fmadd_ps(x, b1, sum[i][1]);
		}
	}
	if (cols == 2 * NR) {
#pragma GCC unroll 14
		for (int i = 0; i < rows; i++) {
			_mm512_storeu_ps(c + i * ldc, sum[i][0]);
			_mm512_storeu_ps(c + i * ldc + 16, sum[i][1]);
		}
		return;
	}
#pragma GCC unroll 14
	for (int i = 0; i < rows; i++) {
		_mm512_storeu_ps(tile + i * 2 * NR, sum[i][0]);
		_mm512_storeu_ps(tile + i * 2 * NR + 16, sum[i][1]);
	}
	for (int i = 0; i < rows; i++)
		memcpy(c + i * ldc, tile + i * 2 * NR,
		    (size_t)cols * sizeof *c);
}

AVX512 static void
tile_avx512(int rows, const float *a, int64_t lda, const float *panel,
    int64_t k, float *c, int64_t ldc, int64_t cols)
{
	static const int step[] = { 14, 7, 3, 1 };

	for (int s = 0; rows > 0; ) {
		if (rows < step[s]) {
			s++;
			continue;
		}
		if (s == 0)
			tile_avx512_of(14, a, lda, panel, k, c, ldc, cols);
		else if (s == 1)
			tile_avx512_of(7, a, lda, panel, k, c, ldc, cols);
		else if (s == 2)
			tile_avx512_of(3, a, lda, panel, k, c, ldc, cols);
		else
			tile_avx512_of(1, a, lda, panel, k, c, ldc, cols);
		a += step[s] * lda;
		c += step[s] * ldc;
		rows -= step[s];
	}
}

#define AVX2 __attribute__((target("avx2,fma")))
#endif

static void
tile_plain(int rows, const float *a, int64_t lda, const float *panel,
    int64_t k, float *c, int64_t ldc, int64_t cols)
{
	for (int i = 0; i < rows; i++, a += lda, c += ldc) {
		mr_v4 sum[NR / 4] = { 0 };

		for (int64_t p = 0; p < k; p++) {
			const mr_v4 *b = (const void *)(panel + p * NR);
			mr_v4 x = a[p] - (mr_v4){ 0 };

#pragma GCC unroll 4
			for (int l = 0; l < NR / 4; l++)
				sum[l] = mr_v4_fma(x, b[l], sum[l]);
		}
		memcpy(c, sum, (size_t)cols * sizeof *c);
	}
}

static tile_fn *
choose(enum mr_simd level, int *rows, int *wide)
{
#ifdef __x86_64__
	if (level == MR_SIMD_AVX512) {
		*rows = AVX512_ROWS;
		*wide = 2 * NR;
		return tile_avx512;
	}
#endif
	(void)level;
	*rows = 4;
	*wide = NR;
	return tile_plain;
}

void
mr_gemm(const float *a, int64_t m, int64_t lda, const float *packed,
    int64_t n, int64_t k, float *c, int64_t ldc)
{
	mr_gemm_at(mr_simd_level(), a, m, lda, packed, n, k, c, ldc);
}

void
mr_gemm_at(enum mr_simd level, const float *a, int64_t m, int64_t lda,
    const float *packed, int64_t n, int64_t k, float *c, int64_t ldc)
{
	int rows, wide;
	tile_fn *tile = choose(level, &rows, &wide);
	/* Rows of a that stay in half of a 1 MiB second-level cache while
	 * the panels go by. */
	int64_t block = k ? (512 * 1024) / (4 * k) / rows * rows : m;

#ifdef __x86_64__
	if (level == MR_SIMD_AVX2 && k > 0) {
		mr_gemm_avx2(a, m, lda, packed, n, k, c, ldc);
		return;
	}
#endif
	if (block < rows)
		block = rows;
	if (k == 0) {	/* a is not read, but must not be NULL to add to */
		a = packed;
		lda = 0;
	}
	for (int64_t i0 = 0; i0 < m; i0 += block) {
		int64_t i1 = i0 + block < m ? i0 + block : m;

		for (int64_t j = 0; j < n; j += wide) {
			const float *panel = packed + j * k;
			int64_t cols = n - j < wide ? n - j : wide;

			for (int64_t i = i0; i < i1; i += rows)
				tile((int)(i1 - i < rows ? i1 - i : rows),
				    a + i * lda, lda, panel, k,
				    c + i * ldc + j, ldc, cols);
		}
	}
}

/* Rows whose chains are made side by side: each waits for its own last. */
#define CHAINS 8

typedef void chains_fn(const float *a, const float *const *b, int64_t k,
    float *c);

static void
chains_plain(const float *a, const float *const *b, int64_t k, float *c)
{
	mr_v4 low = { 0 }, high = { 0 };

	for (int64_t p = 0; p < k; p++) {
		mr_v4 x = a[p] - (mr_v4){ 0 };

		low = mr_v4_fma(x, (mr_v4){ b[0][p], b[1][p], b[2][p],
		    b[3][p] }, low);
		high = mr_v4_fma(x, (mr_v4){ b[4][p], b[5][p], b[6][p],
		    b[7][p] }, high);
	}
	memcpy(c, &low, sizeof low);
	memcpy(c + 4, &high, sizeof high);
}

/* The last rows with the very last again: as fast as one. */
static void
rows_of(chains_fn *chains, const float *a, const float *const *b, int64_t n,
    int64_t k, float *c)
{
	const float *last[CHAINS];
	float some[CHAINS];
	int64_t j = 0;

	for (; j + CHAINS <= n; j += CHAINS)
		chains(a, b + j, k, c + j);
	if (j == n)
		return;
	for (int64_t r = 0; r < CHAINS; r++)
		last[r] = b[j + r < n ? j + r : n - 1];
	chains(a, last, k, some);
	memcpy(c + j, some, (size_t)(n - j) * sizeof *c);
}

#ifdef __x86_64__
AVX2 static void
chains_fused(const float *a, const float *const *b, int64_t k, float *c)
{
	float sum[CHAINS] = { 0 };

	for (int64_t p = 0; p < k; p++)
#pragma GCC unroll 8
		for (int r = 0; r < CHAINS; r++)
			sum[r] = __builtin_fmaf(a[p], b[r][p], sum[r]);
	memcpy(c, sum, sizeof sum);
}
#endif

void
mr_gemm_rows_at(enum mr_simd level, const float *a, const float *const *b,
    int64_t n, int64_t k, float *c)
{
	chains_fn *chains = chains_plain;

#ifdef __x86_64__
	if (level != MR_SIMD_PLAIN)
		chains = chains_fused;
#endif
	(void)level;
	rows_of(chains, a, b, n, k, c);
}

void
mr_gemm_rows(const float *a, const float *const *b, int64_t n, int64_t k,
    float *c)
{
	mr_gemm_rows_at(mr_simd_level(), a, b, n, k, c);
}
