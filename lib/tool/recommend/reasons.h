/* The columns of --explain: what stands behind each score.
 * SPDX-License-Identifier: MIT */
#ifndef MR_TOOL_RECOMMEND_REASONS_H
#define MR_TOOL_RECOMMEND_REASONS_H

#include "engine/recommender.h"

/* Of which lists. */
struct mr_reasons_of {
	const struct mr_recommender *r;
	const struct mr_ids *names;	/* of what is named: r's items, whose
					 * films are shown, too, or users */
	int64_t most;		/* so many are named for a row */
	int64_t lists, n_list;	/* lists of all users, and rows of one */
	int64_t per;		/* lists of a user, one after another */
	int threads;		/* that mr_reasons_find runs on */
	const struct mr_content *content;	/* of blends; NULL: none */
	bool members;		/* what is named are those of groups: else
				 * mr_reasons_room will be asked for room */
};

/* Who are named for each row, [lists * n_list]. */
struct mr_named {
	int64_t *n;
	/* Shares by names: of list q width[q] a row, behind at[q]. */
	struct mr_hit *share;	/* [room] */
	int64_t room;
	int64_t *at, *width;	/* [lists] */
};

/* Reasons of the lists of some users or groups.  All zero is none; freed by
 * mr_reasons_free. */
struct mr_reasons {
	struct mr_reasons_of of;
	int threads;
	double **part;		/* [threads][items] */
	float **work;		/* [threads] of the content */
	/* [lists * n_list]; of blends alone, of groups alone. */
	double *base, *text, *rest;
	struct mr_named because, alike;
	struct mr_buf line;	/* of a row */
};

#define MR_REASONS_BYTES ((int64_t)128 << 20)

int mr_reasons_open(struct mr_reasons *x, const struct mr_reasons_of *of,
    struct mr_err *err) MR_CHECKED;
/* mr_reasons_room - room for what mr_reasons_find takes of users u, from ..
 * *to - 1 of n, found[l] rows in list l: as many as MR_REASONS_BYTES hold, at
 * least one.  No row has more than its user rated.  The room of users before is
 * theirs. */
int mr_reasons_room(struct mr_reasons *x, const struct mr_user *u,
    const int64_t *found, int64_t from, int64_t n, int64_t *to,
    struct mr_err *err) MR_CHECKED;
/* mr_reasons_take - of row j of list q: base, and of the n shares part, of
 * name[k] each, the largest, whatever their sign. */
void mr_reasons_take(struct mr_reasons *x, int64_t q, int64_t j, double base,
    const int32_t *name, const double *part, int64_t n);
/* mr_reasons_find - the same of all rows of list q, of user u, found items from
 * hit, and of the blend b (NULL: none) that made it; of a user without ratings
 * the score itself is the base.  mr_recommender_reasons_of(u) was called with
 * w and worker. */
void mr_reasons_find(struct mr_reasons *x, struct mr_work *w, int worker,
    const struct mr_user *u, const struct mr_blend *b, int64_t q,
    const struct mr_hit *hit, int64_t found);
/* mr_reasons_head - the names of the columns behind those of *head, a tab
 * before each, valid until the next call of it or mr_reasons_text. */
int mr_reasons_head(struct mr_reasons *x, const char **head,
    struct mr_err *err) MR_CHECKED;
/* mr_reasons_text - the cells of row j of list q behind those of *text, a tab
 * before each, valid until the next call; score is the row's. */
int mr_reasons_text(struct mr_reasons *x, int64_t q, int64_t j, float score,
    struct mr_slice *text, struct mr_err *err) MR_CHECKED;
void mr_reasons_free(struct mr_reasons *x);

#endif
