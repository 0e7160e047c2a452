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
/* Whether day or month is first in "03/04/2020".  TOLD: that is no date. */
enum mr_date_form { MR_DATE_TOLD, MR_DATE_DMY, MR_DATE_MDY };

/*
 * mr_date_time_parse - all of s as seconds since 1970, UTC: a date, alone or
 * with T, a blank or a comma and one and H:MM[:SS[.fraction]] [AM|PM] behind it
 * and perhaps Z, UTC, GMT or +HH:MM (without one it is UTC, a fraction is
 * dropped).  Dates are YYYY-MM-DD, YYYY/MM/DD, DD.MM.YYYY; "January 5, 2020",
 * "5 Jan 2020", "01-Jan-1995", perhaps with a day of the week before; "02 25,
 * 2014"; and "Sat Dec 31 00:00:00 2016".  form says it of DD/MM/YYYY and
 * MM/DD/YYYY, with '/', '-' or '.' and a year of four digits or two (1970 to
 * 2069).  A day and a time that there are.
 */
bool mr_date_time_parse(struct mr_slice s, enum mr_date_form form,
    int64_t *seconds);
/* mr_date_text - the date so written, years past 9999 with more digits;
 * returns text. */
char *mr_date_text(int64_t day, char text[32]);

#endif
