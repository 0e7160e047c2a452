/* Rows kept until their side is known; see kept.h.
 * SPDX-License-Identifier: MIT */
#include "eval/kept.h"

#include <math.h>
#include <stdlib.h>

#include "core/hash.h"
#include "core/mem.h"

/* A row of the user in hand, or a user or item as a whole. */
struct place {
	double time, draw;
	uint64_t hash;
	size_t row;
};

int
mr_kept_add(struct mr_kept *k, struct mr_slice user, struct mr_slice item,
    double time, struct mr_slice bytes, struct mr_err *err)
{
	struct mr_kept_row row = { .time = time,
	    .hash = mr_hash64(bytes.p, bytes.n) };
	int rc = mr_ids_add(&k->users, user, &row.user, NULL, err);

	if (rc == MR_OK)
		rc = mr_ids_add(&k->items, item, &row.item, NULL, err);
	if (rc == MR_OK)
		rc = mr_grow(&k->row, &k->cap, k->n + 1, sizeof row,
		    "ratings", err);
	if (rc == MR_OK)
		k->row[k->n++] = row;
	return rc;
}

int
mr_kept_end(struct mr_kept *k, struct mr_err *err)
{
	k->side = mr_alloc(k->n, 1, "ratings", err);
	return k->side ? mr_group_by(&k->by_user, k->row ? &k->row->user : NULL,
	    sizeof *k->row, k->n, k->users.n, "ratings", err) : MR_ENOMEM;
}

/* ---- core ---- */

/* Users have the numbers 0 .. n_users - 1, items those from there on. */
struct peel {
	struct mr_group by_item;
	int64_t *degree;	/* rows left */
	size_t *todo, n_todo;	/* who has too few; everyone at most once */
};

static void
peel_one(struct mr_kept *k, struct peel *p, size_t who, int64_t least)
{
	size_t n_users = (size_t)k->users.n;
	bool user = who < n_users;
	const struct mr_group *g = user ? &k->by_user : &p->by_item;
	size_t at = user ? who : who - n_users;

	for (int64_t j = g->ptr[at]; j < g->ptr[at + 1]; j++) {
		uint32_t i = g->row[j];
		size_t other = user ? n_users + (size_t)k->row[i].item :
		    (size_t)k->row[i].user;

		if (k->side[i] == MR_SIDE_NONE)
			continue;
		k->side[i] = MR_SIDE_NONE;
		if (p->degree[other]-- == least)
			p->todo[p->n_todo++] = other;
	}
}

int
mr_kept_core(struct mr_kept *k, int64_t least, struct mr_err *err)
{
	size_t n_users = (size_t)k->users.n, n = n_users + (size_t)k->items.n;
	struct peel p = { 0 };
	int rc = mr_group_by(&p.by_item, k->row ? &k->row->item : NULL,
	    sizeof *k->row, k->n, k->items.n, "ratings", err);

	if (rc == MR_OK) {
		p.degree = mr_alloc(n, sizeof *p.degree, "counts", err);
		p.todo = p.degree ? mr_alloc(n, sizeof *p.todo,
		    "users and items", err) : NULL;
		rc = p.todo ? MR_OK : MR_ENOMEM;
	}
	for (size_t i = 0; rc == MR_OK && i < k->n; i++) {
		p.degree[k->row[i].user]++;
		p.degree[n_users + (size_t)k->row[i].item]++;
	}
	for (size_t i = 0; rc == MR_OK && i < n; i++)
		if (p.degree[i] < least)
			p.todo[p.n_todo++] = i;
	while (rc == MR_OK && p.n_todo)
		peel_one(k, &p, p.todo[--p.n_todo], least);
	mr_group_free(&p.by_item);
	free(p.degree);
	free(p.todo);
	return rc;
}

/* ---- which rows are the test set ---- */

