/* CRC-32C against known values and bit by bit, and the digests.
 * SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "core/hash.h"
#include "core/rng.h"

/* RFC 3720, B.4, and the check value of the catalogues. */
static void
known_values(void **state)
{
	unsigned char b[32] = { 0 };

	(void)state;
	assert_int_equal(mr_crc32c(0, "", 0), 0);
	assert_int_equal(mr_crc32c(0, "123456789", 9), 0xe3069283);
	assert_int_equal(mr_crc32c_plain(0, "123456789", 9), 0xe3069283);
	assert_int_equal(mr_crc32c(0, b, 32), 0x8a9136aa);
	memset(b, 0xff, sizeof b);
	assert_int_equal(mr_crc32c(0, b, 32), 0x62a8ab43);
	for (int i = 0; i < 32; i++)
		b[i] = (unsigned char)i;
	assert_int_equal(mr_crc32c(0, b, 32), 0x46dd794e);
	for (int i = 0; i < 32; i++)
		b[i] = (unsigned char)(31 - i);
	assert_int_equal(mr_crc32c(0, b, 32), 0x113fdb5c);
}

static void
both_ways_and_in_parts(void **state)
{
	unsigned char b[200];

	(void)state;
	for (size_t i = 0; i < sizeof b; i++)
		b[i] = (unsigned char)mr_rng_u64(1, 1, i);
	for (size_t from = 0; from < 9; from++)
		for (size_t n = 0; n < 120; n++) {
			uint32_t whole = mr_crc32c(0, b + from, n);

			assert_int_equal(mr_crc32c_plain(0, b + from, n),
			    whole);
			for (size_t cut = 0; cut <= n; cut += 7)
				assert_int_equal(mr_crc32c(mr_crc32c(0,
				    b + from, cut), b + from + cut, n - cut),
				    whole);
		}
}

static void
digest_in_parts(void **state)
{
	unsigned char b[3000];

	(void)state;
	for (size_t i = 0; i < sizeof b; i++)
		b[i] = (unsigned char)mr_rng_u64(1, 2, i);
	for (size_t step = 1; step < 3000; step = step * 3 + 1) {
		struct mr_digest *d = mr_digest_open();

		assert_non_null(d);
		for (size_t i = 0; i < sizeof b; i += step)
			mr_digest_add(d, b + i, sizeof b - i < step ?
			    sizeof b - i : step);
		assert_true(mr_digest_value(d) == mr_hash64(b, sizeof b));
		mr_digest_close(d);
	}
	/* XXH3_64bits of nothing, from its specification's test vectors. */
	assert_true(mr_hash64("", 0) == 0x2d06800538d394c2u);
	mr_digest_close(NULL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(known_values),
		cmocka_unit_test(both_ways_and_in_parts),
		cmocka_unit_test(digest_in_parts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
