/* Cleaning what others publish: films and ratings in, our TSV out.
 * SPDX-License-Identifier: MIT */
#ifndef MR_TOOL_INGEST_INGEST_H
#define MR_TOOL_INGEST_INGEST_H

#include "core/str.h"
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
enum mr_time_unit {
	MR_TIME_AUTO, MR_TIME_SECONDS, MR_TIME_MS,
	MR_TIME_US, MR_TIME_NS	/* never by themselves */
};

/* What is made of an input. */
enum mr_ingest_what {
	MR_INGEST_MOVIES, MR_INGEST_RATINGS,
	MR_INGEST_TABLE,	/* all columns, and no role */
	MR_INGEST_N
};
extern const char *const mr_ingest_what_name[MR_INGEST_N];

/* All strings are borrowed; NULL is "not given". */
struct mr_ingest {
	const char *const *path;	/* [n_paths] inputs; NULL or "-" is
					 * standard input */
	struct mr_slice text;	/* in their place, p not NULL: path[0] is what
				 * it is called */
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
	int time_form;		/* enum mr_date_form */
	bool detect;		/* write what was decided, and no rows */
	const char *user;	/* of every rating, or row of a table */
	const char *scores;	/* read: what ratings in words are */
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
 * mr_ingest_movies, mr_ingest_ratings, mr_ingest_table - read o->path in order
 * and write the clean rows to the run's output, in input order.  The manual
 * mr-ingest(1) says what is cleaned and what is rejected.
 *
 * MR_EARG for options that do not fit together, MR_EFORMAT for input that
 * cannot be read on, more rejects than allowed, or nothing but rejects.
 *
 * Memory: films: the ids; with MR_DEDUPE_LAST or merge_titles all text.
 * Ratings: ids of users and items, and 16 bytes a rating, with times 24;
 * constant with MR_DEDUPE_NONE; 12 bytes more where they are counted together.
 * A table: constant.
 */
int mr_ingest_movies(const struct mr_ingest *o, struct mr_run *run,
    struct mr_err *err) MR_CHECKED;
int mr_ingest_ratings(const struct mr_ingest *o, struct mr_run *run,
    struct mr_err *err) MR_CHECKED;
int mr_ingest_table(const struct mr_ingest *o, struct mr_run *run,
    struct mr_err *err) MR_CHECKED;

/* A row of what one person exported: a rating, or why it is none.  Borrowed. */
struct mr_ingest_own {
	int64_t line;
	struct mr_slice item;	/* as mr_ingest_ratings has it */
	struct mr_slice title, people;	/* n 0: there is none */
	int32_t year;		/* 0: none */
	struct mr_slice user;	/* p NULL: no column of users */
	bool rated;		/* there is a column of ratings; else he saw
				 * it */
	double rating;
	int64_t time;		/* seconds, -1: none */
	const char *why;	/* NULL: it is a rating */
};
/* What it was read as. */
struct mr_ingest_own_form {
	const char *name;	/* of a publisher, "table" or "titles" */
	double top;		/* his largest rating; 0: not known */
};
typedef int mr_ingest_take_own(void *ctx, const struct mr_ingest_own *x,
    struct mr_err *err);
/*
 * mr_ingest_own - read somebody's own export, text of any length, as
 * mr_ingest_ratings does with --user: by the header of a known publisher, else
 * a table parted by commas, tabs or semicolons with a column for the item or
 * the title, else, where no column has a name that is known, one title a line,
 * "Heat (1995)" or "Heat".  Every row is given to take, in order; what it
 * returns, unless MR_OK, ends the reading and is returned.
 *
 * name  what messages call the text
 *
 * MR_EFORMAT: it is no text, or cannot be read on.  Memory: the longest row.
 */
int mr_ingest_own(struct mr_slice text, const char *name,
    struct mr_ingest_own_form *form, mr_ingest_take_own *take, void *ctx,
    struct mr_err *err) MR_CHECKED;

#endif
