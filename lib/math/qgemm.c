/* 8-bit products on AVX-512 VNNI; see qgemm.h.
 * SPDX-License-Identifier: MIT */
#include "math/qgemm.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/mem.h"
#include "math/simd.h"

#define NR 32	/* outputs of a panel */
#define MR 14	/* rows of a tile: 28 of 32 registers are sums */
#define INLINE static inline __attribute__((always_inline))

static int64_t
up_to(int64_t n, int64_t unit)
{
	return (n + unit - 1) / unit * unit;
}

void
mr_qweights_free(struct mr_qweights *q)
{
	free(q->packed);
	free(q->scale);
	*q = (struct mr_qweights){ 0 };
}

/* Output j of w into the panel, and its scale and shift. */
static void
pack_output(struct mr_qweights *q, const float *w, int64_t j)
{
	int8_t *panel = q->packed + j / NR * NR * q->k4 + j % NR * 4;
	float most = 0;
	int32_t sum = 0;

	for (int64_t k = 0; k < q->k; k++)
		most = fabsf(w[k]) > most ? fabsf(w[k]) : most;
	q->scale[j] = most / 127;
	for (int64_t k = 0; k < q->k && most > 0; k++) {
		int v = (int)lrintf(w[k] / most * 127);

		panel[k / 4 * 4 * NR + k % 4] = (int8_t)v;
		sum += v;
	}
	q->shift[j] = q->scale[j] * (float)sum;
}

int
mr_qweights_pack(struct mr_qweights *q, const float *w, int64_t n, int64_t k,
    struct mr_err *err)
{
	int64_t wide = up_to(n, NR);

	*q = (struct mr_qweights){ .n = n, .k = k, .k4 = up_to(k, 4) };
	q->packed = mr_alloc((size_t)(wide * q->k4), 1, "8-bit weights", err);
	q->scale = mr_alloc((size_t)(2 * wide), sizeof *q->scale,
	    "8-bit weights", err);
	if (!q->packed || !q->scale) {
		mr_qweights_free(q);
		return MR_ENOMEM;
	}
	q->shift = q->scale + wide;
	for (int64_t j = 0; j < n; j++)
		pack_output(q, w + j * k, j);
	return MR_OK;
}

#ifdef __x86_64__
#include <immintrin.h>

#define VNNI __attribute__((target("avx512f,avx512bw,avx512vl,avx512vnni")))

/* The type that dpbusd works on inside: with __m512i, gcc 12 keeps a copy of
 * every sum in memory, at half of the speed. */
typedef int sums __attribute__((vector_size(64)));

bool
mr_qgemm_usable(void)
{
	return __builtin_cpu_supports("avx512f") &&
	    __builtin_cpu_supports("avx512bw") &&
	    __builtin_cpu_supports("avx512vl") &&
	    __builtin_cpu_supports("avx512vnni");
}

VNNI void
mr_qrows_from(struct mr_qrows *q, int64_t first, const float *x,
    int64_t rows, int64_t k)
{
	for (int64_t i = 0; i < rows; i++, x += k) {
		__m512 low = _mm512_loadu_ps(x), high = low, inv, least;
		uint8_t *to = q->X + (first + i) * k;
		float lo, hi;

		for (int64_t j = 16; j < k; j += 16) {
			__m512 v = _mm512_loadu_ps(x + j);

			low = _mm512_min_ps(low, v);
			high = _mm512_max_ps(high, v);
		}
		lo = _mm512_reduce_min_ps(low);
		hi = _mm512_reduce_max_ps(high);
		q->scale[first + i] = (hi - lo) / 255;
		q->least[first + i] = lo;
		inv = _mm512_set1_ps(hi > lo ? 255 / (hi - lo) : 0);
		least = _mm512_set1_ps(lo);
		for (int64_t j = 0; j < k; j += 16) {
			__m512 v = _mm512_sub_ps(_mm512_loadu_ps(x + j),
			    least);

			/* Rounds to nearest, saturates at 0 and 255. */
			_mm_storeu_si128((void *)(to + j),
			    _mm512_cvtusepi32_epi8(_mm512_cvtps_epi32(
			    _mm512_mul_ps(v, inv))));
		}
	}
}

