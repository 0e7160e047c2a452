/* Pairs of user and item that stand twice; see repeats.h.
 * SPDX-License-Identifier: MIT */
#include "tool/ingest/repeats.h"

#include <stdlib.h>

#include "core/mem.h"
#include "core/par.h"
#include "data/group.h"
#include "tool/ingest/ingest.h"

#define SHARES 8		/* of users for each thread */

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

/* The rows of all users, one user after another. */
struct mark {
	struct mr_ingest_rows *r;
	struct mr_group users;	/* row NULL: they stand so */
	int dedupe, n_tasks;
	int32_t n_users, n_items;
	uint32_t **kept;	/* [threads], each NULL or [n_items] */
	int64_t *n_repeats;	/* [n_tasks] */
	struct mr_err *err;	/* [n_tasks] */
};

/* The row at place k. */
static uint32_t
row_at(const struct mark *m, int64_t k)
{
	return m->users.row ? m->users.row[k] : (uint32_t)k;
}

/* The rows of user u.  kept[item]: at which place the one kept of it stands,
 * from 1; at or before the user's first it is another user's. */
static int64_t
mark_user(const struct mark *m, int32_t u, uint32_t *kept)
{
	struct mr_ingest_rows *r = m->r;
	const int64_t *ptr = m->users.ptr;
	int64_t n_repeats = 0;

	for (int64_t k = ptr[u]; k < ptr[u + 1]; k++) {
		uint32_t i = row_at(m, k), *at = &kept[r->item[i]];

		if (*at > ptr[u]) {
			uint32_t old = row_at(m, *at - 1);
			bool old_stays = stays(r, old, i, m->dedupe);

			r->user[old_stays ? i : old] = -1;
			if (r->sum)
				add_up(r, old, i);
			n_repeats++;
			if (old_stays)
				continue;
		}
		*at = (uint32_t)k + 1;
	}
	return n_repeats;
}

/* The first user of a task: about as many rows are before as each has. */
static int32_t
first_user(const struct mark *m, int64_t task)
{
	int64_t want = (int64_t)m->r->n / m->n_tasks * task;
	int32_t lo = 0, hi = m->n_users;

	if (task == m->n_tasks)
		return hi;
	while (lo < hi) {
		int32_t mid = lo + (hi - lo) / 2;

		if (m->users.ptr[mid] < want)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

/* A worker's tasks rise, and with them its users. */
static void
mark_task(void *ctx, int64_t task, int worker)
{
	struct mark *m = ctx;
	uint32_t **kept = &m->kept[worker];
	int32_t end = first_user(m, task + 1);

	if (!*kept)
		*kept = mr_alloc((size_t)m->n_items, sizeof **kept, "items",
		    &m->err[task]);
	for (int32_t u = first_user(m, task); *kept && u < end; u++)
		m->n_repeats[task] += mark_user(m, u, *kept);
}

/* Rows by user: most files are, and then the starts are enough. */
static int
group(struct mark *m, struct mr_err *err)
{
	const struct mr_ingest_rows *r = m->r;
	bool in_order = true;

	for (size_t i = 1; i < r->n && in_order; i++)
		in_order = r->user[i - 1] <= r->user[i];
	if (!in_order)
		return mr_group_by(&m->users, r->user, sizeof *r->user, r->n,
		    m->n_users, "ratings", err);
	m->users.ptr = mr_alloc((size_t)m->n_users + 1, sizeof *m->users.ptr,
	    "ratings", err);
	if (!m->users.ptr)
		return MR_ENOMEM;
	for (size_t i = 0; i < r->n; i++)
		m->users.ptr[r->user[i] + 1] = (int64_t)i + 1;
	for (int32_t u = 0; u < m->n_users; u++)
		if (m->users.ptr[u + 1] == 0)
			m->users.ptr[u + 1] = m->users.ptr[u];
	return MR_OK;
}

/* The tasks, on as many threads; *n_repeats in all. */
static int
mark_all(struct mark *m, int threads, int64_t *n_repeats, struct mr_err *err)
{
	int rc = MR_OK;

	m->kept = mr_alloc((size_t)threads, sizeof *m->kept, "items", err);
	m->n_repeats = mr_alloc((size_t)m->n_tasks, sizeof *m->n_repeats,
	    "items", err);
	m->err = mr_alloc((size_t)m->n_tasks, sizeof *m->err, "items", err);
	if (!m->kept || !m->n_repeats || !m->err)
		rc = MR_ENOMEM;
	else
		mr_par_run(threads, m->n_tasks, mark_task, m);
	for (int i = 0; i < m->n_tasks && rc == MR_OK; i++) {
		*n_repeats += m->n_repeats[i];
		rc = m->err[i].code;
		if (rc)
			*err = m->err[i];
	}
	for (int i = 0; m->kept && i < threads; i++)
		free(m->kept[i]);
	free(m->kept);
	free(m->n_repeats);
	free(m->err);
	return rc;
}

int
mr_ingest_rows_mark(struct mr_ingest_rows *r, const struct mr_ingest_mark *o,
    int64_t *n_repeats, struct mr_err *err)
{
	struct mark m = { .r = r, .dedupe = o->dedupe, .n_users = o->n_users,
	    .n_items = o->n_items };
	int threads = o->threads > 0 ? o->threads : 1;
	int rc = group(&m, err);

	*n_repeats = 0;
	m.n_tasks = SHARES * threads;
	if (rc == MR_OK && o->number)
		rc = start_sums(r, o->number, err);
	if (rc == MR_OK)
		rc = mark_all(&m, threads, n_repeats, err);
	mr_group_free(&m.users);
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
