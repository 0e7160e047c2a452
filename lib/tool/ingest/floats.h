/* Ids such as 1.0, which were whole numbers before they met missing values, and
 * such as 1.23457E+12, which were longer ones before a spreadsheet; and ids all
 * in single quotes, as dumps of databases have them.
 * SPDX-License-Identifier: MIT */
#ifndef MR_TOOL_INGEST_FLOATS_H
#define MR_TOOL_INGEST_FLOATS_H

#include "core/report.h"
#include "data/ids.h"
#include "tool/ingest/field.h"

/* mr_ingest_float_id - is s digits, a point and zeros, or digits and ",0"?
 * *whole: its digits. */
bool mr_ingest_float_id(struct mr_slice s, struct mr_slice *whole);

/* How many ids of a column are such or in single quotes, and the first. */
struct mr_floats {
	int64_t n, n_float, n_quoted;	/* quoted: 'u1' */
	char first[MR_SHOWN_MAX], quoted[MR_SHOWN_MAX];
	char rounded[MR_SHOWN_MAX];	/* the first with an exponent, or "" */
};

/* mr_ingest_floats_add - count an id; with strip *id becomes its digits. */
void mr_ingest_floats_add(struct mr_floats *f, bool strip,
    struct mr_slice *id);
/* mr_ingest_floats_join - and then those of more. */
void mr_ingest_floats_join(struct mr_floats *f, const struct mr_floats *more);
/* mr_ingest_floats_tell - warn of exponents, when all are in single quotes, and
 * when all were such, or 1.0 and 1 are both among ids; true when it did of the
 * latter. */
bool mr_ingest_floats_tell(const struct mr_floats *f, const struct mr_ids *ids,
    struct mr_report *report);

#endif
