/* What is the same for all: files compiled in, health, figures.
 * SPDX-License-Identifier: MIT */
#include <string.h>
#include <unistd.h>

#include "stream/io.h"
#include "tool/serve/figures.h"
#include "tool/serve/page.h"

#define W (&v->reply->body)

static void
plain(struct mr_visit *v, const char *text)
{
	v->reply->type = "text/plain; charset=utf-8";
	mr_write_raw(W, text);
}

static void
asset(struct mr_visit *v, const struct mr_asset *a, bool packed)
{
	struct mr_slice bytes = mr_buf_slice(packed ? &a->gzip : &a->w.b);

	v->reply->type = a->type;
	v->reply->fixed = bytes.p;
	v->reply->n_fixed = bytes.n;
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
		asset(v, &s->asset[MR_ASSET_ICON], false);
		v->reply->keep = MR_KEEP_MINUTE;
	} else if (mr_slice_is(first, "static")) {
		for (int i = 0; i < MR_ASSET_END; i++)
			if (mr_slice_is(v->q->part[1], s->asset[i].name)) {
				v->reply->keep = MR_KEEP_EVER;
				asset(v, &s->asset[i], v->q->gzip);
				v->reply->coding = v->q->gzip ? "gzip" : "";
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

void
mr_page_slash(struct mr_visit *v)
{
	struct mr_request *q = v->q;
	const struct mr_route *to;

	if (q->n_parts < 2 || q->part[q->n_parts - 1].n)
		return;
	q->n_parts--;
	to = mr_routes_find(q);
	if (to && (to->methods & MR_ROUTE_GET)) {
		mr_reply_begin(v->reply, v->site->o->base);
		v->reply->status = 404;
		mr_page_begin(v, mr_slice_of("No such address"),
		    MR_PAGE_ELSEWHERE);
		mr_write_raw(W, "<div class=\"empty\"><h1>No such address"
		    "</h1><p>There is none with a slash at its end.</p><p>"
		    "<a class=\"btn\" href=\"");
		mr_write_base(W);
		for (int k = 0; k < q->n_parts; k++)
			mr_write_html(W, "/%u", q->part[k]);
		mr_write_raw(W, "\">To the one without</a></p></div>\n");
		mr_page_end(v);
	}
	q->n_parts++;
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
