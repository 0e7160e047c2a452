/* Ratings in two parts; see holdout.h.
 * SPDX-License-Identifier: MIT */
#include "engine/holdout.h"

#include <stdlib.h>
#include <string.h>

#include "core/mem.h"

/* The names of all that are marked, in their order; number [all->n] (out) are
 * theirs, -1 of the others. */
static int
keep_names(struct mr_ids *to, const struct mr_ids *all, int32_t *number,
    struct mr_err *err)
{
	int rc = MR_OK;

	for (int32_t i = 0; i < all->n && rc == MR_OK; i++) {
		bool marked = number[i] == 0;

		number[i] = -1;
		if (marked)
			rc = mr_ids_add(to, mr_ids_get(all, i), &number[i],
			    NULL, err);
	}
	return rc;
}

static int
csr_new(struct mr_csr *m, int64_t rows, int64_t cols, int64_t nnz,
    struct mr_err *err)
{
	*m = (struct mr_csr){ .rows = rows, .cols = cols };
	m->ptr = mr_alloc((size_t)rows + 1, sizeof *m->ptr, "ratings", err);
	m->idx = m->ptr ? mr_alloc((size_t)nnz, sizeof *m->idx, "ratings",
	    err) : NULL;
	m->val = m->idx ? mr_alloc((size_t)nnz, sizeof *m->val, "ratings",
	    err) : NULL;
	return m->val ? MR_OK : MR_ENOMEM;
}

/* Which users and items have ratings in train, and how many ratings those
 * and the test set have. */
static void
mark(struct mr_holdout *h, const struct mr_ratings *all,
    const unsigned char *part, unsigned char which, const bool *users,
    int64_t n[2])
{
	const struct mr_csr *R = &all->R;

	memset(h->user, 0xff, (size_t)R->rows * sizeof *h->user);
	memset(h->item, 0xff, (size_t)R->cols * sizeof *h->item);
	for (int64_t u = 0; u < R->rows; u++)
		for (int64_t k = R->ptr[u]; k < R->ptr[u + 1] &&
		    (!users || users[u]); k++) {
			if (part[k] == MR_PART_OUT)
				continue;
			n[part[k] == which]++;
			if (part[k] == which)
				continue;
			h->user[u] = 0;
			h->item[R->idx[k]] = 0;
		}
}

static void
fill(struct mr_holdout *h, const struct mr_ratings *all,
    const unsigned char *part, unsigned char which, const bool *users)
{
	const struct mr_csr *R = &all->R;
	struct mr_csr *A = &h->part.R, *T = &h->test;
	int64_t a = 0, t = 0;

	for (int64_t u = 0; u < R->rows; u++) {
		for (int64_t k = R->ptr[u]; k < R->ptr[u + 1] &&
		    (!users || users[u]); k++) {
			if (part[k] == MR_PART_OUT)
				continue;
			if (part[k] == which) {
				T->idx[t] = R->idx[k];
				T->val[t] = R->val[k];
				h->exact[t] = all->exact ? all->exact[k] :
				    (double)R->val[k];
				if (all->time)
					h->test_time[t] = all->time[k];
				t++;
				continue;
			}
			A->idx[a] = h->item[R->idx[k]];
			A->val[a] = R->val[k];
			if (all->time)
				h->part.time[a] = all->time[k];
			a++;
		}
		T->ptr[u + 1] = t;
		if (h->user[u] >= 0)
			A->ptr[h->user[u] + 1] = a;
	}
}

static int
find_back(struct mr_holdout *h, struct mr_err *err)
{
	h->back = mr_alloc((size_t)h->train->items.n, sizeof *h->back,
	    "items", err);
	for (int32_t i = 0; h->back && i < h->train->items.n; i++)
		h->back[i] = -1;
	for (int32_t i = 0; h->back && i < h->items->n; i++)
		if (h->item[i] >= 0)
			h->back[h->item[i]] = i;
	return h->back ? MR_OK : MR_ENOMEM;
}

int
mr_holdout_of_part(struct mr_holdout *h, const struct mr_ratings *all,
    const unsigned char *part, unsigned char which, const bool *users,
    struct mr_err *err)
{
	int64_t n[2] = { 0, 0 };
	int rc;

	*h = (struct mr_holdout){ .train = &h->part, .T = &h->test,
	    .users = &all->users, .items = &all->items };
	h->user = mr_alloc((size_t)all->users.n, sizeof *h->user, "users",
	    err);
	h->item = h->user ? mr_alloc((size_t)all->items.n, sizeof *h->item,
	    "items", err) : NULL;
	if (!h->item)
		return MR_ENOMEM;
	mark(h, all, part, which, users, n);
	rc = keep_names(&h->part.users, &all->users, h->user, err);
	if (rc == MR_OK)
		rc = keep_names(&h->part.items, &all->items, h->item, err);
	if (rc == MR_OK)
		rc = csr_new(&h->part.R, h->part.users.n, h->part.items.n,
		    n[0], err);
	if (rc == MR_OK)
		rc = csr_new(&h->test, all->R.rows, all->R.cols, n[1], err);
	if (rc)
		return rc;
	h->rating = h->exact = mr_alloc((size_t)n[1], sizeof *h->exact,
	    "ratings", err);
	h->part.time = h->exact && all->time ? mr_alloc((size_t)n[0],
	    sizeof *h->part.time, "times", err) : NULL;
	h->time = h->test_time = h->exact && all->time ? mr_alloc((size_t)n[1],
	    sizeof *h->test_time, "times", err) : NULL;
	if (!h->exact || (all->time && (!h->part.time || !h->test_time)))
		return MR_ENOMEM;
	h->part.rated = all->rated;
	fill(h, all, part, which, users);
	return find_back(h, err);
}

int
mr_holdout_of_test(struct mr_holdout *h, const struct mr_ratings *train,
    const struct mr_ratings *test, struct mr_err *err)
{
	*h = (struct mr_holdout){ .train = train, .T = &test->R,
	    .rating = test->exact, .time = test->time, .users = &test->users,
	    .items = &test->items };
	h->user = mr_ids_map(&test->users, &train->users, err);
	h->item = h->user ? mr_ids_map(&test->items, &train->items, err) :
	    NULL;
	return h->item ? find_back(h, err) : MR_ENOMEM;
}

void
mr_holdout_free(struct mr_holdout *h)
{
	mr_ratings_free(&h->part);
	mr_csr_free(&h->test);
	free(h->exact);
	free(h->test_time);
	free(h->user);
	free(h->item);
	free(h->back);
	*h = (struct mr_holdout){ .train = NULL };
}
