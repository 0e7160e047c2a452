/* The calendar; see date.h.
 * SPDX-License-Identifier: MIT */
#include "core/date.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

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

/* n digits, cut off *s. */
static bool
digits(struct mr_slice *s, size_t n, int64_t *v)
{
	*v = 0;
	if (s->n < n)
		return false;
	for (size_t i = 0; i < n; i++) {
		if (s->p[i] < '0' || s->p[i] > '9')
			return false;
		*v = *v * 10 + (s->p[i] - '0');
	}
	s->p += n;
	s->n -= n;
	return true;
}

static bool
letter(struct mr_slice *s, char c)
{
	if (s->n == 0 || *s->p != c)
		return false;
	s->p++;
	s->n--;
	return true;
}

/* The three letters of an English month. */
static bool
month(struct mr_slice *s, int64_t *m)
{
	static const char names[] = "JanFebMarAprMayJunJulAugSepOctNovDec";

	for (*m = 1; s->n >= 3 && *m <= 12; ++*m)
		if (strncasecmp(s->p, names + 3 * (*m - 1), 3) == 0) {
			s->p += 3;
			s->n -= 3;
			return true;
		}
	return false;
}

/* Is there such a day? */
static bool
day_of(int64_t year, int64_t m, int64_t d, int64_t *day)
{
	struct mr_date back;

	if (m < 1 || m > 12)
		return false;
	*day = mr_date_day((struct mr_date){ year, (int)m, (int)d });
	back = mr_date_of(*day);	/* February 30 is a day in March */
	return back.month == m && back.day == d;
}

bool
mr_date_parse(struct mr_slice s, int64_t *day)
{
	int64_t y, m, d;

	return digits(&s, 4, &y) && letter(&s, '-') && digits(&s, 2, &m) &&
	    letter(&s, '-') && digits(&s, 2, &d) && s.n == 0 &&
	    day_of(y, m, d, day);
}

/* HH:MM[:SS[.fraction]] to seconds of the day; a leap second is the next. */
static bool
clock_time(struct mr_slice *s, int64_t *seconds)
{
	int64_t h, m, sec = 0, one;

	if (!digits(s, 2, &h) || !letter(s, ':') || !digits(s, 2, &m))
		return false;
	if (letter(s, ':') && !digits(s, 2, &sec))
		return false;
	if (letter(s, '.')) {
		if (!digits(s, 1, &one))
			return false;
		while (digits(s, 1, &one))
			;
	}
	*seconds = h * 3600 + m * 60 + sec;
	return h < 24 && m < 60 && sec <= 60;
}

/* Z, +HH:MM, +HHMM, +HH or nothing, to seconds east. */
static bool
zone(struct mr_slice *s, int64_t *east)
{
	bool plus;
	int64_t h, m = 0;

	*east = 0;
	letter(s, ' ');
	if (s->n == 0 || letter(s, 'Z') || letter(s, 'z'))
		return s->n == 0;
	plus = letter(s, '+');
	if ((!plus && !letter(s, '-')) || !digits(s, 2, &h))
		return false;
	letter(s, ':');
	if (s->n && !digits(s, 2, &m))
		return false;
	*east = (plus ? 1 : -1) * (h * 3600 + m * 60);
	return s->n == 0 && h < 24 && m < 60;
}

static bool
iso(struct mr_slice s, int64_t *seconds)
{
	int64_t y, m, d, day, time = 0, east = 0;
	char sep = s.n > 4 && s.p[4] == '/' ? '/' : '-';

	if (!digits(&s, 4, &y) || !letter(&s, sep) || !digits(&s, 2, &m) ||
	    !letter(&s, sep) || !digits(&s, 2, &d) || !day_of(y, m, d, &day))
		return false;
	if (s.n && ((!letter(&s, 'T') && !letter(&s, ' ')) ||
	    !clock_time(&s, &time) || !zone(&s, &east)))
		return false;
	*seconds = day * 86400 + time - east;
	return true;
}

/* A month by three letters, perhaps with a point, or by its whole name. */
static bool
long_month(struct mr_slice *s, int64_t *m)
{
	static const char *const rest[] = { "uary", "ruary", "ch", "il", "",
	    "e", "y", "ust", "tember", "ober", "ember", "ember" };
	size_t n;

	if (!month(s, m))
		return false;
	n = strlen(rest[*m - 1]);
	if (n && s->n >= n && strncasecmp(s->p, rest[*m - 1], n) == 0) {
		s->p += n;
		s->n -= n;
	} else {
		(void)letter(s, '.');
	}
	return true;
}

/* "January 5, 2020", "5 Jan 2020". */
static bool
named(struct mr_slice s, int64_t *seconds)
{
	int64_t y, m, d, day;
	bool first = s.n && *s.p >= '0' && *s.p <= '9';
	bool ok = (first || (long_month(&s, &m) && letter(&s, ' '))) &&
	    (digits(&s, 2, &d) || digits(&s, 1, &d)) &&
	    (!first || (letter(&s, ' ') && long_month(&s, &m)));

	(void)letter(&s, ',');
	if (!ok || !letter(&s, ' ') || !digits(&s, 4, &y) || s.n ||
	    !day_of(y, m, d, &day))
		return false;
	*seconds = day * 86400;
	return true;
}

/* "Sat Dec 31 00:00:00 2016", "01-Jan-1995", "02 25, 2014". */
static bool
worded(struct mr_slice s, int64_t *seconds)
{
	int64_t y, m, d, day, time = 0;
	struct mr_slice a = s, b = s, c = s;
	bool ok = digits(&a, 2, &d) && letter(&a, '-') && month(&a, &m) &&
	    letter(&a, '-') && digits(&a, 4, &y) && a.n == 0;

	if (!ok)
		ok = digits(&b, 2, &m) && letter(&b, ' ') &&
		    (digits(&b, 2, &d) || digits(&b, 1, &d)) &&
		    letter(&b, ',') && letter(&b, ' ') &&
		    digits(&b, 4, &y) && b.n == 0;
	if (!ok && s.n > 4 && s.p[3] == ' ') {
		c.p += 4;
		c.n -= 4;
		ok = month(&c, &m) && letter(&c, ' ') && (letter(&c, ' ') ?
		    digits(&c, 1, &d) : digits(&c, 2, &d)) &&
		    letter(&c, ' ') && clock_time(&c, &time) &&
		    letter(&c, ' ') && digits(&c, 4, &y) && c.n == 0;
	}
	if (!ok || !day_of(y, m, d, &day))
		return false;
	*seconds = day * 86400 + time;
	return true;
}

bool
mr_date_time_parse(struct mr_slice s, int64_t *seconds)
{
	return iso(s, seconds) || worded(s, seconds) || named(s, seconds);
}

char *
mr_date_text(int64_t day, char text[32])
{
	struct mr_date d = mr_date_of(day);

	snprintf(text, 32, "%04lld-%02d-%02d", (long long)d.year, d.month,
	    d.day);
	return text;
}
