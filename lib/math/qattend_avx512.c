/* Attention in integers on AVX-512 VNNI; see qattend.h.
 * SPDX-License-Identifier: MIT */
#include "math/qavx512.h"

#include <math.h>
#include <string.h>

#define NR MR_QPANEL	/* keys of a score, values of a sum */
#define MR MR_QUERIES

#ifdef __x86_64__
#include <immintrin.h>

#define INLINE static inline __attribute__((always_inline))
#define VNNI __attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,"\
	"avx512vnni")))

/* As in qgemm_avx512.c: with __m512i, gcc 12 keeps sums in memory, too. */
typedef int sums __attribute__((vector_size(64)));

VNNI INLINE __mmask16
first(int64_t n)
{
	return (__mmask16)(n >= 16 ? 0xffffU : (1U << n) - 1);
}

VNNI INLINE int64_t
column(const struct mr_qhead *h, int64_t j)
{
	return j / NR * h->step + j % NR;
}

/* Least and largest of a column over the rows. */
VNNI INLINE void
range_of(const float *x, __mmask16 mask, const struct mr_qhead *h,
    __m512 *low, __m512 *high)
{
	*low = *high = _mm512_maskz_loadu_ps(mask, x);
	for (int64_t s = 1; s < h->len; s++) {
		__m512 v = _mm512_maskz_loadu_ps(mask, x + s * h->ld);

		*low = _mm512_min_ps(*low, v);
		*high = _mm512_max_ps(*high, v);
	}
}

/* most / width where there is width. */
VNNI INLINE __m512
per_unit(__m512 width, float most)
{
	return _mm512_maskz_div_ps(_mm512_cmp_ps_mask(width,
	    _mm512_setzero_ps(), _CMP_GT_OQ), _mm512_set1_ps(most), width);
}

/* Columns j .. j + 15 of the keys. */
VNNI INLINE void
pack_keys(const struct mr_qhead *h, struct mr_qroom *r, int64_t j)
{
	const __mmask16 mask = first(h->size - j);
	const float *k = h->k + column(h, j);
	int64_t words = (h->size - j < 16 ? r->size4 - j : 16) / 4;
	__m512 low, width, inv;

	range_of(k, mask, h, &low, &width);
	width = _mm512_sub_ps(width, low);
	inv = per_unit(width, 255);
	_mm512_storeu_ps(r->unit + j, _mm512_mul_ps(width,
	    _mm512_set1_ps(1.0f / 255)));
	for (int64_t s = 0; s < r->L; s++) {
		uint8_t *to = r->keys + s / NR * NR * r->size4 +
		    s % NR * 4 + j * NR;
		__m128i row = _mm_setzero_si128();
		uint32_t word[4];

		if (s < h->len)
			row = _mm512_cvtusepi32_epi8(_mm512_cvtps_epi32(
			    _mm512_mul_ps(inv, _mm512_sub_ps(
			    _mm512_maskz_loadu_ps(mask, k + s * h->ld),
			    low))));
		_mm_storeu_si128((void *)word, row);
		for (int64_t w = 0; w < words; w++)
			memcpy(to + w * 4 * NR, word + w, 4);
	}
}

/* Columns j .. j + 15 of the values, of which mask exist. */
VNNI INLINE void
pack_values(const struct mr_qhead *h, struct mr_qroom *r, int64_t j)
{
	const __mmask16 mask = first(h->size > j ? h->size - j : 0);
	const float *v = h->v + column(h, j);
	int16_t *to = r->values + j / NR * NR * r->L + j % NR * 2;
	__m512 low, half, mid, inv;

	range_of(v, mask, h, &low, &half);
	mid = _mm512_mul_ps(_mm512_add_ps(low, half), _mm512_set1_ps(0.5f));
	half = _mm512_mul_ps(_mm512_sub_ps(half, low), _mm512_set1_ps(0.5f));
	inv = per_unit(half, MR_MOST_VALUE);
	_mm512_storeu_ps(r->middle + j, mid);
	_mm512_storeu_ps(r->scale + j, _mm512_mul_ps(half,
	    _mm512_set1_ps(1.0f / MR_MOST_VALUE)));
	for (int64_t s = 0; s < r->L; s += 2, to += 2 * NR) {
		__m512i a = _mm512_setzero_si512(), b = a;

		if (s < h->len)
			a = _mm512_cvtps_epi32(_mm512_mul_ps(inv,
			    _mm512_sub_ps(_mm512_maskz_loadu_ps(mask, v +
			    s * h->ld), mid)));
		if (s + 1 < h->len)
			b = _mm512_cvtps_epi32(_mm512_mul_ps(inv,
			    _mm512_sub_ps(_mm512_maskz_loadu_ps(mask, v +
			    (s + 1) * h->ld), mid)));
		_mm512_storeu_si512(to, _mm512_mask_blend_epi16(0xaaaaaaaa,
		    a, _mm512_slli_epi32(b, 16)));
	}
}

