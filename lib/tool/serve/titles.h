/* Titles found by parts of them, whatever their case, accents and marks.
 * SPDX-License-Identifier: MIT */
#ifndef MR_TOOL_SERVE_TITLES_H
#define MR_TOOL_SERVE_TITLES_H

#include "data/table.h"
#include "data/topk.h"

/* All zero is empty; freed by mr_titles_free. */
struct mr_titles {
	int32_t n;
	struct mr_buf text;	/* plain forms end to end, a line end behind
				 * each */
	size_t *at;		/* [n + 1] where each begins */
	struct mr_titles_word {
		struct mr_slice s;	/* from it to the end of its title */
		int32_t title;
	} *word;		/* [n_words], rising by s */
	size_t n_words;
};

/* mr_titles_open - of column (-1: the key) of films.  Its words are sorted. */
int mr_titles_open(struct mr_titles *t, const struct mr_table *films,
    int column, struct mr_err *err) MR_CHECKED;
void mr_titles_free(struct mr_titles *t);

/*
 * mr_titles_plain - s with case folded, without accents (marks of its
 * decomposition) and apostrophes, each run of other marks and blanks one blank,
 * none at the ends.  Cleared first.  MR_ENOMEM.
 */
int mr_titles_plain(struct mr_slice s, struct mr_buf *plain,
    struct mr_err *err) MR_CHECKED;

/*
 * mr_titles_find - at most k films of allow (NULL: of all) whose plain title
 * has the plain text asked, best first:
 *
 *   3  it is all of the title, but for an article before it
 *   2  the title begins so, likewise
 *   1  it stands at the beginning of a word
 *   0  each of its words begins a word
 *
 * and among equal ones by rank, lower first.  hit [k] (out); returns how many;
 * *total (out) how many there are.  Only titles are looked at that have that
 * word of asked which the fewest have.
 */
int64_t mr_titles_find(const struct mr_titles *t, struct mr_slice plain,
    const uint64_t *allow, const int32_t *rank, int64_t k,
    struct mr_hit *hit, int64_t *total);

#endif
