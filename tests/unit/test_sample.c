/* Names seen before, all of few and a share of many.
 * SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "data/sample.h"

static struct mr_slice
name_of(int i, char text[32])
{
	snprintf(text, 32, "u%d", i);
	return mr_slice_of(text);
}

/* How many of the names from .. to - 1 it has. */
static int
count(const struct mr_sample *s, int from, int to)
{
	char text[32];
	int n = 0;

	for (int i = from; i < to; i++)
		n += mr_sample_has(s, name_of(i, text));
	return n;
}

static void
all_of_few_and_a_share_of_many(void **state)
{
	static const int many[] = { 1, 1000, MR_SAMPLE_MAX, 5 * MR_SAMPLE_MAX };
	struct mr_sample s = { 0 };
	struct mr_err err = { 0 };
	char text[32];
	int n = 0;

	(void)state;
	assert_int_equal(count(&s, 0, 10), 0);
	for (int k = 0; k < 4; k++) {
		while (n < many[k])
			assert_int_equal(mr_sample_add(&s, name_of(n++, text),
			    &err), MR_OK);
		assert_int_equal(count(&s, 0, n), s.n);
		if (n <= MR_SAMPLE_MAX)
			assert_int_equal(s.n, n);
		assert_int_equal(count(&s, n, 2 * n + 10), 0);
	}
	/* Halved three times: binomial of 327,680 and 1/8, deviation 189. */
	assert_int_equal(s.halved, 3);
	assert_in_range(s.n, 40960 - 1000, 40960 + 1000);
	mr_sample_free(&s);
	assert_null(s.slot);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_of_few_and_a_share_of_many),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
