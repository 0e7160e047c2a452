/* The calendar against the C library's.
 * SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

#include <cmocka.h>

#include "core/date.h"

static void
as_the_library_has_it(void **state)
{
	(void)state;
	for (int64_t day = -800000; day < 800000; day += 37) {
		time_t t = (time_t)(day * 86400);
		struct mr_date d = mr_date_of(day);
		struct tm tm;

		assert_non_null(gmtime_r(&t, &tm));
		assert_int_equal(d.year, tm.tm_year + 1900);
		assert_int_equal(d.month, tm.tm_mon + 1);
		assert_int_equal(d.day, tm.tm_mday);
		assert_int_equal(mr_date_day(d), day);
	}
}

static void
reads_and_writes(void **state)
{
	static const char *const no[] = { "", "2001-02-29", "1900-02-29",
	    "2000-13-01", "2000-00-01", "2000-01-00", "2000-1-01",
	    "2000-01-32", "2000-04-31", "2000-01-011", "2000/01/01",
	    "x000-01-01" };
	char text[32];
	int64_t day;

	(void)state;
	assert_true(mr_date_parse(mr_slice_of("1970-01-01"), &day));
	assert_int_equal(day, 0);
	assert_true(mr_date_parse(mr_slice_of("2000-02-29"), &day));
	assert_string_equal(mr_date_text(day, text), "2000-02-29");
	assert_true(mr_date_parse(mr_slice_of("0000-01-01"), &day));
	assert_string_equal(mr_date_text(day, text), "0000-01-01");
	for (size_t i = 0; i < sizeof no / sizeof *no; i++)
		assert_false(mr_date_parse(mr_slice_of(no[i]), &day));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(as_the_library_has_it),
		cmocka_unit_test(reads_and_writes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
