/* The pages of people: users of the ratings, and the visitor.
 * SPDX-License-Identifier: MIT */
#include <math.h>
#include <string.h>

#include "core/escape.h"
#include "tool/serve/page.h"

#define W (&v->reply->body)

/* A list for u, with its reasons; whose "your " or "". */
static void
list(struct mr_visit *v, const struct mr_found *f, const struct mr_user *u,
    const char *whose)
{
	const struct mr_asked *a = &v->asked;
	struct mr_because why;

	if (u)
		mr_find_reasons_of(v->site, v->clerk, u);
	if (f->n <= a->offset)
		mr_write_raw(W, "<p class=\"soft\">No film is left.</p>\n");
	mr_write_raw(W, "<ol class=\"grid\">\n");
	for (int64_t k = a->offset; k < f->n && k < a->offset + a->n; k++) {
		struct mr_hit h = f->hit[k];
		struct mr_card c = { .film = h.row, .cosine = u ? NAN :
		    (double)h.score, .guess = u ? mr_find_guess(v->site,
		    h.score) : NAN, .whose = whose };

		if (u) {
			mr_find_because(v->site, v->clerk, u, h.row, &why);
			c.because = &why;
		}
		mr_page_card(v, &c);
	}
	mr_write_raw(W, "</ol>\n");
}

static void
ratings_of(struct mr_visit *v, const struct mr_user *u)
{
	const struct mr_site *s = v->site;

	mr_write_html(W, "<section aria-labelledby=\"h-r\"><div class=\"head\">"
	    "<h2 id=\"h-r\">Ratings</h2><p class=\"num\">%d</p></div><ol "
	    "class=\"list\">\n", u->rated.n);
	for (int64_t k = 0; k < u->rated.n && k < 200; k++) {
		int32_t film = s->film_of_item[u->rated.item[k]];

		if (film < 0)
			continue;
		mr_write_raw(W, "<li>");
		mr_page_tile(v, film);
		mr_write_html(W, "</div><a href=\"%f\">%t</a><span "
		    "class=\"num\">%g</span></li>\n", mr_site_id(s, film),
		    mr_site_title(s, film), (double)u->rated.rating[k]);
	}
	mr_write_raw(W, "</ol></section>\n");
}

int
mr_page_user(struct mr_visit *v, struct mr_err *err)
{
	struct mr_slice id = v->q->n_parts > 1 ? v->q->part[1] : v->asked.id;
	struct mr_write path = { 0 };
	struct mr_found f;
	struct mr_user u;
	int rc;

	if (!id.p || !mr_recommender_user(v->site->recommender, id, &u)) {
		mr_routes_problem(v, 404, "no user has that id", NULL);
		return MR_OK;
	}
	v->reply->keep = v->q->cookie.n ? MR_KEEP_OWN : MR_KEEP_MINUTE;
	mr_page_begin(v, id, MR_PAGE_USERS);
	mr_write_html(W, "<h1>Person %t</h1>\n", id);
	if (u.rated.n == 1)
		mr_write_raw(W, "<p class=\"note\">One rating says little: this "
		    "list cannot be personal.</p>\n");
	rc = mr_find_user(v->site, v->clerk, &v->asked, &u, &f, err);
	if (rc)
		return rc;
	mr_write_raw(W, "<section aria-labelledby=\"h-l\"><div class=\"head\">"
	    "<h2 id=\"h-l\">Recommendations</h2></div>\n");
	list(v, &f, &u, "");
	/* An id that stands in the query goes there again. */
	mr_write_html(&path, v->q->n_parts > 1 ? "%p" : "/user", id);
	mr_write_bytes(&path, (struct mr_slice){ "", 1 });
	if (path.rc == MR_OK)
		mr_page_pager(v, path.b.p, &f);
	mr_write_raw(W, "</section>\n");
	ratings_of(v, &u);
	mr_page_end(v);
	mr_write_free(&path);
	return MR_OK;
}

