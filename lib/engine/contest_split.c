/* What a contest holds out; see contest_split.h.
 * SPDX-License-Identifier: MIT */
#include "engine/contest_split.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/mem.h"
#include "core/rng.h"
#include "eval/split.h"

#define TENTH 0.1
#define MEASURED 5000	/* users, about */
#define USERS_ENOUGH 2000	/* for one split */

#define FEW 200		/* users of an item that are looked at for likeness */

enum { LOOKED_AT = 1, IS_MEASURED, HOW_MANY, WHICH, HOW };

/* A rating of a user in the order in which they are held out. */
struct turn {
	double key, drawn;
	int64_t k;
};

struct maker {
	const struct mr_ratings *r;
	uint64_t seed;
	double measured;	/* share of those looked at */
	bool by_time;
	int splits;
	unsigned char *part;	/* [nnz] the split that tests it, 0: none */
	bool *users;		/* [users] looked at; NULL: all */
	struct turn *turn;	/* [ratings of a user] */
	/* Not by time: */
	struct mr_csr Rt;
	int32_t *mark;		/* [users] the item + 1 that they chose */
};

static int
rising(const void *a, const void *b)
{
	const struct turn *x = a, *y = b;

	if (x->key < y->key || x->key > y->key)
		return x->key < y->key ? -1 : 1;
	if (x->drawn < y->drawn || x->drawn > y->drawn)
		return x->drawn < y->drawn ? -1 : 1;
	return (x->k > y->k) - (x->k < y->k);
}

static double
draw(const struct maker *m, int what, int64_t u, int64_t item)
{
	const struct mr_ratings *r = m->r;

	return mr_split_draw(mr_rng_u64(m->seed, 1, (uint64_t)what),
	    mr_ids_get(&r->users, (int32_t)u), item < 0 ?
	    (struct mr_slice){ "", 0 } : mr_ids_get(&r->items,
	    (int32_t)item));
}

static bool
all_have_times(const struct mr_ratings *r)
{
	int64_t k = 0, n = mr_csr_nnz(&r->R);

	while (r->time && k < n && !isnan(r->time[k]))
		k++;
	return r->time && k == n;
}

/* How many users of j chose the item that is marked, by its square root. */
static double
likeness(const struct maker *m, int32_t marked, int32_t j)
{
	const struct mr_csr *Rt = &m->Rt;
	int64_t from = Rt->ptr[j], n = Rt->ptr[j + 1] - from;
	int64_t looked = n < FEW ? n : FEW, both = 0;

	for (int64_t q = 0; q < looked; q++)
		both += m->mark[Rt->idx[from + q * n / looked]] == marked + 1;
	return (double)both / (double)looked * sqrt((double)n);
}

/* Of turn [at .. n) one comes first by chance, then those most like it. */
static void
bring_together(struct maker *m, int64_t at, int64_t n)
{
	const struct mr_csr *R = &m->r->R, *Rt = &m->Rt;
	int64_t lowest = at;
	int32_t first;

	for (int64_t q = at + 1; q < n; q++)
		if (m->turn[q].drawn < m->turn[lowest].drawn)
			lowest = q;
	first = R->idx[m->turn[lowest].k];
	for (int64_t a = Rt->ptr[first]; a < Rt->ptr[first + 1]; a++)
		m->mark[Rt->idx[a]] = first + 1;
	for (int64_t q = at; q < n; q++)
		m->turn[q].key = q == lowest ? -HUGE_VAL : -likeness(m, first,
		    R->idx[m->turn[q].k]);
	qsort(m->turn + at, (size_t)(n - at), sizeof *m->turn, rising);
}

/* Of every other user the latest go, where there are times. */
static bool
by_time(const struct maker *m, int64_t u)
{
	return m->by_time && draw(m, HOW, u, -1) < 0.5;
}

