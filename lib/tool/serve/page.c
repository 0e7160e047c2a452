/* The frame of pages and their parts; see page.h.
 * SPDX-License-Identifier: MIT */
#include "tool/serve/page.h"

#include <math.h>
#include <string.h>

#include "core/hash.h"

#define W (&v->reply->body)

static void
nav(struct mr_visit *v, enum mr_page_where here, enum mr_page_where where,
    const char *to, const char *name)
{
	mr_write_html(W, "<li><a href=\"%a\"", to);
	if (here == where)
		mr_write_raw(W, " aria-current=\"page\"");
	mr_write_html(W, ">%s", name);
	if (where == MR_PAGE_MINE && v->own.n)
		mr_write_html(W, " <span class=\"count\">%d</span>",
		    (int64_t)v->own.n);
	mr_write_raw(W, "</a></li>");
}

void
mr_page_begin(struct mr_visit *v, struct mr_slice title,
    enum mr_page_where where)
{
	const struct mr_site *s = v->site;
	const char *name = s->o->title;

	v->reply->type = "text/html; charset=utf-8";
	mr_write_raw(W, "<!doctype html>\n<html lang=\"en\">\n<head>\n"
	    "<meta charset=\"utf-8\">\n<meta name=\"viewport\" "
	    "content=\"width=device-width, initial-scale=1\">\n<title>");
	if (title.n)
		mr_write_html(W, "%t · ", title);
	mr_write_html(W, "%s</title>\n<link rel=\"stylesheet\" "
	    "href=\"/static/%s\">\n<link rel=\"icon\" href=\"/static/%s\">\n",
	    name, s->asset[MR_ASSET_STYLE].name, s->asset[MR_ASSET_ICON].name);
	mr_write_html(W, "<script src=\"/static/%s\" defer></script>\n",
	    s->asset[MR_ASSET_SCRIPT].name);
	if (where == MR_PAGE_USERS)
		mr_write_raw(W, "<meta name=\"robots\" content=\"noindex\">\n");
	mr_write_raw(W, "</head>\n<body>\n<a class=\"skip\" href=\"#main\">"
	    "Skip to content</a>\n<header class=\"top\"><div>"
	    "<a class=\"brand\" href=\"/\">");
	if (strncmp(name, "mr ", 3) == 0)
		mr_write_html(W, "<b>mr</b> %s", name + 3);
	else
		mr_write_html(W, "%s", name);
	mr_write_raw(W, "</a><nav aria-label=\"Main\"><ul>");
	nav(v, where, MR_PAGE_SEARCH, "/", "Search");
	nav(v, where, MR_PAGE_MINE, "/me", "My ratings");
	if (s->recommender && !s->o->no_users)
		nav(v, where, MR_PAGE_USERS, "/users", "People");
	nav(v, where, MR_PAGE_ABOUT, "/about", "About");
	mr_write_raw(W, "</ul></nav></div></header>\n<main id=\"main\">\n");
	if (v->own.bad)
		mr_write_raw(W, "<p class=\"note\" role=\"status\">The ratings "
		    "that this browser keeps could not be read: they are left "
		    "out.</p>\n");
}

static void
poster_switch(struct mr_visit *v)
{
	const struct mr_site *s = v->site;

	mr_write_html(W, "<form class=\"small\" method=\"post\" "
	    "action=\"/images\"><input type=\"hidden\" name=\"images\" "
	    "value=\"%s\"><input type=\"hidden\" name=\"back\" "
	    "value=\"%t\"><button class=\"link\">%s posters</button> <span "
	    "class=\"soft\">%s %s</span></form>\n", v->own.images ? "0" : "1",
	    v->q->target, v->own.images ? "Hide" : "Show", v->own.images ?
	    "this browser gets them from" : "this browser would get them "
	    "from", s->poster_origin + sizeof "https://" - 1);
}