int
mr_page_users(struct mr_visit *v, struct mr_err *err)
{
	const struct mr_ids *users = mr_recommender_kept(v->site->recommender);
	struct mr_slice q = v->asked.q;
	int32_t exact = q.n ? mr_ids_find(users, q) : -1;
	int shown = 0;

	(void)err;
	v->reply->keep = v->q->cookie.n ? MR_KEEP_OWN : MR_KEEP_MINUTE;
	mr_page_begin(v, mr_slice_of("People"), MR_PAGE_USERS);
	mr_write_html(W, "<h1>People of the ratings</h1>\n<form class=\"search\""
	    " role=\"search\" action=\"/users\"><div class=\"bar\"><div><label "
	    "class=\"sr\" for=\"q\">The beginning of an id</label><input "
	    "type=\"search\" id=\"q\" name=\"q\" maxlength=\"200\" "
	    "value=\"%t\"></div><button class=\"btn main\">Find</button></div>"
	    "</form>\n<ol class=\"chips\">", q);
	/* The very one first, however many begin so. */
	for (int32_t k = exact < 0 ? 0 : -1; k < users->n && shown < 100;
	    k++) {
		int32_t u = k < 0 ? exact : k;
		struct mr_slice id = mr_ids_get(users, u);

		if (id.n < q.n || (q.n && memcmp(id.p, q.p, q.n) != 0) ||
		    (k >= 0 && u == exact))
			continue;
		mr_write_html(W, "<li><a href=\"%p\">%t</a></li>", id, id);
		shown++;
	}
	mr_write_raw(W, shown ? "</ol>\n" : "</ol><p>Nobody has an id that "
	    "begins so.</p>\n");
	mr_page_end(v);
	return MR_OK;
}

static void
own_ratings(struct mr_visit *v)
{
	mr_write_raw(W, "<section aria-labelledby=\"h-o\"><div class=\"head\">"
	    "<h2 id=\"h-o\">Your ratings</h2><p><a href=\"/me/ratings.tsv\">"
	    "Download</a></p></div><ol class=\"list\">\n");
	for (int k = v->own.n - 1; k >= 0; k--)
		if (v->own.r[k].film >= 0)
			mr_page_row(v, &(struct mr_card){ .film =
			    v->own.r[k].film, .cosine = NAN, .guess = NAN,
			    .anchor = true });
	mr_write_raw(W, "</ol>\n");
	if (v->own.n_unknown)
		mr_write_html(W, "<p class=\"soft\">%d more of films that are "
		    "not in this catalogue.</p>\n",
		    (int64_t)v->own.n_unknown);
	mr_write_raw(W, "<form method=\"post\" action=\"/forget\"><button "
	    "class=\"btn\">Forget all of them</button></form></section>\n");
}

int
mr_page_for_you(struct mr_visit *v, const struct mr_taste *own, bool pages,
    struct mr_err *err)
{
	struct mr_found f;
	struct mr_user u;
	bool folded;
	int rc = mr_find_own(v->site, v->clerk, &v->asked, own, &u, &folded,
	    &f, err);

	if (rc)
		return rc;
	mr_write_raw(W, "<section aria-labelledby=\"h-l\"><div class=\"head\">"
	    "<h2 id=\"h-l\">For you</h2></div>\n<p class=\"soft\">");
	mr_write_raw(W, folded ? "By the ratings of all, and yours." : f.n ?
	    "By the texts of the films that you rated." :
	    "There is neither a model that takes new people nor a vector of "
	    "what you rated.");
	mr_write_raw(W, own->n < 3 ? " These are early guesses.</p>\n" :
	    "</p>\n");
	list(v, &f, folded ? &u : NULL, "your ");
	if (pages)
		mr_page_pager(v, "/me", &f);
	mr_write_raw(W, "</section>\n");
	return MR_OK;
}

int
mr_page_me(struct mr_visit *v, struct mr_err *err)
{
	int rc = MR_OK;

	v->reply->keep = MR_KEEP_OWN;
	mr_page_begin(v, mr_slice_of("My ratings"), MR_PAGE_MINE);
	mr_write_raw(W, "<div class=\"head\"><h1>Your films</h1><p>"
	    "<a href=\"/me/import\">Bring ratings in</a> · <a href=\"/night\">"
	    "A film night</a></p></div>\n");
	if (v->own.n == 0) {
		mr_write_raw(W, "<div class=\"empty\"><h2>No ratings yet</h2>"
		    "<p>Rate a few films that you know: three are enough to "
		    "begin.</p><p><a class=\"btn\" href=\"/\">To the films</a>"
		    "</p></div>\n");
		mr_page_end(v);
		return MR_OK;
	}
	mr_page_form(v, "/me", false);
	if (v->asked.wrong != MR_ASK_END)
		v->reply->status = 400;
	else
		rc = mr_page_for_you(v, &(struct mr_taste){ v->own.r,
		    v->own.n }, true, err);
	own_ratings(v);
	mr_page_end(v);
	return rc;
}

