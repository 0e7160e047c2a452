/* The page of one film.
 * SPDX-License-Identifier: MIT */
#include <math.h>

#include "tool/serve/page.h"

#define W (&v->reply->body)

/* How often each rating was given. */
static void
histogram(struct mr_visit *v, int32_t film)
{
	float value[MR_FIND_KINDS];
	int64_t count[MR_FIND_KINDS], most = 1;
	int n = mr_find_histogram(v->site, film, value, count);

	if (n == 0)
		return;
	for (int k = 0; k < n; k++)
		most = count[k] > most ? count[k] : most;
	mr_write_html(W, "<svg class=\"hist\" viewBox=\"0 0 %d 92\" "
	    "role=\"img\" aria-label=\"Ratings: ", (int64_t)n * 40);
	for (int k = 0; k < n; k++)
		mr_write_html(W, "%s%g: %d times", k ? ", " : "",
		    mr_site_rating((double)value[k]), count[k]);
	mr_write_raw(W, "\">");
	for (int k = 0; k < n; k++) {
		int64_t h = count[k] * 70 / most + 1;

		mr_write_html(W, "<rect x=\"%d\" y=\"%d\" width=\"34\" "
		    "height=\"%d\"/><text x=\"%d\" y=\"88\">%g</text>",
		    (int64_t)k * 40, 72 - h, h, (int64_t)k * 40 + 11,
		    mr_site_rating((double)value[k]));
	}
	mr_write_raw(W, "</svg>\n");
}

static int
likes(struct mr_visit *v, int32_t film, bool text, struct mr_err *err)
{
	struct mr_found f;
	int rc;

	v->asked = (struct mr_asked){ .n = 8 };
	rc = text ? mr_find_alike(v->site, v->clerk, &v->asked, film, &f, err) :
	    mr_find_liked(v->site, v->clerk, &v->asked, film, &f, err);
	if (rc)
		return rc;
	mr_write_html(W, "<section aria-labelledby=\"h-%s\"><div "
	    "class=\"head\"><h2 id=\"h-%s\">%s</h2>", text ? "text" :
	    "liked", text ? "text" : "liked", text ? "Like it by what it is about" :
	    "Liked by the same people");
	if (f.n && !f.weights)
		mr_write_html(W, "<p>cosine of %s</p>", text ? "texts" :
		    "factors");
	mr_write_raw(W, "</div>");
	if (f.n == 0)
		mr_write_html(W, "<p class=\"soft\">%s.</p>", text ?
		    "There is no vector of this film" :
		    "The model does not compare this film with others");
	else
		mr_page_list(v, &f, NULL, "", true);
	mr_write_raw(W, "</section>\n");
	return MR_OK;
}

static void
heading(struct mr_visit *v, int32_t film)
{
	const struct mr_site *s = v->site;
	struct mr_slice rest = mr_site_cell(s, film, s->genre);
	struct mr_slice people = mr_site_cell(s, film, s->people);

	mr_write_html(W, "<div><h1>%t <span class=\"soft num\">%t</span></h1>",
	    mr_site_title(s, film), mr_site_cell(s, film, s->year));
	mr_write_raw(W, rest.n ? "<p class=\"chips\">" : "<p>");
	while (rest.p && rest.n) {
		struct mr_slice g = mr_slice_cut(&rest, '|');

		mr_write_html(W, "<a href=\"/search?genre=%u\">%t</a> ", g, g);
	}
	mr_write_raw(W, "</p></div>");
	if (people.n)
		mr_write_html(W, "<p>%t</p>", people);
}

