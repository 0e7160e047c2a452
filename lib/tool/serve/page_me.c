/* The pages of the visitor: his list, and his ratings, which his browser keeps.
 * SPDX-License-Identifier: MIT */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "core/escape.h"
#include "tool/serve/page.h"

#define W (&v->reply->body)

#define GENRES 4	/* of what he rated, to choose from */

static void
own_ratings(struct mr_visit *v)
{
	mr_write_html(W, "<section aria-labelledby=\"h-o\"><div class=\"head\">"
	    "<h2 id=\"h-o\">Your ratings so far</h2><p>kept in a cookie of "
	    "this browser, %d of at most %d</p></div><ol class=\"list\">\n",
	    (int64_t)v->own.n, (int64_t)MR_OWN_MOST);
	for (int k = v->own.n - 1; k >= 0; k--)
		if (v->own.r[k].film >= 0)
			mr_page_row(v, &(struct mr_card){ .film =
			    v->own.r[k].film, .anchor = true });
	mr_write_raw(W, "</ol>\n");
	if (v->own.n_unknown)
		mr_write_html(W, "<p class=\"soft\">%d more of films that are "
		    "not in this catalogue.</p>\n",
		    (int64_t)v->own.n_unknown);
	mr_write_raw(W, "</section>\n");
}

/* A link to this page as a asks for it; on: that is what is shown. */
static void
chip(struct mr_visit *v, const struct mr_asked *a, bool on,
    struct mr_slice name)
{
	const char *sep;

	mr_write_html(W, "<a href=\"%a", "/me");
	mr_page_query(W, a, "&amp;", &sep);
	if (a->given >> MR_ASK_MIX & 1) {
		mr_write_raw(W, sep);
		mr_write_html(W, "mix=%s", mr_asked_mix(a));
	}
	mr_write_raw(W, on ? "\" aria-current=\"true\">" : "\">");
	mr_write_html(W, "%t</a> ", name);
}

static bool
is_only(const struct mr_asked *a, int genres, int64_t from)
{
	return a->n_genres == genres && a->from == from && !a->to;
}

/* Which films: the genres of what he rated, and newer ones. */
static void
only(struct mr_visit *v)
{
	const struct mr_site *s = v->site;
	const struct mr_asked *now = &v->asked;
	struct mr_asked a = { .mix = now->mix, .given = now->given };
	int64_t *count = v->clerk->per_genre;
	int64_t since = s->last_year > 20 ? (s->last_year - 20) / 10 * 10 : 0;
	struct mr_slice genre[GENRES];
	bool any = is_only(now, 0, 0), here;
	int n;

	memset(count, 0, (size_t)s->genres.n * sizeof *count);
	for (int k = 0; k < v->own.n; k++)
		mr_site_count_genres(s, v->own.r[k].film, count);
	n = mr_site_most_genres(s, count, GENRES, genre);
	mr_write_raw(W, "<p class=\"chips\"><span>Only</span>");
	chip(v, &a, any, mr_slice_of("All"));
	a.n_genres = 1;
	for (int k = 0; k < n; k++) {
		a.genre[0] = genre[k];
		here = is_only(now, 1, 0) && mr_slice_eq(genre[k],
		    now->genre[0]);
		any |= here;
		chip(v, &a, here, genre[k]);
	}
	a.n_genres = 0;
	a.from = since;
	if (since) {
		char text[32];

		here = is_only(now, 0, since);
		any |= here;
		snprintf(text, sizeof text, "since %d", (int)since);
		chip(v, &a, here, mr_slice_of(text));
	}
	if (!any) {
		mr_write_raw(W, "<b>those");
		mr_page_only(v);
		mr_write_raw(W, "</b>");
	}
	mr_write_raw(W, "</p>");
}

