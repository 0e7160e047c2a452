/* The work of mr-factorize: ratings in, a model stream out.
 * SPDX-License-Identifier: MIT */
#ifndef MR_TOOL_FACTORIZE_FACTORIZE_H
#define MR_TOOL_FACTORIZE_FACTORIZE_H

#include "model/kind.h"
#include "stream/run.h"

/* What of a training by halves of sweeps is to be done. */
enum mr_half_word {
	MR_HALF_NONE = -1, MR_HALF_RATINGS, MR_HALF_USERS, MR_HALF_ITEMS,
	MR_HALF_MODEL
};
extern const char *const mr_half_words[];	/* NULL at the end */

struct mr_factorize_opt {
	const struct mr_kind *kind;	/* NULL: auto, and params with it */
	const struct mr_given *given;	/* [n_given] of its parameters */
	size_t n_given;
	void *params;		/* its options, set by mr_kind_set; set again
				 * when the ratings are known */
	const char *ratings;	/* path, NULL: stdin */
	const char *init;	/* model to go on from, NULL: none */
	const char *at_least;	/* a number: what is less is left out; NULL */
	const char *items;	/* stream of vectors of films, rated or not;
				 * NULL: none */
	const char *movies;	/* film TSV that says more of them, or NULL */
	int half;		/* enum mr_half_word */
	/* Of a half-step; NULL: not given. */
	const char *fixed;	/* rows of the other side */
	const char *gram;	/* their Gramian, in blocks */
	const char *gram_out;	/* the blocks of the rows made */
	int64_t shard, shards;	/* 0: all rows */
};

/* mr_factorize_models - a line for each kind with its parameters and their
 * defaults, added to text. */
int mr_factorize_models(struct mr_buf *text, struct mr_err *err) MR_CHECKED;
/* mr_factorize - read, train and write the stream: META, the items (IDS,
 * V, bi), then users in blocks (IDS, U, bu, R).  Warns when every user has
 * one rating.  With o->items films without ratings follow those that have
 * some, see engine/new_films.h.  With o->half what that asks for instead.
 * Memory: see mr-factorize(1). */
int mr_factorize(const struct mr_factorize_opt *o, struct mr_run *run,
    struct mr_err *err) MR_CHECKED;

#endif
