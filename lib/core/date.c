/* The calendar; see date.h.
 * SPDX-License-Identifier: MIT */
#include "core/date.h"

#include <stdio.h>

/* Years begin in March, so that the leap day comes last: 146097 days in 400
 * years, 36524 in 100, 1460 in 4; day 0 of them is 719468 days before 1970. */
#define ERA 146097
#define EPOCH 719468

struct mr_date
mr_date_of(int64_t day)
{
	int64_t d = day + EPOCH, era, year, in_year, m;

	era = (d >= 0 ? d : d - (ERA - 1)) / ERA;
	d -= era * ERA;
	year = (d - d / 1460 + d / 36524 - d / (ERA - 1)) / 365;
	in_year = d - (365 * year + year / 4 - year / 100);
	m = (5 * in_year + 2) / 153;	/* 0 is March */
	return (struct mr_date){ era * 400 + year + (m >= 10),
	    (int)(m < 10 ? m + 3 : m - 9),
	    (int)(in_year - (153 * m + 2) / 5) + 1 };
}

int64_t
mr_date_day(struct mr_date d)
{
	int64_t year = d.year - (d.month <= 2), era, m;

	era = (year >= 0 ? year : year - 399) / 400;
	year -= era * 400;
	m = d.month > 2 ? d.month - 3 : d.month + 9;
	return era * ERA + 365 * year + year / 4 - year / 100 +
	    (153 * m + 2) / 5 + d.day - 1 - EPOCH;
}

bool
mr_date_parse(struct mr_slice s, int64_t *day)
{
	static const char form[] = "dddd-dd-dd";
	struct mr_date d, back;

	if (s.n != sizeof form - 1)
		return false;
	for (size_t i = 0; form[i]; i++)
		if (form[i] == 'd' ? s.p[i] < '0' || s.p[i] > '9' :
		    s.p[i] != form[i])
			return false;
	d.year = (s.p[0] - '0') * 1000 + (s.p[1] - '0') * 100 +
	    (s.p[2] - '0') * 10 + (s.p[3] - '0');
	d.month = (s.p[5] - '0') * 10 + (s.p[6] - '0');
	d.day = (s.p[8] - '0') * 10 + (s.p[9] - '0');
	if (d.month < 1 || d.month > 12)
		return false;
	*day = mr_date_day(d);
	back = mr_date_of(*day);	/* February 30 is a day in March */
	return back.month == d.month && back.day == d.day;
}

char *
mr_date_text(int64_t day, char text[32])
{
	struct mr_date d = mr_date_of(day);

	snprintf(text, 32, "%04lld-%02d-%02d", (long long)d.year, d.month,
	    d.day);
	return text;
}
