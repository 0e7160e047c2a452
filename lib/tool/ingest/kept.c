/* Ratings that wait for the end of input; see kept.h.
 * SPDX-License-Identifier: MIT */
#include "tool/ingest/kept.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/mem.h"

/* The number of a name in known, by way of what was just looked up; -1. */
static int32_t
look_up(const struct mr_ids *known, struct mr_recent *recent,
    enum mr_recent_kind kind, struct mr_slice name)
{
	struct mr_recent_key key;
	struct mr_recent_text *line = NULL, *t = NULL;
	int32_t i;

	if (mr_recent_name(name, kind, &key)) {
		line = mr_recent_line(recent, key);
		t = mr_recent_find(line, key);
	}
	if (t)
		return (int32_t)(t->number >> 1);
	i = mr_ids_find(known, name);
	if (line && i >= 0)
		mr_recent_put(line, key, i, false);
	return i;
}

/* The number of a name among those known, or own ones; see kept.h. */
static int
number(struct mr_ingest_kept *k, enum mr_recent_kind kind,
    struct mr_slice name, int32_t *i, struct mr_err *err)
{
	struct mr_ids *own[] = { &k->users, &k->items, &k->values };
	const struct mr_ingest_kept *all = k->known ? k->known : k;
	const struct mr_ids *known[] = { &all->users, &all->items,
	    &all->values };
	int rc;

	*i = k->known ? look_up(known[kind], k->recent, kind, name) : -1;
	if (*i >= 0)
		return MR_OK;
	rc = mr_ids_add(own[kind], name, i, NULL, err);
	if (k->known && rc == MR_OK)
		*i = ~*i;
	return rc;
}

/* Was the user of the row before this one? */
static bool
is_last(const struct mr_ingest_kept *k, struct mr_slice user)
{
	const struct mr_ids *of = k->known && k->last_user >= 0 ?
	    &k->known->users : &k->users;
	int32_t i = k->last_user < 0 ? ~k->last_user : k->last_user;

	return i < of->n && mr_slice_eq(mr_ids_get(of, i), user);
}

int
mr_ingest_kept_user(struct mr_ingest_kept *k, struct mr_slice user,
    int32_t *i, struct mr_err *err)
{
	int rc = MR_OK;

	/* Most files are grouped by user. */
	*i = k->last_user;
	if (!is_last(k, user))
		rc = number(k, MR_RECENT_USER, user, i, err);
	k->last_user = rc == MR_OK ? *i : 0;
	return rc;
}

int
mr_ingest_kept_add(struct mr_ingest_kept *k, int32_t i,
    const struct mr_ingest_rating *x, const int64_t *time, struct mr_err *err)
{
	int32_t item, value;
	int rc = number(k, MR_RECENT_ITEM, x->item, &item, err);

	if (rc == MR_OK)
		rc = number(k, MR_RECENT_RATING, x->rating, &value, err);
	return rc ? rc : mr_ingest_rows_add(&k->rows, i, item, value, time,
	    err);
}

/* Add the names of own to all, and to[n] with a number in all, or below 0 in
 * own, becomes that in all. */
static int
join_names(struct mr_ids *all, const struct mr_ids *own, int32_t *to,
    const int32_t *from, size_t n, struct mr_err *err)
{
	int32_t *now = mr_alloc((size_t)own->n, sizeof *now, "ids", err);
	int rc = now ? MR_OK : MR_ENOMEM;

	for (int32_t i = 0; i < own->n && rc == MR_OK; i++)
		rc = mr_ids_add(all, mr_ids_get(own, i), &now[i], NULL, err);
	for (size_t i = 0; i < n && rc == MR_OK; i++)
		to[i] = from[i] < 0 ? now[~from[i]] : from[i];
	free(now);
	return rc;
}

int
mr_ingest_kept_join(struct mr_ingest_kept *k,
    const struct mr_ingest_kept *block, struct mr_err *err)
{
	struct mr_ingest_rows *r = &k->rows;
	const struct mr_ingest_rows *b = &block->rows;
	int rc;

	if (b->n == 0)
		return MR_OK;
	rc = mr_ingest_rows_grow(r, r->n + b->n, b->time != NULL, err);
	if (rc == MR_OK)
		rc = join_names(&k->users, &block->users, r->user + r->n,
		    b->user, b->n, err);
	if (rc == MR_OK)
		rc = join_names(&k->items, &block->items, r->item + r->n,
		    b->item, b->n, err);
	if (rc == MR_OK)
		rc = join_names(&k->values, &block->values, r->value + r->n,
		    b->value, b->n, err);
	if (rc == MR_OK && b->time)
		memcpy(r->time + r->n, b->time, b->n * sizeof *b->time);
	r->n += rc == MR_OK ? b->n : 0;
	return rc;
}

int
mr_ingest_kept_join_users(struct mr_ingest_kept *k,
    struct mr_ingest_kept *block, struct mr_err *err)
{
	return join_names(&k->users, &block->users, block->rows.user,
	    block->rows.user, block->rows.n, err);
}

void
mr_ingest_kept_clear(struct mr_ingest_kept *k)
{
	mr_ids_clear(&k->users);
	mr_ids_clear(&k->items);
	mr_ids_clear(&k->values);
	k->last_user = 0;
	k->rows.n = 0;
}

/* What the values are as numbers. */
static int
read_values(const struct mr_ingest_kept *k, double **number, struct mr_err *err)
{
	*number = mr_alloc((size_t)k->values.n, sizeof **number, "ratings",
	    err);
	for (int32_t i = 0; *number && i < k->values.n; i++)
		if (!mr_parse_f64(mr_ids_get(&k->values, i), &(*number)[i]))
			(*number)[i] = 0;
	return *number ? MR_OK : MR_ENOMEM;
}

int
mr_ingest_kept_mark(struct mr_ingest_kept *k, int dedupe, int threads,
    int64_t *n_repeats, struct mr_err *err)
{
	double *number = NULL;
	int rc = dedupe >= MR_DEDUPE_MEAN ? read_values(k, &number, err) :
	    MR_OK;

	if (rc == MR_OK)
		rc = mr_ingest_rows_mark(&k->rows, &(struct mr_ingest_mark){
		    .dedupe = dedupe, .n_users = k->users.n,
		    .n_items = k->items.n, .number = number,
		    .threads = threads }, n_repeats, err);
	free(number);
	return rc;
}

struct mr_slice
mr_ingest_kept_rating(const struct mr_ingest_kept *k, int dedupe, size_t i,
    char text[32])
{
	const struct mr_ingest_rows *r = &k->rows;
	int n;

	if (!r->sum)
		return mr_ids_get(&k->values, r->value[i]);
	n = snprintf(text, 32, "%.9g", dedupe == MR_DEDUPE_COUNT ?
	    r->n_same[i] : dedupe == MR_DEDUPE_SUM ? r->sum[i] :
	    r->sum[i] / r->n_same[i]);
	return (struct mr_slice){ text, (size_t)n };
}

void
mr_ingest_kept_free(struct mr_ingest_kept *k)
{
	mr_ids_free(&k->users);
	mr_ids_free(&k->items);
	mr_ids_free(&k->values);
	mr_ingest_rows_free(&k->rows);
	*k = (struct mr_ingest_kept){ 0 };
}