/* What goes to test first comes first. */
static int
by_turn(const void *a, const void *b)
{
	const struct place *x = a, *y = b;

	if (x->time != y->time)
		return x->time > y->time ? -1 : 1;
	if (x->draw != y->draw)
		return x->draw < y->draw ? -1 : 1;
	if (x->hash != y->hash)
		return x->hash < y->hash ? -1 : 1;
	return (x->row > y->row) - (x->row < y->row);
}

/* The rows of user u that are left, in by; returns how many. */
static size_t
rows_of(const struct mr_kept *k, int32_t u, bool by_time, uint64_t key,
    struct place *by)
{
	size_t n = 0;

	for (int64_t j = k->by_user.ptr[u]; j < k->by_user.ptr[u + 1]; j++) {
		size_t i = k->by_user.row[j];
		const struct mr_kept_row *x = &k->row[i];

		if (k->side[i] == MR_SIDE_NONE)
			continue;
		by[n++] = (struct place){ by_time ? x->time : 0,
		    mr_split_draw(key, mr_ids_get(&k->users, x->user),
			mr_ids_get(&k->items, x->item)), x->hash, i };
	}
	return n;
}

/* Is the cut before place m < n between equal times of several pairs? */
static bool
is_tied(const struct place *by, size_t n, size_t m)
{
	size_t first = m, last = m;

	while (first > 0 && by[first - 1].time == by[m].time)
		first--;
	while (last + 1 < n && by[last + 1].time == by[m].time)
		last++;
	return first < m && by[first].draw != by[last].draw;
}

int
mr_kept_each(struct mr_kept *k, struct mr_split_amount some, bool by_time,
    uint64_t key, struct mr_kept_cut *cut, struct mr_err *err)
{
	struct place *by;
	int64_t most = 0;

	*cut = (struct mr_kept_cut){ 0 };
	for (int32_t u = 0; u < k->users.n; u++)
		if (k->by_user.ptr[u + 1] - k->by_user.ptr[u] > most)
			most = k->by_user.ptr[u + 1] - k->by_user.ptr[u];
	by = mr_alloc((size_t)most, sizeof *by, "ratings of a user", err);
	if (!by)
		return MR_ENOMEM;
	for (int32_t u = 0; u < k->users.n; u++) {
		size_t n = rows_of(k, u, by_time, key, by);
		size_t m = (size_t)mr_split_each(some, (int64_t)n);

		if (m == 0) {
			cut->n_short += n > 0;
			continue;
		}
		qsort(by, n, sizeof *by, by_turn);
		for (size_t i = 0; i < m; i++)
			k->side[by[i].row] = MR_SIDE_TEST;
		cut->n_parted++;
		cut->n_tied += by_time && is_tied(by, n, m);
	}
	free(by);
	return MR_OK;
}

static int32_t
number_of(const struct mr_kept_row *x, enum mr_split_by by)
{
	return by == MR_SPLIT_USER ? x->user : x->item;
}

static const struct mr_ids *
ids_of(const struct mr_kept *k, enum mr_split_by by)
{
	return by == MR_SPLIT_USER ? &k->users : &k->items;
}

int
mr_kept_whole(struct mr_kept *k, int64_t n, enum mr_split_by by,
    uint64_t key, struct mr_err *err)
{
	const struct mr_ids *ids = ids_of(k, by);
	const struct mr_slice none = mr_slice_of("");
	unsigned char *sides = mr_kept_sides(k, by, err);
	struct place *all = sides ? mr_alloc((size_t)ids->n, sizeof *all,
	    "users or items", err) : NULL;
	size_t n_all = 0;

	for (int32_t i = 0; all && i < ids->n; i++) {
		struct mr_slice id = mr_ids_get(ids, i);

		if (sides[i] & 1 << MR_SIDE_TRAIN)
			all[n_all++] = (struct place){ .row = (size_t)i,
			    .draw = by == MR_SPLIT_USER ?
			    mr_split_draw(key, id, none) :
			    mr_split_draw(key, none, id) };
		sides[i] = 0;
	}
	if (all)
		qsort(all, n_all, sizeof *all, by_turn);
	for (size_t i = 0; all && i < n_all && (int64_t)i < n; i++)
		sides[all[i].row] = 1;
	for (size_t i = 0; all && i < k->n; i++)
		if (k->side[i] == MR_SIDE_TRAIN &&
		    sides[number_of(&k->row[i], by)])
			k->side[i] = MR_SIDE_TEST;
	free(sides);
	free(all);
	return all ? MR_OK : MR_ENOMEM;
}

