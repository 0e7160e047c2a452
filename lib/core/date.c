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

/* One digit or two. */
static bool
digit_or_two(struct mr_slice *s, int64_t *v)
{
	return digits(s, 2, v) || digits(s, 1, v);
}

/* AM or PM, if one of them follows: the hour is one of twelve then. */
static bool
half_day(struct mr_slice *s, int64_t *h)
{
	struct mr_slice t = *s;
	bool pm;

	(void)letter(&t, ' ');
	if (t.n < 2 || (strncasecmp(t.p, "AM", 2) != 0 &&
	    strncasecmp(t.p, "PM", 2) != 0))
		return true;
	pm = (*t.p | 0x20) == 'p';
	if (*h < 1 || *h > 12)
		return false;
	*h = *h % 12 + (pm ? 12 : 0);
	*s = (struct mr_slice){ t.p + 2, t.n - 2 };
	return true;
}

/* H:MM[:SS[.fraction]] to seconds of the day; a leap second is the next. */
static bool
clock_time(struct mr_slice *s, int64_t *seconds)
{
	int64_t h, m, sec = 0, one;

	if (!digit_or_two(s, &h) || !letter(s, ':') || !digits(s, 2, &m))
		return false;
	if (letter(s, ':') && !digits(s, 2, &sec))
		return false;
	if (letter(s, '.')) {
		if (!digits(s, 1, &one))
			return false;
		while (digits(s, 1, &one))
			;
	}
	if (!half_day(s, &h))
		return false;
	*seconds = h * 3600 + m * 60 + sec;
	return h < 24 && m < 60 && sec <= 60;
}

static bool
word(struct mr_slice *s, const char *w)
{
	size_t n = strlen(w);

	if (s->n < n || memcmp(s->p, w, n) != 0)
		return false;
	s->p += n;
	s->n -= n;
	return true;
}

/* Z, UTC, GMT, +HH:MM, +HHMM, +HH or nothing, to seconds east. */
static bool
zone(struct mr_slice *s, int64_t *east)
{
	bool plus;
	int64_t h, m = 0;

	*east = 0;
	(void)letter(s, ' ');
	if (s->n == 0 || letter(s, 'Z') || letter(s, 'z') || word(s, "UTC") ||
	    word(s, "GMT"))
		return true;
	plus = letter(s, '+');
	if (!plus && !letter(s, '-'))
		return true;
	if (!digits(s, 2, &h))
		return false;
	(void)letter(s, ':');
	(void)digits(s, 2, &m);
	*east = (plus ? 1 : -1) * (h * 3600 + m * 60);
	/* As Go writes it. */
	(void)word(s, " UTC");
	return h < 24 && m < 60;
}

/* What may stand behind a date: T or a blank, a time and a zone; all of s. */
static bool
rest_of_day(struct mr_slice s, int64_t day, int64_t *seconds)
{
	int64_t time = 0, east = 0;

	*seconds = day * 86400;
	if (s.n == 0)
		return true;
	if (!letter(&s, 'T')) {
		(void)letter(&s, ',');
		if (!letter(&s, ' '))
			return false;
	}
	if (!clock_time(&s, &time) || !zone(&s, &east))
		return false;
	*seconds += time - east;
	return s.n == 0;
}

static bool
iso(struct mr_slice s, int64_t *seconds)
{
	int64_t y, m, d, day;
	char sep = s.n > 4 && s.p[4] == '/' ? '/' : '-';

	return digits(&s, 4, &y) && letter(&s, sep) && digit_or_two(&s, &m) &&
	    letter(&s, sep) && digit_or_two(&s, &d) && day_of(y, m, d, &day) &&
	    rest_of_day(s, day, seconds);
}

/* What is first is told by form, and a year may be of two digits then, from 1970
 * to 2069; without, "31.12.2016" alone is a date, and its day is first. */