/* The unit of the queries' products with u_j, and 127 / it for pack_queries,
 * in place of u_j. */
VNNI INLINE void
scale_queries(const struct mr_qhead *h, struct mr_qroom *r)
{
	__m512 most = _mm512_setzero_ps(), inv;
	float top;

	for (int64_t j = 0; j < h->size; j += 16) {
		const __mmask16 mask = first(h->size - j);
		const float *q = h->q + column(h, j);
		__m512 u = _mm512_loadu_ps(r->unit + j), all = most;

		for (int64_t i = 0; i < h->len; i++)
			all = _mm512_range_ps(all, _mm512_maskz_loadu_ps(mask,
			    q + i * h->ld), 3 | 2 << 2);
		most = _mm512_max_ps(most, _mm512_mul_ps(all, u));
	}
	top = _mm512_reduce_max_ps(most);
	r->a = 1.44269504f / (127 * sqrtf((float)h->size)) * top;
	inv = _mm512_set1_ps(top > 0 ? 127 / top : 0);
	for (int64_t j = 0; j < h->size; j += 16)
		_mm512_storeu_ps(r->unit + j, _mm512_mul_ps(inv,
		    _mm512_loadu_ps(r->unit + j)));
}

/* MR queries from row i on; those past the end are 0. */
VNNI INLINE void
pack_queries(const struct mr_qhead *h, struct mr_qroom *r, int64_t i)
{
	int64_t rows = h->len - i < MR ? h->len - i : MR;

	if (rows < MR)
		memset(r->queries, 0, (size_t)(MR * r->size4));
	for (int64_t j = 0; j < h->size; j += 16) {
		const __mmask16 in = first(h->size - j);
		const __mmask16 to = first(r->size4 - j);
		const float *q = h->q + column(h, j) + i * h->ld;
		__m512 inv = _mm512_loadu_ps(r->unit + j);

		for (int64_t m = 0; m < rows; m++)
			_mm_mask_storeu_epi8((int8_t *)r->queries +
			    m * r->size4 + j, to,
			    _mm512_cvtsepi32_epi8(_mm512_cvtps_epi32(
			    _mm512_mul_ps(inv, _mm512_maskz_loadu_ps(in,
			    q + m * h->ld)))));
	}
}

/* sum_j Q K of the queries, for every key. */
VNNI INLINE void
make_scores(struct mr_qroom *r)
{
	const uint8_t *b = r->keys;

	for (int64_t s = 0; s < r->L; s += NR) {
		sums sum[MR][2] = { 0 };

		for (int64_t p = 0; p < r->size4; p += 4, b += 4 * NR) {
			__m512i b0 = _mm512_loadu_si512(b);
			__m512i b1 = _mm512_loadu_si512(b + 64);

#pragma GCC unroll 8
			for (int i = 0; i < MR; i++) {
				__m512i v = _mm512_broadcastd_epi32(
				    _mm_loadu_si32((const int8_t *)r->queries +
				    i * r->size4 + p));

				sum[i][0] = (sums)_mm512_dpbusd_epi32(
				    (__m512i)sum[i][0], b0, v);
				sum[i][1] = (sums)_mm512_dpbusd_epi32(
				    (__m512i)sum[i][1], b1, v);
			}
		}
#pragma GCC unroll 8
		for (int i = 0; i < MR; i++) {
			int32_t *to = r->score + i * r->L + s;

			_mm512_storeu_si512(to, (__m512i)sum[i][0]);
			_mm512_storeu_si512(to + 16, (__m512i)sum[i][1]);
		}
	}
}

/* most 2^x as integers, x <= 0. */
VNNI INLINE __m512i
share_of(__m512 x, const __m512 c[4])
{
	__m512 t = _mm512_reduce_ps(x, 1), p;

	p = _mm512_fmadd_ps(c[3], t, c[2]);
	p = _mm512_fmadd_ps(p, t, c[1]);
	p = _mm512_fmadd_ps(p, t, c[0]);
	return _mm512_cvtps_epi32(_mm512_scalef_ps(p, x));
}

