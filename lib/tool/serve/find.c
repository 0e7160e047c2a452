/* Films found; see find.h.
 * SPDX-License-Identifier: MIT */
#include "tool/serve/find.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* The films that pass, in c->films; how many. */
static int
filter(const struct mr_site *s, struct mr_clerk *c, const struct mr_asked *a,
    struct mr_found *f, int32_t *n, struct mr_err *err)
{
	*f = (struct mr_found){ .hit = c->hit, .total = -1 };
	*n = mr_site_allow(s, a, c->films);
	return *n < 0 ? mr_err_set(err, MR_EARG,
	    "genre: it is none of the catalogue") : MR_OK;
}

int64_t
mr_find_wanted(const struct mr_clerk *c, const struct mr_asked *a)
{
	int64_t k = a->n + a->offset + 1;

	return k < c->most ? k : c->most;
}

static bool
passes(const struct mr_clerk *c, int32_t film)
{
	return film >= 0 && (c->films[film / 64] >> (film % 64) & 1);
}

/* c->films by other numbers; NULL where all may be offered, so that nobody
 * looks at bits: all says that each of film is one. */
static const uint64_t *
translate(const struct mr_clerk *c, const struct mr_asked *a,
    const int32_t *film, int32_t n, bool all, uint64_t *bits)
{
	if (all && !a->n_genres && !a->from && !a->to)
		return NULL;
	memset(bits, 0, ((size_t)n + 63) / 64 * sizeof *bits);
	for (int32_t i = 0; i < n; i++)
		if (passes(c, film[i]))
			bits[i / 64] |= 1ULL << i % 64;
	return bits;
}

static const uint64_t *
rows_of(const struct mr_site *s, const struct mr_clerk *c,
    const struct mr_asked *a)
{
	return translate(c, a, s->film_of_row,
	    mr_searcher_names(s->searcher)->n, s->all_rows, c->rows);
}

static void
to_films(struct mr_found *f, const int32_t *film)
{
	f->scored = true;
	for (int64_t k = 0; k < f->n; k++)
		f->hit[k].row = film[f->hit[k].row];
}

int
mr_find_catalogue(const struct mr_site *s, struct mr_clerk *c,
    const struct mr_asked *a, struct mr_found *f, struct mr_err *err)
{
	int64_t k = mr_find_wanted(c, a);
	int32_t n;
	int rc = filter(s, c, a, f, &n, err);

	if (rc)
		return rc;
	f->total = n;
	for (int32_t i = 0; i < s->n && f->n < k; i++)
		if (passes(c, s->order[a->sort][i]))
			f->hit[f->n++] = (struct mr_hit){ 0,
			    s->order[a->sort][i] };
	return MR_OK;
}

int
mr_find_titles(const struct mr_site *s, struct mr_clerk *c,
    const struct mr_asked *a, struct mr_found *f, struct mr_err *err)
{
	int32_t n;
	int rc = filter(s, c, a, f, &n, err);

	if (rc == MR_OK)
		rc = mr_titles_plain(a->q, &c->text, err);
	if (rc == MR_OK)
		f->n = mr_titles_find(&s->titles, mr_buf_slice(&c->text),
		    c->films, s->rank, mr_find_wanted(c, a), f->hit, &f->total);
	return rc;
}

bool
mr_find_waits(const struct mr_site *s, struct mr_clerk *c,
    const struct mr_asked *a)
{
	struct mr_words *w = c->words;

	/* A vector of another site may be of another transformer. */
	if (!w || w->state == MR_WORDS_BUSY || (w->state == MR_WORDS_READY &&
	    w->generation == s->generation))
		return false;
	w->state = MR_WORDS_WANTED;
	w->text = a->q;
	return true;
}

int
mr_find_words(const struct mr_site *s, struct mr_clerk *c,
    const struct mr_asked *a, struct mr_found *f, struct mr_err *err)
{
	struct mr_words *w = c->words;
	int32_t n;
	int rc = filter(s, c, a, f, &n, err);

	f->busy = !w || w->state == MR_WORDS_BUSY;
	if (rc || f->busy || mr_find_waits(s, c, a))
		return rc;
	f->cut = w->cut;
	rc = mr_searcher_near(s->searcher, w->vector, &(struct mr_near_ask){
	    .k = mr_find_wanted(c, a), .allow = rows_of(s, c, a) }, f->hit, &f->n,
	    err);
	to_films(f, s->film_of_row);
	return rc;
}

int
mr_find_alike(const struct mr_site *s, struct mr_clerk *c,
    const struct mr_asked *a, int32_t film, struct mr_found *f,
    struct mr_err *err)
{
	int32_t n;
	int rc = filter(s, c, a, f, &n, err);

	if (rc || !s->searcher || s->row_of_film[film] < 0)
		return rc;
	rc = mr_searcher_row(s->searcher, s->row_of_film[film],
	    &(struct mr_near_ask){ .k = mr_find_wanted(c, a), .allow = rows_of(s, c, a) },
	    f->hit, &f->n, err);
	to_films(f, s->film_of_row);
	return rc;
}

