/* Pages that are the same for all: about, files compiled in, health.
 * SPDX-License-Identifier: MIT */
#include <string.h>
#include <unistd.h>

#include "stream/io.h"
#include "tool/serve/figures.h"
#include "tool/serve/page.h"

#define W (&v->reply->body)

/* Whose they are; the sentence is what that publisher asks for. */
static void
posters(struct mr_visit *v)
{
	const struct mr_site *s = v->site;
	const char *host = s->poster_origin + sizeof "https://" - 1;

	mr_write_html(W, "<h2>Posters</h2>\n<p>Whoever wants them, below, gets "
	    "them from %s, which then sees that browser's address; nobody else "
	    "asks it anything.</p>\n", host);
	if (strcmp(host, "image.tmdb.org") == 0)
		mr_write_raw(W, "<p>This product uses the TMDB API but is not "
		    "endorsed or certified by TMDB.</p>\n");
}

/* How good the models are, as the operator's table says. */
static void
measures(struct mr_visit *v)
{
	const struct mr_quality *m = &v->site->quality;

	if (m->rows == 0)
		return;
	mr_write_raw(W, "<section aria-labelledby=\"h-m\"><div class=\"head\">"
	    "<h2 id=\"h-m\">Measures</h2></div><div class=\"wide\" "
	    "tabindex=\"0\" role=\"region\" aria-labelledby=\"h-m\"><table>\n");
	for (int r = 0; r < m->rows; r++) {
		mr_write_raw(W, "<tr>");
		for (int c = 0; c < m->columns; c++)
			mr_write_html(W, r == 0 ? "<th scope=\"col\">%t</th>" :
			    "<td>%t</td>", mr_quality_cell(m, r, c));
		mr_write_raw(W, "</tr>\n");
	}
	mr_write_raw(W, "</table></div></section>\n");
}

int
mr_page_about(struct mr_visit *v, struct mr_err *err)
{
	const struct mr_site *s = v->site;

	(void)err;
	v->reply->keep = v->q->cookie.n ? MR_KEEP_OWN : MR_KEEP_MINUTE;
	mr_page_begin(v, mr_slice_of("About"), MR_PAGE_ABOUT);
	mr_write_html(W, "<h1>About</h1>\n<dl class=\"pairs\"><dt>Films</dt>"
	    "<dd>%d</dd>", (int64_t)s->n);
	if (s->recommender)
		mr_write_html(W, "<dt>People</dt><dd>%d</dd><dt>Ratings</dt>"
		    "<dd>%d</dd><dt>Films of the model</dt><dd>%d</dd><dt>"
		    "Factors</dt><dd>%d</dd>", (int64_t)mr_recommender_kept(
		    s->recommender)->n, mr_csr_nnz(&s->raters),
		    (int64_t)mr_recommender_items(s->recommender)->n,
		    mr_recommender_model(s->recommender)->V.cols);
	if (s->searcher)
		mr_write_html(W, "<dt>Films with a vector</dt><dd>%d</dd><dt>"
		    "Numbers of one</dt><dd>%d</dd>", (int64_t)
		    mr_searcher_names(s->searcher)->n,
		    mr_searcher_width(s->searcher));
	mr_write_html(W, "<dt>Version</dt><dd>mr-serve %s</dd></dl>\n"
	    "<p>A guess is what the model expects that you would rate; "
	    "a cosine says how close two texts are, from -1 to 1, and is no "
	    "percentage. Your ratings are a cookie of this browser; the server "
	    "keeps nothing.</p>\n<p>The same from a shell: "
	    "<code>mr-recommend</code> and <code>mr-knn</code>; by programs: "
	    "<a href=\"/api/v1/openapi.json\">the API</a>.</p>\n", MR_VERSION);
	if (s->poster_origin[0])
		posters(v);
	measures(v);
	mr_page_end(v);
	return MR_OK;
}

static void
plain(struct mr_visit *v, const char *text)
{
	v->reply->type = "text/plain; charset=utf-8";
	mr_write_raw(W, text);
}

static void
asset(struct mr_visit *v, const struct mr_asset *a)
{
	v->reply->type = a->type;
	v->reply->fixed = a->w.b.p;
	v->reply->n_fixed = a->w.b.n;
}

int
mr_page_fixed(struct mr_visit *v, struct mr_err *err)
{
	const struct mr_site *s = v->site;
	struct mr_slice first = v->q->part[0];

	(void)err;
	if (mr_slice_is(first, "robots.txt")) {
		plain(v, "User-agent: *\nDisallow: /user\nDisallow: /me\n"
		    "Disallow: /search\nDisallow: /api/\n");
		v->reply->keep = MR_KEEP_MINUTE;
	} else if (mr_slice_is(first, "favicon.ico")) {
		asset(v, &s->asset[MR_ASSET_ICON]);
		v->reply->keep = MR_KEEP_MINUTE;
	} else if (mr_slice_is(first, "static")) {
		for (int i = 0; i < MR_ASSET_END; i++)
			if (mr_slice_is(v->q->part[1], s->asset[i].name)) {
				v->reply->keep = MR_KEEP_EVER;
				asset(v, &s->asset[i]);
				return MR_OK;
			}
		mr_routes_problem(v, 404, "there is no such file", NULL);
	} else if (mr_slice_is(first, "readyz") && v->q->draining) {
		mr_routes_problem(v, 503, "it is ending", NULL);
	} else {
		plain(v, "ok\n");
	}
	return MR_OK;
}

/* The memory in use, 0: not known. */
static int64_t
resident(void)
{
	struct mr_err err = { 0 };
	struct mr_buf line = { 0 };
	struct mr_slice rest;
	struct mr_in in;
	int64_t pages = 0;
	bool more;

	if (mr_in_open(&in, "/proc/self/statm", &err) != MR_OK)
		return 0;
	if (mr_in_line(&in, &line, 256, 1, &more, &err) == MR_OK && more) {
		rest = mr_buf_slice(&line);
		mr_slice_cut(&rest, ' ');
		if (!mr_parse_i64(mr_slice_cut(&rest, ' '), &pages))
			pages = 0;
	}
	mr_in_close(&in);
	mr_buf_free(&line);
	return pages * sysconf(_SC_PAGESIZE);
}

int
mr_page_metrics(struct mr_visit *v, struct mr_err *err)
{
	(void)err;
	v->reply->type = "application/openmetrics-text; version=1.0.0; "
	    "charset=utf-8";
	mr_figures_write(W, v->site->figures, v->site->generation,
	    resident());
	return MR_OK;
}
