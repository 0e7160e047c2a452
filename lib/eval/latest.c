/* The latest ratings of each user; see latest.h.
 * SPDX-License-Identifier: MIT */
#include "eval/latest.h"

#include <stdlib.h>

#include "core/mem.h"

int
mr_latest_add(struct mr_latest *l, struct mr_slice user,
    struct mr_slice item, double time, struct mr_err *err)
{
	struct mr_latest_row row = { .time = time };
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

/* Earlier rows first; equal ones as they stand in memory, as they came. */
static int
by_time(const void *a, const void *b)
{
	const struct mr_latest_row *x = *(const struct mr_latest_row *const *)a,
	    *y = *(const struct mr_latest_row *const *)b;

	if (x->time != y->time)
		return x->time < y->time ? -1 : 1;
	if (x->item != y->item)
		return x->item < y->item ? -1 : 1;
	return (x > y) - (x < y);
}

/* Rows name their item by its place in the order of ids. */
static int
rank_items(struct mr_latest *l, struct mr_err *err)
{
	int32_t *rank = mr_alloc((size_t)l->items.n, sizeof *rank,
	    "order of items", err);
	int rc = rank ? mr_ids_order(&l->items, NULL, rank, err) : MR_ENOMEM;

	for (size_t i = 0; rc == MR_OK && i < l->n; i++)
		l->row[i].item = rank[l->row[i].item];
	free(rank);
	return rc;
}

/* Rows user by user, those of user u from end[u - 1] (0) up to end[u]. */
static void
group_rows(const struct mr_latest *l, const struct mr_latest_row **group,
    size_t *end)
{
	size_t sum = 0;

	for (size_t i = 0; i < l->n; i++)
		end[l->row[i].user]++;
	for (int32_t u = 0; u < l->users.n; u++) {
		size_t n = end[u];

		end[u] = sum;	/* where it begins, and moves on below */
		sum += n;
	}
	for (size_t i = 0; i < l->n; i++)
		group[end[l->row[i].user]++] = &l->row[i];
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

int
mr_latest_pick(struct mr_latest *l, int64_t k, struct mr_err *err)
{
	const struct mr_latest_row **group = mr_alloc(l->n, sizeof *group,
	    "order of ratings", err);
	size_t *end = mr_alloc((size_t)l->users.n, sizeof *end, "users", err);
	int rc = MR_ENOMEM;

	l->picked = mr_alloc(l->n, 1, "ratings", err);
	if (!group || !end || !l->picked)
		goto out;
	rc = rank_items(l, err);
	if (rc)
		goto out;
	group_rows(l, group, end);
	for (int32_t u = 0; u < l->users.n; u++) {
		size_t from = u ? end[u - 1] : 0, n = end[u] - from;

		if (n <= (uint64_t)k) {
			l->n_short++;
			continue;
		}
		qsort(group + from, n, sizeof *group, by_time);
		for (size_t i = end[u] - (size_t)k; i < end[u]; i++)
			l->picked[group[i] - l->row] = 1;
	}
	rc = count_lone(l, err);
out:
	free(group);
	free(end);
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
