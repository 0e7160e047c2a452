/* Scores by the whole formula; see scorer.h.
 * SPDX-License-Identifier: MIT */
#include <math.h>
#include <stdlib.h>

#include "core/hash.h"
#include "core/mem.h"
#include "core/rng.h"
#include "engine/scorer_parts.h"
#include "math/qdot.h"

static double
noise(const struct mr_model *m, uint64_t user, uint64_t item)
{
	return m->noise * mr_rng_normal(m->noise_seed, user, item);
}

double
mr_score_known(const struct mr_model *m, const struct mr_user *user,
    struct mr_slice id, int64_t item)
{
	double v = m->mu + user->bu;

	if (item >= 0 && m->bi)
		v += (double)m->bi[item];
	return v + (m->noise > 0 ?
	    noise(m, user->key, mr_hash64(id.p, id.n)) : 0);
}

/* Ties of neighbours break by id too. */
static int
open_near(struct mr_scorer *s, const struct mr_ids *names, int use,
    struct mr_err *err)
{
	int32_t *rank = NULL;
	int rc = MR_OK;

	if (s->m->near.axis != MR_NEAR_NONE) {
		rank = mr_alloc((size_t)names->n, sizeof *rank,
		    "order of ids", err);
		rc = rank ? mr_ids_order(names, NULL, rank, err) : MR_ENOMEM;
	}
	if (rc == MR_OK && use & MR_SCORE_LISTS)
		rc = mr_near_open_lists(&s->lists, s->m, &s->R, s->n_items,
		    rank, err);
	if (rc == MR_OK && use & MR_SCORE_PAIRS)
		rc = mr_near_open(&s->pairs, s->m, &s->R, s->n_items, rank,
		    err);
	free(rank);
	return rc;
}

bool
mr_scorer_one_by_one(const struct mr_scorer *s)
{
	return s->m->noise > 0 || s->m->near.axis != MR_NEAR_NONE;
}

/* Of lists the items' order; pairs need none.  Scores of all rows at once are
 * made of packed ones twice as fast. */
static int
open_exact(struct mr_scorer *s, const struct mr_ids *items, int use,
    struct mr_err *err)
{
	bool all = (use & MR_SCORE_ALL) == MR_SCORE_ALL;
	struct mr_exact_opt o = { .metric = MR_METRIC_DOT,
	    .bias = s->m->bi, .in_order = all || mr_scorer_one_by_one(s),
	    .gap = s->m->gap, .borrow = s->m->gap > 0 && !all };
	struct mr_mat V = s->m->V;
	int rc = MR_OK;

	V.rows = s->n_items;	/* also when there are no factors at all */
	if (use & MR_SCORE_LISTS) {
		s->rank = mr_alloc((size_t)items->n, sizeof *s->rank,
		    "order of ids", err);
		rc = s->rank ? mr_ids_order(items, NULL, s->rank, err) :
		    MR_ENOMEM;
	}
	o.rank = s->rank;
	if (rc == MR_OK)
		rc = mr_exact_build(&s->exact, &V, &o, err);
	if (rc == MR_OK && use & MR_SCORE_LISTS && !o.in_order &&
	    mr_coded_pays(o.metric, V.rows, V.cols, 1))
		rc = mr_coded_build(&s->coded, &V, &o, 1, err);
	if (rc == MR_OK && use & MR_SCORE_LISTS && !all && o.in_order &&
	    !(s->m->noise > 0))
		rc = mr_scorer_codes_open(s, err);
	return rc;
}

static bool
is_sum_of_near(const struct mr_model *m)
{
	return m->near.axis == MR_NEAR_ITEM && m->near.deviation &&
	    m->near.norm == MR_NORM_NONE && m->V.cols == 0 && !m->bi &&
	    !m->bu && !(fabs(m->mu) > 0) && !(m->noise > 0);
}

int
mr_scorer_open(struct mr_scorer *s, const struct mr_model *m,
    const struct mr_ids *items, const struct mr_users *all, int use,
    struct mr_err *err)
{
	bool by_user = m->near.axis == MR_NEAR_USER;
	int rc;

	*s = (struct mr_scorer){ .m = m, .n_items = items->n,
	    .use = use, .zero_is_none = is_sum_of_near(m) };
	if (by_user)
		s->R = all->R;
	rc = open_exact(s, items, use, err);
	if (rc == MR_OK)
		rc = open_near(s, by_user ? all->names : items, use, err);
	if (rc || !(m->noise > 0))
		return rc;
	s->item_key = mr_alloc((size_t)items->n, sizeof *s->item_key,
	    "items", err);
	if (!s->item_key)
		return MR_ENOMEM;
	for (int32_t i = 0; i < items->n; i++) {
		struct mr_slice id = mr_ids_get(items, i);

		s->item_key[i] = mr_hash64(id.p, id.n);
	}
	return MR_OK;
}

int
mr_scorer_fold(struct mr_scorer *s, const struct mr_fold *rule,
    struct mr_err *err)
{
	int rc;

	if (rule->rule != MR_FOLD_SIMILAR ||
	    s->m->near.axis != MR_NEAR_USER)
		return MR_OK;
	rc = mr_near_new_open(&s->new, s->m, &s->R, rule, err);
	s->pairs.new = s->lists.new = &s->new;
	return rc;
}

