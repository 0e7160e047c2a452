/* Parts of pages that send something back: ratings, and further pages.
 * SPDX-License-Identifier: MIT */
#include <math.h>

#include "tool/serve/page.h"

#define W (&v->reply->body)

void
mr_page_events(struct mr_visit *v)
{
	if (mr_site_events(v->site))
		mr_write_raw(W, "<p class=\"soft\">The model here knows who "
		    "liked what, and not how much: every film that is brought "
		    "along counts as liked, whatever its rating, so leave out "
		    "what was not.</p>\n");
}

/* Five steps of the range, or one where ratings are events. */
void
mr_page_stars(struct mr_visit *v, int32_t film)
{
	const struct mr_site *s = v->site;
	bool events = mr_site_events(s);
	double hi = s->lo <= s->hi ? s->hi : 5;
	double own = (double)mr_own_find(&v->own, film);
	int n = events ? 1 : 5;

	mr_write_html(W, "<form class=\"rate\" method=\"post\" "
	    "action=\"/rate\"><input type=\"hidden\" name=\"item\" "
	    "value=\"%t\"><input type=\"hidden\" name=\"back\" value=\"%t\">"
	    "<span class=\"sr\">Rate %t:</span>", mr_site_id(s, film),
	    v->q->target, mr_site_title(s, film));
	for (int k = 1; k <= n; k++) {
		double value = events ? 1 : hi * k / 5;
		bool on = !isnan(own) && own >= value - hi / 10;

		if (value < s->lo && s->lo <= s->hi)
			continue;
		mr_write_html(W, "<button name=\"rating\" value=\"%g\" "
		    "aria-pressed=\"%s\"", value, !isnan(own) &&
		    fabs(own - value) < hi / 10 ? "true" : "false");
		if (on)
			mr_write_raw(W, " class=\"on\"");
		if (events)
			mr_write_raw(W, " aria-label=\"liked\">");
		else
			mr_write_html(W, " aria-label=\"%d of 5\">",
			    (int64_t)k);
		mr_write_raw(W, "★</button>");
	}
	if (!isnan(own))
		mr_write_raw(W, "<button class=\"x\" name=\"rating\" value=\"\""
		    " aria-label=\"take the rating back\">×</button>");
	mr_write_raw(W, "</form>");
}

void
mr_page_query(struct mr_write *w, const struct mr_asked *a, const char *amp,
    const char **sep)
{
	*sep = "?";
	if (a->id.n) {
		mr_write_html(w, "?id=%u", a->id);
		*sep = amp;
	}
	if (a->q.n) {
		mr_write_raw(w, *sep);
		mr_write_html(w, "q=%u", a->q);
		*sep = amp;
	}
	for (int k = 0; k < a->n_genres; k++) {
		mr_write_raw(w, *sep);
		mr_write_html(w, "genre=%u", a->genre[k]);
		*sep = amp;
	}
	if (a->match) {
		mr_write_raw(w, *sep);
		mr_write_html(w, "match=%s", mr_asked_match(a));
		*sep = amp;
	}
	for (int k = 0; k < 2; k++) {
		int64_t year = k ? a->to : a->from;

		if (!year)
			continue;
		mr_write_raw(w, *sep);
		mr_write_html(w, k ? "to=%d" : "from=%d", year);
		*sep = amp;
	}
}

void
mr_page_only(struct mr_visit *v)
{
	const struct mr_asked *a = &v->asked;

	for (int k = 0; k < a->n_genres; k++)
		mr_write_html(W, k ? " or %t" : " with genre %t", a->genre[k]);
	if (a->from && a->to)
		mr_write_html(W, ", %d to %d", a->from, a->to);
	else if (a->from)
		mr_write_html(W, ", from %d on", a->from);
	else if (a->to)
		mr_write_html(W, ", up to %d", a->to);
}

static void
page_link(struct mr_visit *v, const char *path, const struct mr_asked *a,
    const char *name, const char *rel)
{
	const char *sep;

	mr_write_html(W, "<a class=\"btn\" rel=\"%s\" href=\"%a", rel, path);
	mr_page_query(W, a, "&amp;", &sep);
	mr_write_raw(W, sep);
	mr_write_html(W, "offset=%d", a->offset);
	if (a->rated)
		mr_write_html(W, "&amp;rated=%d", a->rated);
	if (a->n != 20)
		mr_write_html(W, "&amp;n=%d", a->n);
	if (a->given >> MR_ASK_MIX & 1)
		mr_write_html(W, "&amp;mix=%s", mr_asked_mix(a));
	/* Where the ratings stand below the list, the place is theirs. */
	mr_write_html(W, "%s\">%s</a>", a->rated != v->asked.rated ? "#h-r" :
	    "", name);
}

/* at, of to, is what the links differ by. */
static void
pager(struct mr_visit *v, const char *path, const struct mr_found *f,
    struct mr_asked *to, int64_t *at, const char *label)
{
	int64_t from = *at, end = from + to->n;
	int64_t last = end < f->n ? end : f->n;
	bool more = f->n > end && end <= 10000;

	if (!more && from == 0)
		return;
	mr_write_html(W, "<nav class=\"pager\" aria-label=\"%s\">", label);
	if (from) {
		*at = from > to->n ? from - to->n : 0;
		page_link(v, path, to, "Previous", "prev");
	}
	mr_write_raw(W, "<span class=\"soft small num\">");
	if (last > from)
		mr_write_html(W, "%d to %d", from + 1, last);
	if (last > from && f->total >= 0)
		mr_write_html(W, " of %d", f->total);
	mr_write_raw(W, "</span>");
	if (more) {
		*at = end;
		page_link(v, path, to, "Next", "next");
	}
	mr_write_raw(W, "</nav>\n");
}

void
mr_page_pager(struct mr_visit *v, const char *path, const struct mr_found *f)
{
	struct mr_asked to = v->asked;

	pager(v, path, f, &to, &to.offset, "Pages");
}

void
mr_page_rated_pager(struct mr_visit *v, const char *path,
    const struct mr_found *f)
{
	struct mr_asked to = v->asked;

	pager(v, path, f, &to, &to.rated, "Pages of ratings");
}
