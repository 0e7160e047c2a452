/* A run over ratings: what rows go through, one by one or in blocks.
 * SPDX-License-Identifier: MIT */
#ifndef MR_TOOL_INGEST_RATINGS_H
#define MR_TOOL_INGEST_RATINGS_H

#include "store/idmap.h"
#include "tool/ingest/floats.h"
#include "tool/ingest/kept.h"
#include "tool/ingest/run.h"

/* Of a part: what rows of texts that were all in rows before consist of. */
struct mr_rating_seen {
	int n;			/* columns; 0: of others too, or so parted */
	int kind[4];		/* [n] enum mr_recent_kind, -1: times */
	bool on;		/* rows of the block may be taken so */
	bool by_ids;		/* an item is what its id is */
	struct mr_recent_key user;	/* of the last one, or most 0: none */
	int32_t number;		/* and what it has in kept */
};

struct mr_rating_run {
	struct mr_ingest_run run;
	bool part;		/* of another, which all is kept for */
	int dedupe;
	bool has_time;
	struct mr_ids films;	/* --movies */
	struct mr_idmap items;	/* --id-map */
	int64_t n_unrated;	/* left out by --unrated */
	struct mr_not_times not_times;
	struct mr_floats float_users, float_items;
	struct mr_ingest_kept kept;	/* rows unless MR_DEDUPE_NONE */
	struct mr_buf text;	/* rows to be written */
	struct mr_rating_seen seen;
};

/* mr_rating_run_row - take the next row of s->run.src; *more: there was one. */
int mr_rating_run_row(struct mr_rating_run *s, bool *more, struct mr_err *err)
    MR_CHECKED;
/* mr_rating_run_rows - take the rows of s->run.src to its end. */
int mr_rating_run_rows(struct mr_rating_run *s, struct mr_err *err) MR_CHECKED;
/* mr_rating_seen_columns - can rows of all be such? */
void mr_rating_seen_columns(struct mr_rating_seen *seen,
    const struct mr_rating_run *all);
/* mr_rating_seen_learn - x is the current row of a part, cleaned, and is taken:
 * what may come again. */
void mr_rating_seen_learn(struct mr_rating_run *s,
    const struct mr_ingest_rating *x);
/* mr_rating_seen_rows - take the next rows of a part as long as they are plain
 * lines of texts that were learnt, and a time of digits: what
 * mr_rating_run_row would make of them. */
int mr_rating_seen_rows(struct mr_rating_run *s, struct mr_err *err)
    MR_CHECKED;
/* mr_rating_flush - write text. */
void mr_rating_flush(struct mr_rating_run *s);
/* mr_rating_run_blocks - the same with the run's threads, in blocks of so many
 * bytes or some more, where rows can be parted so; *all: they could, and there
 * are no others in this file.  Same rows, counts and messages. */
int mr_rating_run_blocks(struct mr_rating_run *s, size_t bytes, bool *all,
    struct mr_err *err) MR_CHECKED;
/* mr_rating_put - a row of output, at the end of text; time NULL: there is no
 * such column, -1: none. */
int mr_rating_put(struct mr_buf *text, struct mr_slice user,
    struct mr_slice item, struct mr_slice rating, const int64_t *time,
    struct mr_err *err) MR_CHECKED;
/* mr_rating_anonymous - the name of user number i in its place. */
struct mr_slice mr_rating_anonymous(int32_t i, char text[32]);
/* mr_rating_put_kept - the kept rows that are no repeats. */
int mr_rating_put_kept(struct mr_rating_run *s, struct mr_err *err) MR_CHECKED;

/* mr_ingest_ratings_in - mr_ingest_ratings, in blocks of so many bytes; 0: row
 * by row.  The result does not depend on it. */
int mr_ingest_ratings_in(const struct mr_ingest *o, struct mr_run *run,
    size_t bytes, struct mr_err *err) MR_CHECKED;

#endif
