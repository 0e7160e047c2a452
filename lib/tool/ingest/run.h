/* What cleaning films, ratings and tables share.
 * SPDX-License-Identifier: MIT */
#ifndef MR_TOOL_INGEST_RUN_H
#define MR_TOOL_INGEST_RUN_H

#include "store/idmap.h"
#include "tool/ingest/columns.h"
#include "tool/ingest/field.h"
#include "tool/ingest/options.h"
#include "tool/ingest/rating.h"
#include "tool/ingest/rejects.h"

struct mr_ingest_run {
	const struct mr_ingest *o;
	struct mr_rating_rule rule;
	int file;		/* place of the open one in o->path */
	struct mr_source src;
	struct mr_columns cols;
	struct mr_cleaner clean;
	struct mr_rejects rejects;
	struct mr_run *run;
	struct mr_out *out;	/* the run's */
	struct mr_out *map;	/* --id-map where it is written, or NULL */
	struct mr_report *report;	/* the run's */
	int64_t n_rows, n_out, n_repeats;
	int64_t n_others;	/* rows that the preset's only leaves out */
	struct mr_buf name_year, imdb, date;
	struct mr_idmap scores;	/* --scores */
	int64_t n_undecoded;	/* in files that are read */
	struct mr_met bad_cells;	/* no JSON, where a path goes into */
};

/* mr_ingest_run_open - check what both kinds check, open the input and the
 * outputs. */
int mr_ingest_run_open(struct mr_ingest_run *r, const struct mr_ingest *o,
    enum mr_ingest_what what, struct mr_run *run, struct mr_err *err)
    MR_CHECKED;
/* mr_ingest_run_more - at the end of a file the first row of the next, whose
 * columns must be the same; *more: there is one. */
int mr_ingest_run_more(struct mr_ingest_run *r, bool *more, struct mr_err *err)
    MR_CHECKED;
/* mr_ingest_run_total - about how many rows there are, when n were read; 0:
 * not known, as of several files. */
int64_t mr_ingest_run_total(const struct mr_ingest_run *r, int64_t n);
/* mr_ingest_run_other - is the current row one that the preset's only leaves
 * out?  It is counted then. */
bool mr_ingest_run_other(struct mr_ingest_run *r);
/* mr_ingest_run_part - a run whose rows are a part of those of all: what was
 * found out and chosen is all's, which must stay and is not changed; outputs it
 * has none.  Freed by mr_ingest_run_part_free. */
int mr_ingest_run_part(struct mr_ingest_run *r,
    const struct mr_ingest_run *all, struct mr_err *err) MR_CHECKED;
/* mr_ingest_run_part_clear - it has met no rows. */
void mr_ingest_run_part_clear(struct mr_ingest_run *r);
/* mr_ingest_run_join - count what part has met, rows behind those of r. */
void mr_ingest_run_join(struct mr_ingest_run *r,
    const struct mr_ingest_run *part);
void mr_ingest_run_part_free(struct mr_ingest_run *r);
/* mr_ingest_run_end - tell the counts. */
int mr_ingest_run_end(struct mr_ingest_run *r, struct mr_err *err) MR_CHECKED;
void mr_ingest_run_free(struct mr_ingest_run *r);
/* mr_ingest_run_field - the clean field of a role in the current row; empty
 * when the input has no such column. */
int mr_ingest_run_field(struct mr_ingest_run *r, enum mr_role role,
    struct mr_slice *out, struct mr_err *err) MR_CHECKED;
/* mr_ingest_run_inside - the same of a role of cols.inside. */
int mr_ingest_run_inside(struct mr_ingest_run *r, enum mr_role role,
    struct mr_slice *out, struct mr_err *err) MR_CHECKED;
/* mr_ingest_run_follow - what path finds in *out, clean, in that slot; a text
 * that is none is counted and missing. */
int mr_ingest_run_follow(struct mr_ingest_run *r, struct mr_json_paths *path,
    int slot, struct mr_slice *out, struct mr_err *err) MR_CHECKED;
/* mr_ingest_run_years - tell of years that were none. */
void mr_ingest_run_years(struct mr_ingest_run *r, const struct mr_met *bad);
/* mr_ingest_run_imdb - digits as IMDb has them, tt before; else *id stays. */
int mr_ingest_run_imdb(struct mr_ingest_run *r, struct mr_slice *id,
    struct mr_err *err) MR_CHECKED;
/* mr_ingest_run_rating - the rating of the current row, --scores and shares as
 * 3.5/4 made numbers. */
int mr_ingest_run_rating(struct mr_ingest_run *r, struct mr_ingest_rating *x,
    struct mr_err *err) MR_CHECKED;
/* mr_ingest_run_lost - the word for missing that an empty one was, or n = 0. */
int mr_ingest_run_lost(struct mr_ingest_run *r, enum mr_role role,
    struct mr_slice *word, struct mr_err *err) MR_CHECKED;

/* mr_ingest_detect - write what was decided about the input as options, one
 * line that a shell reads. */
int mr_ingest_detect(const struct mr_ingest_run *r, struct mr_err *err)
    MR_CHECKED;

#endif
