/* Names counted, in any order.
 * SPDX-License-Identifier: MIT */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>

#include <cmocka.h>

#include "data/counted.h"

static void
counts(void **state)
{
	static const struct { const char *name; int32_t last; } row[] = {
		{ "b", 0 }, { "a", 1 }, { "a", 1 }, { "", -1 }, { "a", 1 },
		{ "b", 0 }, { "c", 2 }
	};
	struct mr_counted c = { 0 };
	struct mr_err err = { 0 };

	(void)state;
	for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
		assert_int_equal(mr_counted_add(&c, mr_slice_of(row[i].name),
		    &err), MR_OK);
		assert_int_equal(c.last, row[i].last);
	}
	assert_int_equal(c.ids.n, 3);
	assert_int_equal(c.total, 6);
	assert_int_equal(c.n[0], 2);
	assert_int_equal(c.n[1], 3);
	assert_int_equal(c.n[2], 1);
	assert_int_equal(mr_ids_find(&c.ids, mr_slice_of("c")), 2);
	mr_counted_free(&c);
	assert_int_equal(c.total, 0);
	mr_counted_free(&c);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(counts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
