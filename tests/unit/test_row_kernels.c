/* Passes over rows and small systems: every kind of register against plain
 * loops in double, those with fma against each other to the bit.
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
#include "math/row_kernels.h"

#define ROWS 50
#define WIDTH 48
#define ENTRIES 40

static float matrix[ROWS * WIDTH], values[ENTRIES], vector[WIDTH];
static int32_t places[ENTRIES];

static int
fill(void **state)
{
	(void)state;
	for (int i = 0; i < ROWS * WIDTH; i++)
		matrix[i] = (float)mr_rng_normal(3, 1, (uint64_t)i);
	for (int k = 0; k < ENTRIES; k++) {
		values[k] = (float)mr_rng_uniform(3, 2, (uint64_t)k) * 5;
		places[k] = (int32_t)(mr_rng_uniform(3, 3, (uint64_t)k) *
		    ROWS);
	}
	for (int j = 0; j < WIDTH; j++)
		vector[j] = (float)mr_rng_normal(3, 4, (uint64_t)j);
	return 0;
}

static struct mr_chosen
chosen(int64_t n, int64_t width, float alpha)
{
	return (struct mr_chosen){ matrix, width, places, values, alpha, n,
	    places, ENTRIES };
}

static double
weight(const struct mr_chosen *c, int64_t k)
{
	return 1 + (double)c->alpha * (double)c->val[k];
}

static void
near(double got, double want, double size)
{
	assert_true(fabs(got - want) <= 1e-5 * (size + 1));
}

static void
try_residual(const struct mr_row_kernels *f, const struct mr_chosen *c)
{
	float out[WIDTH], w[ENTRIES], sum[WIDTH];
	double want[WIDTH], weighed[WIDTH];

	for (int64_t j = 0; j < c->width; j++)
		want[j] = weighed[j] = out[j] = sum[j] = (float)j;
	for (int64_t k = 0; k < c->n; k++) {
		const float *y = matrix + places[k] * c->width;
		double e = 0.5;

		w[k] = (float)(k - 3) / 7;
		for (int64_t j = 0; j < c->width; j++)
			e -= (double)y[j] * (double)vector[j];
		for (int64_t j = 0; j < c->width; j++) {
			want[j] += weight(c, k) * e * (double)y[j];
			weighed[j] += (double)w[k] * (double)y[j];
		}
	}
	f->residual(c, vector, 0.5f, out);
	f->weigh(c, w, sum);
	for (int64_t j = 0; j < c->width; j++) {
		near((double)out[j], want[j], 30. * (double)c->n *
		    (1 + (double)c->alpha));
		near((double)sum[j], weighed[j], 5. * (double)c->n);
	}
}

/* z, then K = E + Z Z' and its solution, in the lane that is asked for. */
static void
try_short(const struct mr_row_kernels *f, const struct mr_chosen *c, int lane)
{
	int n = (int)c->n;
	float z[ENTRIES * WIDTH], w[ENTRIES];
	float k[ENTRIES * (ENTRIES + 1) / 2 * 16] = { 0 };
	float b[ENTRIES * 16] = { 0 };
	double x[ENTRIES];

	f->scaled(c, vector, z, w);
	for (int i = 0; i < n; i++) {
		near((double)w[i], sqrt(weight(c, i)), 1);
		for (int64_t j = 0; j < c->width; j++)
			near((double)z[i * c->width + j], sqrt(weight(c, i)) *
			    (double)vector[j] * (double)
			    matrix[places[i] * c->width + j], 1);
		for (int l = 0; l < 16; l++)
			k[((i + 1) * (i + 2) / 2 - 1) * 16 + l] = 1;
		b[i * 16 + lane] = w[i];
	}
	f->products(z, c->width, n, k, lane);
	for (int i = 0; i < n; i++)
		for (int j = 0; j <= i; j++) {
			double s = i == j;

			for (int64_t p = 0; p < c->width; p++)
				s += (double)z[i * c->width + p] *
				    (double)z[j * c->width + p];
			near((double)k[(i * (i + 1) / 2 + j) * 16 + lane], s,
			    100 * (1 + (double)c->alpha));
			for (int l = 0; l < 16; l++)
				assert_true(l == lane || k[(i * (i + 1) / 2 +
				    j) * 16 + l] == (float)(i == j));
		}
	f->solve16(k, b, n);
	for (int i = 0; i < n; i++)
		x[i] = (double)b[i * 16 + lane];
	/* (E + Z Z') x = w */
	for (int i = 0; i < n; i++) {
		double s = x[i] - (double)w[i], size = 0;

		for (int j = 0; j < n; j++)
			for (int64_t p = 0; p < c->width; p++) {
				double e = (double)z[i * c->width + p] *
				    (double)z[j * c->width + p] * x[j];

				s += e;
				size += fabs(e);
			}
		near(s, 0, size);
		for (int l = 0; l < 16; l++)
			assert_true(l == lane || b[i * 16 + l] == 0);
	}
}

