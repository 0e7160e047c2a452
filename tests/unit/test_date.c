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
		{ "May. 31, 2020", 1590883200 },
		{ "2024-2-1", 1706745600 }, { "2024/2/01 9:04", 1706778240 },
		{ "2020-01-02 03:04:05 UTC", 1577934245 },
		{ "2020-01-02 03:04:05 +0000 UTC", 1577934245 },
		{ "01.02.2024", 1706745600 }, { "1.2.2024 12:00", 1706788800 },
		{ "01.02.2024, 12:00:00", 1706788800 },
		{ "Thu, 01 Feb 2024 12:00:00 GMT", 1706788800 },
		{ "Thu, 1 Feb 2024 12:00:00 +0100", 1706785200 },
		{ "Thu Feb 01 12:00:00 +0000 2024", 1706788800 },
		{ "Thu Feb  1 12:00:00 UTC 2024", 1706788800 },
		{ "Feb 1, 2024, 3:04:05 PM", 1706799845 },
		{ "Thursday, February 1, 2024", 1706745600 },
		{ "1 February 2024 15:04", 1706799840 },
		{ "Feb 1, 2024 12:04 am", 1706745840 },
		{ "01-Feb-2024 12:04:00", 1706789040 },
		{ "Sat Dec 31 2016", 1483142400 }
	};
	static const struct {
		const char *text;
		int64_t dmy, mdy;	/* -1: none */
	} by_form[] = {
		{ "03/04/2020", 1585872000, 1583280000 },
		{ "25/12/2020", 1608854400, -1 },
		{ "12/25/20 3:04 PM", -1, 1608908640 },
		{ "1-2-1970", 31 * 86400, 86400 },
		{ "02/01/70, 00:00", 86400, 31 * 86400 },
		{ "01.02.1970", 31 * 86400, 86400 },
		{ "2020-01-02", 1577923200, 1577923200 },
		{ "31/02/2020", -1, -1 }, { "1/2/020", -1, -1 },
		{ "1/2-2020", -1, -1 }
	};
	static const char *const no[] = { "", "2020", "2020-01", "20200102",
	    "2020-01/02", "2020-02-30", "2020-13-01", "2020-01-02T",
	    "2020-01-02T24:00", "2020-01-02T03:60", "2020-01-02T03:04:61",
	    "2020-01-02T03:04:05.", "2020-01-02T03:04:05x",
	    "2020-01-02T03:04:05+2", "2020-01-02T03:04:05Zx", "2020-01-02x",
	    "2020-01-02T03", "03/04/2020", "31-Foo-2016", "30-Feb-2000",
	    "01-Jan-95", "Sat Dec 32 00:00:00 2016", "Sax Dec 31 2016",
	    "13 25, 2014", "02 25 2014", "12:00", "2020-01-02T03:0405",
	    "2020-01-02T03:04:0567", "January 2020", "Janua 5, 2020",
	    "31 September 2020", "Jan 5, 20", "5, Jan 2020", "Jan 5,2020",
	    "005 Jan 2020", "5 Jan 2020 x", "January, 5 2020",
	    "25/12/2020", "1-2-2020", "01.02.24", "01.13.2024", "1.2.2024x",
	    "2024-02-01 13:04 PM", "2024-02-01 0:04 AM", "2024-02-01,12:00",
	    "Thu Feb 01 12:00:002024", "Thu Feb 01 12:00:00 CET 2024",
	    "2020-01-02 03:04:05 EST", "Thu, 01 Feb 2024 12:00:00 GMTx" };
	int64_t got;

	(void)state;
	for (size_t i = 0; i < sizeof yes / sizeof *yes; i++) {
		assert_true(mr_date_time_parse(mr_slice_of(yes[i].text),
		    MR_DATE_TOLD, &got));
		assert_int_equal(got, yes[i].seconds);
	}
	for (size_t i = 0; i < sizeof no / sizeof *no; i++)
		assert_false(mr_date_time_parse(mr_slice_of(no[i]),
		    MR_DATE_TOLD, &got));
	for (size_t i = 0; i < sizeof by_form / sizeof *by_form; i++) {
		struct mr_slice text = mr_slice_of(by_form[i].text);

		if (!mr_date_time_parse(text, MR_DATE_DMY, &got))
			got = -1;
		assert_int_equal(got, by_form[i].dmy);
		if (!mr_date_time_parse(text, MR_DATE_MDY, &got))
			got = -1;
		assert_int_equal(got, by_form[i].mdy);
	}
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
