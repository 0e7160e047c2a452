/* The pages of films: home, search, a film.
 * SPDX-License-Identifier: MIT */
#include <math.h>
#include <string.h>

#include "tool/serve/page.h"

#define W (&v->reply->body)

/* Cards of f from offset .. on; cosine: its scores are such, else guesses of
 * u, whose reasons are told unless he is NULL. */
static void
grid(struct mr_visit *v, const struct mr_found *f, bool cosine,
    const struct mr_user *u)
{
	const struct mr_asked *a = &v->asked;
	struct mr_because why;

	if (u)
		mr_find_reasons_of(v->site, v->clerk, u);
	mr_write_raw(W, "<ol class=\"grid\">\n");
	for (int64_t k = a->offset; k < f->n && k < a->offset + a->n; k++) {
		struct mr_hit h = f->hit[k];
		struct mr_card c = { .film = h.row, .cosine = NAN,
		    .guess = NAN, .whose = "your " };

		if (f->scored && cosine)
			c.cosine = (double)h.score;
		else if (f->scored)
			c.guess = mr_find_guess(v->site, h.score);
		if (u) {
			mr_find_because(v->site, v->clerk, u, h.row, &why);
			c.because = &why;
		}
		mr_page_card(v, &c);
	}
	mr_write_raw(W, "</ol>\n");
}

#define VARIED 50	/* films looked at for others of their genre */

/* The most rated films, no two in a row of one first genre where that can
 * be. */
static void
beginners(struct mr_visit *v)
{
	const struct mr_site *s = v->site;
	struct mr_slice last = { "", 0 };
	int shown = 0;

	mr_write_raw(W, "<section aria-labelledby=\"h-start\"><div "
	    "class=\"head\"><h2 id=\"h-start\">Rate a few you know</h2><p>"
	    "Three are enough to begin.</p></div><ol class=\"grid\">\n");
	for (int32_t k = 0; k < s->n && shown < 12; k++) {
		int32_t film = s->order[MR_SORT_RATINGS][k];
		struct mr_slice rest = mr_site_cell(s, film, s->genre);
		struct mr_slice genre = mr_slice_cut(&rest, '|');

		if (s->n > 2 * VARIED && k < VARIED && genre.n &&
		    mr_slice_eq(genre, last))
			continue;
		last = genre;
		shown++;
		mr_page_card(v, &(struct mr_card){ .film = film, .cosine = NAN,
		    .guess = NAN });
	}
	mr_write_raw(W, "</ol></section>\n");
}

static int
for_you(struct mr_visit *v, struct mr_err *err)
{
	struct mr_user u;
	struct mr_found f;
	bool folded;
	int rc = mr_find_own(v->site, v->clerk, &v->asked,
	    &(struct mr_taste){ v->own.r, v->own.n }, &u, &folded, &f, err);

	if (rc)
		return rc;
	mr_write_raw(W, "<section aria-labelledby=\"h-you\"><div "
	    "class=\"head\"><h2 id=\"h-you\">For you</h2><p><a href=\"/me\">"
	    "All, and your ratings</a></p></div>\n");
	if (v->own.n < 3)
		mr_write_raw(W, "<p class=\"soft\">These are early guesses: "
		    "three ratings or more make better ones.</p>\n");
	grid(v, &f, !folded, folded ? &u : NULL);
	mr_write_raw(W, "</section>\n");
	return MR_OK;
}

int
mr_page_home(struct mr_visit *v, struct mr_err *err)
{
	bool own = v->own.n > v->own.n_unknown && (v->site->recommender ||
	    v->site->searcher);
	int rc = MR_OK;

	v->asked.n = 12;
	v->reply->keep = v->q->cookie.n ? MR_KEEP_OWN : MR_KEEP_MINUTE;
	mr_page_begin(v, (struct mr_slice){ "", 0 }, MR_PAGE_SEARCH);
	mr_write_raw(W, "<div class=\"search\"><h1>What shall we watch?</h1>"
	    "<p class=\"soft\">Type a title you like, or say in your own words "
	    "what the film should be about.</p></div>\n");
	mr_page_form(v, "/search", true);
	if (own)
		rc = for_you(v, err);
	else
		beginners(v);
	mr_page_end(v);
	return rc;
}

/* Titles as rows. */
static int
titles(struct mr_visit *v, int64_t *found, struct mr_err *err)
{
	struct mr_asked a = v->asked;
	struct mr_found f;
	int rc;

	a.n = 5;
	a.offset = 0;
	rc = mr_find_titles(v->site, v->clerk, &a, &f, err);
	*found = f.total;
	if (rc || f.n == 0 || v->asked.offset)
		return rc;
	mr_write_html(W, "<section aria-labelledby=\"h-t\"><div class=\"head\">"
	    "<h2 id=\"h-t\">Titles</h2><p class=\"num\">%d</p></div><ol "
	    "class=\"list\">\n", f.total);
	for (int64_t k = 0; k < f.n && k < a.n; k++)
		mr_page_row(v, &(struct mr_card){ .film = f.hit[k].row,
		    .cosine = NAN, .guess = NAN });
	mr_write_raw(W, "</ol></section>\n");
	return MR_OK;
}

