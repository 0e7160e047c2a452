/* The rating and the time of one row.
 * SPDX-License-Identifier: MIT */
#ifndef MR_TOOL_INGEST_RATING_H
#define MR_TOOL_INGEST_RATING_H

#include "core/date.h"
#include "core/report.h"
#include "tool/ingest/options.h"
#include "tool/ingest/rejects.h"

/* One rating, clean.  rating is p = NULL when the input has none. */
struct mr_ingest_rating {
	struct mr_slice user, item, rating, time, raw;
	char text[32];		/* a rescaled rating */
};

/* mr_ingest_rating_check - bring rating to its output form; *why when it is
 * refused: MR_REASON_UNRATED when its value means that there is none. */
bool mr_ingest_rating_check(const struct mr_rating_rule *rule,
    struct mr_ingest_rating *x, enum mr_reason *why);

/* Times that are none, and so left empty; and what looks like no seconds. */
struct mr_not_times {
	struct mr_met odd, negative;
	struct mr_met either;	/* of these odd: 03/04/2020 and its like */
	struct mr_met far;	/* past the year 5000 */
	struct mr_met days;	/* 20090529, or a year alone */
	struct mr_met serial;	/* 44197, days as spreadsheets count them */
	struct mr_met other;	/* seconds among milliseconds */
	int unit;		/* enum mr_time_unit; AUTO until the first */
	bool told;		/* it was said, not seen */
	enum mr_date_form form;
	int64_t n;		/* times */
};

/* mr_ingest_times - none yet, as the options have it. */
struct mr_not_times mr_ingest_times(const struct mr_ingest *o);
/* mr_ingest_time - whole seconds, 1e9 and 5.0 too, or a date (core/date.h);
 * milliseconds when the first number has 12 or 13 digits; -1: it is none. */
int64_t mr_ingest_time(struct mr_not_times *n, const struct mr_source *s,
    struct mr_slice text);
/* mr_ingest_time_join - and then the times of more, which began as n did at the
 * start of all; false when they would be others behind those of n. */
bool mr_ingest_time_join(struct mr_not_times *n,
    const struct mr_not_times *more);
void mr_ingest_time_tell(const struct mr_not_times *n,
    struct mr_report *report);

#endif
