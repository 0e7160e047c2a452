/* Tests of math/qfit: 8-bit weights fitted to a sample of inputs.
 * SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <math.h>

#include "core/mem.h"
#include "core/rng.h"
#include "math/gemm.h"
#include "math/qfit.h"

#define M 200	/* rows of the sample */

struct problem {
	int64_t n, k;
	float *x, *w, *packed, *work;
	struct mr_qfit f;
	struct mr_qweights q;
};

static void *
room(int64_t n, size_t size)
{
	struct mr_err err = { 0 };
	void *p = mr_alloc((size_t)n, size, "test", &err);

	assert_non_null(p);
	return p;
}

/* Columns that go together, the third ten times as wide, the fifth always 0;
 * and what is fitted to them. */
static void
make(struct problem *p, int64_t n, int64_t k)
{
	*p = (struct problem){ .n = n, .k = k, .x = room(M * k, 4),
		.w = room(n * k, 4),
		.packed = room((int64_t)mr_gemm_packed(n, k), 4),
		.work = room(mr_qfit_work_floats(M, k), 4),
		.f = { k, room(k, 4), room(k * MR_QFIT_BLOCK, 4) } };
	for (int64_t i = 0; i < M; i++)
		for (int64_t j = 0; j < k; j++) {
			float *x = p->x + i * k + j;

			*x = (float)(mr_rng_normal(1, 1, (uint64_t)(i * k +
			    j)) + 3 * mr_rng_normal(2, (uint64_t)i,
			    (uint64_t)(j / 8)));
			*x *= j == 2 ? 10.0f : j == 4 ? 0.0f : 1.0f;
		}
	for (int64_t i = 0; i < n * k; i++)
		p->w[i] = (float)mr_rng_normal(3, 4, (uint64_t)i) * 0.05f;
	mr_gemm_pack(p->packed, p->w, n, k, k, true);
	mr_qweights_place(&p->q, n, k, room(mr_qweights_bytes(n, k), 1));
	memset(p->work, 0xff, (size_t)mr_qfit_work_floats(M, k) * 4);
	mr_qfit_columns(&p->f, p->x, M, p->packed, n);
	mr_qfit_follow(&p->f, p->x, M, p->work);
	mr_qfit_pack(&p->f, &p->q, p->packed, p->work);
}

static void
drop(struct problem *p)
{
	free(p->x);
	free(p->w);
	free(p->packed);
	free(p->work);
	free(p->f.unit);
	free(p->f.follow);
	free(p->q.packed);
}

static const int64_t shapes[][2] = { { 16, 16 }, { 48, 400 }, { 32, 1152 } };
#define SHAPES 3

/* W of output j, input k, as packed. */
static int
weight(const struct mr_qweights *q, int64_t j, int64_t k)
{
	return q->packed[j / 32 * 32 * q->k + k / 4 * 4 * 32 + j % 32 * 4 +
	    k % 4];
}

static void
units(void **state)
{
	struct problem p;

	(void)state;
	make(&p, 48, 400);
	for (int64_t k = 0; k < p.k; k++) {
		float x = 0, w = 0;

		for (int64_t i = 0; i < M; i++)
			x = fmaxf(x, fabsf(p.x[i * p.k + k]));
		for (int64_t j = 0; j < p.n; j++)
			w = fmaxf(w, fabsf(p.w[j * p.k + k]));
		if (k != 4)
			assert_true(fabsf(p.f.unit[k] - sqrtf(x / w)) <
			    1e-5f * p.f.unit[k]);
	}
	/* Nothing is divided by what is next to 0. */
	assert_true(p.f.unit[4] >= p.f.unit[2]);
	drop(&p);
}

/* However wide one column is, to which small weights go: the others are not
 * lost beside it, in rows or in weights. */
static void
one_wide_column(void **state)
{
	struct problem p;

	(void)state;
	make(&p, 48, 400);
	for (float wide = 1; wide < 1e6f; wide *= 8) {
		float most = 0;

		for (int64_t i = 0; i < M; i++)
			p.x[i * p.k + 7] = wide * p.x[i * p.k + 8];
		for (int64_t j = 0; j < p.n; j++)
			p.w[j * p.k + 7] = p.w[j * p.k + 8] / wide;
		mr_gemm_pack(p.packed, p.w, p.n, p.k, p.k, true);
		mr_qfit_columns(&p.f, p.x, M, p.packed, p.n);
		for (int64_t k = 0; k < p.k; k++)
			most = fmaxf(most, p.f.unit[k]);
		assert_true(most == p.f.unit[7] || wide < 100);
		for (int64_t k = 8; k < p.k; k++)
			assert_true(p.f.unit[k] < 20 || p.f.unit[k] <
			    1.001f * most / 64);
	}
	drop(&p);
}

/* A column of next to no weights changes no unit but its own. */
static void
counts_for_nothing(void **state)
{
	float was[400], most = 0;
	struct problem p;

	(void)state;
	make(&p, 48, 400);
	memcpy(was, p.f.unit, sizeof was);
	for (int64_t j = 0; j < p.n; j++)
		p.w[j * p.k + 7] *= 1e-38f;
	mr_gemm_pack(p.packed, p.w, p.n, p.k, p.k, true);
	mr_qfit_columns(&p.f, p.x, M, p.packed, p.n);
	for (int64_t k = 0; k < p.k; k++) {
		assert_true(k == 7 || p.f.unit[k] == was[k]);
		most = fmaxf(most, was[k]);
	}
	assert_true(p.f.unit[7] == most);
	drop(&p);
}

