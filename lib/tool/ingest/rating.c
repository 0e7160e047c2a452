/* The rating and the time of one row; see rating.h.
 * SPDX-License-Identifier: MIT */
#include "tool/ingest/rating.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "core/date.h"

#define YEAR_5000 95617584000	/* seconds since 1970 */
#define MS_MIN 100000000000	/* 12 digits: 1973 in milliseconds */
#define MS_MAX 9999999999999	/* 13 digits: 2286 */
#define TIME_MAX ((int64_t)1 << 53)	/* exact in a double */

/* Is the rating, v when it is a number, the word for none? */
static bool
is_unrated(const struct mr_rating_rule *rule, struct mr_slice rating)
{
	double v;

	return mr_slice_eq(rating, rule->unrated) || (rule->unrated_number &&
	    mr_parse_f64(rating, &v) && v == rule->unrated_value);
}

/* 4,5 as 4.5. */
static void
take_comma(struct mr_ingest_rating *x)
{
	char *comma;

	if (x->rating.n >= sizeof x->text ||
	    memchr(x->rating.p, '.', x->rating.n))
		return;
	memcpy(x->text, x->rating.p, x->rating.n);
	comma = memchr(x->text, ',', x->rating.n);
	if (!comma)
		return;
	*comma = '.';
	x->rating.p = x->text;
}

bool
mr_ingest_rating_check(const struct mr_rating_rule *rule,
    struct mr_ingest_rating *x, enum mr_reason *why)
{
	double v = 1;

	if (!x->rating.p) {
		x->rating = mr_slice_of("1");
		return true;
	}
	if (rule->comma && x->rating.n)
		take_comma(x);
	if (rule->unrated.p && is_unrated(rule, x->rating)) {
		*why = MR_REASON_UNRATED;
		x->rating = mr_slice_of("1");
		return rule->unrated_event;
	}
	*why = MR_REASON_NO_RATING;
	if (x->rating.n == 0)
		return false;
	*why = MR_REASON_NOT_NUMBER;
	if (!mr_parse_f64(x->rating, &v) || !isfinite((float)v))
		return false;
	*why = MR_REASON_OFF_SCALE;
	if (rule->scale.given && (v < rule->scale.lo || v > rule->scale.hi))
		return false;
	if (rule->rescale.given) {
		int n;

		v = rule->rescale.lo + (v - rule->scale.lo) /
		    (rule->scale.hi - rule->scale.lo) *
		    (rule->rescale.hi - rule->rescale.lo);
		n = snprintf(x->text, sizeof x->text, "%.9g", v);
		x->rating = (struct mr_slice){ x->text, (size_t)n };
	}
	return true;
}

/* From 1954 to 2064, counted in days as spreadsheets do. */
static bool
is_serial(int64_t time)
{
	return time >= 20000 && time < 60000;
}

/* How many of the unit are a second. */
static int64_t
per_second(int unit)
{
	return unit == MR_TIME_MS ? 1000 : unit == MR_TIME_US ? 1000000 :
	    unit == MR_TIME_NS ? 1000000000 : 1;
}

struct mr_not_times
mr_ingest_times(const struct mr_ingest *o)
{
	return (struct mr_not_times){ .unit = o->time_unit,
	    .told = o->time_unit != MR_TIME_AUTO,
	    .form = (enum mr_date_form)o->time_form };
}

/* Is time, read as digits, a day such as 20090529, or a year of films? */
static bool
is_day(int64_t time)
{
	int64_t year = time / 10000, month = time / 100 % 100;

	if (time >= 1900 && time < 2100)
		return true;
	return year >= 1900 && year < 2100 && month >= 1 && month <= 12 &&
	    time % 100 >= 1 && time % 100 <= 31;
}

/* What is no time.  Would it be a date if it were said where its day is? */
static int64_t
take_odd(struct mr_not_times *n, const struct mr_source *s,
    struct mr_slice text)
{
	int64_t time;

	mr_ingest_met(&n->odd, s, text);
	if (n->form == MR_DATE_TOLD &&
	    (mr_date_time_parse(text, MR_DATE_DMY, &time) ||
	    mr_date_time_parse(text, MR_DATE_MDY, &time)))
		mr_ingest_met(&n->either, s, text);
	return -1;
}

static int64_t
take_date(struct mr_not_times *n, const struct mr_source *s,
    struct mr_slice text, int64_t time)
{
	if (time < 0) {
		mr_ingest_met(&n->negative, s, text);
		return -1;
	}
	n->n++;
	return time;
}

/* A number that is no int64_t as text, as one; -1: it is negative, INT64_MAX: it
 * is none.  Of microseconds and nanoseconds digits past the seconds may be
 * lost. */
static int64_t
take_whole(double v, int unit)
{
	bool far = unit > MR_TIME_MS ? v >= 0x1p63 : v > (double)TIME_MAX;

	if (v < 0)
		return -1;
	return v != floor(v) || far ? INT64_MAX : (int64_t)v;
}

