/* Scores by the whole formula; see scorer.h.
 * SPDX-License-Identifier: MIT */
#include "engine/scorer.h"

#include <stdlib.h>

#include "core/hash.h"
#include "core/mem.h"
#include "core/par.h"
#include "core/rng.h"

static uint64_t
key_of(struct mr_slice id)
{
	return mr_hash64(id.p, id.n);
}

static double
noise(const struct mr_model *m, uint64_t user, uint64_t item)
{
	return m->noise * mr_rng_normal(m->noise_seed, user, item);
}

double
mr_score_noise(const struct mr_model *m, struct mr_slice user,
    struct mr_slice item)
{
	return m->noise > 0 ? noise(m, key_of(user), key_of(item)) : 0;
}

/* Ties of neighbours break by id too. */
static int
open_near(struct mr_scorer *s, enum mr_score_use use, struct mr_err *err)
{
	const struct mr_model_in *in = s->in;
	const struct mr_ids *names = in->m.near.axis == MR_NEAR_USER ?
	    in->users : in->items;
	int32_t *rank = NULL;
	int rc = MR_OK;

	if (in->m.near.axis != MR_NEAR_NONE) {
		rank = mr_alloc((size_t)names->n, sizeof *rank,
		    "order of ids", err);
		rc = rank ? mr_ids_order(names, NULL, rank, err) : MR_ENOMEM;
	}
	if (rc == MR_OK)
		rc = use == MR_SCORE_LISTS ? mr_near_open_lists(&s->near,
		    &in->m, &in->R, in->n_items, rank, err) :
		    mr_near_open(&s->near, &in->m, &in->R, in->n_items, rank,
		    err);
	free(rank);
	return rc;
}

int
mr_scorer_open(struct mr_scorer *s, const struct mr_model_in *in,
    const int32_t *rank, enum mr_score_use use, struct mr_err *err)
{
	struct mr_mat V = in->m.V;
	int rc;

	*s = (struct mr_scorer){ .in = in };
	V.rows = in->n_items;	/* also when there are no factors at all */
	rc = mr_exact_build(&s->exact, &V, in->m.bi, rank, MR_DOT, err);
	if (rc == MR_OK)
		rc = open_near(s, use, err);
	if (rc || !(in->m.noise > 0))
		return rc;
	s->item_key = mr_alloc((size_t)in->n_items, sizeof *s->item_key,
	    "items", err);
	if (!s->item_key)
		return MR_ENOMEM;
	for (int32_t i = 0; i < in->n_items; i++)
		s->item_key[i] = key_of(mr_ids_get(in->items, i));
	return MR_OK;
}

void
mr_scorer_free(struct mr_scorer *s)
{
	mr_exact_free(&s->exact);
	mr_near_close(&s->near);
	free(s->item_key);
	*s = (struct mr_scorer){ 0 };
}

int
mr_score_work_new(struct mr_score_work *w, const struct mr_scorer *s,
    struct mr_err *err)
{
	int rc;

	*w = (struct mr_score_work){ 0 };
	rc = mr_near_work_new(&w->near, &s->near, err);
	if (rc || !s->near.lists)
		return rc;
	w->N = mr_alloc((size_t)s->in->n_items, sizeof *w->N,
	    "sums of neighbours", err);
	return w->N ? MR_OK : MR_ENOMEM;
}

void
mr_score_work_free(struct mr_score_work *w)
{
	mr_near_work_free(&w->near);
	free(w->N);
	*w = (struct mr_score_work){ 0 };
}

void
mr_score_begin(const struct mr_scorer *s, struct mr_score_work *w,
    const struct mr_score_users *users, int64_t q)
{
	const struct mr_model_in *in = s->in;
	struct mr_slice id = mr_ids_get(users->names,
	    (int32_t)(users->first + q));
	const struct mr_csr *R = users->R;
	struct mr_near_user near = { 0 };

	near.bu = users->bu ? (double)users->bu[q] : 0;
	w->users = users;
	w->U = (struct mr_mat){ 1, users->U.cols, users->U.cols ?
	    mr_mat_row(&users->U, q) : NULL };
	w->offset = (float)(in->m.mu + near.bu);
	w->key = s->item_key ? key_of(id) : 0;
	if (in->m.near.axis == MR_NEAR_USER) {
		near.number = mr_ids_find(in->users, id);
	} else if (in->m.near.axis == MR_NEAR_ITEM && R->ptr) {
		int64_t from = R->ptr[users->row + q];

		near.item = R->idx + from;
		near.rating = R->val + from;
		near.n = R->ptr[users->row + q + 1] - from;
	}
	mr_near_begin(&s->near, &w->near, &near);
}

