/* The work of mr-serve; see serve.h.
 * SPDX-License-Identifier: MIT */
#include "tool/serve/serve.h"

#include <stdlib.h>
#include <string.h>

#include "core/mem.h"
#include "tool/serve/http.h"
#include "tool/serve/routes.h"

struct mr_serve {
	struct mr_serve_opt o;
	struct mr_site site;
	struct mr_http *http;
};

static void
tell(const struct mr_serve *s, struct mr_report *report)
{
	const struct mr_site *x = &s->site;

	mr_report_fact(report, "films: %d, genres: %d", x->n, x->genres.n);
	if (x->recommender)
		mr_report_fact(report, "users: %d, ratings: %lld, films of "
		    "the model: %d", mr_recommender_kept(x->recommender)->n,
		    (long long)mr_csr_nnz(&x->raters),
		    mr_recommender_items(x->recommender)->n);
	if (x->searcher)
		mr_report_fact(report, "films with a vector: %d",
		    mr_searcher_names(x->searcher)->n);
	if (strncmp(s->o.address, "127.", 4) != 0 &&
	    strcmp(s->o.address, "::1") != 0)
		mr_report_warn(report, "--address %s: whoever reaches it can "
		    "read the films%s", s->o.address, x->recommender &&
		    !s->o.no_users ? " and the ratings and lists of all users "
		    "(--no-users hides them)" : "");
}

int
mr_serve_open(struct mr_serve **out, const struct mr_serve_opt *o,
    struct mr_run *run, struct mr_err *err)
{
	struct mr_serve *s = *out = mr_alloc(1, sizeof *s, "state", err);
	int rc;

	if (!s)
		return MR_ENOMEM;
	s->o = *o;
	rc = mr_site_open(&s->site, &s->o, run, err);
	if (rc == MR_OK && !o->check)
		rc = mr_http_open(&s->http, &(struct mr_http_opt){
		    .site = &s->site, .address = o->address, .port = o->port,
		    .hosts = o->hosts, .threads = run->threads }, err);
	if (rc == MR_OK)
		tell(s, &run->report);
	return rc;
}

void
mr_serve_run(struct mr_serve *s, struct mr_run *run)
{
	int cut;

	if (s->o.check) {
		mr_out_printf(&run->out, "films\t%d\nusers\t%d\nvectors\t%d\n",
		    s->site.n, s->site.recommender ? mr_recommender_kept(
		    s->site.recommender)->n : 0, s->site.searcher ?
		    mr_searcher_names(s->site.searcher)->n : 0);
		return;
	}
	mr_out_printf(&run->out, "%s\n", mr_http_url(s->http));
	mr_out_flush(&run->out);
	if (run->out.failed)
		return;		/* mr_out_close tells why */
	cut = mr_http_run(s->http);
	if (cut)
		mr_report_warn(&run->report, "%d connections were closed in "
		    "the middle of a request", cut);
}

void
mr_serve_close(struct mr_serve *s)
{
	if (!s)
		return;
	mr_http_close(s->http);
	mr_site_close(&s->site);
	free(s);
}

int
mr_serve_openapi(struct mr_run *run, struct mr_err *err)
{
	struct mr_write w = { 0 };

	mr_routes_openapi(&w);
	if (w.rc == MR_OK)
		mr_out_slice(&run->out, mr_buf_slice(&w.b));
	else
		mr_err_nomem(err, 65536, "a document");
	mr_write_free(&w);
	return err->code;
}