static int
by_size(const void *a, const void *b)
{
	const double *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

int
mr_kept_time(const struct mr_kept *k, double share, double *time,
    struct mr_err *err)
{
	double *t = mr_alloc(k->n, sizeof *t, "times", err);
	size_t n = 0, at;

	if (!t)
		return MR_ENOMEM;
	for (size_t i = 0; i < k->n; i++)
		if (k->side[i] != MR_SIDE_NONE)
			t[n++] = k->row[i].time;
	qsort(t, n, sizeof *t, by_size);
	at = (size_t)floor(share * (double)n + .5);
	*time = n == 0 ? NAN : t[at < n ? at : n - 1];
	free(t);
	return MR_OK;
}

/* ---- what the test set must not have ---- */

int
mr_kept_seen(struct mr_kept *k, bool drop, int64_t *n_seen,
    struct mr_err *err)
{
	/* 1 + the last user who has the item in train. */
	int32_t *by = mr_alloc((size_t)k->items.n, sizeof *by, "items", err);

	*n_seen = 0;
	if (!by)
		return MR_ENOMEM;
	for (int32_t u = 0; u < k->users.n; u++) {
		const uint32_t *row = k->by_user.row + k->by_user.ptr[u];
		int64_t n = k->by_user.ptr[u + 1] - k->by_user.ptr[u];

		for (int64_t j = 0; j < n; j++)
			if (k->side[row[j]] == MR_SIDE_TRAIN)
				by[k->row[row[j]].item] = u + 1;
		for (int64_t j = 0; j < n; j++)
			if (k->side[row[j]] == MR_SIDE_TEST &&
			    by[k->row[row[j]].item] == u + 1) {
				++*n_seen;
				if (drop)
					k->side[row[j]] = MR_SIDE_NONE;
			}
	}
	free(by);
	return MR_OK;
}

unsigned char *
mr_kept_sides(const struct mr_kept *k, enum mr_split_by by,
    struct mr_err *err)
{
	unsigned char *sides = mr_alloc((size_t)ids_of(k, by)->n, 1,
	    "users or items", err);

	for (size_t i = 0; sides && i < k->n; i++)
		sides[number_of(&k->row[i], by)] |=
		    (unsigned char)(1 << k->side[i]);
	return sides;
}

int
mr_kept_unknown(struct mr_kept *k, int64_t *n_unknown, struct mr_err *err)
{
	unsigned char *user = mr_kept_sides(k, MR_SPLIT_USER, err);
	unsigned char *item = user ? mr_kept_sides(k, MR_SPLIT_ITEM, err) :
	    NULL;
	int rc = item ? MR_OK : MR_ENOMEM;

	*n_unknown = 0;
	for (size_t i = 0; rc == MR_OK && i < k->n; i++)
		if (k->side[i] == MR_SIDE_TEST &&
		    !(user[k->row[i].user] & item[k->row[i].item] &
			1 << MR_SIDE_TRAIN)) {
			k->side[i] = MR_SIDE_NONE;
			++*n_unknown;
		}
	free(user);
	free(item);
	return rc;
}

void
mr_kept_free(struct mr_kept *k)
{
	mr_ids_free(&k->users);
	mr_ids_free(&k->items);
	mr_group_free(&k->by_user);
	free(k->row);
	free(k->side);
	*k = (struct mr_kept){ 0 };
}