void
mr_score_end(const struct mr_scorer *s, struct mr_score_work *w)
{
	mr_near_end(&s->near, &w->near);
}

/* The parts that change with the item, added in one order. */
static float
whole(const struct mr_scorer *s, const struct mr_score_work *w, int64_t item,
    float base, double N)
{
	double v = (double)base + N;

	if (s->item_key)
		v += noise(&s->in->m, w->key, s->item_key[item]);
	return (float)v;
}

float
mr_score_item(const struct mr_scorer *s, struct mr_score_work *w,
    int64_t item)
{
	struct mr_exact_query q = { .rows = &w->U, .offset = &w->offset };

	return whole(s, w, item, mr_exact_score(&s->exact, &q, 0, item),
	    mr_near_pair(&s->near, &w->near, item));
}

/* Lists where every score must be made one by one. */
struct lists {
	const struct mr_scorer *s;
	const struct mr_score_users *users;
	const struct mr_csr *skip;
	int64_t k;
	struct mr_scored *best;
	int64_t *found;
	struct mr_score_work *work;	/* [workers] */
	float *base;		/* [workers * n_items] */
};

static void
list_task(void *ctx, int64_t user, int worker)
{
	const struct lists *l = ctx;
	const struct mr_scorer *s = l->s;
	struct mr_score_work *w = &l->work[worker];
	int64_t n = s->in->n_items, at = l->skip->ptr[user];
	int64_t end = l->skip->ptr[user + 1];
	float *base = l->base + worker * n;
	struct mr_scored *h = l->best + user * l->k;
	struct mr_exact_query q = { .rows = &w->U, .offset = &w->offset };

	mr_score_begin(s, w, l->users, user);
	mr_exact_scores(&s->exact, &q, 0, base);
	mr_near_all(&s->near, &w->near, w->N);
	l->found[user] = 0;
	for (int64_t i = 0; i < n; i++)
		if (at < end && l->skip->idx[at] == i)
			at++;
		else
			mr_topk_push(h, &l->found[user], l->k, whole(s, w, i,
			    base[i], w->N[i]), s->exact.rank[i]);
	mr_topk_sort(h, l->found[user]);
	mr_score_end(s, w);
}

static int
search_all(struct lists *l, int threads, struct mr_err *err)
{
	int workers = threads > 0 ? threads : mr_par_cpus();
	int rc = MR_OK;

	if (workers > l->users->n)
		workers = (int)l->users->n;
	l->work = mr_alloc((size_t)workers, sizeof *l->work, "workers", err);
	if (!l->work)
		return MR_ENOMEM;
	for (int i = 0; i < workers && rc == MR_OK; i++)
		rc = mr_score_work_new(&l->work[i], l->s, err);
	if (rc == MR_OK)
		l->base = mr_alloc((size_t)workers *
		    (size_t)l->s->in->n_items, sizeof *l->base, "scores",
		    err);
	if (l->base)
		mr_par_run(workers, l->users->n, list_task, l);
	else
		rc = MR_ENOMEM;
	for (int i = 0; i < workers; i++)
		mr_score_work_free(&l->work[i]);
	free(l->work);
	free(l->base);
	return rc;
}

int
mr_scorer_lists(const struct mr_scorer *s,
    const struct mr_score_users *users, const struct mr_csr *skip, int64_t k,
    int threads, struct mr_scored *best, int64_t *found, struct mr_err *err)
{
	struct lists l = { s, users, skip, k, best, found, NULL, NULL };
	struct mr_exact_query q = { .rows = &users->U,
	    .skip_ptr = skip->ptr, .skip = skip->idx };
	float *offset;
	int rc;

	if (s->item_key || s->in->m.near.axis != MR_NEAR_NONE)
		return search_all(&l, threads, err);
	offset = mr_alloc((size_t)users->n, sizeof *offset, "biases", err);
	if (!offset)
		return MR_ENOMEM;
	for (int64_t i = 0; i < users->n; i++)
		offset[i] = (float)(s->in->m.mu +
		    (users->bu ? (double)users->bu[i] : 0));
	q.offset = offset;
	rc = mr_exact_search(&s->exact, &q, k, threads, best, found, err);
	free(offset);
	return rc;
}
