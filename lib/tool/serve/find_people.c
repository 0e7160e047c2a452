/* Films for people, of the ratings or not, and why; see find.h.
 * SPDX-License-Identifier: MIT */
#include <math.h>

#include "tool/serve/find.h"

#define MIX 0.25	/* of the text, as mr-recommend --mix */
#define BOTH_MOST 500	/* rated items whose texts others are near to, each of
			 * which takes a product with every item */

int
mr_find_items(const struct mr_site *s, struct mr_clerk *c,
    const struct mr_asked *a, struct mr_found *f, struct mr_err *err)
{
	int32_t n;
	int rc = mr_find_filter(s, c, a, f, &n, err);

	if (rc == MR_OK)
		mr_find_translate(c, a, s->film_of_item, mr_recommender_items(
		    s->recommender)->n, false, c->items);
	return rc;
}

const char *
mr_find_mix_lacks(const struct mr_site *s, const struct mr_asked *a)
{
	bool vectors = s->searcher && mr_searcher_is_dense(s->searcher);

	if (a->mix != MR_MIX_RATINGS && !s->searcher)
		return "there are no vectors of texts here";
	if (a->mix == MR_MIX_TEXT && !vectors)
		return "the vectors here are not of a kind that can be added";
	if (a->mix == MR_MIX_TEXT && (a->keep_seen || a->explain))
		return "a list by texts has neither reasons nor what was "
		    "rated: take explain and keep_seen with another mix";
	return a->mix == MR_MIX_BOTH && !s->recommender ?
	    "there is no model here" : NULL;
}

/* Items rise, their ratings with them: Shell's sort, with Knuth's gaps. */
static void
sort_rated(int32_t *item, float *rating, int64_t n)
{
	int64_t gap = 1;

	while (gap < n / 3)
		gap = 3 * gap + 1;
	for (; gap; gap /= 3)
		for (int64_t k = gap; k < n; k++) {
			int32_t x = item[k];
			float value = rating[k];
			int64_t at = k;

			for (; at >= gap && item[at - gap] > x; at -= gap) {
				item[at] = item[at - gap];
				rating[at] = rating[at - gap];
			}
			item[at] = x;
			rating[at] = value;
		}
}

int64_t
mr_find_rated(const struct mr_taste *own, const int32_t *number,
    int32_t *item, float *rating)
{
	int64_t n = 0;

	for (int64_t k = 0; k < own->n; k++) {
		int32_t film = own->r[k].film, x = film < 0 ? -1 :
		    number[film];

		if (x < 0)
			continue;
		item[n] = x;
		rating[n++] = own->r[k].rating;
	}
	sort_rated(item, rating, n);
	return n;
}

/* The same of what a user of the model rated, as rows of vectors. */
static int64_t
rated_rows(const struct mr_site *s, struct mr_clerk *c,
    const struct mr_user *u)
{
	int64_t n = 0;

	for (int64_t k = 0; k < u->rated.n; k++) {
		int32_t film = s->film_of_item[u->rated.item[k]], row = film <
		    0 ? -1 : s->row_of_film[film];

		if (row < 0)
			continue;
		c->rated_item[n] = row;
		c->rating[n++] = u->rated.rating[k];
	}
	sort_rated(c->rated_item, c->rating, n);
	return n;
}

/* Nearest to what the clerk has of n rows. */
static int
by_text(const struct mr_site *s, struct mr_clerk *c, const struct mr_asked *a,
    int64_t n, struct mr_found *f, struct mr_err *err)
{
	int rc;

	if (n == 0)
		return MR_OK;
	rc = mr_searcher_liking(s->searcher, c->rated_item, c->rating, n,
	    &(struct mr_near_ask){ .k = mr_find_wanted(c, a), .allow =
	    mr_find_rows(s, c, a) }, c->search, f->hit, &f->n, err);
	mr_find_to_films(f, s->film_of_row);
	return rc;
}

/* A user with at most so many of his items, evenly spread; item [BOTH_MOST] is
 * his memory. */
static struct mr_user
few_rated(const struct mr_user *u, int32_t *item)
{
	struct mr_user few = *u;

	if (u->rated.n <= BOTH_MOST)
		return few;
	for (int64_t k = 0; k < BOTH_MOST; k++)
		item[k] = u->rated.item[k * u->rated.n / BOTH_MOST];
	few.rated = (struct mr_rated){ item, NULL, BOTH_MOST };
	return few;
}

/* By ratings and text; their score is of no scale that ratings have. */
static int
by_both(const struct mr_site *s, struct mr_clerk *c, const struct mr_ask *ask,
    const struct mr_user *u, struct mr_found *f, struct mr_err *err)
{
	const struct mr_recommender *r = s->recommender;
	struct mr_blend b = { .content = &s->content, .share = MIX,
	    .near = c->near };
	const int32_t *rank = mr_recommender_rank(r);
	int32_t item[BOTH_MOST];
	struct mr_user few = few_rated(u, item);
	int rc;

	mr_recommender_offered(r, u, ask, c->offered);
	mr_content_near(&s->content, &few, 1, c->near, c->near_work);
	rc = mr_recommender_scores(r, &b, u, c->offered, c->work, 0, c->score,
	    err);
	for (int32_t i = 0; i < s->content.n_items && rc == MR_OK; i++)
		if (c->offered[i])
			mr_topk_push(f->hit, &f->n, ask->n, (struct mr_hit){
			    c->score[i], i }, rank);
	mr_topk_sort(f->hit, f->n, rank);
	f->mixed = true;
	return rc;
}

