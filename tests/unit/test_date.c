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

static void
dates_with_times(void **state)
{
	static const struct {
		const char *text;
		int64_t seconds;
	} yes[] = {
		{ "1970-01-01", 0 }, { "2016/12/31", 1483142400 },
		{ "2020-01-02T03:04:05Z", 1577934245 },
		{ "2020-01-02 03:04:05.999", 1577934245 },
		{ "2020-01-02T03:04", 1577934240 },
		{ "2020-01-02T03:04:05.000Z", 1577934245 },
		{ "2020-01-02T03:04:05+02:00", 1577927045 },
		{ "2020-01-02 03:04:05 -0130", 1577939645 },
		{ "2020-01-02T03:04:05+02", 1577927045 },
		{ "2016-12-31T23:59:60Z", 1483228800 },
		{ "1969-12-31T23:59:59Z", -1 },
		{ "Sat Dec 31 00:00:00 2016", 1483142400 },
		{ "Sun Jan  1 00:00:01 2017", 1483228801 },
		{ "01-Jan-1995", 788918400 }, { "29-FEB-2000", 951782400 },
		{ "02 25, 2014", 1393286400 }, { "02 5, 2014", 1391558400 },
		{ "January 5, 2020", 1578182400 },
		{ "Jan 05, 2020", 1578182400 },
		{ "Jan. 5 2020", 1578182400 }, { "5 january 2020", 1578182400 },
		{ "05 JAN 2020", 1578182400 }, { "May 31, 2020", 1590883200 },
		{ "May. 31, 2020", 1590883200 }
	};
	static const char *const no[] = { "", "2020", "2020-01", "20200102",
	    "2020-01/02", "2020-02-30", "2020-13-01", "2020-01-02T",
	    "2020-01-02T24:00", "2020-01-02T03:60", "2020-01-02T03:04:61",
	    "2020-01-02T03:04:05.", "2020-01-02T03:04:05x",
	    "2020-01-02T03:04:05+2", "2020-01-02T03:04:05Zx", "2020-01-02x",
	    "2020-01-02T03", "03/04/2020", "31-Foo-2016", "30-Feb-2000",
	    "01-Jan-95", "Sat Dec 32 00:00:00 2016", "Sat Dec 31 2016",
	    "13 25, 2014", "02 25 2014", "12:00", "2020-01-02T03:0405",
	    "2020-01-02T03:04:0567", "January 2020", "Janua 5, 2020",
	    "31 September 2020", "Jan 5, 20", "5, Jan 2020", "Jan 5,2020",
	    "005 Jan 2020", "5 Jan 2020 x", "January, 5 2020" };
	int64_t got;

	(void)state;
	for (size_t i = 0; i < sizeof yes / sizeof *yes; i++) {
		assert_true(mr_date_time_parse(mr_slice_of(yes[i].text),
		    &got));
		assert_int_equal(got, yes[i].seconds);
	}
	for (size_t i = 0; i < sizeof no / sizeof *no; i++)
		assert_false(mr_date_time_parse(mr_slice_of(no[i]), &got));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(as_the_library_has_it),
		cmocka_unit_test(reads_and_writes),
		cmocka_unit_test(dates_with_times),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