int64_t
mr_ingest_time(struct mr_not_times *n, const struct mr_source *s,
    struct mr_slice text)
{
	int64_t time;
	double v;

	if (text.n == 0)
		return -1;
	if (!mr_parse_i64(text, &time)) {
		if (!mr_parse_f64(text, &v)) {
			if (mr_date_time_parse(text, n->form, &time))
				return take_date(n, s, text, time);
			v = INFINITY;
		}
		time = take_whole(v, n->unit);
	}
	if (n->unit > MR_TIME_MS && time >= 0 && time < INT64_MAX)
		time /= per_second(n->unit);
	if (time > TIME_MAX)
		return take_odd(n, s, text);
	if (time < 0) {
		mr_ingest_met(&n->negative, s, text);
		return -1;
	}
	n->n++;
	if (n->unit == MR_TIME_AUTO)
		n->unit = time >= MS_MIN && time <= MS_MAX ? MR_TIME_MS :
		    MR_TIME_SECONDS;
	if (n->unit == MR_TIME_MS) {
		if (!n->told && time < MS_MIN) {
			mr_ingest_met(&n->other, s, text);
			return -1;
		}
		time /= 1000;
	}
	if (time >= YEAR_5000)
		mr_ingest_met(&n->far, s, text);
	else if (is_day(time))
		mr_ingest_met(&n->days, s, text);
	else if (is_serial(time))
		mr_ingest_met(&n->serial, s, text);
	return time;
}

bool
mr_ingest_time_join(struct mr_not_times *n, const struct mr_not_times *more)
{
	/* The first time says what all are in. */
	if (n->unit != more->unit && n->unit != MR_TIME_AUTO &&
	    more->unit != MR_TIME_AUTO)
		return false;
	if (n->unit == MR_TIME_AUTO)
		n->unit = more->unit;
	mr_ingest_met_join(&n->odd, &more->odd);
	mr_ingest_met_join(&n->either, &more->either);
	mr_ingest_met_join(&n->negative, &more->negative);
	mr_ingest_met_join(&n->far, &more->far);
	mr_ingest_met_join(&n->days, &more->days);
	mr_ingest_met_join(&n->serial, &more->serial);
	mr_ingest_met_join(&n->other, &more->other);
	n->n += more->n;
	return true;
}

/* Numbers that are times as they stand, and hardly are. */
static void
tell_doubts(const struct mr_not_times *n, struct mr_report *report)
{
	/* In '', and milliseconds have 13 digits until the year 2286. */
	bool longer = strlen(n->far.value) > 15;

	if (n->far.n)
		mr_report_warn(report, "%lld times are past the year 5000 (%s "
		    "on line %lld): are they %s? (--time-unit %s)",
		    (long long)n->far.n, n->far.value,
		    (long long)n->far.line, longer ? "microseconds" :
		    "milliseconds", longer ? "us" : "ms");
	if (n->days.n && n->days.n == n->n)
		mr_report_warn(report, "all %lld times look like %s (%s on "
		    "line %lld), but count as seconds", (long long)n->n,
		    strlen(n->days.value) < 8 ? "years" : "days",
		    n->days.value, (long long)n->days.line);
	if (n->serial.n && n->serial.n == n->n)
		mr_report_warn(report, "all %lld times look like days as a "
		    "spreadsheet counts them (%s on line %lld), but count as "
		    "seconds: give their cells a form of dates there",
		    (long long)n->n, n->serial.value,
		    (long long)n->serial.line);
}

/* What the odd ones may be, as the first shows. */
static const char *
hint(const struct mr_not_times *n)
{
	/* 19 digits in ''. */
	if (strlen(n->odd.value) == 21 &&
	    strspn(n->odd.value + 1, "0123456789") == 19)
		return "; are they nanoseconds? (--time-unit ns)";
	return n->either.n ? "; --time-form dmy or mdy says whether day or "
	    "month is first" : "";
}

void
mr_ingest_time_tell(const struct mr_not_times *n, struct mr_report *report)
{
	tell_doubts(n, report);
	if (n->other.n)
		mr_report_warn(report, "%lld times are too small for "
		    "milliseconds, which the first one is in, and were left "
		    "empty (%s on line %lld): --time-unit says what they are",
		    (long long)n->other.n, n->other.value,
		    (long long)n->other.line);
	if (n->odd.n)
		mr_report_warn(report, "%lld times are neither whole seconds "
		    "nor dates and were left empty (%s on line %lld)%s",
		    (long long)n->odd.n, n->odd.value,
		    (long long)n->odd.line, hint(n));
	if (n->negative.n)
		mr_report_warn(report, "%lld times are negative and were left "
		    "empty (%s on line %lld)", (long long)n->negative.n,
		    n->negative.value, (long long)n->negative.line);
}