static void
nothing(struct mr_visit *v)
{
	const struct mr_asked *a = &v->asked;

	mr_write_raw(W, "<div class=\"empty\"><h2>Nothing found</h2><p>");
	mr_write_raw(W, a->n_genres || a->from || a->to ?
	    "The genre and the years leave no film." :
	    "No title has these words.");
	mr_write_raw(W, "</p>");
	if (a->q.n && (a->n_genres || a->from || a->to))
		mr_write_html(W, "<p><a class=\"btn\" href=\"/search?q=%u\">"
		    "Without them</a></p>", a->q);
	mr_write_raw(W, "</div>\n");
}

static int
results(struct mr_visit *v, struct mr_err *err)
{
	struct mr_asked a = v->asked;
	bool words = a.q.n && v->site->searcher &&
	    mr_searcher_knows_words(v->site->searcher);
	struct mr_found f = { 0 };
	int64_t n_titles = 0;
	int rc = MR_OK;

	/* Without the vector of the words nothing of this is sent. */
	if (words && mr_find_waits(v->site, v->clerk, &a))
		return MR_OK;
	if (a.q.n)
		rc = titles(v, &n_titles, err);
	a.sort = MR_SORT_RATINGS;
	if (rc == MR_OK && words)
		rc = mr_find_words(v->site, v->clerk, &a, &f, err);
	else if (rc == MR_OK && !a.q.n)
		rc = mr_find_catalogue(v->site, v->clerk, &a, &f, err);
	if (rc)
		return rc;
	if (f.busy) {
		v->reply->status = 503;
		v->reply->keep = MR_KEEP_NOT;
		mr_write_raw(W, "<p class=\"note\">Too much is searched for "
		    "just now: these are titles alone. Ask again in a "
		    "second.</p>\n");
		return MR_OK;
	}
	if (f.n <= a.offset && n_titles == 0) {
		nothing(v);
		return MR_OK;
	}
	if (a.q.n && !words) {
		mr_write_raw(W, "<p class=\"note\">Only titles are searched: "
		    "there are no vectors that words could be compared with."
		    "</p>\n");
		return MR_OK;
	}
	if (f.cut)
		mr_write_raw(W, "<p class=\"note\">These are more words than "
		    "the model reads: the last ones count for nothing.</p>\n");
	mr_write_html(W, "<section aria-labelledby=\"h-w\"><div class=\"head\">"
	    "<h2 id=\"h-w\">%s</h2>", a.q.n ? "Close to your words" : "Films");
	if (f.total >= 0)
		mr_write_html(W, "<p class=\"num\">%d</p>", f.total);
	mr_write_raw(W, "</div>\n");
	grid(v, &f, true, NULL);
	mr_page_pager(v, "/search", &f);
	mr_write_raw(W, "</section>\n");
	return MR_OK;
}

int
mr_page_search(struct mr_visit *v, struct mr_err *err)
{
	bool bad = v->asked.wrong != MR_ASK_END;
	int rc = MR_OK;

	v->reply->keep = v->q->cookie.n ? MR_KEEP_OWN : MR_KEEP_MINUTE;
	if (!bad && mr_site_allow(v->site, &v->asked, v->clerk->films) < 0) {
		v->asked.wrong = MR_ASK_GENRE;
		v->asked.detail = "no film here has it";
		bad = true;
	}
	mr_page_begin(v, v->asked.q.n ? v->asked.q : mr_slice_of("Films"),
	    MR_PAGE_SEARCH);
	mr_write_html(W, "<h1>%s%t</h1>\n", v->asked.q.n ? "" : "Films",
	    v->asked.q);
	mr_page_form(v, "/search", true);
	if (bad) {
		v->reply->status = 400;
		v->reply->keep = MR_KEEP_NOT;
	} else {
		rc = results(v, err);
	}
	mr_page_end(v);
	return rc;
}

static int
by_rating(float a, float b)
{
	return (a > b) - (a < b);
}