void
mr_page_end(struct mr_visit *v)
{
	const struct mr_site *s = v->site;

	mr_write_raw(W, "</main>\n<footer><div><ul class=\"small\">"
	    "<li><a href=\"/about\">About this model</a></li>");
	if (s->recommender && mr_recommender_folds(s->recommender))
		mr_write_raw(W, "<li><a href=\"/night\">A film night</a>"
		    "</li>");
	mr_write_html(W, "<li><a href=\"/api/v1/openapi.json\">API</a></li>"
	    "<li class=\"soft\">%n films", (int64_t)s->n);
	if (s->recommender)
		mr_write_html(W, " · %n people · %n ratings", (int64_t)
		    mr_recommender_kept(s->recommender)->n,
		    mr_csr_nnz(&s->raters));
	mr_write_raw(W, "</li><li class=\"soft\">No account, no tracking: your "
	    "ratings stay in this browser.</li></ul>");
	if (s->poster_origin[0])
		poster_switch(v);
	mr_write_raw(W, "</div></footer>\n</body>\n</html>\n");
}

void
mr_page_problem(struct mr_visit *v, const char *title, const char *detail)
{
	char first = detail[0];

	if (first >= 'a' && first <= 'z')
		first = (char)(first - 'a' + 'A');
	mr_page_begin(v, mr_slice_of(title), MR_PAGE_ELSEWHERE);
	mr_write_html(W, "<div class=\"empty\"><h1>%s</h1><p>%t%s.</p>"
	    "<p><a class=\"btn\" href=\"/\">To the search</a></p></div>\n",
	    title, (struct mr_slice){ &first, 1 }, detail + 1);
	mr_page_end(v);
}

/* Of a field that cannot be used. */
#define WRONG " aria-invalid=\"true\" aria-describedby=\"wrong\" autofocus"

/* Filled in as it was, right or wrong. */
static void
year_field(struct mr_visit *v, int param, const char *id, const char *label,
    int64_t end)
{
	struct mr_slice value = mr_request_value(v->q, mr_asked_name(param));

	mr_write_html(W, "<div class=\"y\"><label for=\"%s\">%s</label><input "
	    "type=\"number\" id=\"%s\" name=\"%s\" min=\"1800\" max=\"2200\" "
	    "inputmode=\"numeric\"", id, label, id, mr_asked_name(param));
	if (value.n)
		mr_write_html(W, " value=\"%t\"", value);
	if (end)
		mr_write_html(W, " placeholder=\"%d\"", end);
	mr_write_raw(W, v->asked.wrong == param ? WRONG "></div>" : "></div>");
}

/* Without its end. */
void
mr_page_filters(struct mr_visit *v)
{
	const struct mr_asked *a = &v->asked;
	const struct mr_site *s = v->site;

	mr_write_raw(W, "<div class=\"filters\"><div class=\"g\"><label "
	    "for=\"g\">Genre</label><select id=\"g\" name=\"genre\"");
	mr_write_raw(W, a->wrong == MR_ASK_GENRE ? WRONG : "");
	mr_write_raw(W, "><option value=\"\">any</option>");
	for (int32_t g = 0; g < s->genres.n; g++) {
		struct mr_slice name = mr_ids_get(&s->genres, g);

		mr_write_html(W, "<option%s>%t</option>", a->n_genres &&
		    mr_slice_eq(a->genre[0], name) ? " selected" : "", name);
	}
	mr_write_raw(W, "</select></div>");
	year_field(v, MR_ASK_FROM, "y1", "From year", s->first_year);
	year_field(v, MR_ASK_TO, "y2", "to year", s->last_year);
}

/* What is wrong, by the name of the field as one sees it. */
void
mr_page_wrong(struct mr_visit *v)
{
	const struct mr_asked *a = &v->asked;
	const char *name = a->wrong == MR_ASK_Q ? "Search" : a->wrong ==
	    MR_ASK_GENRE ? "Genre" : a->wrong == MR_ASK_FROM ? "From year" :
	    a->wrong == MR_ASK_TO ? "To year" : a->wrong == MR_ASK_END ? NULL :
	    mr_asked_name(a->wrong);

	if (name)
		mr_write_html(W, "<p class=\"bad\" id=\"wrong\" "
		    "role=\"alert\">%s: %s.</p>\n", name, a->detail);
}

