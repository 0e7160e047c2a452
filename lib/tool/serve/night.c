/* One list for several people; see night.h.
 * SPDX-License-Identifier: MIT */
#include "tool/serve/night.h"

#include <stdlib.h>

#include "core/mem.h"

static int
open_room(struct mr_night *x, const struct mr_site *s, int64_t n_rated, int n,
    int64_t n_list, struct mr_err *err)
{
	size_t items = (size_t)mr_recommender_items(s->recommender)->n;
	size_t d = (size_t)mr_recommender_model(s->recommender)->V.cols;
	struct {
		void **to;
		size_t n, size;
	} room[] = {
		{ (void **)&x->U, (size_t)n, d * sizeof *x->U },
		{ (void **)&x->item, (size_t)n_rated, sizeof *x->item },
		{ (void **)&x->rating, (size_t)n_rated, sizeof *x->rating },
		{ (void **)&x->offered, items, sizeof *x->offered },
		{ (void **)&x->score, items, sizeof *x->score },
		{ (void **)&x->base, (size_t)n_list, sizeof *x->base },
		{ (void **)&x->part, (size_t)n_list, (size_t)n *
		    sizeof *x->part },
	};

	for (size_t i = 0; i < sizeof room / sizeof *room; i++) {
		*room[i].to = mr_alloc(room[i].n + 1, room[i].size,
		    "a list for several", err);
		if (!*room[i].to)
			return MR_ENOMEM;
	}
	return MR_OK;
}

int
mr_night_open(struct mr_night *x, const struct mr_site *s, struct mr_clerk *c,
    const struct mr_taste *taste, const struct mr_slice *name, int n,
    struct mr_err *err)
{
	int64_t d = mr_recommender_model(s->recommender)->V.cols, at = 0;
	int rc;

	*x = (struct mr_night){ .m = 0 };
	for (int i = 0; i < n; i++)
		at += taste[i].n;
	rc = open_room(x, s, at, n, 100, err);
	at = 0;
	for (int i = 0; i < n && rc == MR_OK; i++) {
		struct mr_rated rated = { x->item + at, x->rating + at,
		    mr_find_rated(&taste[i], s->item_of_film, x->item + at,
		    x->rating + at) };
		struct mr_user *u = &x->user[x->m];

		*u = mr_user_unknown(name[i]);
		if (rated.n == 0)
			continue;
		at += rated.n;
		mr_recommender_fold(s->recommender, &rated, c->work, 0, x->U +
		    x->m * d, u);
		x->who[x->m++] = i;
	}
	return rc;
}

/* Places of the films that are shown: their items. */
static void
explain(struct mr_night *x, const struct mr_site *s, struct mr_clerk *c,
    const struct mr_asked *a, const struct mr_found *f)
{
	struct mr_hit *hit = f->hit + a->offset;
	int64_t n = f->n - a->offset;

	n = n < a->n ? n : a->n;
	if (n > 0)
		mr_recommender_members(s->recommender, x->user, x->m,
		    a->misery, hit, n, c->work, 0, x->base, x->part);
}

int
mr_night_list(struct mr_night *x, const struct mr_site *s, struct mr_clerk *c,
    const struct mr_asked *a, struct mr_found *f, struct mr_err *err)
{
	const struct mr_recommender *r = s->recommender;
	const struct mr_ask ask = { .allow = c->items };
	const int32_t *rank = mr_recommender_rank(r);
	int32_t n = mr_recommender_items(r)->n;
	int rc = mr_find_items(s, c, a, f, err);

	if (rc || x->m == 0)
		return rc;
	rc = mr_recommender_group(r, x->user, x->m, a->misery, &ask, c->work,
	    0, x->offered, x->score, err);
	if (rc)
		return rc;
	f->total = 0;
	for (int32_t i = 0; i < n; i++) {
		if (!x->offered[i])
			continue;
		f->total++;
		mr_topk_push(f->hit, &f->n, mr_find_wanted(c, a),
		    (struct mr_hit){ x->score[i], i }, rank);
	}
	mr_topk_sort(f->hit, f->n, rank);
	explain(x, s, c, a, f);
	f->scored = true;
	for (int64_t k = 0; k < f->n; k++)
		f->hit[k].row = s->film_of_item[f->hit[k].row];
	return MR_OK;
}

void
mr_night_free(struct mr_night *x)
{
	free(x->U);
	free(x->item);
	free(x->rating);
	free(x->offered);
	free(x->score);
	free(x->base);
	free(x->part);
	*x = (struct mr_night){ 0 };
}
