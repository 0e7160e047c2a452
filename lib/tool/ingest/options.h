/* What the texts of options mean, and which exclude one another.
 * SPDX-License-Identifier: MIT */
#ifndef MR_TOOL_INGEST_OPTIONS_H
#define MR_TOOL_INGEST_OPTIONS_H

#include "core/str.h"
#include "stream/run.h"
#include "tool/ingest/ingest.h"

/* Latin-1 as browsers take it: Windows-1252.  Others, UTF-16 by its mark among
 * them, are UTF-8 when fields are cut. */
enum mr_encoding { MR_ENCODING_UTF8, MR_ENCODING_LATIN1, MR_ENCODING_OTHER };

struct mr_range {
	bool given;
	double lo, hi;		/* lo < hi */
};

/* Slices are borrowed of the options. */
struct mr_rating_rule {
	struct mr_range scale, rescale;
	struct mr_slice unrated;	/* p = NULL: no value means none */
	bool unrated_number;	/* it is unrated_value */
	double unrated_value;
	bool unrated_event;	/* such a row counts as 1 */
	bool comma;		/* 4,5 is 4.5 */
};

/* mr_ingest_encoding - what a name stands for; NULL: UTF-8. */
enum mr_encoding mr_ingest_encoding(const char *name);
/* mr_ingest_unrated - what --unrated says, to rule. */
int mr_ingest_unrated(const char *text, struct mr_rating_rule *rule,
    struct mr_err *err) MR_CHECKED;
/* mr_ingest_options - check o and read *rule; MR_EARG with the reason. */
int mr_ingest_options(const struct mr_ingest *o, enum mr_ingest_what what,
    const struct mr_run *run, struct mr_rating_rule *rule, struct mr_err *err)
    MR_CHECKED;

#endif
