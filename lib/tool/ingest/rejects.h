/* Rows that are not taken: counted, kept, limited.
 * SPDX-License-Identifier: MIT */
#ifndef MR_TOOL_INGEST_REJECTS_H
#define MR_TOOL_INGEST_REJECTS_H

#include "stream/run.h"
#include "tool/ingest/field.h"
#include "tool/ingest/ingest.h"
#include "tool/ingest/source.h"

enum mr_reason {
	MR_REASON_FIELDS, MR_REASON_NOT_OBJECT, MR_REASON_HEADER,
	MR_REASON_NO_USER,
	MR_REASON_NO_ITEM, MR_REASON_NO_LIST, MR_REASON_NO_TITLE,
	MR_REASON_LOST_USER, MR_REASON_LOST_ITEM, MR_REASON_LOST_TITLE,
	MR_REASON_LOST_RATING, MR_REASON_NOT_FILM, MR_REASON_NO_RATING,
	MR_REASON_UNRATED, MR_REASON_NOT_NUMBER, MR_REASON_OFF_SCALE,
	MR_REASON_NOT_DIGITS, MR_REASON_USER_OBJECT, MR_REASON_ITEM_OBJECT,
	MR_N_REASONS
};

/* How often something was met, and the first of it as messages quote it. */
struct mr_met {
	int64_t n, line;
	const char *name;	/* of the file; borrowed from its path */
	char value[MR_SHOWN_MAX + 2];
};

/* mr_ingest_met - once more, in the current row of s; n = 0: no value. */
void mr_ingest_met(struct mr_met *m, const struct mr_source *s,
    struct mr_slice value);

/* mr_ingest_met_join - and then those of more. */
void mr_ingest_met_join(struct mr_met *m, const struct mr_met *more);

struct mr_rejects {
	struct mr_out *out;	/* of the run; NULL: not kept */
	bool keep;		/* in text, for another's out */
	bool scored;		/* --scores says what words are as numbers */
	int64_t max, n;
	int64_t n_one_more;	/* of them with one field too many */
	const char *sep;	/* of such; borrowed of the source's */
	const char *no_item;	/* said of rows without one; NULL: nothing */
	struct mr_met by[MR_N_REASONS];
	struct mr_buf text;
};

int mr_ingest_rejects_open(struct mr_rejects *r, const struct mr_ingest *o,
    struct mr_run *run, struct mr_err *err) MR_CHECKED;
/* mr_ingest_reject - count s's current row, refused for value (n = 0: there is
 * none), and keep raw of it; MR_EFORMAT when that is one too many. */
int mr_ingest_reject(struct mr_rejects *r, const struct mr_source *s,
    enum mr_reason why, struct mr_slice value, struct mr_slice raw,
    struct mr_err *err) MR_CHECKED;
/* mr_ingest_reason - in words. */
const char *mr_ingest_reason(enum mr_reason why);

/* mr_ingest_rejects_join - and then those of more, which keeps the text if r
 * has an out; no more than r->max are there in all. */
void mr_ingest_rejects_join(struct mr_rejects *r,
    const struct mr_rejects *more);
/* mr_ingest_rejects_tell - the counts; MR_EFORMAT when all n_rows were
 * rejected. */
int mr_ingest_rejects_tell(const struct mr_rejects *r, int64_t n_rows,
    struct mr_report *report, struct mr_err *err) MR_CHECKED;

void mr_ingest_rejects_free(struct mr_rejects *r);

#endif