/* The sums of a tile as floats, t_j (s_i sum) + m_i shift_j. */
VNNI INLINE void
store_row(sums sum, const struct mr_qrows *x, int64_t row,
    const float *scale, const float *shift, float *c)
{
	__m512 v = _mm512_mul_ps(_mm512_cvtepi32_ps((__m512i)sum),
	    _mm512_set1_ps(x->scale[row]));
	__m512 m = _mm512_mul_ps(_mm512_set1_ps(x->least[row]),
	    _mm512_loadu_ps(shift));

	v = _mm512_mul_ps(v, _mm512_loadu_ps(scale));
	_mm512_storeu_ps(c, _mm512_add_ps(v, m));
}

VNNI INLINE void
tile_of(const int rows, const struct mr_qrows *x, int64_t row,
    const struct mr_qweights *w, int64_t j, float *c)
{
	const int8_t *panel = w->packed + j * w->k4;
	const uint8_t *a = x->X + row * w->k4;
	const bool whole = j + 16 < w->n;
	int64_t k4 = w->k4;
	sums s0[MR], s1[MR];

#pragma GCC unroll 14
	for (int i = 0; i < rows; i++) {
		s0[i] = (sums)_mm512_setzero_si512();
		s1[i] = (sums)_mm512_setzero_si512();
	}
	for (int64_t k = 0; k < k4; k += 4, panel += 4 * NR) {
		__m512i b0 = _mm512_loadu_si512(panel);
		__m512i b1 = _mm512_loadu_si512(panel + 64);

#pragma GCC unroll 14
		for (int i = 0; i < rows; i++) {
			__m512i v = _mm512_broadcastd_epi32(
			    _mm_loadu_si32(a + i * k4 + k));

			s0[i] = (sums)_mm512_dpbusd_epi32((__m512i)s0[i], v,
			    b0);
			s1[i] = (sums)_mm512_dpbusd_epi32((__m512i)s1[i], v,
			    b1);
		}
	}
#pragma GCC unroll 14
	for (int i = 0; i < rows; i++) {
		float *to = c + (row + i) * w->n + j;

		store_row(s0[i], x, row + i, w->scale + j, w->shift + j, to);
		if (whole)
			store_row(s1[i], x, row + i, w->scale + j + 16,
			    w->shift + j + 16, to + 16);
	}
}

VNNI static void
tile(int64_t rows, const struct mr_qrows *x, int64_t row,
    const struct mr_qweights *w, int64_t j, float *c)
{
	for (; rows >= MR; rows -= MR, row += MR)
		tile_of(MR, x, row, w, j, c);
	for (; rows >= 4; rows -= 4, row += 4)
		tile_of(4, x, row, w, j, c);
	for (; rows > 0; rows--, row++)
		tile_of(1, x, row, w, j, c);
}

void
mr_qgemm(const struct mr_qrows *x, int64_t m, const struct mr_qweights *w,
    float *c)
{
	/* Rows whose bytes stay in half of a 1 MiB second-level cache. */
	int64_t block = (512 * 1024) / w->k4 / MR * MR;

	assert(w->n % 16 == 0);
	if (block < MR)
		block = MR;
	for (int64_t i = 0; i < m; i += block)
		for (int64_t j = 0; j < w->n; j += NR)
			tile(m - i < block ? m - i : block, x, i, w, j, c);
}
#else
bool
mr_qgemm_usable(void)
{
	return false;
}

void
mr_qrows_from(struct mr_qrows *q, int64_t first, const float *x,
    int64_t rows, int64_t k)
{
	(void)q, (void)first, (void)x, (void)rows, (void)k;
	assert(!"mr_qgemm_usable");
}

void
mr_qgemm(const struct mr_qrows *x, int64_t m, const struct mr_qweights *w,
    float *c)
{
	(void)x, (void)m, (void)w, (void)c;
	assert(!"mr_qgemm_usable");
}
#endif
