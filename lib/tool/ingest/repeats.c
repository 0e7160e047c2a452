/* Pairs of user and item that stand twice; see repeats.h.
 * SPDX-License-Identifier: MIT */
#include "tool/ingest/repeats.h"

#include <stdlib.h>

#include "core/mem.h"
#include "data/group.h"
#include "tool/ingest/ingest.h"

/* Is row a kept of it and b behind it? */
static bool
stays(const struct mr_ingest_rows *r, uint32_t a, uint32_t b, int dedupe)
{
	if (dedupe == MR_DEDUPE_LATEST && r->time)
		return r->time[a] > r->time[b];
	return dedupe == MR_DEDUPE_FIRST || dedupe >= MR_DEDUPE_MEAN;
}

/* Row b is one with row a, which stays. */
static void
add_up(struct mr_ingest_rows *r, uint32_t a, uint32_t b)
{
	r->sum[a] += r->sum[b];
	r->n_same[a]++;
	if (r->time && r->time[b] > r->time[a])
		r->time[a] = r->time[b];
}

/* Each row is its own. */
static int
start_sums(struct mr_ingest_rows *r, const double *number, struct mr_err *err)
{
	r->sum = mr_alloc(r->n, sizeof *r->sum, "ratings", err);
	r->n_same = mr_alloc(r->n, sizeof *r->n_same, "ratings", err);
	if (!r->sum || !r->n_same)
		return MR_ENOMEM;
	for (size_t i = 0; i < r->n; i++) {
		r->sum[i] = number[r->value[i]];
		r->n_same[i] = 1;
	}
	return MR_OK;
}

/* The rows of user u.  kept[item]: where in g the one kept of it stands, from
 * 1; at or before the user's first it is another user's. */
static int64_t
mark_user(struct mr_ingest_rows *r, const struct mr_group *g, int32_t u,
    int dedupe, int64_t *kept)
{
	int64_t n_repeats = 0;

	for (int64_t k = g->ptr[u]; k < g->ptr[u + 1]; k++) {
		uint32_t i = g->row[k];
		int64_t *at = &kept[r->item[i]];

		if (*at > g->ptr[u]) {
			uint32_t old = g->row[*at - 1];
			bool old_stays = stays(r, old, i, dedupe);

			r->user[old_stays ? i : old] = -1;
			if (r->sum)
				add_up(r, old, i);
			n_repeats++;
			if (old_stays)
				continue;
		}
		*at = k + 1;
	}
	return n_repeats;
}

int
mr_ingest_rows_mark(struct mr_ingest_rows *r, int32_t n_users,
    int32_t n_items, int dedupe, const double *number, int64_t *n_repeats,
    struct mr_err *err)
{
	struct mr_group users;
	int64_t *kept = mr_alloc((size_t)n_items, sizeof *kept, "items", err);
	int rc = mr_group_by(&users, r->user, sizeof *r->user, r->n, n_users,
	    "ratings", err);

	*n_repeats = 0;
	if (!kept)
		rc = MR_ENOMEM;
	if (rc == MR_OK && number)
		rc = start_sums(r, number, err);
	for (int32_t u = 0; rc == MR_OK && u < n_users; u++)
		*n_repeats += mark_user(r, &users, u, dedupe, kept);
	mr_group_free(&users);
	free(kept);
	return rc;
}

int
mr_ingest_rows_grow(struct mr_ingest_rows *r, size_t n, bool times,
    struct mr_err *err)
{
	/* The four grow together; cap counts what all can hold. */
	size_t cap[4] = { r->cap, r->cap, r->cap, r->cap };
	int rc;

	if (n <= r->cap)
		return MR_OK;
	if (n >= UINT32_MAX)
		return mr_err_set(err, MR_ERANGE, "more than %u ratings; "
		    "--dedupe none has no limit", UINT32_MAX - 1);
	rc = mr_grow(&r->user, &cap[0], n, sizeof *r->user,
	    "users of ratings", err);
	if (rc == MR_OK)
		rc = mr_grow(&r->item, &cap[1], n, sizeof *r->item,
		    "items of ratings", err);
	if (rc == MR_OK)
		rc = mr_grow(&r->value, &cap[2], n, sizeof *r->value,
		    "ratings", err);
	if (rc == MR_OK && times)
		rc = mr_grow(&r->time, &cap[3], n, sizeof *r->time,
		    "times of ratings", err);
	if (rc == MR_OK)
		r->cap = cap[0] < UINT32_MAX ? cap[0] : UINT32_MAX - 1;
	return rc;
}

int
mr_ingest_rows_add(struct mr_ingest_rows *r, int32_t user, int32_t item,
    int32_t value, const int64_t *time, struct mr_err *err)
{
	int rc = mr_ingest_rows_grow(r, r->n + 1, time != NULL, err);

	if (rc)
		return rc;
	r->user[r->n] = user;
	r->item[r->n] = item;
	r->value[r->n] = value;
	if (time)
		r->time[r->n] = *time;
	r->n++;
	return MR_OK;
}

void
mr_ingest_rows_free(struct mr_ingest_rows *r)
{
	free(r->user);
	free(r->item);
	free(r->value);
	free(r->time);
	free(r->sum);
	free(r->n_same);
	*r = (struct mr_ingest_rows){ 0 };
}
