/* What the files of mr-stat share: rows of its table, its figures.
 * SPDX-License-Identifier: MIT */
#ifndef MR_TOOL_STAT_PRIVATE_H
#define MR_TOOL_STAT_PRIVATE_H

#include "data/csr.h"
#include "data/ids.h"
#include "data/tally.h"
#include "stream/tsv.h"
#include "tool/stat/stat.h"

/* ---- rows: section, name, value, share, note (table.c) ---- */

void mr_stat_head(struct mr_out *out);
/* mr_stat_count - a whole number, and its share of `of` when that is > 0. */
void mr_stat_count(struct mr_out *out, const char *section,
    struct mr_slice name, int64_t n, int64_t of);
/* mr_stat_real - a number as short as it is read back the same. */
void mr_stat_real(struct mr_out *out, const char *section, const char *name,
    double value);
/* mr_stat_diagnose - a count, its share of `of`, and what follows from it. */
void mr_stat_diagnose(struct mr_out *out, const char *name, int64_t n,
    int64_t of, const char *fmt, ...) MR_PRINTF(5, 6);

/* 11674 as "11,674", for notes; 12.5 for "12.5 %". */
struct mr_stat_text {
	char s[64];
};
struct mr_stat_text mr_stat_words(int64_t n);
struct mr_stat_text mr_stat_short(double x);
double mr_stat_percent(int64_t n, int64_t of);

/*
 * mr_stat_describe - the sections NAME, NAME-quantiles, NAME-outliers of a
 * sorted tally; when it is empty only the count 0.
 * mr_stat_histogram - NAME-histogram, one row for each number, or, when there
 * are more than MR_STAT_VALUES, NAME-bins, MR_STAT_BINS rows named by their
 * lower edges.
 * mr_stat_numbers - one row for each number.
 */
#define MR_STAT_VALUES 100
#define MR_STAT_BINS 50
void mr_stat_describe(struct mr_out *out, const char *name,
    const struct mr_tally *t);
void mr_stat_histogram(struct mr_out *out, const char *name,
    const struct mr_tally *t);
void mr_stat_numbers(struct mr_out *out, const char *section,
    const struct mr_tally *t);

/* ---- missing values of each column (table.c) ---- */

struct mr_stat_missing {
	int64_t rows;
	int64_t *n;		/* [columns], owned */
};
int mr_stat_missing_open(struct mr_stat_missing *m, const struct mr_tsv *t,
    struct mr_err *err) MR_CHECKED;
void mr_stat_missing_add(struct mr_stat_missing *m, const struct mr_tsv *t);
void mr_stat_missing_put(struct mr_out *out, const struct mr_stat_missing *m,
    const struct mr_tsv *t);

/* mr_stat_tally_counts - the n counts of v, those that are not 0, as a
 * sorted tally. */
int mr_stat_tally_counts(struct mr_tally *t, const int64_t *v, int32_t n,
    struct mr_err *err) MR_CHECKED;

/* ---- ratings (ratings.c, diagnosis.c) ---- */

#define MR_STAT_FEW 5		/* fewer ratings than this are few */

struct mr_stat_figures {
	int64_t rows, incomplete, repeated, pairs, firm_pairs;
	int64_t missing_ratings;
	int32_t users, items;
	struct mr_tally rating;	/* values */
	struct mr_tally per_user, per_item;	/* ratings of each */
	struct mr_tally day;	/* of the time, since 1970 */
	int64_t first, last;	/* time in seconds, when day.total > 0 */
	int64_t second;		/* of its day, of the time that came first; */
	int64_t other_seconds;	/* times that have another */
	int64_t ended, tied;	/* users with two times or more; of whom the
				 * latest stands more than once */
	int32_t float_users, float_items;	/* mr_stat_floats */
	struct mr_slice top;	/* the item with most ratings, borrowed */
	bool has_films;		/* a catalogue was given: its films, and the */
	int32_t films, in_films;	/* items that are among them */
};

/* mr_stat_floats - the ids like 1.0, when all are or one is there without
 * the .0, too; else 0. */
int32_t mr_stat_floats(const struct mr_ids *ids);
/* mr_stat_films - f->films and f->in_films of the film TSV at path. */
int mr_stat_films(const char *path, const struct mr_ids *items,
    struct mr_stat_figures *f, struct mr_err *err) MR_CHECKED;

/* mr_stat_diagnosis - the rows of the section diagnosis; tallies sorted. */
void mr_stat_diagnosis(struct mr_out *out, const struct mr_stat_figures *f);

#endif
