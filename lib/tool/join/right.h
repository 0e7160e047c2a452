/* The table that is looked into: cells by row, and rows by key.
 * SPDX-License-Identifier: MIT */
#ifndef MR_TOOL_JOIN_RIGHT_H
#define MR_TOOL_JOIN_RIGHT_H

#include "data/group.h"
#include "data/ids.h"
#include "stream/tsv.h"
#include "tool/join/join.h"

#define MR_JOIN_COLS 64
#define MR_NO_YEAR INT32_MIN

/* What both sides of a join need to know of a file's columns. */
struct mr_join_side {
	int n_keys, key[MR_JOIN_COLS];	/* by equal columns */
	int title[3], n_titles;		/* by title: also original ones, */
	int year, people;		/* -1: not there */
};

/* All zero is empty; freed by mr_join_right_free. */
struct mr_join_right {
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

/* mr_join_side_find - the columns of t that o needs, by their names there:
 * left those before '=', right those behind; MR_EFORMAT. */
int mr_join_side_find(struct mr_join_side *s, const struct mr_tsv *t,
    const struct mr_join_opt *o, bool left, struct mr_err *err) MR_CHECKED;
/* mr_join_side_key - the key of the current row in out, cleared first; empty
 * when one of its columns is. */
int mr_join_side_key(const struct mr_join_side *s, const struct mr_tsv *t,
    struct mr_buf *out, struct mr_err *err) MR_CHECKED;
/* mr_join_side_year - of the current row; MR_NO_YEAR. */
int32_t mr_join_side_year(const struct mr_join_side *s,
    const struct mr_tsv *t);

/* mr_join_right_load - read o->right to its end; left is open and says which
 * names are taken. */
int mr_join_right_load(struct mr_join_right *r, const struct mr_join_opt *o,
    const struct mr_tsv *left, struct mr_report *report, struct mr_err *err)
    MR_CHECKED;
/* mr_join_right_rows - the posts of a key, *n of them: row_of[] of each. */
const uint32_t *mr_join_right_rows(const struct mr_join_right *r,
    struct mr_slice key, int64_t *n);
/* mr_join_right_cell - of a row; of cell n_with people. */
struct mr_slice mr_join_right_cell(const struct mr_join_right *r,
    uint32_t row, int cell);
/* mr_join_right_same - do two rows add the same? */
bool mr_join_right_same(const struct mr_join_right *r, uint32_t a,
    uint32_t b);
void mr_join_right_free(struct mr_join_right *r);

#endif