/* Scores of query i become shares. */
VNNI INLINE void
share(struct mr_qroom *r, int64_t i, int64_t len)
{
	const int32_t *x = r->score + i * r->L;
	int16_t *to = r->share + i * r->L;
	static const float of[] = MR_SHARE_OF;
	const __m512 a = _mm512_set1_ps(r->a), c[] = {
		_mm512_set1_ps(r->most * of[0]),
		_mm512_set1_ps(r->most * of[1]),
		_mm512_set1_ps(r->most * of[2]),
		_mm512_set1_ps(r->most * of[3]) };
	__m512i most = _mm512_loadu_si512(x), sum = _mm512_setzero_si512(), p;
	int64_t whole = len / 16 * 16, j;

	for (j = 16; j < whole; j += 16)
		most = _mm512_max_epi32(most, _mm512_loadu_si512(x + j));
	if (whole < len)
		most = _mm512_mask_max_epi32(most, first(len - whole), most,
		    _mm512_loadu_si512(x + whole));
	most = _mm512_set1_epi32(_mm512_reduce_max_epi32(most));
	for (j = 0; j < whole; j += 16) {
		p = _mm512_sub_epi32(_mm512_loadu_si512(x + j), most);
		p = share_of(_mm512_mul_ps(a, _mm512_cvtepi32_ps(p)), c);
		sum = _mm512_add_epi32(sum, p);
		_mm256_storeu_si256((void *)(to + j),
		    _mm512_cvtepi32_epi16(p));
	}
	if (whole < len) {
		p = _mm512_sub_epi32(_mm512_loadu_si512(x + j), most);
		p = share_of(_mm512_mul_ps(a, _mm512_cvtepi32_ps(p)), c);
		p = _mm512_maskz_mov_epi32(first(len - whole), p);
		sum = _mm512_add_epi32(sum, p);
		_mm256_storeu_si256((void *)(to + j),
		    _mm512_cvtepi32_epi16(p));
	}
	r->sum[i] = _mm512_reduce_add_epi32(sum);
}

/* Columns j .. j + 31 of rows rows of c, as far as there are. */
VNNI INLINE void
mix(const struct mr_qroom *r, const struct mr_qhead *h, int64_t rows, int64_t j,
    float *c, int64_t ldc)
{
	const __mmask16 m[] = { first(h->size - j),
	    first(h->size > j + 16 ? h->size - j - 16 : 0) };
	const int16_t *b = r->values + j * r->L;
	sums sum[MR][2] = { 0 };

	for (int64_t p = 0; p < h->len; p += 2, b += 2 * NR) {
		__m512i b0 = _mm512_loadu_si512(b);
		__m512i b1 = _mm512_loadu_si512(b + NR);

#pragma GCC unroll 8
		for (int i = 0; i < MR; i++) {
			__m512i v = _mm512_broadcastd_epi32(_mm_loadu_si32(
			    r->share + i * r->L + p));

			sum[i][0] = (sums)_mm512_dpwssd_epi32(
			    (__m512i)sum[i][0], v, b0);
			sum[i][1] = (sums)_mm512_dpwssd_epi32(
			    (__m512i)sum[i][1], v, b1);
		}
	}
#pragma GCC unroll 8
	for (int i = 0; i < MR; i++) {
		__m512 inv = _mm512_set1_ps(1 / (float)r->sum[i]);

		if (i >= rows)
			break;
		for (int half = 0; half < 2; half++)
			_mm512_mask_storeu_ps(c + i * ldc + 16 * half, m[half],
			    _mm512_fmadd_ps(_mm512_cvtepi32_ps((__m512i)
			    sum[i][half]), _mm512_mul_ps(inv, _mm512_loadu_ps(
			    r->scale + j + 16 * half)), _mm512_loadu_ps(
			    r->middle + j + 16 * half)));
	}
}

VNNI void
mr_qattend_avx512(const struct mr_qhead *h, void *work, float *c, int64_t ldc)
{
	struct mr_qroom r;

	mr_qroom_lay_out(&r, h->len, h->size, work);
	for (int64_t j = 0; j < h->size; j += 16)
		pack_keys(h, &r, j);
	for (int64_t j = 0; j < r.N; j += 16)
		pack_values(h, &r, j);
	scale_queries(h, &r);
	for (int64_t i = 0; i < h->len; i += MR) {
		int64_t rows = h->len - i < MR ? h->len - i : MR;

		pack_queries(h, &r, i);
		make_scores(&r);
		for (int64_t m = 0; m < rows; m++)
			share(&r, m, h->len);
		for (int64_t j = 0; j < h->size; j += NR)
			mix(&r, h, rows, j, c + i * ldc + j, ldc);
	}
}
#endif
