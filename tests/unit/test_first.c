/* The first sum that reaches a bound, at every length and place.
 * SPDX-License-Identifier: MIT */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/rng.h"
#include "math/first.h"

#define LONGEST 100

static float a[LONGEST + 1], b[LONGEST + 1];

static int64_t
plain(float offset, float least, int64_t from, int64_t n)
{
	for (int64_t i = from; i < n; i++) {
		float sum = a[i] + b[i];

		sum += offset;
		if (sum >= least)
			return i - from;
	}
	return n - from;
}

static void
as_one_by_one(void **state)
{
	static const float bounds[] = { -INFINITY, -2, 0.5F, 1, 1.5F, 1.99F, 2,
		4, INFINITY };

	(void)state;
	for (int i = 0; i <= LONGEST; i++) {
		a[i] = (float)mr_rng_uniform(3, 1, (uint64_t)i);
		b[i] = (float)mr_rng_uniform(3, 2, (uint64_t)i);
	}
	a[31] = NAN;
	b[77] = -INFINITY;
	for (int level = MR_SIMD_PLAIN; level <= (int)mr_simd_level(); level++)
		for (size_t k = 0; k < sizeof bounds / sizeof *bounds; k++)
			for (int64_t n = 0; n <= LONGEST; n++)
				for (int64_t from = 0; from <= n; from += 7)
					assert_int_equal(mr_first_at_least_at(
					    (enum mr_simd)level, a + from,
					    b + from, 0.25F, bounds[k],
					    n - from),
					    plain(0.25F, bounds[k], from, n));
}

/* A bound that one place alone reaches, exactly. */
static void
every_place(void **state)
{
	(void)state;
	for (int at = 0; at < LONGEST; at++) {
		for (int i = 0; i < LONGEST; i++)
			a[i] = b[i] = 0;
		a[at] = 0.1F;
		b[at] = 0.2F;
		for (int level = MR_SIMD_PLAIN; level <= (int)mr_simd_level();
		    level++) {
			float sum = 0.1F + 0.2F;

			assert_int_equal(mr_first_at_least_at(
			    (enum mr_simd)level, a, b, 0.3F, sum + 0.3F,
			    LONGEST), at);
			assert_int_equal(mr_first_at_least_at(
			    (enum mr_simd)level, a, b, 0.3F,
			    nextafterf(sum + 0.3F, 9), LONGEST), LONGEST);
		}
	}
}

static int64_t
plain_code(const int32_t *c, const float *scale, float least, int64_t n)
{
	for (int64_t i = 0; i < n; i++) {
		float v = (float)c[i] * scale[i];

		v *= 0.5F;
		v += b[i];
		if (!(v < least))
			return i;
	}
	return n;
}

/* Codes from a place on, and a NaN, which is always found. */
static void
codes_one_by_one(void **state)
{
	static const float bounds[] = { -INFINITY, -40, 0, 10, 60, INFINITY };
	int32_t c[LONGEST];

	(void)state;
	for (int what = 0; what < 3; what++) {
		for (int i = 0; i < LONGEST; i++) {
			c[i] = (int32_t)(mr_rng_u64(4, 1, (uint64_t)i) %
			    201) - 100;
			a[i] = (float)mr_rng_uniform(3, 1, (uint64_t)i);
			b[i] = (float)mr_rng_uniform(3, 2, (uint64_t)i);
		}
		if (what)
			b[what * 33] = NAN;
		for (int level = MR_SIMD_PLAIN; level <= (int)mr_simd_level();
		    level++)
			for (size_t k = 0; k < sizeof bounds / sizeof *bounds;
			    k++)
				for (int64_t n = 0; n <= LONGEST; n++)
					assert_int_equal(mr_first_code_at(
					    (enum mr_simd)level, c, a, 0.5F,
					    b, bounds[k], n), plain_code(c, a,
					    bounds[k], n));
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(as_one_by_one),
		cmocka_unit_test(every_place),
		cmocka_unit_test(codes_one_by_one),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
