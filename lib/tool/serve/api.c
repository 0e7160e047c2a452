/* The JSON API's films and searches.
 * SPDX-License-Identifier: MIT */
#include "tool/serve/api.h"

#include <math.h>

#define W (&v->reply->body)

void
mr_api_begin(struct mr_visit *v)
{
	v->reply->type = "application/json";
	v->reply->keep = MR_KEEP_MINUTE;
}

/* The values of a cell that | separates, as an array. */
static void
put_values(struct mr_write *w, struct mr_slice cell)
{
	mr_write_raw(w, "[");
	for (int k = 0; cell.p && cell.n; k++)
		mr_write_json(w, k ? ",%t" : "%t", mr_slice_cut(&cell, '|'));
	mr_write_raw(w, "]");
}

void
mr_api_put_film(struct mr_visit *v, int32_t film)
{
	const struct mr_site *s = v->site;

	mr_write_json(W, "\"item\":%t,\"title\":%t,\"year\":",
	    mr_site_id(s, film), mr_site_title(s, film));
	if (s->when[film])
		mr_write_json(W, "%d", s->when[film]);
	else
		mr_write_raw(W, "null");
	mr_write_raw(W, ",\"genres\":");
	put_values(W, mr_site_cell(s, film, s->genre));
	mr_write_json(W, ",\"ratings\":%d,\"mean\":%g", mr_site_count(s, film),
	    s->mean ? s->mean[film] : NAN);
}

/* The path of this request, with the next offset. */
static void
put_next(struct mr_visit *v, struct mr_write *w)
{
	const struct mr_asked *a = &v->asked;
	const char *sep;

	mr_write_base(w);
	for (int k = 0; k < v->q->n_parts; k++)
		mr_write_html(w, "/%u", v->q->part[k]);
	mr_page_query(w, a, "&", &sep);
	mr_write_raw(w, sep);
	mr_write_html(w, "n=%d&offset=%d", a->n, a->offset + a->n);
	for (int i = 0; i < v->q->n_values; i++) {
		const struct mr_named_value *x = &v->q->value[i];

		for (int p = MR_ASK_SORT; p < MR_ASK_END; p++)
			if (p != MR_ASK_MATCH && (v->route->params >> p & 1) &&
			    mr_slice_is(x->name, mr_asked_name(p)))
				mr_write_html(w, "&%u=%u", x->name, x->value);
	}
}

void
mr_api_end_list(struct mr_visit *v, const struct mr_found *f, const char *by)
{
	const struct mr_asked *a = &v->asked;
	struct mr_write next = { .base = W->base };

	mr_write_json(W, "],\"n\":%d,\"offset\":%d,\"total\":", a->n,
	    a->offset);
	if (f->total >= 0)
		mr_write_json(W, "%d", f->total);
	else
		mr_write_raw(W, "null");
	mr_write_raw(W, ",\"next\":");
	if (!v->q->post && f->n > a->offset + a->n &&
	    a->offset + a->n <= 10000) {
		put_next(v, &next);
		mr_write_json(W, "%t", mr_buf_slice(&next.b));
		mr_write_raw(&v->reply->link, "<");
		mr_write_bytes(&v->reply->link, mr_buf_slice(&next.b));
		mr_write_raw(&v->reply->link, ">; rel=\"next\"");
		mr_write_bytes(&v->reply->link, (struct mr_slice){ "", 1 });
		if (next.rc)
			W->rc = next.rc;
	} else {
		mr_write_raw(W, "null");
	}
	mr_write_json(W, ",\"by\":%s", by);
	if (f->words)
		mr_write_json(W, ",\"mean\":%g", f->mean);
	mr_write_json(W, ",\"generation\":%d}\n", v->site->generation);
	mr_write_free(&next);
}

void
mr_api_put_list(struct mr_visit *v, const struct mr_found *f,
    const char *score, const char *by)
{
	const struct mr_asked *a = &v->asked;

	mr_api_begin(v);
	mr_write_raw(W, "{\"items\":[");
	for (int64_t k = a->offset; k < f->n && k < a->offset + a->n; k++) {
		mr_write_raw(W, k > a->offset ? ",{" : "{");
		mr_api_put_film(v, f->hit[k].row);
		if (score)
			mr_write_json(W, ",%s:%g", score,
			    (double)f->hit[k].score);
		mr_write_raw(W, "}");
	}
	mr_api_end_list(v, f, by);
}

int
mr_api_films(struct mr_visit *v, struct mr_err *err)
{
	static const char *const by[] = { "item", "title", "year",
	    "number of ratings" };
	struct mr_found f;
	int rc = mr_find_catalogue(v->site, v->clerk, &v->asked, &f, err);

	if (rc == MR_OK)
		mr_api_put_list(v, &f, NULL, by[v->asked.sort]);
	return rc;
}

/* The film that the path or the query names, -1: none, and told. */
static int32_t
film_of(struct mr_visit *v)
{
	struct mr_slice id = v->q->n_parts > 3 ? v->q->part[3] : v->asked.id;
	int32_t film = mr_site_find(v->site, id);

	if (film < 0)
		mr_routes_problem(v, 404, "no film has that id", "id");
	return film;
}

