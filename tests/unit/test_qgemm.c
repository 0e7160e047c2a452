/* Tests of math/qgemm: 8-bit products against the same sums in double.
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
#include "math/qkernels.h"

/* Every test runs with all the kernels that this CPU has: those of on. */
static const struct mr_qkernels *on;

#define EACH_KERNEL(test)						\
static void								\
test(void **state)							\
{									\
	(void)state;							\
	for (int i = 0; (on = mr_qkernels_at(mr_simd_level(), i)); i++)	\
		test##_on();						\
}

/* X of value i as it stands. */
static int
value(const struct mr_qrows *q, int64_t i)
{
	if (on->size == 2)
		return ((const int16_t *)q->X)[i] + on->zero;
	return ((const uint8_t *)q->X)[i] ^ on->zero;
}

struct problem {
	int64_t m, n, k;
	float *x, *w, *bias, *c;
	struct mr_qweights qw;
	struct mr_qrows qx;
};

static void *
room(size_t n, size_t size)
{
	struct mr_err err = { 0 };
	void *p = mr_alloc(n, size, "test", &err);

	assert_non_null(p);
	return p;
}

static void
make(struct problem *p, int64_t m, int64_t n, int64_t k)
{
	*p = (struct problem){ .m = m, .n = n, .k = k };
	p->x = room((size_t)(m * k), sizeof *p->x);
	p->w = room((size_t)(n * k), sizeof *p->w);
	p->c = room((size_t)(m * (n + 16)), sizeof *p->c);
	p->bias = room((size_t)n, sizeof *p->bias);
	p->qx.X = room((size_t)(m * k), 2);
	p->qx.scale = room((size_t)m, sizeof(float));
	p->qx.least = room((size_t)m, sizeof(float));
	for (int64_t i = 0; i < m * k; i++)
		p->x[i] = (float)mr_rng_normal(1, 2, (uint64_t)i) + 0.3f;
	for (int64_t i = 0; i < n * k; i++)
		p->w[i] = (float)mr_rng_normal(3, 4, (uint64_t)i) * 0.05f;
	for (int64_t j = 0; j < n; j++)
		p->bias[j] = (float)mr_rng_normal(5, 6, (uint64_t)j);
	mr_qweights_place(&p->qw, n, k, room((size_t)mr_qweights_bytes(n, k),
	    1));
	mr_qweights_pack(&p->qw, p->w);
}

static void
drop(struct problem *p)
{
	free(p->qw.packed);
	free(p->x);
	free(p->w);
	free(p->c);
	free(p->bias);
	free(p->qx.X);
	free(p->qx.scale);
	free(p->qx.least);
}

/* Into c row after row. */
static struct mr_qout
plain(const struct problem *p)
{
	return (struct mr_qout){ p->c, p->n, 32 };
}

/* W of output j, input k, as packed. */
static int
weight(const struct mr_qweights *q, int64_t j, int64_t k)
{
	return q->packed[j / 32 * 32 * q->k + k / 4 * 4 * 32 + j % 32 * 4 +
	    k % 4];
}

/* The integers are exact, so only the last float steps may round. */
static void
sums_are_those_of_the_integers_on(void)
{
	static const int64_t shape[][3] = { { 1, 16, 16 }, { 13, 48, 32 },
	    { 14, 32, 64 }, { 15, 64, 48 }, { 31, 96, 384 }, { 3, 16, 1536 } };

	for (size_t s = 0; s < sizeof shape / sizeof *shape; s++) {
		struct problem p;

		make(&p, shape[s][0], shape[s][1], shape[s][2]);
		on->from(&p.qx, p.x, p.m, p.k);
		on->gemm(&p.qx, p.m, &p.qw, p.bias, plain(&p));
		for (int64_t i = 0; i < p.m; i++)
			for (int64_t j = 0; j < p.n; j++) {
				double want = (double)p.bias[j];
				double size = fabs(want);

				for (int64_t k = 0; k < p.k; k++) {
					double x = (double)p.qx.least[i] +
					    (double)p.qx.scale[i] *
					    value(&p.qx, i * p.k + k);
					double w = (double)p.qw.scale[j] *
					    weight(&p.qw, j, k);

					want += x * w;
					size += fabs(x * w);
				}
				/* Four roundings of terms no larger. */
				assert_true(fabs((double)p.c[i * p.n + j] -
				    want) <= 2e-6 * size + 1e-12);
			}
		drop(&p);
	}
}
EACH_KERNEL(sums_are_those_of_the_integers)

/* Half a step at most: s/2 for inputs, t/2 for weights. */
static void
values_are_rounded_to_the_nearest_on(void)
{
	struct problem p;

	make(&p, 5, 32, 64);
	on->from(&p.qx, p.x, p.m, p.k);
	for (int64_t i = 0; i < p.m * p.k; i++) {
		float s = p.qx.scale[i / p.k];

		assert_true(fabsf(p.qx.least[i / p.k] + s * (float)value(&p.qx, i) -
		    p.x[i]) <= s * 0.5001f);
	}
	for (int64_t j = 0; j < p.n; j++)
		for (int64_t k = 0; k < p.k; k++)
			assert_true(fabsf(p.qw.scale[j] *
			    (float)weight(&p.qw, j, k) - p.w[j * p.k + k]) <=
			    p.qw.scale[j] * 0.5001f);
	drop(&p);
}
EACH_KERNEL(values_are_rounded_to_the_nearest)

