/* Tests of math/qkernels: every kernel has the bits of plain C.
 * SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/mem.h"
#include "core/rng.h"
#include "math/qkernels.h"

static void *
room(int64_t n, size_t size)
{
	struct mr_err err = { 0 };
	void *p = mr_alloc((size_t)n, size, "test", &err);

	assert_non_null(p);
	return p;
}

static float *
normals(int64_t n, uint64_t stream, double scale)
{
	float *p = room(n, sizeof *p);

	for (int64_t i = 0; i < n; i++)
		p[i] = (float)(scale * mr_rng_normal(7, stream, (uint64_t)i));
	return p;
}

/* A layer's steps by one kind of kernel, and all that comes of them. */
struct layer {
	int64_t m, n, k;
	float *x, *r, *c, *inner, *top, *scale, *least, *context;
	uint8_t *X[3];	/* values of each step, 0 .. 255 */
};

static int
value(const struct mr_qkernels *on, const struct mr_qrows *q, int64_t i)
{
	if (on->size == 2)
		return ((const int16_t *)q->X)[i] + on->zero;
	return ((const uint8_t *)q->X)[i] ^ on->zero;
}

static void
keep(struct layer *l, const struct mr_qkernels *on, const struct mr_qrows *q,
    int step, int64_t k)
{
	l->X[step] = room(l->m * k, 1);
	for (int64_t i = 0; i < l->m * k; i++)
		l->X[step][i] = (uint8_t)value(on, q, i);
	for (int64_t i = 0; i < l->m; i++) {
		l->scale[step * l->m + i] = q->scale[i];
		l->least[step * l->m + i] = q->least[i];
	}
}

/*
 * Rows are quantised, multiplied by w (n x k, n a multiple of 96) for queries,
 * keys and values of one head, then with gelu, and normed.
 */
static void
run(struct layer *l, const struct mr_qkernels *on, const float *w,
    const float *bias, int64_t size)
{
	struct mr_qweights q;
	struct mr_qrows rows = { room(l->m * (l->n > l->k ? l->n : l->k), 2),
	    room(l->m, 4), room(l->m, 4) };
	const struct mr_qnorm norm = { bias, bias + 1, bias + 2, 1e-12f };
	struct mr_qhead h;
	void *work = room((int64_t)mr_qattend_bytes(l->m, size), 1);

	memset(work, 0x7f, mr_qattend_bytes(l->m, size));
	mr_qweights_place(&q, l->n, l->k,
	    room(mr_qweights_bytes(l->n, l->k), 1));
	mr_qweights_pack(&q, w);
	on->from(&rows, l->x, l->m, l->k);
	keep(l, on, &rows, 0, l->k);
	on->gemm(&rows, l->m, &q, bias, (struct mr_qout){ l->c, l->n, 32 });
	h = (struct mr_qhead){ l->c, l->c + l->n / 3, l->c + l->n / 3 * 2,
	    l->m, size, l->n, 32 };
	on->attend(&h, work, l->context, size);
	on->gemm_gelu(&rows, l->m, &q, bias,
	    (struct mr_qout){ l->inner, 32, 32 * l->m }, l->top);
	on->gelu(&rows, l->inner, l->top, l->m, l->n);
	keep(l, on, &rows, 1, l->n);
	on->norm(&rows, l->x, l->r, l->m, l->k, &norm);
	keep(l, on, &rows, 2, l->k);
	free(q.packed);
	free(rows.X);
	free(rows.scale);
	free(rows.least);
	free(work);
}

static void
make(struct layer *l, int64_t m, int64_t n, int64_t k, int64_t size)
{
	*l = (struct layer){ m, n, k, normals(m * k, 1, 1),
	    normals(m * k, 2, 1), room(m * n, 4),
	    room(m * ((n + 31) / 32 * 32), 4), room(m * 16, 4),
	    room(m * 3, 4), room(m * 3, 4), room(m * size, 4), { NULL } };
}

static void
drop(struct layer *l)
{
	free(l->x);
	free(l->r);
	free(l->c);
	free(l->inner);
	free(l->top);
	free(l->scale);
	free(l->least);
	free(l->context);
	for (int i = 0; i < 3; i++)
		free(l->X[i]);
}

