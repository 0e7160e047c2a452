/* Days of the proleptic Gregorian calendar, counted from 1970-01-01.
 * SPDX-License-Identifier: MIT */
#ifndef MR_CORE_DATE_H
#define MR_CORE_DATE_H

#include <stdbool.h>
#include <stdint.h>

#include "core/str.h"

struct mr_date {
	int64_t year;
	int month, day;		/* 1 .. 12, 1 .. 31 */
};

/* mr_date_of - the date of a day; before 1970 it is negative. */
struct mr_date mr_date_of(int64_t day);
/* mr_date_day - the day of a date; a day past the end of its month counts on
 * into the next. */
int64_t mr_date_day(struct mr_date d);
/* mr_date_parse - "YYYY-MM-DD", all of s, a day that there is. */
bool mr_date_parse(struct mr_slice s, int64_t *day);
/*
 * mr_date_time_parse - all of s as seconds since 1970, UTC: YYYY-MM-DD or
 * YYYY/MM/DD, alone or with T or a blank and HH:MM[:SS[.fraction]] behind it
 * and perhaps Z or +HH:MM (without one it is UTC, a fraction is dropped);
 * "Sat Dec 31 00:00:00 2016", "01-Jan-1995", "02 25, 2014", "January 5, 2020",
 * "5 Jan 2020".  A day and a time that there are.
 */
bool mr_date_time_parse(struct mr_slice s, int64_t *seconds);
/* mr_date_text - the date so written, years past 9999 with more digits;
 * returns text. */
char *mr_date_text(int64_t day, char text[32]);

#endif
