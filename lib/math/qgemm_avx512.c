/* 8-bit products on AVX-512 VNNI; see qgemm.h.
 * SPDX-License-Identifier: MIT */
#include "math/qavx512.h"

#include <assert.h>
#include <stdbool.h>

#define NR MR_QPANEL
#define MR 14	/* rows of a tile: 28 of 32 registers are sums */
#define INLINE static inline __attribute__((always_inline))

#ifdef __x86_64__
#include <immintrin.h>

#define VNNI __attribute__((target("avx512f,avx512bw,"\
	"avx512dq,avx512vl,avx512vnni")))

/* The type that dpbusd works on inside: with __m512i, gcc 12 keeps a copy of
 * every sum in memory, at half of the speed. */
typedef int sums __attribute__((vector_size(64)));

static int64_t
up_to(int64_t n, int64_t unit)
{
	return (n + unit - 1) / unit * unit;
}

VNNI INLINE __m512
gelu_of(__m512 v)
{
	static const float tail[] = MR_GELU_TAIL;
	__m512 t = _mm512_range_ps(v, _mm512_set1_ps(MR_GELU_MOST), 2 | 2 << 2);
	__m512 h = _mm512_set1_ps(tail[0]);

#pragma GCC unroll 6
	for (int i = 1; i < 7; i++)
		h = _mm512_fmadd_ps(h, t, _mm512_set1_ps(tail[i]));
	return _mm512_fnmadd_ps(h, t, _mm512_max_ps(v,
	    _mm512_setzero_ps()));
}

/*
 * 16 outputs from j on, as far as mask says, of rows from row on:
 * s_i (t_j sum) + (m_i shift_j + bias_j).  Then sums hold these values.
 */
VNNI INLINE void
finish_half(const int rows, sums s[MR], const struct mr_qfinish *f, int64_t row,
    int64_t j, __mmask16 mask, const bool gelu)
{
	const struct mr_qweights *w = f->w;
	__m512 t = _mm512_loadu_ps(w->scale + j);
	__m512 shift = _mm512_loadu_ps(w->shift + j);
	__m512 bias = _mm512_maskz_loadu_ps(mask, f->bias + j);
	const float *scale = f->x->scale + row, *least = f->x->least + row;
	int64_t ld = f->c.ld;
	float *c = f->c.c + j / NR * f->c.step + j % NR + row * ld;

#pragma GCC unroll 14
	for (int i = 0; i < rows; i++) {
		__m512 v = _mm512_fmadd_ps(_mm512_cvtepi32_ps((__m512i)s[i]),
		    _mm512_mul_ps(t, _mm512_set1_ps(scale[i])),
		    _mm512_fmadd_ps(shift, _mm512_set1_ps(least[i]), bias));

		if (gelu)
			v = gelu_of(v);
		_mm512_mask_storeu_ps(c + i * ld, mask, v);
		s[i] = (sums)v;
	}
}

VNNI INLINE void
tile_of(const int rows, const struct mr_qfinish *f, int64_t row, int64_t j,
    const bool gelu)
{
	const int8_t *b = f->w->packed + j * f->w->k;
	const uint8_t *a = (const uint8_t *)f->x->X + row * f->w->k;
	const __mmask16 second = j + 16 < f->w->n ? 0xffff : 0;
	int64_t k = f->w->k;
	sums s0[MR], s1[MR];

#pragma GCC unroll 14
	for (int i = 0; i < rows; i++)
		s0[i] = s1[i] = (sums)_mm512_setzero_si512();
	for (const uint8_t *end = a + k; a < end; a += 16)
#pragma GCC unroll 4
		for (int u = 0; u < 16; u += 4, b += 4 * NR) {
			__m512i b0 = _mm512_loadu_si512(b);
			__m512i b1 = _mm512_loadu_si512(b + 64);

#pragma GCC unroll 14
			for (int i = 0; i < rows; i++) {
				__m512i v = _mm512_broadcastd_epi32(
				    _mm_loadu_si32(a + i * k + u));

				s0[i] = (sums)_mm512_dpbusd_epi32(
				    (__m512i)s0[i], v, b0);
				s1[i] = (sums)_mm512_dpbusd_epi32(
				    (__m512i)s1[i], v, b1);
			}
		}
	finish_half(rows, s0, f, row, j, 0xffff, gelu);
	finish_half(rows, s1, f, row, j + 16, second, gelu);
	if (!gelu)
		return;
#pragma GCC unroll 14
	for (int i = 0; i < rows; i++) {
		float *top = f->top + 16 * (row + i);
		__m512 v = _mm512_mask_max_ps((__m512)s0[i], second,
		    (__m512)s0[i], (__m512)s1[i]);

		_mm512_storeu_ps(top, j ? _mm512_max_ps(v,
		    _mm512_loadu_ps(top)) : v);
	}
}