static void
same(const struct layer *a, const struct layer *b, int64_t size)
{
	size_t m = (size_t)a->m, n = (size_t)a->n, k = (size_t)a->k;

	assert_memory_equal(a->X[0], b->X[0], m * k);
	assert_memory_equal(a->c, b->c, m * n * 4);
	assert_memory_equal(a->context, b->context, m * (size_t)size * 4);
	assert_memory_equal(a->inner, b->inner, m * n * 4);
	assert_memory_equal(a->top, b->top, m * 16 * 4);
	assert_memory_equal(a->X[1], b->X[1], m * n);
	assert_memory_equal(a->x, b->x, m * k * 4);
	assert_memory_equal(a->X[2], b->X[2], m * k);
	assert_memory_equal(a->scale, b->scale, 3 * m * 4);
	assert_memory_equal(a->least, b->least, 3 * m * 4);
}

/* Weights of size 1, or all of them the largest, so that sums saturate where
 * a kernel has too few bits for them. */
static void
all_kernels(int64_t m, int64_t n, int64_t k, int64_t size, bool largest)
{
	const struct mr_qkernels *on;
	float *w = normals(n * k, 3, 0.2), *bias = normals(n + k + 2, 4, 1);
	struct layer want, got;
	int last = 0;

	for (int64_t i = 0; largest && i < n * k; i++)
		w[i] = i / k % 2 ? -1.0f : 1.0f;
	while (mr_qkernels_at(mr_simd_level(), last + 1))
		last++;
	on = mr_qkernels_at(mr_simd_level(), last);
	assert_string_equal(on->name, "plain");
	make(&want, m, n, k, size);
	for (int64_t i = 0; largest && i < m * k; i++)
		want.x[i] = i % k ? 1.0f : 0.0f;
	run(&want, on, w, bias, size);
	for (int i = 0; i < last; i++) {
		on = mr_qkernels_at(mr_simd_level(), i);
		make(&got, m, n, k, size);
		for (int64_t j = 0; largest && j < m * k; j++)
			got.x[j] = j % k ? 1.0f : 0.0f;
		run(&got, on, w, bias, size);
		same(&got, &want, size);
		drop(&got);
	}
	drop(&want);
	free(w);
	free(bias);
}

static void
every_kernel_has_the_bits_of_plain(void **state)
{
	static const int64_t shape[][4] = { { 1, 48, 16, 16 },
	    { 2, 96, 32, 32 }, { 5, 96, 64, 1 }, { 7, 144, 48, 12 },
	    { 16, 288, 80, 90 }, { 33, 1152, 384, 32 }, { 61, 192, 1536, 64 },
	    { 130, 96, 64, 23 } };

	(void)state;
	for (size_t i = 0; i < sizeof shape / sizeof *shape; i++) {
		all_kernels(shape[i][0], shape[i][1], shape[i][2],
		    shape[i][3], false);
		all_kernels(shape[i][0], shape[i][1], shape[i][2],
		    shape[i][3], true);
	}
}

/* One key far above the others, and values that are all the same. */
static void
sharp_and_flat_heads(void **state)
{
	enum { LEN = 37, SIZE = 20 };
	float *q = normals(LEN * SIZE, 5, 30), *k = normals(LEN * SIZE, 6, 30);
	float flat[LEN * SIZE], want[LEN * SIZE], got[LEN * SIZE];
	void *work = room((int64_t)mr_qattend_bytes(LEN, SIZE), 1);
	struct mr_qhead h = { q, k, flat, LEN, SIZE, SIZE, 32 };
	const struct mr_qkernels *on;
	int last = 0;

	(void)state;
	while (mr_qkernels_at(mr_simd_level(), last + 1))
		last++;
	for (int turn = 0; turn < 3; turn++) {
		for (int i = 0; i < LEN * SIZE; i++) {
			flat[i] = turn ? (float)(i % 13) - 4.5f : 2.5f;
			k[i] = turn == 2 ? 0 : k[i];
		}
		mr_qkernels_at(mr_simd_level(), last)->attend(&h, work, want,
		    SIZE);
		for (int i = 0; i < last; i++) {
			on = mr_qkernels_at(mr_simd_level(), i);
			on->attend(&h, work, got, SIZE);
			assert_memory_equal(got, want, sizeof got);
		}
	}
	free(q);
	free(k);
	free(work);
}

static void
a_lower_level_has_fewer(void **state)
{
	(void)state;
	assert_null(mr_qkernels_at(MR_SIMD_PLAIN, 3));
#ifdef __x86_64__
	assert_string_equal(mr_qkernels_at(MR_SIMD_PLAIN, 0)->name, "plain");
	assert_null(mr_qkernels_at(MR_SIMD_PLAIN, 1));
#endif
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_kernel_has_the_bits_of_plain),
		cmocka_unit_test(sharp_and_flat_heads),
		cmocka_unit_test(a_lower_level_has_fewer),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