/* Of the model's factors, the first d of which count. */
static void
alike_factors(const struct mr_site *s, struct mr_clerk *c, int64_t k,
    int32_t film, int64_t d, struct mr_found *f)
{
	const struct mr_mat *V = &mr_recommender_model(s->recommender)->V;
	const float *v = mr_mat_row(V, s->item_of_film[film]);
	double own = s->length[s->item_of_film[film]];

	for (int32_t i = 0; i < V->rows && own > 0; i++) {
		int32_t other = s->film_of_item[i];
		const float *x = mr_mat_row(V, i);
		double length = other == film || !passes(c, other) ? 0 :
		    s->length[i];

		if (length > 0)
			mr_topk_push(f->hit, &f->n, k, (struct mr_hit){
			    (float)(mr_site_dot(v, x, d) / own / length), other },
			    s->rank);
	}
}

/* Of the columns of S that of the film. */
static void
alike_near(const struct mr_site *s, struct mr_clerk *c, int64_t k,
    int32_t film, struct mr_found *f)
{
	const struct mr_csr *S = &mr_recommender_model(s->recommender)->near.S;
	int32_t item = s->item_of_film[film];

	for (int32_t i = 0; i < S->rows; i++) {
		int32_t other = s->film_of_item[i];
		int64_t from = S->ptr[i];
		int64_t at = other == film || !passes(c, other) ? -1 :
		    mr_csr_place(S->idx + from, S->ptr[i + 1] - from, item);

		if (at >= 0 && S->val[from + at] > 0)
			mr_topk_push(f->hit, &f->n, k, (struct mr_hit){
			    S->val[from + at], other }, s->rank);
	}
	f->weights = true;
}

int
mr_find_liked(const struct mr_site *s, struct mr_clerk *c,
    const struct mr_asked *a, int32_t film, struct mr_found *f,
    struct mr_err *err)
{
	const struct mr_model *m = s->recommender ?
	    mr_recommender_model(s->recommender) : NULL;
	int64_t d = m ? mr_recommender_taste(s->recommender) : 0;
	int32_t n;
	int rc = filter(s, c, a, f, &n, err);

	if (rc || !m || s->item_of_film[film] < 0)
		return rc;
	if (d)
		alike_factors(s, c, mr_find_wanted(c, a), film, d, f);
	else if (m->near.axis == MR_NEAR_ITEM && (!m->near.deviation ||
	    m->near.norm == MR_NORM_NONE))	/* weights, no differences */
		alike_near(s, c, mr_find_wanted(c, a), film, f);
	mr_topk_sort(f->hit, f->n, s->rank);
	f->scored = true;
	return MR_OK;
}

int
mr_find_items(const struct mr_site *s, struct mr_clerk *c,
    const struct mr_asked *a, struct mr_found *f, struct mr_err *err)
{
	int32_t n;
	int rc = filter(s, c, a, f, &n, err);

	if (rc == MR_OK)
		translate(c, a, s->film_of_item, mr_recommender_items(
		    s->recommender)->n, false, c->items);
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
	if (s->all_items && !a->n_genres && !a->from && !a->to)
		ask.allow = NULL;
	rc = mr_recommender_lists(s->recommender, u, 1, &ask, c->work, f->hit,
	    &f->n, err);
	to_films(f, s->film_of_item);
	return rc;
}

int64_t
mr_find_rated(const struct mr_taste *own, const int32_t *number,
    int32_t *item, float *rating)
{
	int64_t n = 0;

	for (int64_t k = 0; k < own->n; k++) {
		int32_t film = own->r[k].film, x = film < 0 ? -1 :
		    number[film];
		int64_t at = n;

		if (x < 0)
			continue;
		for (; at && item[at - 1] > x; at--) {
			item[at] = item[at - 1];
			rating[at] = rating[at - 1];
		}
		item[at] = x;
		rating[at] = own->r[k].rating;
		n++;
	}
	return n;
}

int
mr_find_own(const struct mr_site *s, struct mr_clerk *c,
    const struct mr_asked *a, const struct mr_taste *own, struct mr_user *u,
    bool *folded, struct mr_found *f, struct mr_err *err)
{
	int64_t n;
	int32_t films;
	int rc = filter(s, c, a, f, &films, err);

	*u = mr_user_unknown(mr_slice_of("me"));
	*folded = false;
	if (rc)
		return rc;
	n = s->recommender && mr_recommender_folds(s->recommender) ?
	    mr_find_rated(own, s->item_of_film, c->rated_item, c->rating) : 0;
	if (n) {
		struct mr_rated rated = { c->rated_item, c->rating, n };

		mr_recommender_fold(s->recommender, &rated, c->work, 0, c->U,
		    u);
		*folded = true;
		return mr_find_user(s, c, a, u, f, err);
	}
	n = s->searcher && mr_searcher_is_dense(s->searcher) ?
	    mr_find_rated(own, s->row_of_film, c->rated_item, c->rating) : 0;
	if (n == 0)
		return MR_OK;
	rc = mr_searcher_liking(s->searcher, c->rated_item, c->rating, n,
	    &(struct mr_near_ask){ .k = mr_find_wanted(c, a), .allow = rows_of(s, c, a) },
	    c->search, f->hit, &f->n, err);
	to_films(f, s->film_of_row);
	return rc;
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
	return x < s->lo ? s->lo : x > s->hi ? s->hi : x;
}