int
mr_page_ratings(struct mr_visit *v, struct mr_err *err)
{
	struct mr_reply *r = v->reply;
	int rc = MR_OK;

	r->type = "text/tab-separated-values; charset=utf-8";
	r->file = "attachment; filename=\"ratings.tsv\"";
	r->keep = MR_KEEP_OWN;
	mr_write_raw(W, "user\titem\trating\n");
	for (int k = 0; k < v->own.n && rc == MR_OK; k++) {
		if (v->own.r[k].film < 0)
			continue;
		mr_write_raw(W, "me\t");
		rc = mr_escape_add(&W->b, mr_site_id(v->site,
		    v->own.r[k].film), err);
		mr_write_html(W, "\t%g\n", (double)v->own.r[k].rating);
	}
	return rc;
}

/* Back to the page of ours that back names, made anew from its parts. */
static void
go_back(struct mr_visit *v, int32_t film)
{
	struct mr_request back = { .target = v->asked.back };
	struct mr_write *to = &v->reply->location;
	struct mr_err err = { 0 };
	const struct mr_route *route = v->asked.back.n && mr_request_target(
	    &back, &err) == MR_OK ? mr_routes_find(&back) : NULL;

	size_t start;

	v->reply->status = 303;
	mr_write_base(to);
	start = to->b.n;
	if (route && !route->api && (route->methods & MR_ROUTE_GET)) {
		for (int k = 0; k < back.n_parts; k++)
			mr_write_html(to, "/%u", back.part[k]);
		for (int k = 0; k < back.n_values; k++) {
			mr_write_raw(to, k ? "&" : "?");
			mr_write_html(to, "%u=%u", back.value[k].name,
			    back.value[k].value);
		}
	}
	/* Long ones, once encoded, would leave no room for other headers. */
	if (to->b.n == start || to->b.n > MR_REQUEST_TARGET) {
		to->b.n = start;
		mr_write_raw(to, "/me");
	}
	if (film >= 0)
		mr_write_html(to, "#f-%u", mr_site_id(v->site, film));
	mr_write_bytes(to, (struct mr_slice){ "", 1 });
	mr_request_free(&back);
}

int
mr_page_rate(struct mr_visit *v, struct mr_err *err)
{
	const struct mr_site *s = v->site;
	int32_t film = mr_site_find(s, v->asked.item);
	double rating = NAN;

	(void)err;
	if (film < 0) {
		mr_routes_problem(v, 404, "no film has that id", NULL);
		return MR_OK;
	}
	if (v->asked.rating.n && (!mr_parse_f64(v->asked.rating, &rating) ||
	    !(fabs(rating) <= 999) || !mr_own_fits(s, rating))) {
		mr_routes_problem(v, 400, "the rating is no number of the "
		    "scale", NULL);
		return MR_OK;
	}
	if (!mr_own_set(&v->own, s, film, (float)(round(rating * 100) / 100),
	    &v->clerk->text)) {
		mr_routes_problem(v, 400, "this browser keeps no more ratings: "
		    "download them on the page of your ratings, or take some "
		    "back", NULL);
		return MR_OK;
	}
	mr_own_write(&v->reply->set_cookie, &v->own);
	go_back(v, film);
	return MR_OK;
}

int
mr_page_images(struct mr_visit *v, struct mr_err *err)
{
	struct mr_write *w = &v->reply->set_cookie;

	(void)err;
	mr_write_raw(w, v->asked.images ? "mr_i=1" : "mr_i=");
	mr_write_raw(w, "; Path=/; HttpOnly; SameSite=Lax; Max-Age=");
	mr_write_raw(w, v->asked.images ? "31536000" : "0");
	mr_write_bytes(w, (struct mr_slice){ "", 1 });
	go_back(v, -1);
	return MR_OK;
}

int
mr_page_forget(struct mr_visit *v, struct mr_err *err)
{
	(void)err;
	v->own.n = 0;
	mr_own_write(&v->reply->set_cookie, &v->own);
	v->asked.back = mr_slice_of("/me");
	go_back(v, -1);
	return MR_OK;
}
