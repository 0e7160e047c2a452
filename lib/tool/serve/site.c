/* Loading what is served; see site.h.
 * SPDX-License-Identifier: MIT */
#include "tool/serve/site.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/hash.h"
#include "core/mem.h"
#include "store/films.h"
#include "tool/serve/figures.h"

#define PAGE 21		/* films are mostly asked for, with one to see whether
			 * there are more */

/* The film of each of ids, and back; how many have none. */
static int
map_films(struct mr_site *s, const struct mr_ids *ids, int32_t **there,
    int32_t **back, int32_t *lost, struct mr_err *err)
{
	*lost = 0;
	*there = mr_ids_map(ids, &s->films.keys, err);
	*back = *there ? mr_alloc((size_t)s->n, sizeof **back, "films", err) :
	    NULL;
	if (!*back)
		return MR_ENOMEM;
	for (int32_t i = 0; i < s->n; i++)
		(*back)[i] = -1;
	for (int32_t k = 0; k < ids->n; k++)
		if ((*there)[k] >= 0)
			(*back)[(*there)[k]] = k;
		else
			++*lost;
	return MR_OK;
}

/* Who rated each film, from the users' rows. */
static int
find_raters(struct mr_site *s, struct mr_err *err)
{
	const struct mr_ids *users = mr_recommender_kept(s->recommender);
	struct mr_coo coo = { 0 };
	int64_t again;
	int rc = MR_OK;

	for (int32_t u = 0; u < users->n; u++) {
		struct mr_user user;

		if (!mr_recommender_user(s->recommender, mr_ids_get(users, u),
		    &user))
			continue;
		for (int64_t k = 0; k < user.rated.n && rc == MR_OK; k++) {
			int32_t film = s->film_of_item[user.rated.item[k]];

			if (film >= 0)
				rc = mr_coo_add(&coo, film, u,
				    user.rated.rating[k], err);
		}
	}
	if (rc == MR_OK)
		rc = mr_csr_from_coo(&s->raters, &coo, s->n, users->n, &again,
		    err);
	mr_coo_free(&coo);
	return rc;
}

bool
mr_site_events(const struct mr_site *s)
{
	return s->recommender && !(s->lo <= s->hi);
}

double
mr_site_rating(double x)
{
	double written = round(x * 100) / 100;

	return fabs(written - x) <= 1e-6 * fabs(x) ? written : x;
}

/* The ratings that were given, by their values. */
static void
find_steps(struct mr_site *s)
{
	const struct mr_csr *R = &s->raters;

	for (int64_t k = 0; k < mr_csr_nnz(R); k++) {
		int at = s->n_steps;

		while (at > 0 && s->step[at - 1] > R->val[k])
			at--;
		if (at > 0 && s->step[at - 1] >= R->val[k])
			continue;
		if (s->n_steps == MR_SITE_STEPS) {
			s->n_steps = 0;
			return;
		}
		memmove(s->step + at + 1, s->step + at, (size_t)(s->n_steps -
		    at) * sizeof *s->step);
		s->step[at] = R->val[k];
		s->n_steps++;
	}
}

static int
find_means(struct mr_site *s, struct mr_err *err)
{
	s->mean = mr_alloc((size_t)s->n, sizeof *s->mean, "means", err);
	if (!s->mean)
		return MR_ENOMEM;
	for (int32_t i = 0; i < s->n; i++) {
		const struct mr_csr *R = &s->raters;
		double sum = 0;

		for (int64_t k = R->ptr[i]; k < R->ptr[i + 1]; k++)
			sum += (double)R->val[k];
		s->mean[i] = mr_site_count(s, i) ? sum /
		    (double)mr_site_count(s, i) : NAN;
	}
	return MR_OK;
}

double
mr_site_dot(const float *a, const float *b, int64_t d)
{
	double sum = 0;

	for (int64_t i = 0; i < d; i++)
		sum += (double)a[i] * (double)b[i];
	return sum;
}

static int
find_lengths(struct mr_site *s, struct mr_err *err)
{
	const struct mr_mat *V = &mr_recommender_model(s->recommender)->V;
	int64_t d = mr_recommender_taste(s->recommender);

	s->length = mr_alloc((size_t)V->rows, sizeof *s->length, "lengths",
	    err);
	if (!s->length)
		return MR_ENOMEM;
	for (int64_t i = 0; i < V->rows && d; i++)
		s->length[i] = sqrt(mr_site_dot(mr_mat_row(V, i),
		    mr_mat_row(V, i), d));
	return MR_OK;
}

