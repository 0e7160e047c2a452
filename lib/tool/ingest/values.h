/* Fields of films that hold several values: genres and people, joined by |.
 * SPDX-License-Identifier: MIT */
#ifndef MR_TOOL_INGEST_VALUES_H
#define MR_TOOL_INGEST_VALUES_H

#include "data/ids.h"
#include "store/idmap.h"
#include "tool/ingest/run.h"

/* All zero is ready; freed by mr_ingest_values_free. */
struct mr_values {
	struct mr_idmap map;	/* --genre-map */
	struct mr_buf genre, people, text;
	struct mr_ids many;	/* those in genre, when it is long */
	int64_t n_odd, n_bad_lists, bad_line;
	int64_t n_unparted, unparted_line;	/* genres that hold .. */
	const char *unparted;	/* .. what parts them for others, the first */
};

/* mr_ingest_values_genre - the genres of the current row as ours are,
 * whatever stood between them: of its genre flags, and those in *field, which
 * is borrowed from v afterwards. */
int mr_ingest_values_genre(struct mr_values *v, struct mr_ingest_run *r,
    struct mr_slice *field, struct mr_err *err) MR_CHECKED;
/* mr_ingest_values_people - the names in *field when it is a list. */
int mr_ingest_values_people(struct mr_values *v, struct mr_ingest_run *r,
    struct mr_slice *field, struct mr_err *err) MR_CHECKED;
void mr_ingest_values_tell(const struct mr_values *v, struct mr_report *report,
    const char *genre_map);
void mr_ingest_values_free(struct mr_values *v);

#endif
