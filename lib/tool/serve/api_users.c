/* The JSON API's users, and what the server answers from.
 * SPDX-License-Identifier: MIT */
#include <math.h>

#include "stream/matrix.h"
#include "tool/serve/api.h"

#define W (&v->reply->body)

static bool
user_of(struct mr_visit *v, struct mr_user *u)
{
	if (mr_recommender_user(v->site->recommender, v->q->part[3], u))
		return true;
	mr_routes_problem(v, 404, "no user has that id", "id");
	return false;
}

int
mr_api_user(struct mr_visit *v, struct mr_err *err)
{
	struct mr_user u;
	double sum = 0;

	(void)err;
	if (!user_of(v, &u))
		return MR_OK;
	for (int64_t k = 0; k < u.rated.n; k++)
		sum += (double)u.rated.rating[k];
	mr_api_begin(v);
	mr_write_json(W, "{\"user\":%t,\"ratings\":%d,\"mean\":%g}\n",
	    v->q->part[3], u.rated.n, u.rated.n ? sum / (double)u.rated.n :
	    NAN);
	return MR_OK;
}

/* In the model's order. */
static void
put_ratings(struct mr_visit *v, const struct mr_user *u)
{
	const struct mr_asked *a = &v->asked;
	const struct mr_site *s = v->site;
	struct mr_found f = { .total = 0 };
	bool any = false;

	mr_api_begin(v);
	mr_write_raw(W, "{\"items\":[");
	for (int64_t k = 0; k < u->rated.n; k++) {
		int32_t film = s->film_of_item[u->rated.item[k]];

		if (film < 0)
			continue;
		if (f.n++ < a->offset || f.n > a->offset + a->n)
			continue;
		mr_write_raw(W, any ? ",{" : "{");
		mr_api_put_film(v, film);
		mr_write_json(W, ",\"rating\":%g}",
		    (double)u->rated.rating[k]);
		any = true;
	}
	f.total = f.n;
	mr_api_end_list(v, &f, "place in the model");
}

int
mr_api_user_ratings(struct mr_visit *v, struct mr_err *err)
{
	struct mr_found f;
	struct mr_user u;

	(void)err;
	if (!user_of(v, &u))
		return MR_OK;
	if (v->asked.rated_sort == 0) {
		put_ratings(v, &u);
		return MR_OK;
	}
	v->asked.rated = v->asked.offset;
	mr_find_ratings(v->site, v->clerk, &v->asked, &u, &f);
	mr_api_put_list(v, &f, "rating", "rating");
	return MR_OK;
}

static void
put_because(struct mr_visit *v, const struct mr_because *b)
{
	mr_write_raw(W, ",\"because\":[");
	for (int k = 0; k < b->n; k++)
		mr_write_json(W, k ? ",{\"item\":%t,\"part\":%g}" :
		    "{\"item\":%t,\"part\":%g}", mr_site_id(v->site,
		    b->film[k]), (double)(float)b->part[k]);
	mr_write_raw(W, "]");
}

void
mr_api_put_found(struct mr_visit *v, const struct mr_found *f,
    const struct mr_user *u)
{
	const struct mr_asked *a = &v->asked;
	struct mr_because why;

	if (u && a->explain)
		mr_find_reasons_of(v->site, v->clerk, u);
	mr_write_raw(W, "\"items\":[");
	for (int64_t k = a->offset; k < f->n && k < a->offset + a->n; k++) {
		struct mr_hit h = f->hit[k];

		mr_write_raw(W, k > a->offset ? ",{" : "{");
		mr_api_put_film(v, h.row);
		if (!u)
			mr_write_json(W, ",\"cosine\":%g", (double)h.score);
		else
			mr_write_json(W, ",\"score\":%g,\"estimate\":%g",
			    (double)h.score, f->mixed ? mr_find_estimate(
			    v->site, v->clerk, u, h.row) : mr_find_guess(
			    v->site, h.score));
		if (u && a->explain) {
			mr_find_because(v->site, v->clerk, u, h.row, &why);
			put_because(v, &why);
		}
		mr_write_raw(W, "}");
	}
	mr_api_end_list(v, f, u ? f->mixed ? "ratings and texts" :
	    "score of the model" : v->site->searcher ? "cosine of texts" :
	    "nothing known");
}

int
mr_api_user_list(struct mr_visit *v, struct mr_err *err)
{
	struct mr_found f;
	struct mr_user u;
	int rc;

	if (!user_of(v, &u))
		return MR_OK;
	rc = mr_find_user(v->site, v->clerk, &v->asked, &u, &f, err);
	if (rc)
		return rc;
	mr_api_begin(v);
	mr_write_raw(W, "{");
	mr_api_put_found(v, &f, v->asked.mix == MR_MIX_TEXT ? NULL : &u);
	return MR_OK;
}

/* What a stream says of itself. */
static void
put_meta(struct mr_visit *v, const char *name, const struct mr_meta *m)
{
	struct mr_slice rest = mr_buf_slice(&m->text);
	const char *sep = "";

	mr_write_json(W, ",%s:{", name);
	while (rest.p && rest.n) {
		struct mr_slice value = mr_slice_cut(&rest, '\n');
		struct mr_slice key = mr_slice_cut(&value, '=');

		if (key.n == 0)
			continue;
		mr_write_raw(W, sep);
		mr_write_json(W, "%t:%t", key, value.p ? value :
		    (struct mr_slice){ "", 0 });
		sep = ",";
	}
	mr_write_raw(W, "}");
}

/* The operator's table, a row by its columns' names. */
static void
put_measures(struct mr_visit *v)
{
	const struct mr_quality *m = &v->site->quality;

	mr_write_raw(W, ",\"measures\":[");
	for (int r = 1; r < m->rows; r++) {
		mr_write_raw(W, r > 1 ? ",{" : "{");
		for (int c = 0; c < m->columns; c++)
			mr_write_json(W, c ? ",%t:%t" : "%t:%t",
			    mr_quality_cell(m, 0, c), mr_quality_cell(m, r,
			    c));
		mr_write_raw(W, "}");
	}
	mr_write_raw(W, "]");
}

int
mr_api_model(struct mr_visit *v, struct mr_err *err)
{
	const struct mr_site *s = v->site;

	(void)err;
	mr_api_begin(v);
	mr_write_json(W, "{\"version\":%s,\"generation\":%d,\"films\":%d",
	    MR_VERSION, s->generation, (int64_t)s->n);
	if (s->recommender)
		mr_write_json(W, ",\"users\":%d,\"ratings\":%d,\"factors\":%d,"
		    "\"lowest\":%g,\"highest\":%g,\"takes_new_users\":",
		    (int64_t)mr_recommender_kept(s->recommender)->n,
		    mr_csr_nnz(&s->raters),
		    mr_recommender_model(s->recommender)->V.cols,
		    s->lo <= s->hi ? s->lo : NAN, s->lo <= s->hi ? s->hi :
		    NAN);
	if (s->recommender)
		mr_write_raw(W, mr_recommender_folds(s->recommender) ? "true" :
		    "false");
	if (s->recommender) {
		put_meta(v, "model", mr_recommender_meta(s->recommender));
		put_meta(v, "totals", mr_recommender_totals(s->recommender));
	}
	if (s->searcher) {
		mr_write_json(W, ",\"vectors\":%d,\"width\":%d",
		    (int64_t)mr_searcher_names(s->searcher)->n,
		    mr_searcher_width(s->searcher));
		put_meta(v, "texts", mr_searcher_meta(s->searcher));
	}
	put_measures(v);
	mr_write_raw(W, "}\n");
	return MR_OK;
}
