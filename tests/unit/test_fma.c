/* Products and sums rounded once: those of the C library.
 * SPDX-License-Identifier: MIT */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "core/rng.h"
#include "math/fma.h"

static float
of_bits(uint32_t bits)
{
	float x;

	memcpy(&x, &bits, sizeof x);
	return x;
}

static void
check(const float a[4], const float b[4], const float c[4])
{
	mr_v4 x, y, z, sum;

	memcpy(&x, a, sizeof x);
	memcpy(&y, b, sizeof y);
	memcpy(&z, c, sizeof z);
	sum = mr_v4_fma(x, y, z);
	for (int l = 0; l < 4; l++) {
		float want = fmaf(a[l], b[l], c[l]), have = sum[l];

		if (isnan(want))
			assert_true(isnan(have));
		else
			assert_memory_equal(&have, &want, sizeof have);
	}
}

/* Floats of all bits, and of few: many sums are halfway between two floats but
 * for a last bit far below. */
static void
random_bits(void **state)
{
	(void)state;
	for (uint64_t i = 0; i < 2000000; i++) {
		float v[3][4];

		for (uint64_t l = 0; l < 12; l++) {
			uint32_t u = (uint32_t)mr_rng_u64(1, l, i);

			if (i % 4 == 1)	/* near 1 */
				u = (u & 0x80ffffff) | 0x3f000000;
			if (i % 4 == 2)	/* few bits, any size */
				u &= 0xff800000 | u << 9 >> (u & 31);
			if (i % 4 == 3)	/* products and sums near the least */
				u = (u & 0x80ffffff) | (l < 8 ? 0x1f000000 :
				    0x00000000);
			v[l / 4][l % 4] = of_bits(u);
		}
		check(v[0], v[1], v[2]);
	}
}

/* (1 + 2^-12) (1 + 2^-12) + c has its last bit 2^-24: halfway above 1; what is
 * added below decides. */
static void
halfway(void **state)
{
	(void)state;
	for (int up = -149; up < 24; up++)
		for (int sign = -1; sign <= 1; sign += 2) {
			float e = ldexpf((float)sign, up);
			float one = 1 + 0x1p-12F;
			float a[4] = { one, one, 0x1.000002p0F, e };
			float b[4] = { one, -one, 0x1p-24F, one };
			float c[4] = { e, e, e, 0x1.000002p0F };

			check(a, b, c);
			for (int l = 0; l < 4; l++) {
				a[l] *= 0x1p-70F;
				b[l] *= 0x1p-56F;
				c[l] *= 0x1p-126F;
			}
			check(a, b, c);
		}
}

static void
no_numbers(void **state)
{
	static const float some[] = { 0, -0.0F, 1, -3, INFINITY, -INFINITY,
	    NAN, 0x1.fffffep127F, -0x1.fffffep127F, 0x1p-149F };

	(void)state;
	for (int i = 0; i < 10; i++)
		for (int j = 0; j < 10; j++)
			for (int k = 0; k < 10; k++) {
				float a[4] = { some[i], some[i], 1, 0 };
				float b[4] = { some[j], -some[j], 1, 1 };
				float c[4] = { some[k], some[k], 1, -0.0F };

				check(a, b, c);
			}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(random_bits),
		cmocka_unit_test(halfway),
		cmocka_unit_test(no_numbers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
