/* Finding pairs of user and item that stand twice.
 * SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include "core/mem.h"
#include "data/group.h"
#include "tool/ingest/private.h"

/* The n rows of one user, from the end or from the start: an item that has
 * this user's stamp already is a repeat. */
static int64_t
mark_user(struct mr_rows *r, const uint32_t *row, size_t n, bool keep_last,
    int32_t *stamp, int32_t mark)
{
	int64_t n_repeats = 0;

	for (size_t k = 0; k < n; k++) {
		uint32_t i = row[keep_last ? n - 1 - k : k];

		if (stamp[r->item[i]] == mark) {
			r->user[i] = -1;
			n_repeats++;
		}
		stamp[r->item[i]] = mark;
	}
	return n_repeats;
}

int
mr_rows_mark(struct mr_rows *r, int32_t n_users, int32_t n_items,
    bool keep_last, int64_t *n_repeats, struct mr_err *err)
{
	struct mr_group users;
	int32_t *stamp = mr_alloc((size_t)n_items, sizeof *stamp, "items",
	    err);
	int rc = mr_group_by(&users, r->user, sizeof *r->user, r->n, n_users,
	    "ratings", err);

	*n_repeats = 0;
	if (!stamp)
		rc = MR_ENOMEM;
	for (int32_t u = 0; rc == MR_OK && u < n_users; u++)
		*n_repeats += mark_user(r, users.row + users.ptr[u],
		    (size_t)(users.ptr[u + 1] - users.ptr[u]), keep_last,
		    stamp, u + 1);
	mr_group_free(&users);
	free(stamp);
	return rc;
}

int
mr_rows_add(struct mr_rows *r, int32_t user, int32_t item, int32_t value,
    const int64_t *time, struct mr_err *err)
{
	size_t n = r->n + 1;
	int rc = MR_OK;

	if (n == UINT32_MAX)
		return mr_err_set(err, MR_ERANGE, "more than %u ratings; "
		    "--dedupe none has no limit", UINT32_MAX - 1);
	if (n > r->cap) {
		/* The four grow together; cap counts what all can hold. */
		size_t cap[4] = { r->cap, r->cap, r->cap, r->cap };

		rc = mr_grow(&r->user, &cap[0], n, sizeof *r->user,
		    "users of ratings", err);
		if (rc == MR_OK)
			rc = mr_grow(&r->item, &cap[1], n, sizeof *r->item,
			    "items of ratings", err);
		if (rc == MR_OK)
			rc = mr_grow(&r->value, &cap[2], n, sizeof *r->value,
			    "ratings", err);
		if (rc == MR_OK && time)
			rc = mr_grow(&r->time, &cap[3], n, sizeof *r->time,
			    "times of ratings", err);
		if (rc)
			return rc;
		r->cap = cap[0];
	}
	r->user[r->n] = user;
	r->item[r->n] = item;
	r->value[r->n] = value;
	if (time)
		r->time[r->n] = *time;
	r->n++;
	return MR_OK;
}

void
mr_rows_free(struct mr_rows *r)
{
	free(r->user);
	free(r->item);
	free(r->value);
	free(r->time);
	*r = (struct mr_rows){ 0 };
}