static void
as_plain_loops(void **state)
{
	(void)state;
	for (int l = 0; l <= (int)mr_simd_level(); l++) {
		const struct mr_row_kernels *f = mr_row_kernels_at(
		    (enum mr_simd)l);

		for (int64_t width = 16; width <= WIDTH; width += 16)
			for (int64_t n = 1; n <= ENTRIES; n++) {
				struct mr_chosen c = chosen(n, width,
				    n % 3 ? 0 : 2);

				try_residual(f, &c);
				if (n <= 32)
					try_short(f, &c, (int)n % 16);
			}
	}
}

static void
vectors(void **state)
{
	(void)state;
	for (int l = 0; l <= (int)mr_simd_level(); l++) {
		const struct mr_row_kernels *f = mr_row_kernels_at(
		    (enum mr_simd)l);
		float a[WIDTH], inverse[WIDTH], root[WIDTH];
		double dot = 0;

		for (int j = 0; j < WIDTH; j++)
			dot += (double)matrix[j] * (double)vector[j];
		near((double)f->dot(matrix, vector, WIDTH), dot, WIDTH);
		memset(a, 0, sizeof a);
		f->add(a, 2, matrix, WIDTH);
		f->add_scaled(a, -3, vector, 0.5f, matrix, WIDTH);
		for (int j = 0; j < WIDTH; j++)
			near((double)a[j], (2 - 3 * ((double)vector[j] + .5))
			    * (double)matrix[j], 20);
		f->multiply(a, matrix, vector, 0, WIDTH);
		f->multiply(a, matrix, vector, 2, WIDTH);
		for (int j = 0; j < WIDTH; j++)
			near((double)a[j], 3 * (double)matrix[j] *
			    (double)vector[j], 30);
		f->invert(vector, 0.25f, 0.5f, WIDTH, inverse, root);
		f->invert(vector, 0.25f, 0.5f, WIDTH, a, NULL);
		assert_memory_equal(a, inverse, sizeof a);
		for (int j = 0; j < WIDTH; j++) {
			double d = (double)(vector[j] + 0.25f);

			near((double)inverse[j], d > 0.5 ? 1 / d : 0, 2);
			near((double)root[j], d > 0.5 ? sqrt(1 / d) : 0, 2);
		}
	}
}

/* What is behind the last entry is not read. */
static void
ends_where_it_may_read(void **state)
{
	const struct mr_row_kernels *f = mr_row_kernels_at(mr_simd_level());
	int32_t *idx = malloc(3 * sizeof *idx);
	float *val = malloc(3 * sizeof *val), out[WIDTH] = { 0 };
	struct mr_chosen c = { matrix, WIDTH, idx, val, 1, 3, idx, 3 };

	(void)state;
	assert_true(idx && val);
	memcpy(idx, places, 3 * sizeof *idx);
	memcpy(val, values, 3 * sizeof *val);
	f->residual(&c, vector, 1, out);
	assert_true(isfinite(out[0]));
	free(idx);
	free(val);
}

static void
same_bits_as_plain(void **state)
{
	const struct mr_row_kernels *f = mr_row_kernels_at(MR_SIMD_PLAIN);
	const struct mr_row_kernels *g = mr_row_kernels_at(mr_simd_level());
	float k[2][32 * 33 / 2 * 16], b[2][32 * 16], out[2][WIDTH];
	struct mr_chosen c = chosen(31, WIDTH, 2);

	(void)state;
	for (int i = 0; i < 2; i++) {
		const struct mr_row_kernels *h = i ? g : f;

		memset(k[i], 0, sizeof k[i]);
		memset(out[i], 0, sizeof out[i]);
		for (int p = 0; p < 32 * 33 / 2; p++)
			for (int l = 0; l < 16; l++)
				k[i][p * 16 + l] = 0;
		for (int p = 0; p < 32; p++)
			for (int l = 0; l < 16; l++) {
				k[i][((p + 1) * (p + 2) / 2 - 1) * 16 + l] =
				    100;
				b[i][p * 16 + l] = (float)(p + l);
			}
		for (int l = 0; l < 16; l++)
			h->products(matrix, WIDTH, 32, k[i], l);
		h->solve16(k[i], b[i], 32);
		h->residual(&c, vector, 1, out[i]);
		h->add_scaled(out[i], -1, vector, 2, matrix, WIDTH);
		out[i][0] += h->dot(out[i], vector, WIDTH);
	}
	assert_memory_equal(b[0], b[1], sizeof b[0]);
	assert_memory_equal(out[0], out[1], sizeof out[0]);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(as_plain_loops),
		cmocka_unit_test(vectors),
		cmocka_unit_test(ends_where_it_may_read),
		cmocka_unit_test(same_bits_as_plain),
	};

	return cmocka_run_group_tests(tests, fill, NULL);
}
