/* A film night: a form for several people, and one list for all of them.
 * SPDX-License-Identifier: MIT */
#include <math.h>

#include "tool/serve/page.h"
#include "tool/serve/party.h"

#define W (&v->reply->body)

/* The fields of one person; wrong: what is not right with them, or NULL. */
static void
person(struct mr_visit *v, int place, const char *wrong)
{
	struct mr_slice none = { "", 0 };
	struct mr_slice called = mr_party_value(v->q, "name", place);
	struct mr_slice text = mr_party_value(v->q, "text", place);
	int64_t k = place;

	if (!called.p || mr_utf8_bad(called) < called.n)
		called = none;
	if (!text.p || mr_utf8_bad(text) < text.n)
		text = none;
	mr_write_html(W, "<fieldset class=\"panel bring\"><legend>Person %d"
	    "</legend><div><label for=\"n%d\">Name</label><input type=\"text\" "
	    "id=\"n%d\" name=\"name%d\" maxlength=\"40\" value=\"%t\" "
	    "autocomplete=\"off\"></div>", k, k, k, k, called);
	mr_write_html(W, "<div><label for=\"t%d\">Films that are liked, one a "
	    "line, or the text of an export</label><textarea id=\"t%d\" "
	    "name=\"text%d\" rows=\"4\" spellcheck=\"false\" "
	    "autocomplete=\"off\"", k, k, k);
	if (wrong)
		mr_write_raw(W, " aria-invalid=\"true\" "
		    "aria-describedby=\"wrong\"");
	/* A line end at the very beginning is not part of it. */
	mr_write_html(W, ">\n%t</textarea></div><div><label for=\"f%d\">or a "
	    "file</label><input type=\"file\" id=\"f%d\" name=\"file%d\" "
	    "accept=\".csv,.tsv,.txt,.gz\"></div></fieldset>\n", text, k, k,
	    k);
}

static void
choice(struct mr_visit *v, const char *value, double misery, const char *name)
{
	mr_write_html(W, "<option value=\"%s\"%s>%s</option>", value,
	    v->asked.misery == misery ? " selected" : "", name);
}

static void
form(struct mr_visit *v, const struct mr_party *p)
{
	mr_write_raw(W, "<form class=\"search\" method=\"post\" "
	    "action=\"/night\" enctype=\"multipart/form-data\">\n");
	if (v->own.n)
		mr_write_html(W, "<p><input type=\"checkbox\" id=\"me\" "
		    "name=\"me\" value=\"1\" checked> <label for=\"me\">I am "
		    "one of them, with the ratings of this browser (%d)"
		    "</label></p>\n", (int64_t)v->own.n);
	mr_write_raw(W, "<div class=\"cols\">\n");
	for (int k = 1; k <= MR_NIGHT_MOST; k++) {
		if (k == 3)
			mr_write_raw(W, "</div>\n<details><summary>More people"
			    "</summary><div class=\"cols\">\n");
		person(v, k, p->status != 200 && p->field[4] == '0' + k ?
		    p->detail : NULL);
	}
	mr_write_raw(W, "</div></details>\n");
	mr_page_filters(v);
	mr_write_raw(W, "<div class=\"g\"><label for=\"m\">What counts</label>"
	    "<select id=\"m\" name=\"misery\">");
	choice(v, "0", 0, "the mean of all");
	choice(v, "0.5", 0.5, "half of each");
	choice(v, "1", 1, "who likes it least");
	mr_write_raw(W, "</select></div></div>\n<p><button class=\"btn main\">"
	    "What shall we watch?</button></p></form>\n<p class=\"soft\">Files "
	    "are those that <a href=\"/me/import\">can be brought in</a>. "
	    "Nothing of it is kept.</p>\n");
	mr_page_events(v);
}

static void
who(struct mr_visit *v, const struct mr_party *p, const struct mr_night *x)
{
	mr_write_raw(W, "<section aria-labelledby=\"h-w\"><div class=\"head\">"
	    "<h2 id=\"h-w\">Who is there</h2></div>\n");
	for (int k = 0; k < p->n; k++) {
		const struct mr_import *m = &p->import[k];
		bool has_say = false;

		for (int q = 0; q < x->m; q++)
			has_say |= x->who[q] == k;
		mr_write_html(W, "<p><b>%t</b>: films %d", p->name[k],
		    p->taste[k].n);
		if (!has_say)
			mr_write_raw(W, ", none that the model knows, and so "
			    "no say");
		mr_write_raw(W, ".</p>\n");
		if (m->n_missed == 0)
			continue;
		mr_write_html(W, "<details><summary>Not matched: rows %d"
		    "</summary>", m->n_missed);
		mr_page_misses(v, m);
		mr_write_raw(W, "</details>\n");
	}
	mr_write_raw(W, "</section>\n");
}