static bool
parts(struct mr_slice s, enum mr_date_form form, int64_t *seconds)
{
	int64_t y, a, b, day;
	bool mdy = form == MR_DATE_MDY;
	char sep;

	if (!digit_or_two(&s, &a) || s.n == 0)
		return false;
	sep = *s.p;
	if (sep != '.' && (form == MR_DATE_TOLD || (sep != '/' && sep != '-')))
		return false;
	if (!letter(&s, sep) || !digit_or_two(&s, &b) || !letter(&s, sep))
		return false;
	if (!digits(&s, 4, &y)) {
		if (form == MR_DATE_TOLD || !digits(&s, 2, &y))
			return false;
		y += y < 70 ? 2000 : 1900;
	}
	return day_of(y, mdy ? a : b, mdy ? b : a, &day) &&
	    rest_of_day(s, day, seconds);
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

/* The English name of a day, whole or of three letters, which says nothing. */
static void
pass_weekday(struct mr_slice *s)
{
	static const char names[] = "MonTueWedThuFriSatSun";
	struct mr_slice t = *s;
	bool is = false;

	for (int i = 0; t.n >= 3 && i < 7 && !is; i++)
		is = strncasecmp(t.p, names + 3 * i, 3) == 0;
	while (is && t.n && (*t.p | 0x20) >= 'a' && (*t.p | 0x20) <= 'z') {
		t.p++;
		t.n--;
	}
	(void)letter(&t, ',');
	if (is && letter(&t, ' '))
		*s = t;
}

/* "00:00:00 2016", perhaps with a zone before the year; all of s. */
static bool
clock_and_year(struct mr_slice s, int64_t m, int64_t d, int64_t *seconds)
{
	int64_t y, day, time, east;

	if (!clock_time(&s, &time) || s.n == 0 || *s.p != ' ' ||
	    !zone(&s, &east))
		return false;
	(void)letter(&s, ' ');
	if (!digits(&s, 4, &y) || s.n || !day_of(y, m, d, &day))
		return false;
	*seconds = day * 86400 + time - east;
	return true;
}

/* A month by its name: "Sat Dec 31 00:00:00 2016", "01-Jan-1995", "January 5,
 * 2020", "Thu, 5 Jan 2020 10:00:00 GMT". */
static bool
named(struct mr_slice s, int64_t *seconds)
{
	int64_t y, m, d, day;
	bool first, ok;

	pass_weekday(&s);
	first = s.n && *s.p >= '0' && *s.p <= '9';
	if (first) {
		char sep;

		ok = digit_or_two(&s, &d) && s.n;
		sep = ok && *s.p == '-' ? '-' : ' ';
		ok = ok && letter(&s, sep) && long_month(&s, &m);
		if (ok && sep == '-')
			return letter(&s, '-') && digits(&s, 4, &y) &&
			    day_of(y, m, d, &day) &&
			    rest_of_day(s, day, seconds);
	} else {
		ok = long_month(&s, &m) && letter(&s, ' ');
		if (ok)
			(void)letter(&s, ' ');
		ok = ok && digit_or_two(&s, &d);
	}
	if (ok)
		(void)letter(&s, ',');
	if (!ok || !letter(&s, ' '))
		return false;
	if (!first && clock_and_year(s, m, d, seconds))
		return true;
	return digits(&s, 4, &y) && day_of(y, m, d, &day) &&
	    rest_of_day(s, day, seconds);
}

/* "02 25, 2014". */
static bool
amazon(struct mr_slice s, int64_t *seconds)
{
	int64_t y, m, d, day;

	if (!digits(&s, 2, &m) || !letter(&s, ' ') || !digit_or_two(&s, &d) ||
	    !letter(&s, ',') || !letter(&s, ' ') || !digits(&s, 4, &y) ||
	    s.n || !day_of(y, m, d, &day))
		return false;
	*seconds = day * 86400;
	return true;
}

bool
mr_date_time_parse(struct mr_slice s, enum mr_date_form form, int64_t *seconds)
{
	return iso(s, seconds) || amazon(s, seconds) || named(s, seconds) ||
	    parts(s, form, seconds);
}

char *
mr_date_text(int64_t day, char text[32])
{
	struct mr_date d = mr_date_of(day);

	snprintf(text, 32, "%04lld-%02d-%02d", (long long)d.year, d.month,
	    d.day);
	return text;
}