VNNI INLINE void
tile(int64_t rows, const struct mr_qfinish *f, int64_t row, int64_t j,
    const bool gelu)
{
	switch (rows) {
	case 14:
		tile_of(14, f, row, j, gelu);
		break;
	case 12:
		tile_of(12, f, row, j, gelu);
		break;
	case 10:
		tile_of(10, f, row, j, gelu);
		break;
	case 8:
		tile_of(8, f, row, j, gelu);
		break;
	case 6:
		tile_of(6, f, row, j, gelu);
		break;
	case 4:
		tile_of(4, f, row, j, gelu);
		break;
	case 2:
		tile_of(2, f, row, j, gelu);
		break;
	default:
		tile_of(1, f, row, j, gelu);
	}
}

/*
 * Rows of the next tile when m are left: tiles of few rows wait for their
 * own sums, so that two of 8 are faster than 14 and 2.  Even; of an odd
 * number of rows the last is computed twice.
 */
static int64_t
next_rows(int64_t m)
{
	if (m == 1 || m == MR || m >= MR + 8)
		return m < MR ? m : MR;
	if (m < MR)
		return up_to(m, 2);
	return up_to((m + 1) / 2, 2);
}

/* Ask for the lines from .. to of a panel. */
VNNI INLINE void
fetch(const int8_t *p, int64_t from, int64_t to)
{
	for (int64_t i = from; i < to; i += 64)
		_mm_prefetch((const char *)p + i, _MM_HINT_T0);
}

VNNI INLINE void
product(int64_t m, const struct mr_qfinish *f, const bool gelu)
{
	int64_t size = NR * f->w->k;

	assert(f->w->n % 16 == 0);
	for (int64_t j = 0; j < f->w->n; j += NR)
		for (int64_t i = 0; i < m; ) {
			int64_t rows = next_rows(m - i), at;

			if (rows > m)
				rows = m - 1;
			at = m - i < rows ? m - rows : i;

			if (j + NR < f->w->n)
				fetch(f->w->packed + (j + NR) * f->w->k,
				    size * i / m / 64 * 64,
				    size * (i + rows) / m);
			tile(rows, f, at, j, gelu);
			i += rows;
		}
}

VNNI static void
gemm(const struct mr_qrows *x, int64_t m, const struct mr_qweights *w,
    const float *bias, struct mr_qout c)
{
	struct mr_qfinish f = { x, w, bias, c, NULL };

	product(m, &f, false);
}

VNNI static void
gemm_gelu(const struct mr_qrows *x, int64_t m,
    const struct mr_qweights *w, const float *bias, struct mr_qout c,
    float *top)
{
	struct mr_qfinish f = { x, w, bias, c, top };

	product(m, &f, true);
}

const struct mr_qkernels mr_qkernels_avx512 = {
	.name = "avx512", .size = 1, .zero = 0,
	.from = mr_qrows_from_avx512, .gelu = mr_qrows_gelu_avx512,
	.norm = mr_qrows_norm_avx512, .gemm = gemm, .gemm_gelu = gemm_gelu,
	.attend = mr_qattend_avx512
};
#endif
