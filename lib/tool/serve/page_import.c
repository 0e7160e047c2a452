/* The page that takes ratings given elsewhere, and says what became of them.
 * SPDX-License-Identifier: MIT */
#include <string.h>

#include "tool/serve/import.h"
#include "tool/serve/page.h"

#define W (&v->reply->body)
#define MISSES 200		/* rows that are shown */

static void
form(struct mr_visit *v)
{
	mr_write_raw(W, "<form class=\"bring\" method=\"post\" "
	    "action=\"/me/import\" enctype=\"multipart/form-data\">"
	    "<div><label for=\"file\">A file, of at most 1 MiB</label>"
	    "<input type=\"file\" id=\"file\" name=\"file\" "
	    "accept=\".csv,.tsv,.txt,.gz\"></div><div><label for=\"text\">or "
	    "what is in it</label><textarea id=\"text\" name=\"text\" "
	    "rows=\"8\" spellcheck=\"false\" autocomplete=\"off\">"
	    "</textarea></div><p><button class=\"btn main\">Bring them in"
	    "</button></p></form>\n<ul class=\"plain soft\"><li>Letterboxd: "
	    "ratings.csv or diary.csv out of the export</li><li>IMDb: the "
	    "export of your ratings</li><li>MovieLens: "
	    "movielens-ratings.csv</li><li>a table with a line of names, "
	    "title, year and rating, or item and rating</li><li>titles, one a "
	    "line, as Heat (1995): all of them count as liked</li></ul>\n"
	    "<p class=\"soft\">They are matched with the films here by title "
	    "and year, and kept by this browser alone, in a cookie.</p>\n");
	mr_page_events(v);
}

static const char *
form_name(const char *form)
{
	static const char *const names[][2] = { { "letterboxd",
	    "ratings of Letterboxd" }, { "imdb", "ratings of IMDb" },
	    { "tmdb", "ratings of TMDB" }, { "titles", "a list of titles" } };

	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (strcmp(names[i][0], form) == 0)
			return names[i][1];
	return "a table";
}

/* The films, as they are rated now. */
static void
matches(struct mr_visit *v, const struct mr_import *m)
{
	mr_write_html(W, "<details><summary>Matched: %d films</summary><ol "
	    "class=\"chips\">", m->n);
	for (int64_t k = 0; k < m->n; k++)
		mr_write_html(W, "<li><a href=\"%f\">%t <span class=\"num "
		    "soft\">%g</span></a></li>", mr_site_id(v->site,
		    m->r[k].film), mr_site_title(v->site, m->r[k].film),
		    mr_site_rating((double)m->r[k].rating));
	mr_write_raw(W, "</ol></details>\n");
}

void
mr_page_misses(struct mr_visit *v, const struct mr_import *m)
{
	mr_write_raw(W, "<table><thead><tr><th class=\"num\">Line</th><th>What "
	    "it says</th><th>Why not</th></tr></thead><tbody>\n");
	for (int64_t k = 0; k < m->n_missed && k < MISSES; k++) {
		const struct mr_import_miss *x = &m->miss[k];

		mr_write_html(W, "<tr><td class=\"num\">%d</td><td>%t",
		    x->line, (struct mr_slice){ m->text.p + x->from, x->n });
		if (x->year)
			mr_write_html(W, " <span class=\"soft num\">%d</span>",
			    (int64_t)x->year);
		mr_write_html(W, "</td><td class=\"soft\">%s</td></tr>\n",
		    x->why);
	}
	mr_write_raw(W, "</tbody></table>");
	if (m->n_missed > MISSES)
		mr_write_html(W, "<p class=\"soft\">and %d more.</p>",
		    m->n_missed - MISSES);
}

static void
summary(struct mr_visit *v, const struct mr_import *m, int64_t kept)
{
	mr_write_html(W, "<p role=\"status\" class=\"note\">Read as %s: rows "
	    "%d, films matched %d.", form_name(m->form), m->n_rows, m->n);
	if (m->scaled)
		mr_write_html(W, " The best rating there is %g, here %g.",
		    m->top, v->site->lo <= v->site->hi ? v->site->hi : 5.0);
	if (m->n_again)
		mr_write_html(W, " Rows of a film that has a later one: %d.",
		    m->n_again);
	if (kept < m->n)
		mr_write_html(W, " This browser keeps %d of them, the latest, "
		    "for it has no room for more; the list below is by all.",
		    kept);
	mr_write_raw(W, "</p>\n");
}

/* What was read; sets the cookie. */
static int
show(struct mr_visit *v, const struct mr_import *m, struct mr_err *err)
{
	struct mr_buf ids = { 0 };
	int64_t kept = mr_own_take(&v->own, v->site, m->r, m->n, &ids);
	int rc = MR_OK;

	/* Where stars lead back to: this page is an answer to a form. */
	v->q->target = mr_slice_of("/me");
	mr_page_begin(v, mr_slice_of("What came in"), MR_PAGE_MINE);
	mr_write_raw(W, "<div class=\"head\"><h1>What came in</h1><p>"
	    "<a href=\"/me\">Your films</a></p></div>\n");
	summary(v, m, kept);
	if (m->n) {
		mr_page_events(v);
		matches(v, m);
	}
	if (m->n_missed) {
		mr_write_html(W, "<section aria-labelledby=\"h-m\"><div "
		    "class=\"head\"><h2 id=\"h-m\">Not matched</h2><p "
		    "class=\"num\">%d</p></div>", m->n_missed);
		mr_page_misses(v, m);
		mr_write_raw(W, "</section>\n");
	}
	if (m->n) {
		mr_own_write(&v->reply->set_cookie, &v->own);
		rc = mr_page_for_you(v, &(struct mr_taste){ m->r, m->n },
		    false, err);
	}
	if (m->n == 0)
		form(v);
	mr_page_end(v);
	mr_buf_free(&ids);
	return rc;
}

static void
ask(struct mr_visit *v, const char *wrong)
{
	mr_page_begin(v, mr_slice_of("Bring your ratings in"), MR_PAGE_MINE);
	mr_write_raw(W, "<h1>Bring your ratings in</h1>\n");
	if (wrong)
		mr_write_html(W, "<p class=\"bad\" role=\"alert\">This could "
		    "not be read: %s.</p>\n", wrong);
	form(v);
	mr_page_end(v);
}

int
mr_page_import(struct mr_visit *v, struct mr_err *err)
{
	struct mr_slice body = { NULL, 0 };
	struct mr_import m = { 0 };
	int rc;

	v->reply->keep = MR_KEEP_NOT;
	if (v->q->post) {
		body = mr_request_value(v->q, "file");
		if (body.n == 0)
			body = mr_request_value(v->q, "text");
	}
	if (body.n == 0) {
		v->reply->keep = v->q->post ? MR_KEEP_NOT : v->q->cookie.n ?
		    MR_KEEP_OWN : MR_KEEP_MINUTE;
		v->reply->status = v->q->post ? 400 : 200;
		ask(v, v->q->post ? "there is neither a file nor a text" :
		    NULL);
		return MR_OK;
	}
	rc = mr_import_read(&m, v->site, body, err);
	if (rc == MR_OK) {
		rc = show(v, &m, err);
	} else if (rc == MR_EFORMAT || rc == MR_EARG) {
		v->reply->status = m.too_much ? 413 : 400;
		ask(v, err->msg);
		rc = MR_OK;
	}
	mr_import_free(&m);
	return rc;
}
