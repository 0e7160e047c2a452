/* Columns of a film TSV by item: what --movies and --with add to results.
 * SPDX-License-Identifier: MIT */
#ifndef MR_STORE_FILMS_H
#define MR_STORE_FILMS_H

#include "core/report.h"
#include "data/table.h"
#include "stream/io.h"

/*
 * mr_films_load - columns (separated by commas) of the film TSV at path, and
 * in every, where it is not NULL, all of them but item, which has all rows
 * then.  Path and columns NULL: an empty table; without columns and every only
 * the header is read, which must have an item; columns without path is
 * MR_EARG, and so is a name that stands twice or that results have.  The first
 * row of an item counts.  Both tables are freed by the caller in every case.
 */
int mr_films_load(struct mr_table *t, const char *path, const char *columns,
    struct mr_table *every, struct mr_err *err) MR_CHECKED;
/* mr_films_head - the column names, each with a tab before it. */
void mr_films_head(const struct mr_table *t, struct mr_out *out);
/* mr_films_put - the cells of a row, a tab before each, empty ones when it is
 * -1: then false, if there are columns. */
bool mr_films_put(const struct mr_table *t, int32_t row, struct mr_out *out);
/* mr_films_report - a warning when n_missing of n rows named films that are
 * not there, when path was given but no columns, or when rows of t were of
 * items that had one. */
void mr_films_report(const char *path, const char *columns,
    const struct mr_table *t, int64_t n_missing, int64_t n, struct mr_report *report);

#endif