/* Its address, where the operator has said where posters are. */
static void
put_poster(struct mr_visit *v, int32_t film)
{
	struct mr_slice path = mr_site_poster(v->site, film);
	struct mr_write url = { 0 };

	if (path.n == 0) {
		mr_write_raw(W, ",\"poster\":null");
		return;
	}
	mr_write_bytes(&url, mr_slice_of(v->site->o->posters));
	mr_write_bytes(&url, path);
	mr_write_json(W, ",\"poster\":%t", mr_buf_slice(&url.b));
	if (url.rc)
		W->rc = url.rc;
	mr_write_free(&url);
}

static void
put_histogram(struct mr_visit *v, int32_t film)
{
	float value[MR_FIND_KINDS];
	int64_t count[MR_FIND_KINDS];
	int n = mr_find_histogram(v->site, film, value, count);

	mr_write_raw(W, ",\"histogram\":[");
	for (int k = 0; k < n; k++)
		mr_write_json(W, k ? ",{\"rating\":%g,\"n\":%d}" :
		    "{\"rating\":%g,\"n\":%d}", (double)value[k], count[k]);
	mr_write_raw(W, "]");
}

int
mr_api_film(struct mr_visit *v, struct mr_err *err)
{
	int32_t film = film_of(v);

	(void)err;
	if (film < 0)
		return MR_OK;
	mr_api_begin(v);
	mr_write_raw(W, "{");
	mr_api_put_film(v, film);
	if (v->asked.with >> MR_WITH_PEOPLE & 1)
		mr_write_json(W, ",\"people\":%t", mr_site_cell(v->site, film,
		    v->site->people));
	if (v->asked.with >> MR_WITH_POSTER & 1)
		put_poster(v, film);
	if (v->asked.with >> MR_WITH_HISTOGRAM & 1)
		put_histogram(v, film);
	mr_write_raw(W, "}\n");
	return MR_OK;
}

int
mr_api_similar(struct mr_visit *v, struct mr_err *err)
{
	int32_t film = film_of(v);
	bool text = v->asked.by == 0;
	struct mr_found f;
	int rc;

	if (film < 0)
		return MR_OK;
	if (text ? !v->site->searcher : !v->site->recommender) {
		mr_routes_problem(v, 400, text ? "there are no vectors of "
		    "texts here" : "there is no model here", "by");
		return MR_OK;
	}
	rc = text ? mr_find_alike(v->site, v->clerk, &v->asked, film, &f,
	    err) : mr_find_liked(v->site, v->clerk, &v->asked, film, &f, err);
	if (rc == MR_OK)
		mr_api_put_list(v, &f, f.weights ? "weight" : "cosine", text ?
		    "cosine of texts" : f.weights ? "weight of neighbours" :
		    "cosine of factors");
	return rc;
}

int
mr_api_search(struct mr_visit *v, struct mr_err *err)
{
	bool words = v->site->searcher &&
	    mr_searcher_knows_words(v->site->searcher);
	struct mr_found f;
	int rc;

	if (v->asked.match == 2 && !words) {
		mr_routes_problem(v, 400, "there are no vectors that words "
		    "could be compared with", "match");
		return MR_OK;
	}
	rc = MR_OK;
	f = (struct mr_found){ 0 };
	if (v->asked.match != 2)
		rc = mr_find_titles(v->site, v->clerk, &v->asked, &f, err);
	if (rc == MR_OK && words && (v->asked.match == 2 ||
	    (v->asked.match == 0 && f.n == 0))) {
		rc = mr_find_words(v->site, v->clerk, &v->asked, &f, err);
		if (rc == MR_OK && f.busy)
			mr_routes_problem(v, 503, "too much is searched for "
			    "by words now", NULL);
		else if (rc == MR_OK)
			mr_api_put_list(v, &f, "cosine", "cosine of texts");
	} else if (rc == MR_OK) {
		mr_api_put_list(v, &f, NULL, "title");
	}
	return rc;
}

int
mr_api_complete(struct mr_visit *v, struct mr_err *err)
{
	const struct mr_site *s = v->site;
	struct mr_found f;
	int rc;

	v->asked.n = v->asked.few;
	rc = mr_find_titles(s, v->clerk, &v->asked, &f, err);
	if (rc)
		return rc;
	mr_api_begin(v);
	mr_write_raw(W, "{\"items\":[");
	for (int64_t k = 0; k < f.n && k < v->asked.n; k++) {
		int32_t film = f.hit[k].row;

		mr_write_json(W, k ? ",{\"item\":%t,\"title\":%t,\"year\":" :
		    "{\"item\":%t,\"title\":%t,\"year\":",
		    mr_site_id(s, film), mr_site_title(s, film));
		if (s->when[film])
			mr_write_json(W, "%d}", s->when[film]);
		else
			mr_write_raw(W, "null}");
	}
	mr_write_raw(W, "]}\n");
	return MR_OK;
}
