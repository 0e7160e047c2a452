/* Products of bytes, at every level, against a plain sum.
 * SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/rng.h"
#include "math/qdot.h"

struct job {
	int64_t m, n, wide;
	int8_t *q;
	uint8_t *x, *packed;
	int32_t *start, *c;
};

static void
make(struct job *j, int64_t m, int64_t n, int64_t wide)
{
	*j = (struct job){ .m = m, .n = n, .wide = wide };
	j->q = calloc((size_t)(m * wide) + 1, 1);
	j->x = calloc((size_t)(n * wide) + 1, 1);
	j->packed = calloc(mr_qdot_packed(n, wide) + 1, 1);
	j->start = calloc((size_t)m + 1, sizeof *j->start);
	j->c = calloc((size_t)(m * (n + 3)) + 1, sizeof *j->c);
	assert_true(j->q && j->x && j->packed && j->start && j->c);
}

static void
drop(struct job *j)
{
	free(j->q);
	free(j->x);
	free(j->packed);
	free(j->start);
	free(j->c);
}

static void
pack(struct job *j)
{
	for (int64_t i = 0; i < j->n; i++)
		for (int64_t k = 0; k < j->wide; k += 4)
			memcpy(mr_qdot_place(j->packed, i, k, j->wide),
			    j->x + i * j->wide + k, 4);
}

/* Of every level, into rows of n + 3 whose ends stay. */
static void
check(struct job *j)
{
	int64_t ldc = j->n + 3;

	pack(j);
	for (int level = MR_SIMD_PLAIN; level <= (int)mr_simd_level();
	    level++) {
		for (int64_t i = 0; i < j->m * ldc; i++)
			j->c[i] = -7;
		mr_qdot_at((enum mr_simd)level, j->q, j->start, j->m,
		    j->packed, j->n, j->wide, j->c, ldc);
		for (int64_t i = 0; i < j->m; i++)
			for (int64_t r = 0; r < ldc; r++) {
				int64_t sum = j->start[i];

				for (int64_t k = 0; r < j->n && k < j->wide;
				    k++)
					sum += (int64_t)j->q[i * j->wide + k] *
					    j->x[r * j->wide + k];
				assert_int_equal(j->c[i * ldc + r], r < j->n ?
				    sum : -7);
			}
	}
}

static void
shapes(void **state)
{
	static const int64_t wide[] = { 4, 8, 12, 60, 64, 68, 128, 384 };

	(void)state;
	for (size_t w = 0; w < sizeof wide / sizeof *wide; w++)
		for (int64_t m = 0; m <= 14; m++)
			for (int64_t n = 0; n <= 48; n += 16) {
				struct job j;

				make(&j, m, n, wide[w]);
				for (int64_t i = 0; i < m * wide[w]; i++)
					j.q[i] = (int8_t)(mr_rng_u64(1, 1,
					    (uint64_t)i) % 65) - 32;
				for (int64_t i = 0; i < n * wide[w]; i++)
					j.x[i] = (uint8_t)mr_rng_u64(1, 2,
					    (uint64_t)i);
				for (int64_t i = 0; i < m; i++)
					j.start[i] = (int32_t)(i * 1000003 -
					    5000000);
				check(&j);
				drop(&j);
			}
}

/* The largest sums that four of q may have, in any of the four, of either sign,
 * by bytes of 255 and of 127: nothing saturates. */
static void
extremes(void **state)
{
	(void)state;
	for (int what = 0; what < 128; what++) {
		int most = what & 1 ? 255 : 127, on = what >> 3, n = 0, each;
		struct job j;

		for (int f = 0; f < 4; f++)
			n += on >> f & 1;
		each = n ? mr_qdot_room(most) / n : 0;
		each = each > 127 ? 127 : each;
		make(&j, 7, 16, 252);
		for (int64_t k = 0; k < j.m * j.wide; k++)
			if (on >> ((k % j.wide & 1) | (k % j.wide & 4) / 2) &
			    1)
				j.q[k] = (int8_t)(what & 2 ? each : -each);
		memset(j.x, what & 4 ? most : 1, 16 * 252);
		check(&j);
		drop(&j);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(shapes),
		cmocka_unit_test(extremes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