/* What the model says of the visitor and a film, as if he had not rated it. */
static void
guess(struct mr_visit *v, int32_t film)
{
	const struct mr_taste own = { v->own.r, v->own.n };
	struct mr_because why;
	struct mr_user u;
	double x;

	if (!mr_find_fold(v->site, v->clerk, &own, film, &u))
		return;
	x = mr_find_estimate(v->site, v->clerk, &u, film);
	if (isnan(x))
		return;
	mr_find_reasons_of(v->site, v->clerk, &u);
	mr_find_because(v->site, v->clerk, &u, film, &why);
	mr_write_html(W, "<div><p class=\"lab\">Our guess%s</p><p class=\"big "
	    "num\">%1 <span class=\"small soft\">of %g</span></p></div>",
	    isnan(mr_own_find(&v->own, film)) ? "" : " without it", x,
	    v->site->hi);
	mr_page_reasons(v, &(struct mr_card){ .film = film, .because = &why,
	    .whose = "your " });
	if (u.rated.n < 3)
		mr_write_html(W, "<p class=\"small soft\">from %d rating%s</p>",
		    u.rated.n, u.rated.n == 1 ? "" : "s");
}

/* Any rating that was given, where five stars have not all of them. */
static void
exactly(struct mr_visit *v, int32_t film)
{
	const struct mr_site *s = v->site;
	double own = (double)mr_own_find(&v->own, film);

	if (s->n_steps <= 5)
		return;
	mr_write_html(W, "<form class=\"exact\" method=\"post\" "
	    "action=\"/rate\"><input type=\"hidden\" name=\"item\" "
	    "value=\"%t\"><input type=\"hidden\" name=\"back\" value=\"%t\">"
	    "<label class=\"sr\" for=\"exact\">Your rating in full</label>"
	    "<select id=\"exact\" name=\"rating\"><option value=\"\">none"
	    "</option>", mr_site_id(s, film), v->q->target);
	for (int k = 0; k < s->n_steps; k++)
		mr_write_html(W, "<option%s>%g</option>", fabs(own -
		    (double)s->step[k]) < 0.005 ? " selected" : "",
		    mr_site_rating((double)s->step[k]));
	mr_write_raw(W, "</select> <button class=\"btn\">Rate</button></form>");
}

static void
about_film(struct mr_visit *v, int32_t film)
{
	const struct mr_site *s = v->site;
	int64_t n = mr_site_count(s, film);

	mr_write_raw(W, "<article class=\"film\">");
	mr_page_tile(v, film);
	mr_write_html(W, "<b aria-hidden=\"true\">%t</b></div><div "
	    "class=\"facts\">", mr_site_title(s, film));
	heading(v, film);
	mr_write_html(W, "<div class=\"panel row\" id=\"f-%u\"><div><p "
	    "class=\"lab\">Your rating</p>", mr_site_id(s, film));
	mr_page_stars(v, film);
	exactly(v, film);
	mr_write_raw(W, "</div>");
	guess(v, film);
	mr_write_raw(W, "</div>\n");
	if (n && s->lo <= s->hi) {
		mr_write_raw(W, "<div>");
		histogram(v, film);
		mr_write_html(W, "<p class=\"small soft num\">%n rating%s, mean "
		    "%2</p></div>", n, n == 1 ? "" : "s", s->mean[film]);
	} else if (s->recommender) {
		mr_write_html(W, "<p class=\"small soft num\">%d rating%s</p>",
		    n, n == 1 ? "" : "s");
	}
	mr_write_raw(W, "</div></article>\n");
}

static void
not_found(struct mr_visit *v, struct mr_slice id)
{
	v->reply->status = 404;
	v->reply->keep = MR_KEEP_NOT;
	mr_page_begin(v, mr_slice_of("No such film"), MR_PAGE_ELSEWHERE);
	mr_write_html(W, "<div class=\"empty\"><h1>No such film</h1><p>There is "
	    "no film with the id <span class=\"mono\">%t</span>.</p><p><a "
	    "class=\"btn\" href=\"/search?q=%u\">Search for it</a></p></div>\n",
	    id, id);
	mr_page_end(v);
}

int
mr_page_film(struct mr_visit *v, struct mr_err *err)
{
	struct mr_slice id = v->q->n_parts > 1 ? v->q->part[1] : v->asked.id;
	int32_t film = id.p ? mr_site_find(v->site, id) : -1;
	int rc = MR_OK;

	if (film < 0) {
		not_found(v, id.p ? id : (struct mr_slice){ "", 0 });
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