int
mr_find_user(const struct mr_site *s, struct mr_clerk *c,
    const struct mr_asked *a, const struct mr_user *u, struct mr_found *f,
    struct mr_err *err)
{
	struct mr_ask ask = { .n = mr_find_wanted(c, a), .keep_seen =
	    a->keep_seen, .allow = c->items };
	int rc = mr_find_items(s, c, a, f, err);

	if (rc)
		return rc;
	if (a->mix == MR_MIX_TEXT)
		return by_text(s, c, a, rated_rows(s, c, u), f, err);
	if (s->all_items && mr_asked_all(a))
		ask.allow = NULL;
	rc = a->mix == MR_MIX_BOTH ? by_both(s, c, &ask, u, f, err) :
	    mr_recommender_lists(s->recommender, u, 1, &ask, c->work, f->hit,
	    &f->n, err);
	mr_find_to_films(f, s->film_of_item);
	return rc;
}

bool
mr_find_fold(const struct mr_site *s, struct mr_clerk *c,
    const struct mr_taste *own, int32_t but, struct mr_user *u)
{
	struct mr_rated rated = { c->rated_item, c->rating, 0 };

	*u = mr_user_unknown(mr_slice_of("me"));
	if (!s->recommender || !mr_recommender_folds(s->recommender))
		return false;
	for (int64_t k = 0; k < own->n; k++) {
		int32_t film = own->r[k].film;

		if (film < 0 || film == but || s->item_of_film[film] < 0)
			continue;
		c->rated_item[rated.n] = s->item_of_film[film];
		c->rating[rated.n++] = own->r[k].rating;
	}
	sort_rated(c->rated_item, c->rating, rated.n);
	if (rated.n)
		mr_recommender_fold(s->recommender, &rated, c->work, 0, c->U,
		    u);
	return rated.n > 0;
}

bool
mr_find_takes_new(const struct mr_site *s)
{
	return (s->recommender && mr_recommender_folds(s->recommender)) ||
	    (s->searcher && mr_searcher_is_dense(s->searcher));
}

int
mr_find_own(const struct mr_site *s, struct mr_clerk *c,
    const struct mr_asked *a, const struct mr_taste *own, struct mr_user *u,
    bool *folded, struct mr_found *f, struct mr_err *err)
{
	int32_t films;
	int rc;

	*folded = a->mix != MR_MIX_TEXT && mr_find_fold(s, c, own, -1, u);
	if (*folded)
		return mr_find_user(s, c, a, u, f, err);
	rc = mr_find_filter(s, c, a, f, &films, err);
	if (rc)
		return rc;
	*u = mr_user_unknown(mr_slice_of("me"));
	return by_text(s, c, a, s->searcher && mr_searcher_is_dense(
	    s->searcher) ? mr_find_rated(own, s->row_of_film, c->rated_item,
	    c->rating) : 0, f, err);
}

void
mr_find_ratings(const struct mr_site *s, struct mr_clerk *c,
    const struct mr_asked *a, const struct mr_user *u, struct mr_found *f)
{
	const int32_t *rank = mr_recommender_rank(s->recommender);

	*f = (struct mr_found){ .hit = c->hit };
	for (int64_t k = 0; k < u->rated.n; k++) {
		if (s->film_of_item[u->rated.item[k]] < 0)
			continue;
		f->total++;
		mr_topk_push(f->hit, &f->n, a->rated + a->n + 1,
		    (struct mr_hit){ u->rated.rating[k], u->rated.item[k] },
		    rank);
	}
	mr_topk_sort(f->hit, f->n, rank);
	mr_find_to_films(f, s->film_of_item);
}

void
mr_find_reasons_of(const struct mr_site *s, struct mr_clerk *c,
    const struct mr_user *u)
{
	mr_recommender_reasons_of(s->recommender, u, c->work, 0);
}

static void
put_reason(struct mr_because *b, int at, double part, double rating,
    int32_t film)
{
	b->part[at] = part;
	b->rating[at] = rating;
	b->film[at] = film;
}

void
mr_find_because(const struct mr_site *s, struct mr_clerk *c,
    const struct mr_user *u, int32_t film, struct mr_because *b)
{
	*b = (struct mr_because){ 0 };
	if (u->rated.n == 0)
		return;
	mr_recommender_reasons(s->recommender, u, s->item_of_film[film],
	    c->work, 0, &b->base, c->part);
	for (int64_t k = 0; k < u->rated.n; k++) {
		int32_t other = s->film_of_item[u->rated.item[k]];
		int at = b->n < MR_FIND_REASONS ? b->n : MR_FIND_REASONS;

		if (other < 0 || !(c->part[k] > 0))
			continue;
		while (at && b->part[at - 1] < c->part[k]) {
			if (at < MR_FIND_REASONS)
				put_reason(b, at, b->part[at - 1],
				    b->rating[at - 1], b->film[at - 1]);
			at--;
		}
		if (at == MR_FIND_REASONS)
			continue;
		put_reason(b, at, c->part[k], (double)u->rated.rating[k],
		    other);
		b->n += b->n < MR_FIND_REASONS;
	}
}

double
mr_find_guess(const struct mr_site *s, float score)
{
	double x = (double)score;

	if (!(s->lo <= s->hi))
		return NAN;
	return mr_model_estimate(mr_recommender_model(s->recommender), x);
}

double
mr_find_estimate(const struct mr_site *s, struct mr_clerk *c,
    const struct mr_user *u, int32_t film)
{
	float x;

	if (s->item_of_film[film] < 0 || !(s->lo <= s->hi))
		return NAN;
	mr_recommender_estimates(s->recommender, u, &s->films.keys,
	    s->item_of_film, &film, NULL, 1, c->work, 0, &x);
	return mr_find_guess(s, x);
}