/* How often each rating was given: at most ten kinds, else none. */
static void
histogram(struct mr_visit *v, int32_t film)
{
	const struct mr_csr *R = &v->site->raters;
	float value[10];
	int64_t count[10], most = 1;
	int n = 0;

	for (int64_t k = R->ptr[film]; k < R->ptr[film + 1]; k++) {
		int at = 0;

		while (at < n && by_rating(value[at], R->val[k]) < 0)
			at++;
		if (at == n || by_rating(value[at], R->val[k]) != 0) {
			if (n == 10)
				return;
			memmove(value + at + 1, value + at, (size_t)(n - at) *
			    sizeof *value);
			memmove(count + at + 1, count + at, (size_t)(n - at) *
			    sizeof *count);
			value[at] = R->val[k];
			count[at] = 0;
			n++;
		}
		count[at]++;
		most = count[at] > most ? count[at] : most;
	}
	mr_write_html(W, "<svg class=\"hist\" viewBox=\"0 0 %d 92\" "
	    "role=\"img\" aria-label=\"Ratings: ", (int64_t)n * 40);
	for (int k = 0; k < n; k++)
		mr_write_html(W, "%s%g: %d times", k ? ", " : "",
		    (double)value[k], count[k]);
	mr_write_raw(W, "\">");
	for (int k = 0; k < n; k++) {
		int64_t h = count[k] * 70 / most + 1;

		mr_write_html(W, "<rect x=\"%d\" y=\"%d\" width=\"34\" "
		    "height=\"%d\"/><text x=\"%d\" y=\"88\">%g</text>",
		    (int64_t)k * 40, 72 - h, h, (int64_t)k * 40 + 11,
		    (double)value[k]);
	}
	mr_write_raw(W, "</svg>\n");
}

static int
likes(struct mr_visit *v, int32_t film, bool text, struct mr_err *err)
{
	const struct mr_asked a = { .n = 8 };
	struct mr_found f;
	int rc = text ? mr_find_alike(v->site, v->clerk, &a, film, &f, err) :
	    mr_find_liked(v->site, v->clerk, &a, film, &f, err);

	if (rc)
		return rc;
	mr_write_html(W, "<section aria-labelledby=\"h-%s\"><div "
	    "class=\"head\"><h2 id=\"h-%s\">%s</h2></div>", text ? "text" :
	    "liked", text ? "text" : "liked", text ? "Like it by its text" :
	    "Liked by the same people");
	if (f.n == 0)
		mr_write_html(W, "<p class=\"soft\">%s.</p>", text ?
		    "There is no vector of this film" :
		    "The model does not compare this film with others");
	mr_write_raw(W, "<ol class=\"list\">\n");
	for (int64_t k = 0; k < f.n && k < a.n; k++)
		mr_page_row(v, &(struct mr_card){ .film = f.hit[k].row,
		    .cosine = f.weights ? NAN : (double)f.hit[k].score,
		    .guess = NAN });
	mr_write_raw(W, "</ol></section>\n");
	return MR_OK;
}

static void
about_film(struct mr_visit *v, int32_t film)
{
	const struct mr_site *s = v->site;
	struct mr_slice rest = mr_site_cell(s, film, s->genre);
	struct mr_slice people = mr_site_cell(s, film, s->people);

	mr_write_html(W, "<div class=\"film\">");
	mr_page_tile(v, film);
	mr_write_html(W, "<b aria-hidden=\"true\">%t</b></div><div "
	    "class=\"facts\"><h1>%t <span class=\"soft num\">%t</span></h1>"
	    "<p class=\"chips\">", mr_site_title(s, film),
	    mr_site_title(s, film), mr_site_cell(s, film, s->year));
	while (rest.p && rest.n) {
		struct mr_slice g = mr_slice_cut(&rest, '|');

		mr_write_html(W, "<a href=\"/search?genre=%u\">%t</a>", g, g);
	}
	mr_write_raw(W, "</p>");
	if (people.n)
		mr_write_html(W, "<dl class=\"pairs\"><dt>People</dt><dd>%t"
		    "</dd></dl>", people);
	mr_write_html(W, "<div class=\"panel row\" id=\"f-%u\">",
	    mr_site_id(s, film));
	mr_page_stars(v, film);
	if (mr_site_count(s, film) && s->lo <= s->hi)
		mr_write_html(W, "<p><span class=\"big num\">%1</span> of %g, "
		    "mean of %d ratings</p>", s->mean[film], s->hi,
		    mr_site_count(s, film));
	else if (s->recommender)
		mr_write_html(W, "<p>%d ratings</p>", mr_site_count(s, film));
	mr_write_raw(W, "</div>\n");
	if (mr_site_count(s, film) && s->lo <= s->hi)
		histogram(v, film);
	mr_write_raw(W, "</div></div>\n");
}

int
mr_page_film(struct mr_visit *v, struct mr_err *err)
{
	struct mr_slice id = v->q->n_parts > 1 ? v->q->part[1] : v->asked.id;
	int32_t film = id.p ? mr_site_find(v->site, id) : -1;
	int rc = MR_OK;

	if (film < 0) {
		mr_routes_problem(v, 404, "no film has that id", NULL);
		return MR_OK;
	}
	v->reply->keep = v->q->cookie.n ? MR_KEEP_OWN : MR_KEEP_MINUTE;
	mr_page_begin(v, mr_site_title(v->site, film), MR_PAGE_ELSEWHERE);
	about_film(v, film);
	mr_write_raw(W, "<div class=\"cols\">\n");
	if (v->site->searcher)
		rc = likes(v, film, true, err);
	if (rc == MR_OK && v->site->recommender)
		rc = likes(v, film, false, err);
	mr_write_raw(W, "</div>\n");
	mr_page_end(v);
	return rc;
}
