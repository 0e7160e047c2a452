/* A table that is looked into for rows that match: cells by row, and rows by
 * key.
 * SPDX-License-Identifier: MIT */
#ifndef MR_STORE_MATCH_TABLE_H
#define MR_STORE_MATCH_TABLE_H

#include "data/group.h"
#include "data/ids.h"
#include "data/table.h"
#include "stream/tsv.h"

#define MR_MATCH_COLS 64
#define MR_MATCH_TITLES 3
#define MR_NO_YEAR INT32_MIN

/* Which columns.  Strings are borrowed; NULL is "not given". */
struct mr_match_by {
	const char *right;	/* TSV; "-": standard input */
	const char *on;		/* "item" or "item=tconst,.."; NULL: by title */
	const char *with;	/* "tmdb,imdb=imdb_id": what is added */
	bool how;		/* and a column of that name */
};

/* The columns that titles are looked for in. */
extern const char *const mr_match_titles[MR_MATCH_TITLES];

/* What both sides need to know of a file's columns. */
struct mr_match_columns {
	int n_keys, key[MR_MATCH_COLS];	/* by equal columns */
	int title[MR_MATCH_TITLES], n_titles;	/* by title: also original */
	int year, people;		/* -1: not there */
};

/* What a row is matched by: a key or, p NULL, titles. */
struct mr_match_row {
	struct mr_slice key;	/* n 0: it matches nothing */
	struct mr_slice title[MR_MATCH_TITLES];
	int n_titles;
	int32_t year;		/* MR_NO_YEAR: none */
	struct mr_slice people;	/* p NULL: not known */
};

/* All zero is empty; freed by mr_match_table_free. */
struct mr_match_table {
	int n_with, n_cells;	/* of a row: those added, and people */
	struct mr_ids with;	/* [n_with] their names in the output */
	uint32_t n_rows;
	struct mr_buf text;	/* the cells end to end, row by row */
	size_t *end, end_cap;	/* [n_rows * n_cells] */
	int32_t *year;		/* [n_rows] MR_NO_YEAR: none */
	size_t year_cap;
	struct mr_ids keys;
	int32_t *key_of;	/* [n_posts] and .. */
	uint32_t *row_of;	/* .. its row */
	size_t n_posts, key_cap, row_cap;
	struct mr_group by_key;	/* posts */
};

/* mr_match_columns_find - the columns of t that b needs, by their names there:
 * left those before '=', right those behind; MR_EFORMAT. */
int mr_match_columns_find(struct mr_match_columns *c, const struct mr_tsv *t,
    const struct mr_match_by *b, bool left, struct mr_err *err) MR_CHECKED;
/* mr_match_columns_row - the current row of t; borrowed of it, and of key, which
 * is overwritten. */
int mr_match_columns_row(const struct mr_match_columns *c,
    const struct mr_tsv *t, struct mr_buf *key, struct mr_match_row *x,
    struct mr_err *err) MR_CHECKED;

/* mr_match_table_load - read b->right to its end; left is open and says which
 * names are taken, NULL: none. */
int mr_match_table_load(struct mr_match_table *r, const struct mr_match_by *b,
    const struct mr_tsv *left, struct mr_report *report, struct mr_err *err)
    MR_CHECKED;
/* mr_match_table_films - the same by the titles of films, all columns of a film
 * TSV; of a row its id is added. */
int mr_match_table_films(struct mr_match_table *r,
    const struct mr_table *films, struct mr_err *err) MR_CHECKED;
/* Parts of these: mr_match_year - of a cell, or MR_NO_YEAR;
 * mr_match_table_add - a row x with cell [n_cells], where it has a key, which
 * *any (out) says; key is overwritten; mr_match_table_end - after the last. */
int32_t mr_match_year(struct mr_slice s);
int mr_match_table_add(struct mr_match_table *r, const struct mr_match_row *x,
    const struct mr_slice *cell, struct mr_buf *key, bool *any,
    struct mr_err *err) MR_CHECKED;
int mr_match_table_end(struct mr_match_table *r, struct mr_err *err)
    MR_CHECKED;
/* mr_match_table_rows - the posts of a key, *n of them: row_of[] of each. */
const uint32_t *mr_match_table_rows(const struct mr_match_table *r,
    struct mr_slice key, int64_t *n);
/* mr_match_table_cell - of a row; of cell n_with people. */
struct mr_slice mr_match_table_cell(const struct mr_match_table *r,
    uint32_t row, int cell);
/* mr_match_table_same - do two rows add the same? */
bool mr_match_table_same(const struct mr_match_table *r, uint32_t a,
    uint32_t b);
void mr_match_table_free(struct mr_match_table *r);

#endif