void
mr_scorer_free(struct mr_scorer *s)
{
	mr_exact_free(&s->exact);
	mr_coded_free(&s->coded);
	mr_scorer_codes_free(&s->codes);
	mr_near_close(&s->pairs);
	mr_near_close(&s->lists);
	mr_near_new_close(&s->new);
	free(s->rank);
	free(s->item_key);
	*s = (struct mr_scorer){ 0 };
}

size_t
mr_scorer_together(const struct mr_scorer *s)
{
	size_t fit = ((size_t)16 << 20) / (((size_t)s->n_items + 1) *
	    sizeof(float));

	return !s->exact.d ? 1 : fit < 12 ? 12 : fit < MR_EXACT_TOGETHER ?
	    fit : MR_EXACT_TOGETHER;
}

int
mr_score_work_new(struct mr_score_work *w, const struct mr_scorer *s,
    struct mr_err *err)
{
	int rc = MR_OK;

	*w = (struct mr_score_work){ 0 };
	if (s->use & MR_SCORE_PAIRS)
		rc = mr_near_work_new(&w->pairs, &s->pairs, err);
	if (rc || !(s->use & MR_SCORE_LISTS) || !mr_scorer_one_by_one(s))
		return rc;
	rc = mr_near_work_new(&w->lists, &s->lists, err);
	if (rc)
		return rc;
	w->N = mr_alloc((size_t)s->n_items + MR_QDOT_PANEL, sizeof *w->N,
	    "sums of neighbours", err);
	w->U = w->N ? mr_alloc(mr_scorer_together(s), (size_t)s->exact.d *
	    sizeof *w->U, "user factors", err) : NULL;
	/* Not set: of users who do not come no memory is touched. */
	w->base = w->U ? mr_alloc_unset(mr_scorer_together(s) *
	    (size_t)s->n_items * sizeof *w->base, "scores", err) : NULL;
	return !w->base ? MR_ENOMEM : !s->codes.items.packed ? MR_OK :
	    mr_score_bytes_new(&w->bytes, s, mr_scorer_together(s), err);
}

void
mr_score_work_free(struct mr_score_work *w)
{
	mr_near_work_free(&w->pairs);
	mr_near_work_free(&w->lists);
	free(w->N);
	free(w->U);
	free(w->base);
	mr_score_bytes_free(&w->bytes);
	*w = (struct mr_score_work){ 0 };
}

float
mr_scorer_offset(const struct mr_scorer *s, const struct mr_user *user)
{
	return (float)(s->m->mu + user->bu);
}

static void
take_user(const struct mr_scorer *s, struct mr_score_work *w,
    const struct mr_user *user)
{
	w->user = *user;
	w->offset = mr_scorer_offset(s, user);
}

void
mr_score_begin(const struct mr_scorer *s, struct mr_score_work *w,
    const struct mr_user *user)
{
	take_user(s, w, user);
	mr_near_begin(&s->pairs, &w->pairs, user);
}

void
mr_score_end(const struct mr_scorer *s, struct mr_score_work *w)
{
	mr_near_end(&s->pairs, &w->pairs);
}

/* The parts that change with the item, added in one order. */
static float
whole(const struct mr_scorer *s, const struct mr_score_work *w, int64_t item,
    float base, double N)
{
	double v = (double)base + N;

	if (s->item_key)
		v += noise(s->m, w->user.key, s->item_key[item]);
	return (float)v;
}

float
mr_score_item(const struct mr_scorer *s, struct mr_score_work *w,
    int64_t item)
{
	return whole(s, w, item, mr_exact_score(&s->exact, w->user.U,
	    w->offset, item), mr_near_pair(&s->pairs, &w->pairs, item));
}

void
mr_scorer_neighbours(const struct mr_scorer *s, struct mr_score_work *w,
    const struct mr_user *user)
{
	take_user(s, w, user);
	mr_near_begin(&s->lists, &w->lists, user);
	mr_near_all(&s->lists, &w->lists, w->N);
	mr_near_end(&s->lists, &w->lists);
}

void
mr_scorer_add_rest(const struct mr_scorer *s, struct mr_score_work *w,
    const struct mr_user *user, float *scores)
{
	mr_scorer_neighbours(s, w, user);
	if (s->item_key)
		for (int64_t i = 0; i < s->n_items; i++)
			scores[i] = whole(s, w, i, scores[i], w->N[i]);
	else	/* the same, several items at once */
		for (int64_t i = 0; i < s->n_items; i++)
			scores[i] = (float)((double)scores[i] + w->N[i]);
}

void
mr_scorer_all(const struct mr_scorer *s, struct mr_score_work *w,
    const struct mr_user *user, float *scores)
{
	float offset = mr_scorer_offset(s, user);

	if (user->U || s->exact.d == 0)
		mr_exact_scores(&s->exact, user->U, offset, scores);
	else	/* nothing is known of him */
		for (int64_t i = 0; i < s->n_items; i++)
			scores[i] = (s->m->bi ? s->m->bi[i] : 0) + offset;
	if (mr_scorer_one_by_one(s))
		mr_scorer_add_rest(s, w, user, scores);
}
