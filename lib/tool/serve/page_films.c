/* The pages that find films: home and search.
 * SPDX-License-Identifier: MIT */
#include <string.h>

#include "tool/serve/page.h"

#define W (&v->reply->body)

#define FIRST_TITLES 5	/* above the films that are near words */
#define SHOWN 12	/* films of the home page */
#define VARIED 50	/* films looked at for others of their genre */

/* The most rated films, no two in a row of one first genre where that can be;
 * those before the offset are passed over. */
static void
beginners(struct mr_visit *v)
{
	const struct mr_site *s = v->site;
	struct mr_slice last = { "", 0 };
	int64_t from = v->asked.offset, to = from + SHOWN, found = 0;
	bool more = s->n > to && to <= 10000;

	mr_write_raw(W, "<section aria-labelledby=\"h-start\"><div "
	    "class=\"head\"><h2 id=\"h-start\">Rate a few you know</h2><p>"
	    "Three are enough to begin.");
	if (more || from)
		mr_write_html(W, " <a href=\"/?offset=%d\">Show others</a>",
		    more ? to : 0);
	mr_write_raw(W, "</p></div><ol class=\"grid\">\n");
	for (int32_t k = 0; k < s->n && found < to; k++) {
		int32_t film = s->order[MR_SORT_RATINGS][k];
		struct mr_slice rest = mr_site_cell(s, film, s->genre);
		struct mr_slice genre = mr_slice_cut(&rest, '|');

		if (s->n > 2 * VARIED && k < VARIED && genre.n &&
		    mr_slice_eq(genre, last))
			continue;
		last = genre;
		if (found++ >= from)
			mr_page_card(v, &(struct mr_card){ .film = film });
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
	mr_page_list(v, &f, folded ? &u : NULL, "your ", false);
	mr_write_raw(W, "</section>\n");
	return MR_OK;
}

int
mr_page_home(struct mr_visit *v, struct mr_err *err)
{
	bool own = v->own.n > v->own.n_unknown && (v->site->recommender ||
	    v->site->searcher);
	int rc = MR_OK;

	v->asked.n = SHOWN;
	v->asked.wrong = MR_ASK_END;
	v->reply->keep = v->q->cookie.n ? MR_KEEP_OWN : MR_KEEP_MINUTE;
	mr_page_begin(v, (struct mr_slice){ "", 0 }, MR_PAGE_SEARCH);
	mr_write_raw(W, "<div class=\"search\"><h1>What shall we watch?</h1>"
	    "<p class=\"soft\">Type a title you like, or say in your own words "
	    "what the film should be about.</p></div>\n");
	mr_page_form(v);
	if (v->site->n == 0) {
		const char *slash = strrchr(v->site->o->movies, '/');

		mr_write_html(W, "<div class=\"empty\"><h2>No films</h2><p>"
		    "There are none in <span class=\"mono\">%s</span>.</p>"
		    "</div>\n", slash ? slash + 1 : v->site->o->movies);
	} else if (own) {
		v->asked.offset = 0;
		rc = for_you(v, err);
	} else {
		beginners(v);
	}
	mr_page_end(v);
	return rc;
}

/* Titles as rows: the first few, with a link to all, or, where titles alone are
 * asked for, all of them by pages. */
static int
titles(struct mr_visit *v, int64_t *found, struct mr_err *err)
{
	struct mr_asked a = v->asked;
	bool alone = a.match == 1;
	struct mr_found f;
	const char *sep;
	int rc;

	if (!alone) {
		a.n = FIRST_TITLES;
		a.offset = 0;
	}
	rc = mr_find_titles(v->site, v->clerk, &a, &f, err);
	*found = f.total;
	if (rc || f.n == 0 || (v->asked.offset && !alone))
		return rc;
	mr_write_html(W, "<section aria-labelledby=\"h-t\"><div class=\"head\">"
	    "<h2 id=\"h-t\">Titles</h2><p class=\"num\">");
	if (f.total > a.n && !alone) {
		a.match = 1;
		mr_write_html(W, "<a href=\"%a", "/search");
		mr_page_query(W, &a, "&amp;", &sep);
		mr_write_html(W, "\">all %d</a></p></div>", f.total);
	} else {
		mr_write_html(W, "%d</p></div>", f.total);
	}
	mr_write_raw(W, "<ol class=\"list\">\n");
	for (int64_t k = a.offset; k < f.n && k < a.offset + a.n; k++)
		mr_page_row(v, &(struct mr_card){ .film = f.hit[k].row });
	mr_write_raw(W, "</ol>");
	if (alone)
		mr_page_pager(v, "/search", &f);
	mr_write_raw(W, "</section>\n");
	return MR_OK;
}

/* And what there would be without genre and years. */
static int
nothing(struct mr_visit *v, struct mr_err *err)
{
	struct mr_asked a = { .q = v->asked.q, .n = 1 };
	bool only = v->asked.n_genres || v->asked.from || v->asked.to;
	struct mr_found f;
	int rc = !only ? MR_OK : a.q.n ? mr_find_titles(v->site, v->clerk, &a,
	    &f, err) : mr_find_catalogue(v->site, v->clerk, &a, &f, err);

	if (rc)
		return rc;
	mr_write_raw(W, "<div class=\"empty\"><h2>Nothing found</h2><p>No "
	    "film");
	if (a.q.n)
		mr_write_html(W, " matches “%t”", a.q);
	mr_page_only(v);
	mr_write_raw(W, ".</p>");
	if (only) {
		mr_write_html(W, "<p class=\"soft\">Without the filters there "
		    "are %d%s.</p><p><a class=\"btn\" href=\"/search",
		    f.total, a.q.n ? " titles" : "");
		if (a.q.n)
			mr_write_html(W, "?q=%u", a.q);
		mr_write_raw(W, "\">Search without filters</a></p>");
	}
	mr_write_raw(W, "</div>\n");
	return MR_OK;
}

/* How near they are, what it took, and the same for programs. */
static void
words_head(struct mr_visit *v, const struct mr_found *f)
{
	struct mr_asked a = v->asked;
	int64_t close = 0;
	const char *sep;

	while (close < f->n && mr_find_is_close((double)f->hit[close].score,
	    f->mean))
		close++;
	mr_write_raw(W, "<section aria-labelledby=\"h-w\"><div class=\"head\">"
	    "<h2 id=\"h-w\">Close to your words</h2><p>");
	if (f->n == 0)
		mr_write_raw(W, "none of these films has a text");
	else if (close == f->n)
		mr_write_raw(W, "all close");
	else if (close)
		mr_write_html(W, "%d close, then looser ones", close);
	else
		mr_write_raw(W, "none is close, these are the nearest");
	mr_write_html(W, " · searched %n texts in ", (int64_t)
	    mr_searcher_names(v->site->searcher)->n);
	v->reply->vague = W->b.n;
	mr_write_html(W, "%1 ms", (double)f->us / 1000);
	v->reply->n_vague = W->b.n - v->reply->vague;
	a.match = 2;
	mr_write_raw(W, " · <a href=\"/api/v1/search");
	mr_page_query(W, &a, "&amp;", &sep);
	mr_write_raw(W, "\">JSON</a></p></div>\n");
}

static void
films_head(struct mr_visit *v, const struct mr_found *f)
{
	struct mr_asked a = v->asked;
	const char *sep;

	a.match = 0;
	mr_write_html(W, "<section aria-labelledby=\"h-w\"><div class=\"head\">"
	    "<h2 id=\"h-w\">Films</h2><p class=\"num\">%n · <a "
	    "href=\"/api/v1/films", f->total);
	mr_page_query(W, &a, "&amp;", &sep);
	mr_write_html(W, "%ssort=ratings\">JSON</a></p></div>\n", sep);
}

static void
busy(struct mr_visit *v)
{
	v->reply->status = 503;
	v->reply->keep = MR_KEEP_NOT;
	mr_write_raw(W, "<p class=\"note\">Too much is searched for "
	    "just now: these are titles alone. Ask again in a "
	    "second.</p>\n");
}

static int
results(struct mr_visit *v, struct mr_err *err)
{
	struct mr_asked a = v->asked;
	bool words = a.q.n && a.match != 1 && v->site->searcher &&
	    mr_searcher_knows_words(v->site->searcher);
	struct mr_found f = { 0 };
	int64_t n_titles = 0;
	int rc = MR_OK;

	/* Without the vector of the words nothing of this is sent. */
	if (words && mr_find_waits(v->site, v->clerk, &a))
		return MR_OK;
	if (a.q.n && a.match != 2)
		rc = titles(v, &n_titles, err);
	a.sort = MR_SORT_RATINGS;
	if (rc == MR_OK && words)
		rc = mr_find_words(v->site, v->clerk, &a, &f, err);
	else if (rc == MR_OK && !a.q.n)
		rc = mr_find_catalogue(v->site, v->clerk, &a, &f, err);
	if (rc)
		return rc;
	if (f.busy) {
		busy(v);
		return MR_OK;
	}
	if (f.n <= a.offset && n_titles == 0)
		return nothing(v, err);
	if (a.q.n && a.match == 1)
		return MR_OK;
	if (a.q.n && !words) {
		mr_write_raw(W, "<p class=\"note\">Only titles are searched: "
		    "there are no vectors that words could be compared with."
		    "</p>\n");
		return MR_OK;
	}
	if (f.cut)
		mr_write_raw(W, "<p class=\"note\">These are more words than "
		    "the model reads: the last ones count for nothing.</p>\n");
	if (words)
		words_head(v, &f);
	else
		films_head(v, &f);
	mr_page_list(v, &f, NULL, "", false);
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
	if (v->asked.q.n)
		mr_write_html(W, "<h1 class=\"sr\">Search results for: %t"
		    "</h1>\n", v->asked.q);
	else
		mr_write_raw(W, "<h1>Films</h1>\n");
	mr_page_form(v);
	if (bad) {
		v->reply->status = 400;
		v->reply->keep = MR_KEEP_NOT;
	} else {
		rc = results(v, err);
	}
	mr_page_end(v);
	return rc;
}
