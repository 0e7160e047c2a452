/* Which rows of the other table a row is matched by.
 * SPDX-License-Identifier: MIT */
#ifndef MR_TOOL_JOIN_MATCH_H
#define MR_TOOL_JOIN_MATCH_H

#include "tool/join/right.h"

enum mr_join_how { MR_HOW_ID, MR_HOW_TITLE, MR_HOW_PEOPLE };

struct mr_candidate {
	uint32_t row;
	int level;	/* 0: of the same year, 1: near, 2: no year known */
	bool people;	/* both name one person */
};

/* Candidates of one row after another; all zero is empty. */
struct mr_match {
	enum mr_join_how how;
	size_t n, cap;		/* 0: no match; several: they tie */
	struct mr_candidate *found;
	struct mr_buf key, mine, theirs, name;	/* work */
};

/* mr_join_match - m->found = the rows of r that match the current row of t. */
int mr_join_match(struct mr_match *m, const struct mr_join_right *r,
    const struct mr_join_side *s, const struct mr_tsv *t, int64_t year_slack,
    struct mr_err *err) MR_CHECKED;
/*
 * mr_join_one_person - is a person named in both texts?  Names of two words or
 * more, parted by | ; , / or :, what is in parentheses left out, which stand in
 * the other text as whole words (text/utf8_title.h).
 */
int mr_join_one_person(struct mr_match *m, struct mr_slice a,
    struct mr_slice b, bool *is, struct mr_err *err) MR_CHECKED;
void mr_join_match_free(struct mr_match *m);

#endif