static int
open_model(struct mr_site *s, struct mr_report *report, struct mr_err *err)
{
	const struct mr_model *m;
	const struct mr_ids *items;
	int32_t lost;
	int rc = mr_recommender_open(&s->recommender,
	    &(struct mr_recommender_opt){ .model = s->o->model, .use =
	    MR_SCORE_LISTS | MR_SCORE_PAIRS, .reasons = true, .may_fold = true
	    }, err);

	if (rc == MR_OK)
		rc = mr_recommender_keep(s->recommender, NULL, NULL, NULL, err);
	if (rc)
		return rc;
	m = mr_recommender_model(s->recommender);
	items = mr_recommender_items(s->recommender);
	s->lo = mr_site_rating(m->clip_lo);
	s->hi = mr_site_rating(m->clip_hi);
	rc = map_films(s, items, &s->film_of_item, &s->item_of_film, &lost,
	    err);
	s->all_items = lost == 0;
	if (rc == MR_OK && lost)
		mr_report_warn(report, "%d of %d films of %s are not in "
		    "%s and are not shown%s", lost, items->n, s->o->model,
		    s->o->movies, lost == items->n ? ": are its ids others?" :
		    "");
	if (rc == MR_OK)
		rc = find_raters(s, err);
	if (rc == MR_OK && s->lo <= s->hi)
		find_steps(s);
	if (rc == MR_OK)
		rc = find_lengths(s, err);
	return rc ? rc : find_means(s, err);
}

static int
open_items(struct mr_site *s, int threads, struct mr_report *report,
    struct mr_err *err)
{
	const struct mr_ids *names;
	int32_t lost;
	int rc = mr_searcher_open(&s->searcher, &(struct mr_searcher_opt){
	    .base = s->o->items, .folder = s->o->folder,
	    .threads = threads, .k = PAGE }, report, err);

	if (rc)
		return rc;
	names = mr_searcher_names(s->searcher);
	rc = map_films(s, names, &s->film_of_row, &s->row_of_film, &lost,
	    err);
	s->all_rows = lost == 0;
	if (rc == MR_OK && lost)
		mr_report_warn(report, "%d of %d rows of %s are not in "
		    "%s and are not shown%s", lost, names->n, s->o->items,
		    s->o->movies, lost == names->n ? ": are its ids others?" :
		    "");
	return rc;
}

static int
open_content(struct mr_site *s, struct mr_err *err)
{
	struct mr_rows rows = mr_searcher_rows(s->searcher);

	return mr_content_open(&s->content, &rows, mr_searcher_names(
	    s->searcher), mr_recommender_items(s->recommender), err);
}

int
mr_site_open(struct mr_site *s, int threads, struct mr_report *report,
    struct mr_err *err)
{
	const struct mr_serve_opt *o = s->o;
	int64_t begin = mr_figures_now_us();
	struct mr_table none = { 0 };
	int rc;

	s->lo = 1;
	rc = mr_films_load(&none, o->movies, NULL, &s->films, err);
	mr_table_free(&none);
	if (rc == MR_OK)
		rc = mr_site_films(s, err);
	if (rc == MR_OK && s->title >= 0)
		rc = mr_match_table_films(&s->by_title, &s->films, err);
	if (rc == MR_OK)
		rc = mr_site_posters(s, report, err);
	if (rc == MR_OK && o->items)
		rc = open_items(s, threads, report, err);
	if (rc == MR_OK && o->model)
		rc = open_model(s, report, err);
	if (rc == MR_OK && o->items && o->model)
		rc = open_content(s, err);
	if (rc == MR_OK)
		rc = mr_site_orders(s, err);
	if (rc == MR_OK)
		rc = mr_near_kept_new(&s->near, s->n, err);
	if (rc == MR_OK && o->measures)
		rc = mr_quality_load(&s->quality, o->measures, err);
	if (rc)
		return rc;
	if (s->n == 0)
		mr_report_warn(report, "%s has no films: there is "
		    "nothing to find", o->movies);
	s->salt = mr_hash64(s->films.text.p, s->films.text.n);
	for (int i = 0; i < MR_ASSET_END; i++)
		s->salt ^= mr_hash64(s->asset[i].name,
		    sizeof s->asset[i].name) << i;
	if (s->raters.ptr)
		s->salt ^= mr_hash64(s->mean, (size_t)s->n * sizeof *s->mean);
	s->loaded = time(NULL);
	s->load_us = mr_figures_now_us() - begin;
	return MR_OK;
}

void
mr_site_close(struct mr_site *s)
{
	mr_table_free(&s->films);
	mr_titles_free(&s->titles);
	mr_match_table_free(&s->by_title);
	mr_ids_free(&s->genres);
	free(s->when);
	free(s->genre_of);
	for (int i = 0; i < 4; i++)
		free(s->order[i]);
	free(s->rank);
	mr_recommender_close(s->recommender);
	free(s->film_of_item);
	free(s->item_of_film);
	mr_csr_free(&s->raters);
	free(s->mean);
	free(s->length);
	mr_content_free(&s->content);
	mr_searcher_close(s->searcher);
	mr_quality_free(&s->quality);
	mr_near_kept_free(s->near);
	free(s->film_of_row);
	free(s->row_of_film);
	*s = (struct mr_site){ 0 };
}
