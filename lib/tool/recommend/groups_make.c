/* The lists of a group; see groups.h.
 * SPDX-License-Identifier: MIT */
#include "tool/recommend/groups.h"

#include <stdlib.h>
#include <string.h>

#include "core/mem.h"

/* Room for the members of a group. */
struct room {
	int64_t n;		/* of whom something is known */
	struct mr_user *user;
	int32_t *who;		/* their numbers in users */
	float *U;		/* of those folded in */
	uint64_t *allow;
	uint64_t *part;		/* of these, those of one sort */
};

/* A user with what is known of him, folded in where there are new ratings; U
 * is his own.  False: nothing is known. */
static bool
find_user(struct mr_groups_run *r, struct mr_slice id, int worker, float *U,
    struct mr_user *u)
{
	int32_t new = mr_ids_find(&r->b.new.file.users, id);
	bool known = mr_recommender_user(r->b.r, id, u);
	struct mr_rated x;

	if (new < 0)
		return known;
	x = mr_newcomers_rated(&r->b.new, new);
	if (x.n)
		mr_recommender_fold(r->b.r, &x, r->b.work, worker, U, u);
	return known || x.n;
}

/* What --seen says that the user has seen is nothing for his group. */
static void
forbid(const struct mr_groups_run *r, struct mr_slice id, uint64_t *allow)
{
	int32_t u = mr_ids_find(&r->b.seen.users, id);

	for (int64_t k = u < 0 ? 0 : r->b.seen.skip.ptr[u];
	    u >= 0 && k < r->b.seen.skip.ptr[u + 1]; k++) {
		int32_t i = r->b.seen.skip.idx[k];

		allow[i / 64] &= ~((uint64_t)1 << i % 64);
	}
}

/* Whose taste carries the films of list number: rows of hit. */
static int
find_reasons(struct mr_groups_run *r, int64_t number, int worker,
    const struct room *m, const struct mr_hit *hit, struct mr_err *err)
{
	int64_t n = r->found[number] < r->n_list ? r->found[number] :
	    r->n_list;
	double *base = mr_alloc((size_t)n, sizeof *base, "reasons", err);
	double *part = base ? mr_alloc((size_t)n, (size_t)m->n * sizeof *part,
	    "reasons", err) : NULL;

	if (part) {
		mr_recommender_members(r->b.r, m->user, m->n, r->o->misery,
		    hit, n, r->b.work, worker, base, part);
		for (int64_t j = 0; j < n; j++)
			mr_reasons_take(&r->reasons, number, j, base[j],
			    m->who, part + j * m->n, m->n);
	}
	free(base);
	free(part);
	return part ? MR_OK : MR_ENOMEM;
}

/* Its lists of the items allowed that are also in within. */
static int
lists_of(struct mr_groups_run *r, int64_t q, int worker,
    const struct room *m, const uint64_t *within, struct mr_err *err)
{
	size_t words = ((size_t)mr_recommender_items(r->b.r)->n + 63) / 64;
	const struct mr_ask ask = { .allow = m->part,
	    .keep_seen = r->o->keep_seen };
	struct mr_pick_place *x = &r->picks.place[worker];
	int rc;

	for (size_t i = 0; i < words; i++)
		m->part[i] = m->allow[i] & (within ? within[i] : ~(uint64_t)0);
	rc = mr_recommender_group(r->b.r, m->user, m->n, r->o->misery, &ask,
	    r->b.work, worker, x->offered, x->score, err);
	if (rc == MR_OK)
		mr_pick_lists(&r->picks.pick, x->score, x->offered, x->work,
		    r->hit + q * r->n_hits, r->found + q * r->n_per);
	return rc;
}

/* Of rated films, then of the others, put together. */
static int
both(struct mr_groups_run *r, int64_t q, int worker, const struct room *m,
    struct mr_err *err)
{
	struct mr_places *p = &r->places;
	struct mr_hit *hit = r->hit + q * r->n_hits;
	int rc = lists_of(r, q, worker, m, p->rated, err);

	if (rc)
		return rc;
	mr_places_take(p, q, hit, r->found[q]);
	rc = lists_of(r, q, worker, m, p->new, err);
	if (rc == MR_OK)
		mr_places_join(p, q, hit, &r->found[q]);
	return rc;
}

static int
make_lists(struct mr_groups_run *r, int64_t q, int worker, struct room *m,
    struct mr_err *err)
{
	int64_t g = r->first + q, d = mr_recommender_model(r->b.r)->V.cols;
	const int64_t *at = r->picks.pick.at;
	int rc;

	for (int64_t k = r->in.ptr[g]; k < r->in.ptr[g + 1]; k++) {
		struct mr_slice id = mr_ids_get(&r->users, r->in.idx[k]);

		forbid(r, id, m->allow);
		m->who[m->n] = r->in.idx[k];
		m->n += find_user(r, id, worker, m->U + m->n * d,
		    &m->user[m->n]);
	}
	r->known[q] = m->n;
	if (m->n == 0)
		return MR_OK;
	rc = r->o->new_films ? both(r, q, worker, m, err) :
	    lists_of(r, q, worker, m, NULL, err);
	for (int32_t v = 0; v < r->n_per && r->o->explain && rc == MR_OK; v++)
		rc = find_reasons(r, q * r->n_per + v, worker, m, r->hit + q *
		    r->n_hits + at[v], err);
	return rc;
}

void
mr_groups_make(void *ctx, int64_t q, int worker)
{
	struct mr_groups_run *r = ctx;
	int64_t g = r->first + q, m = r->in.ptr[g + 1] - r->in.ptr[g];
	size_t words = ((size_t)mr_recommender_items(r->b.r)->n + 63) / 64;
	struct mr_err *err = &r->err[q];
	size_t d = (size_t)mr_recommender_model(r->b.r)->V.cols;
	struct room x = { .user = mr_alloc((size_t)m, sizeof *x.user,
	    "users", err) };

	x.who = x.user ? mr_alloc((size_t)m, sizeof *x.who, "users", err) :
	    NULL;
	x.U = x.who ? mr_alloc((size_t)m, sizeof *x.U * d, "factors", err) :
	    NULL;
	x.allow = x.U ? mr_alloc(2 * words, sizeof *x.allow, "films",
	    err) : NULL;
	r->rc[q] = MR_ENOMEM;
	if (x.allow) {
		x.part = x.allow + words;
		if (r->b.choice.allow)
			memcpy(x.allow, r->b.choice.allow, words *
			    sizeof *x.allow);
		else
			memset(x.allow, 0xff, words * sizeof *x.allow);
		r->rc[q] = make_lists(r, q, worker, &x, err);
	}
	free(x.user);
	free(x.who);
	free(x.U);
	free(x.allow);
}