void
mr_page_form(struct mr_visit *v)
{
	mr_write_html(W, "<form class=\"search\" role=\"search\" "
	    "action=\"/search\"><div class=\"bar\"><div><label class=\"sr\" "
	    "for=\"q\">Title, or what the film is about</label><input "
	    "type=\"search\" id=\"q\" name=\"q\" maxlength=\"200\" "
	    "value=\"%t\" placeholder=\"A title, or what it is about: a heist "
	    "that goes wrong\" autocomplete=\"off\" spellcheck=\"false\"",
	    mr_request_value(v->q, mr_asked_name(MR_ASK_Q)));
	mr_write_raw(W, v->asked.wrong == MR_ASK_Q ? WRONG : "");
	mr_write_raw(W, "></div><button class=\"btn main\">Search</button>"
	    "</div>");
	mr_page_filters(v);
	mr_write_raw(W, "</div>");
	mr_page_wrong(v);
	mr_write_raw(W, "</form>\n");
}

static bool
has_poster(const struct mr_visit *v, int32_t film)
{
	return v->own.images && mr_site_poster(v->site, film).n;
}

/* Twelve hues by the id, eight patterns by the first genre. */
void
mr_page_tile(struct mr_visit *v, int32_t film)
{
	const struct mr_site *s = v->site;
	struct mr_slice id = mr_site_id(s, film);
	struct mr_slice rest = mr_site_cell(s, film, s->genre);
	struct mr_slice genre = mr_slice_cut(&rest, '|');

	mr_write_html(W, "<div class=\"tile h%d p%d\">",
	    (int64_t)(mr_hash64(id.p, id.n) % 12),
	    (int64_t)(mr_hash64(genre.p, genre.n) % 8));
	if (!has_poster(v, film))
		return;
	/* The tile stays below, where the image does not come. */
	v->reply->images = s->poster_origin;
	mr_write_html(W, "<img src=\"%s%t\" alt=\"\" width=\"200\" "
	    "height=\"300\" loading=\"lazy\" decoding=\"async\" "
	    "referrerpolicy=\"no-referrer\">", s->o->posters,
	    mr_site_poster(s, film));
}

static void
facts(struct mr_visit *v, int32_t film)
{
	const struct mr_site *s = v->site;
	struct mr_slice year = mr_site_cell(s, film, s->year);
	struct mr_slice rest = mr_site_cell(s, film, s->genre);

	mr_write_raw(W, "<p class=\"g\">");
	if (year.n)
		mr_write_html(W, "<b class=\"num\">%t</b>", year);
	for (int k = 0; rest.p && rest.n; k++)
		mr_write_html(W, "%s%t", k ? ", " : year.n ? " · " : "",
		    mr_slice_cut(&rest, '|'));
	mr_write_raw(W, "</p>");
}

/* A meter with its number in words. */
static void
meter(struct mr_visit *v, const struct mr_card *c)
{
	static const char *const words[] = { "", "guess", "cosine", "close",
	    "loose" };
	double lo = v->site->lo, hi = v->site->hi, share = c->value;

	if (c->score == MR_CARD_NONE || isnan(c->value))
		return;
	if (c->score == MR_CARD_GUESS)
		share = (share - lo) / (hi > lo ? hi - lo : 1);
	share = share < 0 ? 0 : share > 1 ? 1 : share;
	mr_write_html(W, "<p class=\"meter%s\"><svg width=\"56\" "
	    "height=\"6\" aria-hidden=\"true\"><rect width=\"56\" "
	    "height=\"6\" rx=\"3\"/><rect width=\"%d\" height=\"6\" "
	    "rx=\"3\"/></svg><span class=\"num\">%s", c->score ==
	    MR_CARD_LOOSE ? " loose" : "", (int64_t)(share * 56),
	    words[c->score]);
	if (c->score == MR_CARD_GUESS)
		mr_write_html(W, " %1 of %g", c->value, hi);
	else if (c->score == MR_CARD_COSINE)
		mr_write_html(W, " %2", c->value);
	else
		mr_write_html(W, ", %3", c->value);
	mr_write_raw(W, "</span></p>");
}

