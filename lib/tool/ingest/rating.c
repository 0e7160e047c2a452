/* The rating and the time of one row; see rating.h.
 * SPDX-License-Identifier: MIT */
#include "tool/ingest/rating.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define YEAR_5000 95617584000	/* seconds since 1970 */
#define TIME_MAX ((int64_t)1 << 53)	/* exact in a double */

bool
mr_ingest_rating_check(const struct mr_ingest *o, struct mr_ingest_rating *x,
    enum mr_reason *why)
{
	double v = 1;

	if (!x->rating.p) {
		x->rating = mr_slice_of("1");
		return true;
	}
	*why = MR_REASON_NO_RATING;
	if (x->rating.n == 0)
		return false;
	*why = MR_REASON_NOT_NUMBER;
	if (!mr_parse_f64(x->rating, &v))
		return false;
	*why = MR_REASON_OFF_SCALE;
	if (o->scale.given && (v < o->scale.lo || v > o->scale.hi))
		return false;
	if (o->rescale.given) {
		int n;

		v = o->rescale.lo + (v - o->scale.lo) /
		    (o->scale.hi - o->scale.lo) *
		    (o->rescale.hi - o->rescale.lo);
		n = snprintf(x->text, sizeof x->text, "%.9g", v);
		x->rating = (struct mr_slice){ x->text, (size_t)n };
	}
	return true;
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

int64_t
mr_ingest_time(struct mr_not_times *n, const struct mr_source *s,
    struct mr_slice text)
{
	int64_t time;
	double v;

	if (text.n == 0)
		return -1;
	if (!mr_parse_i64(text, &time)) {
		if (!mr_parse_f64(text, &v))
			v = INFINITY;
		time = v < 0 ? -1 : v != floor(v) || v > (double)TIME_MAX ?
		    TIME_MAX + 1 : (int64_t)v;
	}
	if (time < 0 || time > TIME_MAX) {
		mr_ingest_met(time < 0 ? &n->negative : &n->odd, s, text);
		return -1;
	}
	n->n++;
	if (time >= YEAR_5000)
		mr_ingest_met(&n->far, s, text);
	else if (is_day(time))
		mr_ingest_met(&n->days, s, text);
	return time;
}

void
mr_ingest_time_tell(const struct mr_not_times *n, struct mr_report *report)
{
	const struct mr_met *m[] = { &n->odd, &n->negative };

	if (n->far.n)
		mr_report_warn(report, "%lld times are past the year 5000 (%s "
		    "on line %lld): are they milliseconds?",
		    (long long)n->far.n, n->far.value,
		    (long long)n->far.line);
	if (n->days.n && n->days.n == n->n)
		mr_report_warn(report, "all %lld times look like %s (%s on "
		    "line %lld), but count as seconds", (long long)n->n,
		    strlen(n->days.value) < 8 ? "years" : "days",
		    n->days.value, (long long)n->days.line);
	for (int i = 0; i < 2; i++)
		if (m[i]->n)
			mr_report_warn(report, "%lld times are %s and were "
			    "left empty (%s on line %lld)",
			    (long long)m[i]->n, i ? "negative" :
			    "not whole seconds", m[i]->value,
			    (long long)m[i]->line);
}