/* What the list is made by, where there is a choice. */
static void
weigh(struct mr_visit *v)
{
	static const char *const names[] = { "ratings", "both", "texts" };
	const struct mr_site *s = v->site;
	struct mr_asked a = v->asked;

	if (!s->recommender || !mr_recommender_folds(s->recommender) ||
	    !s->searcher || !mr_searcher_is_dense(s->searcher))
		return;
	a.given |= 1u << MR_ASK_MIX;
	mr_write_raw(W, "<p class=\"chips\"><span>Weigh</span>");
	for (a.mix = 0; a.mix <= MR_MIX_TEXT; a.mix++)
		chip(v, &a, a.mix == v->asked.mix, mr_slice_of(names[a.mix]));
	mr_write_raw(W, "</p>");
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
	    "<h2 id=\"h-l\">Recommended</h2></div>\n<p class=\"soft\">");
	mr_write_raw(W, f.mixed ? "By the ratings of all, yours, and the texts "
	    "of films." : folded ? "By the ratings of all, and yours." : f.n ?
	    "By the texts of the films that you rated." :
	    "There is neither a model that takes new people nor a vector of "
	    "what you rated.");
	mr_write_raw(W, own->n < 3 ? " These are early guesses.</p>\n" :
	    "</p>\n");
	if (f.n <= v->asked.offset)
		mr_write_raw(W, "<p class=\"soft\">No film is left.</p>\n");
	else
		mr_page_list(v, &f, folded ? &u : NULL, "your ", false);
	if (pages)
		mr_page_pager(v, "/me", &f);
	mr_write_raw(W, "</section>\n");
	return MR_OK;
}

static void
nothing_yet(struct mr_visit *v)
{
	mr_write_raw(W, "<div class=\"head\"><h1>Your films</h1><p>"
	    "<a href=\"/me/import\">Bring ratings in</a></p></div>\n<div "
	    "class=\"empty\"><h2>No ratings yet</h2><p>Rate a few films that "
	    "you know: three are enough to "
	    "begin.</p><p><a class=\"btn\" href=\"/\">To the films</a>"
	    "</p></div>\n");
	mr_page_end(v);
}

int
mr_page_me(struct mr_visit *v, struct mr_err *err)
{
	int64_t n = v->own.n;
	int rc = MR_OK;

	v->reply->keep = MR_KEEP_OWN;
	mr_page_begin(v, mr_slice_of("My ratings"), MR_PAGE_MINE);
	if (n == 0) {
		nothing_yet(v);
		return MR_OK;
	}
	mr_write_html(W, "<div class=\"head\"><h1>For you</h1><div><p>from your "
	    "%d rating%s · <a href=\"/me/ratings.tsv\">save them</a> · <a "
	    "href=\"/me/import\">bring ratings in</a> ·</p> <form class=\"in\" "
	    "method=\"post\" action=\"/forget\"><button class=\"link\">forget "
	    "all</button></form></div></div>\n<div class=\"tools\">", n, n == 1 ?
	    "" : "s");
	only(v);
	weigh(v);
	mr_write_raw(W, "</div>\n");
	if (!v->site->recommender)
		mr_write_raw(W, "<p class=\"note\">This server has no model of "
		    "ratings, so it cannot guess what you would give a film. "
		    "Films like your ratings are found by their texts.</p>\n");
	if (v->asked.wrong != MR_ASK_END) {
		v->reply->status = 400;
		mr_page_wrong(v);
	} else {
		rc = mr_page_for_you(v, &(struct mr_taste){ v->own.r, n }, true,
		    err);
	}
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

static void
no_room(struct mr_visit *v)
{
	v->reply->status = 400;
	mr_page_begin(v, mr_slice_of("No room"), MR_PAGE_MINE);
	mr_write_html(W, "<div class=\"empty\"><h1>This browser keeps no more "
	    "ratings</h1><p>It has room for %d at most, fewer where ids are "
	    "long. Save them, or take some back.</p><p><a class=\"btn\" "
	    "href=\"/me/ratings.tsv\">Save them</a> <a class=\"btn\" "
	    "href=\"/me\">Your ratings</a></p></div>\n",
	    (int64_t)MR_OWN_MOST);
	mr_page_end(v);
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
		no_room(v);
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
