/* Films found; see find.h.
 * SPDX-License-Identifier: MIT */
#include "tool/serve/find.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "tool/serve/figures.h"

int
mr_find_filter(const struct mr_site *s, struct mr_clerk *c,
    const struct mr_asked *a, struct mr_found *f, int32_t *n,
    struct mr_err *err)
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

const uint64_t *
mr_find_translate(const struct mr_clerk *c, const struct mr_asked *a,
    const int32_t *film, int32_t n, bool all, uint64_t *bits)
{
	if (all && mr_asked_all(a))
		return NULL;
	memset(bits, 0, ((size_t)n + 63) / 64 * sizeof *bits);
	for (int32_t i = 0; i < n; i++)
		if (passes(c, film[i]))
			bits[i / 64] |= 1ULL << i % 64;
	return bits;
}

const uint64_t *
mr_find_rows(const struct mr_site *s, struct mr_clerk *c,
    const struct mr_asked *a)
{
	return mr_find_translate(c, a, s->film_of_row,
	    mr_searcher_names(s->searcher)->n, s->all_rows, c->rows);
}

void
mr_find_to_films(struct mr_found *f, const int32_t *film)
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
	int rc = mr_find_filter(s, c, a, f, &n, err);

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
	int rc = mr_find_filter(s, c, a, f, &n, err);

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
	/* With filters each has rows of its own. */
	w->k = mr_find_wanted(c, a);
	if (!s->all_rows || !mr_asked_all(a) || w->k > MR_WORDS_ROWS)
		w->k = 0;
	return true;
}

/* The rows nearest to the words, where they are not there yet. */
static int
near_words(const struct mr_site *s, struct mr_clerk *c,
    const struct mr_asked *a, struct mr_found *f, struct mr_err *err)
{
	const struct mr_words *w = c->words;
	int64_t k = mr_find_wanted(c, a);

	if (!w->hit || w->k != k)
		return mr_searcher_near(s->searcher, w->vector, 1,
		    &(struct mr_near_ask){ .k = k, .allow = mr_find_rows(s, c,
		    a) }, f->hit, &f->n, err);
	f->n = w->n;
	memcpy(f->hit, w->hit, (size_t)w->n * sizeof *f->hit);
	return MR_OK;
}

int
mr_find_words(const struct mr_site *s, struct mr_clerk *c,
    const struct mr_asked *a, struct mr_found *f, struct mr_err *err)
{
	struct mr_words *w = c->words;
	int64_t begin;
	int32_t n;
	int rc = mr_find_filter(s, c, a, f, &n, err);

	f->busy = !w || w->state == MR_WORDS_BUSY;
	if (rc || f->busy || mr_find_waits(s, c, a))
		return rc;
	f->words = true;
	f->cut = w->cut;
	f->mean = mr_searcher_mean(s->searcher, w->vector);
	begin = mr_figures_now_us();
	rc = near_words(s, c, a, f, err);
	f->us = w->us + mr_figures_now_us() - begin;
	mr_find_to_films(f, s->film_of_row);
	return rc;
}

/* Is it what film pages ask for? */
static bool
is_page(const struct mr_clerk *c, const struct mr_asked *a)
{
	return mr_find_wanted(c, a) == MR_NEAR_KEPT && mr_asked_all(a);
}

static bool
was_found(const struct mr_site *s, struct mr_clerk *c,
    const struct mr_asked *a, enum mr_near_kind kind, int32_t film,
    struct mr_found *f)
{
	const struct mr_near_list *list = is_page(c, a) ?
	    mr_near_kept_get(s->near, kind, film) : NULL;

	if (!list)
		return false;
	*f = (struct mr_found){ .hit = c->hit, .n = list->n, .total = -1,
	    .scored = true, .weights = list->weights };
	memcpy(f->hit, list->hit, (size_t)list->n * sizeof *f->hit);
	return true;
}

static void
keep(const struct mr_site *s, const struct mr_clerk *c,
    const struct mr_asked *a, enum mr_near_kind kind, int32_t film,
    const struct mr_found *f)
{
	struct mr_near_list list = { .n = (int32_t)f->n,
	    .weights = f->weights };

	if (!is_page(c, a))
		return;
	memcpy(list.hit, f->hit, (size_t)f->n * sizeof *f->hit);
	mr_near_kept_put(s->near, kind, film, &list);
}

int
mr_find_alike(const struct mr_site *s, struct mr_clerk *c,
    const struct mr_asked *a, int32_t film, struct mr_found *f,
    struct mr_err *err)
{
	int32_t n;
	int rc;

	if (was_found(s, c, a, MR_NEAR_ALIKE, film, f))
		return MR_OK;
	rc = mr_find_filter(s, c, a, f, &n, err);
	if (rc || !s->searcher || s->row_of_film[film] < 0)
		return rc;
	rc = mr_searcher_row(s->searcher, s->row_of_film[film],
	    &(struct mr_near_ask){ .k = mr_find_wanted(c, a), .allow =
	    mr_find_rows(s, c, a) },
	    f->hit, &f->n, err);
	mr_find_to_films(f, s->film_of_row);
	if (rc == MR_OK)
		keep(s, c, a, MR_NEAR_ALIKE, film, f);
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
	int rc;

	if (was_found(s, c, a, MR_NEAR_LIKED, film, f))
		return MR_OK;
	rc = mr_find_filter(s, c, a, f, &n, err);
	if (rc || !m || s->item_of_film[film] < 0)
		return rc;
	if (d)
		alike_factors(s, c, mr_find_wanted(c, a), film, d, f);
	else if (m->near.axis == MR_NEAR_ITEM && (!m->near.deviation ||
	    m->near.norm == MR_NORM_NONE))	/* weights, no differences */
		alike_near(s, c, mr_find_wanted(c, a), film, f);
	mr_topk_sort(f->hit, f->n, s->rank);
	f->scored = true;
	keep(s, c, a, MR_NEAR_LIKED, film, f);
	return MR_OK;
}

int
mr_find_histogram(const struct mr_site *s, int32_t film, float *value,
    int64_t *count)
{
	const struct mr_csr *R = &s->raters;
	int64_t end = R->ptr ? R->ptr[film + 1] : 0;
	int n = 0;

	for (int64_t k = R->ptr ? R->ptr[film] : 0; k < end; k++) {
		int at = n;

		while (at > 0 && value[at - 1] > R->val[k])
			at--;
		if (at > 0 && value[at - 1] >= R->val[k]) {
			count[at - 1]++;
			continue;
		}
		if (n == MR_FIND_KINDS)
			return 0;
		memmove(value + at + 1, value + at, (size_t)(n - at) *
		    sizeof *value);
		memmove(count + at + 1, count + at, (size_t)(n - at) *
		    sizeof *count);
		value[at] = R->val[k];
		count[at] = 1;
		n++;
	}
	return n;
}

bool
mr_find_is_close(double cosine, double mean)
{
	return cosine - mean >= MR_FIND_CLOSE;
}
