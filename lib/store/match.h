/* Which rows of a table a row is matched by: by equal columns, or films by
 * title and year.
 * SPDX-License-Identifier: MIT */
#ifndef MR_STORE_MATCH_H
#define MR_STORE_MATCH_H

#include "store/match_table.h"

enum mr_match_how { MR_HOW_ID, MR_HOW_TITLE, MR_HOW_PEOPLE };

struct mr_candidate {
	uint32_t row;
	int level;	/* 0: of the same year, 1: near, 2: no year known */
	bool people;	/* both name one person */
};

/* Candidates of one row after another; all zero is empty. */
struct mr_match {
	enum mr_match_how how;
	size_t n, cap;		/* 0: no match; several: they tie */
	struct mr_candidate *found;
	struct mr_buf key, mine, theirs, name;	/* work */
};

/* mr_match_find - m->found = the rows of r that match the row x; mr-join(1) has
 * the rules. */
int mr_match_find(struct mr_match *m, const struct mr_match_table *r,
    const struct mr_match_row *x, int64_t year_slack, struct mr_err *err)
    MR_CHECKED;
/*
 * mr_match_one_person - is a person named in both texts?  Names of two words or
 * more, parted by | ; , / or :, what is in parentheses left out, which stand in
 * the other text as whole words (text/utf8_title.h).
 */
int mr_match_one_person(struct mr_match *m, struct mr_slice a,
    struct mr_slice b, bool *is, struct mr_err *err) MR_CHECKED;
void mr_match_free(struct mr_match *m);

#endif
