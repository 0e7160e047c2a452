/* The latest ratings of each user; see latest.h.
 * SPDX-License-Identifier: MIT */
#include "eval/latest.h"

#include <stdlib.h>

#include "core/hash.h"
#include "core/mem.h"
#include "data/group.h"
#include "eval/split.h"

/* A row of the user in hand. */
struct place {
	double time, draw;
	uint64_t hash;
	size_t row;
};

int
mr_latest_add(struct mr_latest *l, struct mr_slice user,
    struct mr_slice item, double time, struct mr_slice bytes,
    struct mr_err *err)
{
	struct mr_latest_row row = { .time = time,
	    .hash = mr_hash64(bytes.p, bytes.n) };
	int rc = mr_ids_add(&l->users, user, &row.user, NULL, err);

	if (rc == MR_OK)
		rc = mr_ids_add(&l->items, item, &row.item, NULL, err);
	if (rc == MR_OK)
		rc = mr_grow(&l->row, &l->cap, l->n + 1, sizeof row,
		    "ratings", err);
	if (rc == MR_OK)
		l->row[l->n++] = row;
	return rc;
}

/* What is picked first comes first. */
static int
by_time(const void *a, const void *b)
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

static int
count_lone(struct mr_latest *l, struct mr_err *err)
{
	unsigned char *stays = mr_alloc((size_t)l->items.n, 1, "items", err);

	if (!stays)
		return MR_ENOMEM;
	for (size_t i = 0; i < l->n; i++)
		if (!l->picked[i])
			stays[l->row[i].item] = 1;
	for (int32_t j = 0; j < l->items.n; j++)
		l->n_lone += !stays[j];
	free(stays);
	return MR_OK;
}

/* The k latest of the n > k rows numbered row; by has room for n. */
static void
pick_user(struct mr_latest *l, const uint32_t *row, size_t n, size_t k,
    uint64_t key, struct place *by)
{
	for (size_t i = 0; i < n; i++) {
		const struct mr_latest_row *x = &l->row[row[i]];

		by[i] = (struct place){ x->time, mr_split_draw(key,
		    mr_ids_get(&l->users, x->user),
		    mr_ids_get(&l->items, x->item)), x->hash, row[i] };
	}
	qsort(by, n, sizeof *by, by_time);
	for (size_t i = 0; i < k; i++)
		l->picked[by[i].row] = 1;
	l->n_tied += by[k - 1].time == by[k].time;
}

int
mr_latest_pick(struct mr_latest *l, int64_t k, uint64_t key,
    struct mr_err *err)
{
	struct place *by = NULL;
	struct mr_group user = { 0 };
	int64_t most = 0;
	int rc;

	l->picked = mr_alloc(l->n, 1, "ratings", err);
	rc = l->picked ? mr_group_by(&user, l->row ? &l->row->user : NULL,
	    sizeof *l->row, l->n, l->users.n, "ratings", err) : MR_ENOMEM;
	for (int32_t u = 0; rc == MR_OK && u < l->users.n; u++)
		if (user.ptr[u + 1] - user.ptr[u] > most)
			most = user.ptr[u + 1] - user.ptr[u];
	if (rc == MR_OK) {
		by = mr_alloc((size_t)most, sizeof *by, "ratings of a user",
		    err);
		rc = by ? MR_OK : MR_ENOMEM;
	}
	for (int32_t u = 0; rc == MR_OK && u < l->users.n; u++) {
		int64_t from = user.ptr[u], n = user.ptr[u + 1] - from;

		if (n <= k)
			l->n_short++;
		else
			pick_user(l, user.row + from, (size_t)n, (size_t)k,
			    key, by);
	}
	if (rc == MR_OK)
		rc = count_lone(l, err);
	free(by);
	mr_group_free(&user);
	return rc;
}

void
mr_latest_free(struct mr_latest *l)
{
	mr_ids_free(&l->users);
	mr_ids_free(&l->items);
	free(l->row);
	free(l->picked);
	*l = (struct mr_latest){ 0 };
}