/* H of rows from .. from + n over the sample, in double. */
static void
naive_h(const struct problem *p, int64_t from, int64_t n, double *h)
{
	double more = 0;

	for (int64_t a = 0; a < n; a++)
		for (int64_t b = 0; b < n; b++) {
			h[a * n + b] = 0;
			for (int64_t i = 0; i < M; i++)
				h[a * n + b] +=
				    (double)p->x[i * p->k + from + a] *
				    (double)p->x[i * p->k + from + b] /
				    (double)p->f.unit[from + a] /
				    (double)p->f.unit[from + b];
		}
	for (int64_t a = 0; a < n; a++)
		more += 0.1 * h[a * n + a] / (double)n;
	for (int64_t a = 0; a < n; a++)
		h[a * n + a] += more;
}

/* H = U D U': the last column of H gives that of U, and so on. */
static void
follows_from_the_sample(void **state)
{
	(void)state;
	for (int s = 0; s < SHAPES; s++) {
		struct problem p;
		double *h = room(MR_QFIT_BLOCK * MR_QFIT_BLOCK, sizeof *h);

		make(&p, shapes[s][0], shapes[s][1]);
		for (int64_t from = 0; from < p.k; from += MR_QFIT_BLOCK) {
			int64_t n = p.k - from < MR_QFIT_BLOCK ? p.k - from :
			    MR_QFIT_BLOCK;

			naive_h(&p, from, n, h);
			for (int64_t j = n - 1; j >= 0; j--) {
				const float *u = p.f.follow + (from + j) *
				    MR_QFIT_BLOCK;
				double d = h[j * n + j];

				for (int64_t l = 0; l < j; l++)
					assert_true(fabs((double)u[l] -
					    h[l * n + j] / d) < 1e-3);
				for (int64_t a = 0; a < j; a++)
					for (int64_t b = 0; b < j; b++)
						h[a * n + b] -= h[a * n + j] *
						    h[b * n + j] / d;
			}
		}
		free(h);
		drop(&p);
	}
}

/* What q's products with the sample are off by, squared. */
static double
off_by(const struct problem *p, const struct mr_qweights *q, bool divided)
{
	double all = 0;

	for (int64_t i = 0; i < M; i++)
		for (int64_t j = 0; j < p->n; j++) {
			double off = 0;

			for (int64_t k = 0; k < p->k; k++) {
				double w = (double)q->scale[j] *
				    weight(q, j, k);

				if (divided)
					w /= (double)p->f.unit[k];
				off += (double)p->x[i * p->k + k] * (w -
				    (double)p->w[j * p->k + k]);
			}
			all += off * off;
		}
	return all;
}

/* Far nearer than weights that are rounded each for itself. */
static void
nearer_than_rounded(void **state)
{
	(void)state;
	for (int s = 0; s < SHAPES; s++) {
		struct mr_qweights plain;
		struct problem p;

		make(&p, shapes[s][0], shapes[s][1]);
		mr_qweights_place(&plain, p.n, p.k,
		    room(mr_qweights_bytes(p.n, p.k), 1));
		mr_qweights_pack(&plain, p.w);
		assert_true(off_by(&p, &p.q, true) <
		    0.3 * off_by(&p, &plain, false));
		free(plain.packed);
		drop(&p);
	}
}

/* Whatever is made good: two inputs stay within what math/qgemm.h says. */
static void
within_bounds(void **state)
{
	struct problem p;

	(void)state;
	make(&p, 48, 400);
	for (int64_t i = 0; i < p.k * MR_QFIT_BLOCK; i++)
		p.f.follow[i] = (float)mr_rng_normal(5, 5, (uint64_t)i);
	mr_qfit_pack(&p.f, &p.q, p.packed, p.work);
	for (int64_t j = 0; j < p.n; j++) {
		int sum = 0, most = 0;

		for (int64_t k = 0; k < p.k; k += 2) {
			int a = weight(&p.q, j, k);
			int b = weight(&p.q, j, k + 1);
			int up = (a > 0 ? a : 0) + (b > 0 ? b : 0);

			assert_true(up <= 128 && a + b - up >= -128);
			assert_true(a >= -127 && b >= -127);
			most = up > most ? up : most;
			sum += a + b;
		}
		assert_int_equal(most, 128);
		assert_int_equal(p.q.sum[j], sum);
		assert_true(p.q.shift[j] == p.q.scale[j] * (float)sum);
	}
	drop(&p);
}

/* Last: what is held stays held. */
static void
same_bytes_at_each_level(void **state)
{
	struct problem want[SHAPES], got;

	(void)state;
	for (int s = 0; s < SHAPES; s++)
		make(&want[s], shapes[s][0], shapes[s][1]);
	for (int level = MR_SIMD_AVX2; level >= MR_SIMD_PLAIN; level--) {
		mr_simd_hold((enum mr_simd)level);
		for (int s = 0; s < SHAPES; s++) {
			int64_t n = shapes[s][0], k = shapes[s][1];

			make(&got, n, k);
			assert_memory_equal(got.q.packed, want[s].q.packed,
			    (size_t)mr_qweights_bytes(n, k));
			assert_memory_equal(got.f.unit, want[s].f.unit,
			    (size_t)k * 4);
			drop(&got);
		}
	}
	for (int s = 0; s < SHAPES; s++)
		drop(&want[s]);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(units),
		cmocka_unit_test(one_wide_column),
		cmocka_unit_test(counts_for_nothing),
		cmocka_unit_test(follows_from_the_sample),
		cmocka_unit_test(nearer_than_rounded),
		cmocka_unit_test(within_bounds),
		cmocka_unit_test(same_bytes_at_each_level),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
