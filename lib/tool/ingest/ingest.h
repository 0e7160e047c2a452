/* Cleaning what others publish: films and ratings in, our TSV out.
 * SPDX-License-Identifier: MIT */
#ifndef MR_TOOL_INGEST_INGEST_H
#define MR_TOOL_INGEST_INGEST_H

#include "core/err.h"
#include "stream/run.h"

enum mr_dedupe {
	/* Films: first; ratings: latest, without times last. */
	MR_DEDUPE_DEFAULT = -1,
	MR_DEDUPE_FIRST,
	MR_DEDUPE_LAST,
	MR_DEDUPE_LATEST,
	MR_DEDUPE_NONE,
	/* Of ratings, one of all: at the first row, with the latest time. */
	MR_DEDUPE_MEAN,
	MR_DEDUPE_SUM,
	MR_DEDUPE_COUNT
};

enum mr_quote { MR_QUOTE_RFC, MR_QUOTE_BACKSLASH, MR_QUOTE_NONE };
enum mr_year_from { MR_YEAR_COLUMN, MR_YEAR_DATE, MR_YEAR_TITLE };
enum mr_time_unit { MR_TIME_AUTO, MR_TIME_SECONDS, MR_TIME_MS };

/* All strings are borrowed; NULL is "not given". */
struct mr_ingest {
	const char *const *path;	/* [n_paths] inputs; NULL or "-" is
					 * standard input */
	int n_paths;		/* 1 or more */
	int preset;		/* place of its name, negative: none */
	int dedupe;
	const char *encoding;	/* NULL: UTF-8, or UTF-16 by its mark */
	bool csv, json;		/* said so; neither: CSV, or JSON if it is */
	bool tsv;		/* not CSV */
	bool tsv_escapes;	/* nor that: \t, \n, \r, \\ are escapes */
	bool id_floats;		/* 1.0 is 1 */
	bool events;		/* each row is a rating 1 */
	int quote, year_from, time_unit;	/* the enums above */
	bool detect;		/* write what was decided, and no rows */
	const char *user;	/* of every rating */
	const char *unrated;	/* "V[=event|drop]" */
	const char *decimal;	/* "." or "," */
	const char *delimiter;	/* one byte, "tab": CSV; more: no quoting */
	const char *cols;	/* "item=movieId,title=name" */
	const char *missing;	/* words, by commas; NULL: the usual ones */
	const char *movies;	/* film TSV: ratings of others are rejected */
	const char *rejects;	/* written */
	int64_t max_rejects;	/* negative: any number */
	const char *scale, *rescale;	/* "MIN:MAX" */
	bool merge_titles, anonymise;
	const char *id_map;	/* written by the two above, else read */
	const char *genre_map;	/* read */
};

#define MR_INGEST_DEFAULT { .preset = -1, \
	.dedupe = MR_DEDUPE_DEFAULT, .max_rejects = -1 }


/* mr_ingest_presets - the names of the known publishers, NULL behind. */
#define MR_PRESETS_MAX 32
void mr_ingest_presets(const char *names[MR_PRESETS_MAX + 1]);
/*
 * mr_ingest_movies, mr_ingest_ratings - read o->path in order and write the
 * clean rows to the run's output, in input order.  The manual mr-ingest(1) says what is
 * cleaned and what is rejected.
 *
 * MR_EARG for options that do not fit together, MR_EFORMAT for input that
 * cannot be read on, more rejects than allowed, or nothing but rejects.
 *
 * Memory: films: the ids; with MR_DEDUPE_LAST or merge_titles all text.
 * Ratings: ids of users and items, and 16 bytes a rating, with times 24;
 * constant with MR_DEDUPE_NONE; 12 bytes more where they are counted together.
 */
int mr_ingest_movies(const struct mr_ingest *o, struct mr_run *run,
    struct mr_err *err) MR_CHECKED;
int mr_ingest_ratings(const struct mr_ingest *o, struct mr_run *run,
    struct mr_err *err) MR_CHECKED;

#endif