static void
list(struct mr_visit *v, const struct mr_party *p, const struct mr_night *x,
    const struct mr_found *f)
{
	const struct mr_asked *a = &v->asked;
	struct mr_slice name[MR_NIGHT_MOST];

	for (int q = 0; q < x->m; q++)
		name[q] = p->name[x->who[q]];
	mr_write_raw(W, "<section aria-labelledby=\"h-l\"><div class=\"head\">"
	    "<h2 id=\"h-l\">For all of you</h2></div>\n");
	if (f->n <= a->offset)
		mr_write_raw(W, "<p class=\"soft\">No film is left.</p>\n");
	mr_write_raw(W, "<ol class=\"grid\">\n");
	for (int64_t k = 0; k < a->n && k + a->offset < f->n; k++) {
		struct mr_hit h = f->hit[k + a->offset];

		mr_page_card(v, &(struct mr_card){ .film = h.row, .score =
		    MR_CARD_GUESS, .value = mr_find_guess(v->site, h.score),
		    .carried = &(struct mr_carried){ x->m, name, x->part + k * x->m } });
	}
	mr_write_raw(W, "</ol></section>\n");
}

static void
ask(struct mr_visit *v, const struct mr_party *p)
{
	mr_page_begin(v, mr_slice_of("A film night"), MR_PAGE_ELSEWHERE);
	mr_write_raw(W, "<div class=\"search\"><h1>A film night</h1><p "
	    "class=\"soft\">Two to six people, one list: of films that nobody "
	    "of you has rated, with whose taste carries each.</p></div>\n");
	if (p->status != 200)
		mr_write_html(W, "<p class=\"bad\" id=\"wrong\" "
		    "role=\"alert\">%s: %s.</p>\n", p->field, p->detail);
	else
		mr_page_wrong(v);
	form(v, p);
	mr_page_end(v);
}

static int
show(struct mr_visit *v, const struct mr_party *p, struct mr_err *err)
{
	struct mr_night x = { 0 };
	struct mr_found f;
	int rc = mr_night_open(&x, v->site, v->clerk, p->taste, p->name, p->n,
	    err);

	if (rc == MR_OK)
		rc = mr_night_list(&x, v->site, v->clerk, &v->asked, &f, err);
	if (rc == MR_OK) {
		/* Where stars lead back to. */
		v->q->target = mr_slice_of("/night");
		mr_page_begin(v, mr_slice_of("A film night"),
		    MR_PAGE_ELSEWHERE);
		mr_write_raw(W, "<div class=\"head\"><h1>A film night</h1><p>"
		    "<a href=\"/night\">Another one</a></p></div>\n");
		who(v, p, &x);
		list(v, p, &x, &f);
		mr_page_end(v);
	}
	mr_night_free(&x);
	return rc;
}

int
mr_page_night(struct mr_visit *v, struct mr_err *err)
{
	const struct mr_site *s = v->site;
	struct mr_party p = { .status = 200 };
	int rc = MR_OK;

	v->reply->keep = v->q->post ? MR_KEEP_NOT : v->q->cookie.n ?
	    MR_KEEP_OWN : MR_KEEP_MINUTE;
	if (!s->recommender || !mr_recommender_folds(s->recommender)) {
		mr_routes_problem(v, MR_NO_MODEL, "there is no model here that takes "
		    "new people", NULL);
		return MR_OK;
	}
	if (v->q->post && v->asked.wrong == MR_ASK_END)
		rc = mr_party_read(&p, v, err);
	if (rc == MR_OK && v->q->post && v->asked.wrong == MR_ASK_END &&
	    p.status == 200) {
		rc = show(v, &p, err);
	} else if (rc == MR_OK) {
		v->reply->status = p.status != 200 ? p.status :
		    v->asked.wrong != MR_ASK_END ? 400 : 200;
		ask(v, &p);
	}
	mr_party_free(&p);
	return rc;
}