/* What two products within 16 bits need; and little of it is idle. */
static void
weights_taken_together_have_small_sums(void **state)
{
	struct problem p;

	(void)state;
	make(&p, 1, 64, 384);
	for (int64_t k = 0; k < p.k; k++)
		p.w[k] = k % 3 ? 1.0f : 0.9f;	/* all are the largest */
	mr_qweights_pack(&p.qw, p.w);
	for (int64_t j = 0; j < p.n; j++) {
		int most = 0;

		for (int64_t k = 0; k < p.k; k += 2) {
			int a = weight(&p.qw, j, k);
			int b = weight(&p.qw, j, k + 1);
			int up = (a > 0 ? a : 0) + (b > 0 ? b : 0);

			most = up > most ? up : most;
			most = up - a - b > most ? up - a - b : most;
		}
		assert_in_range(most, 126, 128);
	}
	drop(&p);
}

static void
constant_and_zero_rows_are_exact_on(void)
{
	struct problem p;

	make(&p, 2, 16, 16);
	for (int k = 0; k < 16; k++) {
		p.x[k] = 0;
		p.x[16 + k] = -2.5f;
	}
	on->from(&p.qx, p.x, 2, 16);
	on->gemm(&p.qx, 2, &p.qw, p.bias, plain(&p));
	for (int j = 0; j < 16; j++) {
		assert_true(p.c[j] == p.bias[j]);
		assert_true(fabsf(p.c[16 + j] - p.bias[j] +
		    2.5f * p.qw.shift[j]) < 1e-6f);
	}
	drop(&p);
}
EACH_KERNEL(constant_and_zero_rows_are_exact)

static void
a_row_has_its_bits_at_every_place_on(void)
{
	struct problem p;
	float alone[48];

	make(&p, 37, 48, 64);
	for (int64_t i = 1; i < p.m; i++)
		memcpy(p.x + i * p.k, p.x, (size_t)p.k * sizeof *p.x);
	on->from(&p.qx, p.x, 1, p.k);
	on->gemm(&p.qx, 1, &p.qw, p.bias,
	    (struct mr_qout){ alone, p.n, 32 });
	on->from(&p.qx, p.x, p.m, p.k);
	on->gemm(&p.qx, p.m, &p.qw, p.bias, plain(&p));
	for (int64_t i = 0; i < p.m; i++)
		assert_memory_equal(p.c + i * p.n, alone, sizeof alone);
	drop(&p);
}
EACH_KERNEL(a_row_has_its_bits_at_every_place)

/* As many rows as make tiles of every size: all have the bits of one row. */
static void
every_number_of_rows_on(void)
{
	struct problem p;
	float *alone, *first;

	make(&p, 60, 48, 64);
	alone = room(60 * 48, sizeof *alone);
	first = p.c;
	on->from(&p.qx, p.x, p.m, p.k);
	for (int64_t i = 0; i < p.m; i++) {
		struct mr_qrows one = { (char *)p.qx.X + i * p.k * on->size,
		    p.qx.scale + i, p.qx.least + i };

		on->gemm(&one, 1, &p.qw, p.bias,
		    (struct mr_qout){ alone + i * p.n, p.n, 32 });
	}
	for (int64_t m = 1; m <= p.m; m++) {
		memset(first, 0xff, (size_t)(p.m * p.n) * sizeof *first);
		on->gemm(&p.qx, m, &p.qw, p.bias, plain(&p));
		assert_memory_equal(p.c, alone, (size_t)(m * p.n) *
		    sizeof *alone);
		/* Nothing is written behind the last row. */
		for (int64_t i = m * p.n; i < p.m * p.n; i++)
			assert_true(isnan(p.c[i]));
	}
	free(alone);
	drop(&p);
}
EACH_KERNEL(every_number_of_rows)

/*
 * In panels, with gelu: against the plain product and gelu in double.  The
 * bound of qgemm.h, and a few roundings of values of size 10.
 */
static void
gelu_in_panels_on(void)
{
	struct problem p;
	float *plain_c, *top;
	double worst = 0;

	make(&p, 45, 80, 384);
	for (int64_t i = 0; i < p.n * p.k; i++)
		p.w[i] *= 3;
	mr_qweights_pack(&p.qw, p.w);
	plain_c = room((size_t)(p.m * p.n), sizeof *plain_c);
	top = room((size_t)p.m * 16, sizeof *top);
	memset(top, 0xff, (size_t)p.m * 16 * sizeof *top);
	on->from(&p.qx, p.x, p.m, p.k);
	on->gemm(&p.qx, p.m, &p.qw, p.bias,
	    (struct mr_qout){ plain_c, p.n, 32 });
	on->gemm_gelu(&p.qx, p.m, &p.qw, p.bias,
	    (struct mr_qout){ p.c, 32, 32 * p.m }, top);
	for (int64_t i = 0; i < p.m; i++) {
		float most = -INFINITY, got = -INFINITY;

		for (int64_t j = 0; j < p.n; j++) {
			double v = (double)plain_c[i * p.n + j];
			double want = v / 2 * (1 + erf(v / sqrt(2)));
			float c = p.c[j / 32 * 32 * p.m + i * 32 + j % 32];

			worst = fmax(worst, fabs((double)c - want));
			most = fmaxf(most, c);
		}
		for (int l = 0; l < 16; l++)
			got = fmaxf(got, top[16 * i + l]);
		assert_true(got == most);
	}
	assert_true(worst < 2.0e-4 + 1e-5);
	/* It is a polynomial of low degree: the bound is not idle. */
	assert_true(worst > 1.5e-4);
	free(plain_c);
	free(top);
	drop(&p);
}
EACH_KERNEL(gelu_in_panels)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sums_are_those_of_the_integers),
		cmocka_unit_test(values_are_rounded_to_the_nearest),
		cmocka_unit_test(weights_taken_together_have_small_sums),
		cmocka_unit_test(constant_and_zero_rows_are_exact),
		cmocka_unit_test(a_row_has_its_bits_at_every_place),
		cmocka_unit_test(every_number_of_rows),
		cmocka_unit_test(gelu_in_panels),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