/* Numbers the tenths of user u. */
static void
part_user(struct maker *m, int64_t u)
{
	const struct mr_csr *R = &m->r->R;
	int64_t from = R->ptr[u], n = R->ptr[u + 1] - from, tenth;
	bool together = !m->by_time && draw(m, HOW, u, -1) < 0.5;
	bool latest = by_time(m, u);

	if ((m->users && !m->users[u]) ||
	    draw(m, IS_MEASURED, u, -1) >= m->measured)
		return;
	tenth = (int64_t)floor(TENTH * (double)n + draw(m, HOW_MANY, u, -1));
	for (int64_t q = 0; q < n; q++)
		m->turn[q] = (struct turn){ latest ?
		    -m->r->time[from + q] : 0, draw(m, WHICH, u,
		    R->idx[from + q]), from + q };
	qsort(m->turn, (size_t)n, sizeof *m->turn, rising);
	/* Something is left to learn from. */
	for (int64_t q = 0; q < tenth * m->splits && q < n - 1; q++) {
		if (together && q % tenth == 0)
			bring_together(m, q, n);
		m->part[m->turn[q].k] = (unsigned char)(q / tenth + 1);
	}
}

static int
prepare(struct maker *m, double share, struct mr_err *err)
{
	const struct mr_csr *R = &m->r->R;
	size_t users = (size_t)R->rows;
	int64_t longest = 0;

	for (int64_t u = 0; u < R->rows; u++)
		longest = longest > R->ptr[u + 1] - R->ptr[u] ? longest :
		    R->ptr[u + 1] - R->ptr[u];
	m->part = mr_alloc((size_t)mr_csr_nnz(R), 1, "parts", err);
	m->turn = m->part ? mr_alloc((size_t)longest, sizeof *m->turn,
	    "ratings of a user", err) : NULL;
	m->users = m->turn && share < 1 ? mr_alloc(users, sizeof *m->users,
	    "users", err) : NULL;
	if (!m->turn || (share < 1 && !m->users))
		return MR_ENOMEM;
	if (!m->by_time) {
		int rc = mr_csr_transpose(&m->Rt, R, err);

		m->mark = rc ? NULL : mr_alloc(users, sizeof *m->mark, "users",
		    err);
		if (!m->mark)
			return MR_ENOMEM;
	}
	for (int64_t u = 0; m->users && u < R->rows; u++)
		m->users[u] = draw(m, LOOKED_AT, u, -1) < share;
	for (int64_t u = 0; u < R->rows; u++)
		part_user(m, u);
	return MR_OK;
}

/* What was the latest is not there yet before. */
static void
leave_out_later(struct maker *m, unsigned char part)
{
	const struct mr_csr *R = &m->r->R;

	for (int64_t u = 0; m->by_time && u < R->rows; u++) {
		bool latest = by_time(m, u);

		for (int64_t k = R->ptr[u]; latest && k < R->ptr[u + 1]; k++)
			if (m->part[k] == part)
				m->part[k] = MR_PART_OUT;
	}
}

int
mr_contest_split(struct mr_contest_split *s, const struct mr_ratings *r,
    int64_t limit, uint64_t seed, struct mr_err *err)
{
	int64_t nnz = mr_csr_nnz(&r->R);
	double share = fmin(1, (double)limit / (double)nnz);
	double users = fmax(share * (double)r->users.n, 1);
	int splits = (int)fmin(MR_CONTEST_SPLITS, ceil(USERS_ENOUGH / users));
	struct maker m = { .r = r, .seed = seed, .by_time = all_have_times(r),
	    .measured = MEASURED / users, .splits = splits };
	int rc = prepare(&m, share, err);

	*s = (struct mr_contest_split){ .by_time = m.by_time,
	    .share = share };
	for (int i = 0; i < splits && rc == MR_OK; i++) {
		rc = mr_holdout_of_part(&s->h[s->n++], r, m.part,
		    (unsigned char)(i + 1), m.users, err);
		if (rc || mr_csr_nnz(s->h[i].T) == 0)
			break;
		leave_out_later(&m, (unsigned char)(i + 1));
	}
	if (rc == MR_OK && s->n && mr_csr_nnz(s->h[s->n - 1].T) == 0)
		mr_holdout_free(&s->h[--s->n]);
	free(m.part);
	free(m.turn);
	free(m.users);
	mr_csr_free(&m.Rt);
	free(m.mark);
	return rc;
}

void
mr_contest_split_free(struct mr_contest_split *s)
{
	for (int i = 0; i < s->n; i++)
		mr_holdout_free(&s->h[i]);
	*s = (struct mr_contest_split){ .n = 0 };
}
