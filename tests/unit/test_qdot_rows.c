/* Products of a row of bytes and single rows, at every level.
 * SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "core/rng.h"
#include "math/qdot_rows.h"

#define ROWS 11
#define WIDE 448

/* what 0: any bytes; 1, 2: the largest of either sign. */
static void
fill(int what, int8_t *q, uint8_t *x)
{
	for (uint64_t k = 0; k < WIDE; k++)
		q[k] = (int8_t)(what ? what == 1 ? 127 : -127 :
		    (int)(mr_rng_u64(1, 1, k) % 255) - 127);
	for (uint64_t k = 0; k < ROWS * WIDE; k++)
		x[k] = (uint8_t)(what ? 127 : mr_rng_u64(1, 2, k) % 128);
}

static void
every_level(void **state)
{
	static int8_t q[WIDE];
	static uint8_t x[ROWS * WIDE];
	const uint8_t *row[ROWS];

	(void)state;
	for (int j = 0; j < ROWS; j++)	/* in any order */
		row[j] = x + (j * 7 + 3) % ROWS * WIDE;
	for (int what = 0; what < 3; what++)
		for (int64_t wide = 0; wide <= WIDE; wide += 64)
			for (int64_t n = 0; n <= ROWS; n++)
				for (int level = MR_SIMD_PLAIN; level <=
				    (int)mr_simd_level(); level++) {
					int32_t c[ROWS + 1];

					fill(what, q, x);
					memset(c, 77, sizeof c);
					mr_qdot_rows_at((enum mr_simd)level,
					    q, row, n, wide, c);
					for (int64_t j = 0; j < n; j++) {
						int64_t sum = 0;

						for (int64_t k = 0; k < wide;
						    k++)
							sum += q[k] *
							    row[j][k];
						assert_int_equal(c[j], sum);
					}
					assert_int_equal(c[n], 0x4d4d4d4d);
				}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_level),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