/* Those with the most to say first; nothing is less than a hundredth. */
static void
carriers(struct mr_visit *v, const struct mr_carried *c)
{
	bool told[16] = { false };
	const char *sep = "Carried by ";

	mr_write_raw(W, "<p class=\"why\">");
	for (int k = 0; k < c->n; k++) {
		int best = 0;

		while (told[best])
			best++;
		for (int i = best + 1; i < c->n; i++)
			if (!told[i] && c->part[i] > c->part[best])
				best = i;
		told[best] = true;
		if (fabs(c->part[best]) < 0.005)
			continue;
		mr_write_html(W, "%s<b>%t</b> <span class=\"num\">%s%2</span>",
		    sep, c->name[best], c->part[best] < 0 ? "−" :
		    "+", fabs(c->part[best]));
		sep = ", ";
	}
	mr_write_raw(W, "</p>");
}

void
mr_page_reasons(struct mr_visit *v, const struct mr_card *c)
{
	const struct mr_because *b = c->because;

	if (c->carried)
		carriers(v, c->carried);
	if (!b || b->n == 0)
		return;
	mr_write_raw(W, "<p class=\"why\">Because of ");
	for (int k = 0; k < b->n; k++)
		mr_write_html(W, "%s%s<a href=\"%f\">%t</a> %g", k ? ", " :
		    "", k ? "" : c->whose, mr_site_id(v->site, b->film[k]),
		    mr_site_title(v->site, b->film[k]),
		    mr_site_rating(b->rating[k]));
	mr_write_raw(W, "</p>");
}

void
mr_page_card(struct mr_visit *v, const struct mr_card *c)
{
	struct mr_slice id = mr_site_id(v->site, c->film);

	mr_write_html(W, "<li class=\"card\" id=\"f-%u\">", id);
	mr_page_tile(v, c->film);
	if (has_poster(v, c->film))
		mr_write_html(W, "<b aria-hidden=\"true\">%t</b></div><h3>"
		    "<a href=\"%f\">%t</a></h3>", mr_site_title(v->site,
		    c->film), id, mr_site_title(v->site, c->film));
	else
		mr_write_html(W, "<h3><a href=\"%f\">%t</a></h3></div>", id,
		    mr_site_title(v->site, c->film));
	facts(v, c->film);
	meter(v, c);
	mr_page_reasons(v, c);
	mr_page_stars(v, c->film);
	mr_write_raw(W, "</li>\n");
}

/* A small tile, the title and the year, without the end. */
static void
film_line(struct mr_visit *v, int32_t film)
{
	struct mr_slice title = mr_site_title(v->site, film);
	struct mr_slice year = mr_site_cell(v->site, film, v->site->year);

	mr_page_tile(v, film);
	mr_write_html(W, "<b aria-hidden=\"true\">%t</b></div><div>"
	    "<a href=\"%f\">%t</a>", title, mr_site_id(v->site, film), title);
	if (year.n)
		mr_write_html(W, " <span class=\"soft num\">%t</span>", year);
}

void
mr_page_row(struct mr_visit *v, const struct mr_card *c)
{
	if (c->anchor)
		mr_write_html(W, "<li id=\"f-%u\">", mr_site_id(v->site,
		    c->film));
	else
		mr_write_raw(W, "<li>");
	film_line(v, c->film);
	mr_write_raw(W, "</div><div>");
	mr_page_stars(v, c->film);
	mr_write_raw(W, "</div></li>\n");
}

void
mr_page_line(struct mr_visit *v, const struct mr_card *c)
{
	mr_write_raw(W, "<li>");
	film_line(v, c->film);
	mr_page_reasons(v, c);
	mr_write_raw(W, "</div>");
	if (c->score != MR_CARD_NONE && !isnan(c->value))
		mr_write_html(W, c->score == MR_CARD_RATING ?
		    "<span class=\"num seen\">★ %g</span>" : c->score ==
		    MR_CARD_GUESS ? "<span class=\"num soft\">%1</span>" :
		    "<span class=\"num soft\">%2</span>", c->value);
	mr_write_raw(W, "</li>\n");
}
