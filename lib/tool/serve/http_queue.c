/* An answer on its way out: headers, figures, the log; see http_parts.h.
 * SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "core/escape.h"
#include "core/hash.h"
#include "tool/serve/gate.h"
#include "tool/serve/http_parts.h"

static bool
is_last(const struct mr_http_loop *l, const struct mr_http_conn *c)
{
	return l->draining || !c || c->requests + 1 >= MR_HTTP_REQUESTS;
}

static void
add_headers(struct MHD_Response *m, const struct mr_reply *r)
{
	static const char *const keep[] = { "no-store", "public, max-age=60",
	    "private, no-cache", "public, max-age=31536000, immutable" };
	static const char *const always[] = {
		"X-Content-Type-Options", "nosniff",
		"Referrer-Policy", "same-origin",
		"Cross-Origin-Opener-Policy", "same-origin",
		"Cross-Origin-Resource-Policy", "same-origin",
		"Permissions-Policy",
		"camera=(), geolocation=(), microphone=()", NULL
	};
	char policy[512];
	bool page = r->type && strncmp(r->type, "text/html", 9) == 0;
	const struct {
		const char *name;
		const struct mr_write *w;
	} made[] = { { "Location", &r->location },
	    { "Set-Cookie", &r->set_cookie }, { "Link", &r->link } };

	for (int i = 0; always[i]; i += 2)
		MHD_add_response_header(m, always[i], always[i + 1]);
	snprintf(policy, sizeof policy, "default-src 'none'; style-src 'self'; "
	    "script-src 'self'; img-src 'self'%s%s; connect-src 'self'; "
	    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'; "
	    "require-trusted-types-for 'script'", r->images ? " " : "",
	    r->images ? r->images : "");
	MHD_add_response_header(m, "Content-Security-Policy", page ? policy :
	    "default-src 'none'; frame-ancestors 'none'");
	MHD_add_response_header(m, "Cache-Control", keep[r->keep]);
	if (r->type)
		MHD_add_response_header(m, "Content-Type", r->type);
	if (r->coding)
		MHD_add_response_header(m, "Vary", "Accept-Encoding");
	if (r->coding && r->coding[0])
		MHD_add_response_header(m, "Content-Encoding", r->coding);
	if (page)
		MHD_add_response_header(m, "Vary", "Cookie");
	if (r->etag[0])
		MHD_add_response_header(m, "ETag", r->etag);
	if (r->allow)
		MHD_add_response_header(m, "Allow", r->allow);
	if (r->status == 503)
		MHD_add_response_header(m, "Retry-After", "1");
	if (r->file)
		MHD_add_response_header(m, "Content-Disposition", r->file);
	for (int i = 0; i < 3; i++)	/* a NUL stands behind each */
		if (made[i].w->b.n)
			MHD_add_response_header(m, made[i].name,
			    made[i].w->b.p);
}

/* Its body belongs to the library then. */
static struct MHD_Response *
make(struct mr_reply *r)
{
	struct mr_buf *b = &r->body.b;
	struct MHD_Response *m;

	if (!r->fixed && b->n) {
		m = MHD_create_response_from_buffer(b->n, b->p,
		    MHD_RESPMEM_MUST_FREE);
		if (m)
			*b = (struct mr_buf){ 0 };
	} else {
		m = MHD_create_response_from_buffer(r->n_fixed,
		    (void *)(uintptr_t)(r->fixed ? r->fixed : ""),
		    MHD_RESPMEM_PERSISTENT);
	}
	if (m)
		add_headers(m, r);
	return m;
}

/* What an answer came to. */
struct outcome {
	int status;
	size_t bytes;
	int64_t us;
	const char *id, *cache;
};

static void
put_time(struct mr_buf *b, struct mr_err *err)
{
	struct timespec now;
	struct tm t;
	char text[32];

	clock_gettime(CLOCK_REALTIME, &now);
	gmtime_r(&now.tv_sec, &t);
	strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S", &t);
	if (mr_buf_addf(b, err, "%s.%03dZ", text, (int)(now.tv_nsec /
	    1000000)))
		b->n = 0;
}

static void
put_line(struct mr_http_loop *l, const struct mr_http_conn *c,
    const struct mr_http_visit *v, const struct outcome *x)
{
	const struct mr_serve_opt *o = l->h->o.o;
	struct mr_buf *b = &l->line;
	struct mr_err err = { 0 };
	char text[INET6_ADDRSTRLEN];
	int rc;

	b->n = 0;
	put_time(b, &err);
	rc = mr_buf_addf(b, &err, "\t%s\t%s\t%s\t%d\t%zu\t%lld\t%s\t%lld",
	    x->id, v->method ? v->method : "", v->route ? v->route->pattern :
	    "", x->status, x->bytes, (long long)x->us, x->cache,
	    (long long)l->now->site.generation);
	if (rc == MR_OK && o->log_queries)
		rc = mr_buf_add(b, "\t", 1, &err);
	if (rc == MR_OK && o->log_queries)
		rc = mr_escape_add(b, mr_request_value(&v->q, "q"), &err);
	if (rc == MR_OK && o->log_clients && c)
		rc = mr_buf_addf(b, &err, "\t%s", mr_http_client(l->h, c,
		    v->forwarded, text).p);
	if (rc == MR_OK && b->n)
		mr_journal_put(l->h->o.journal, &l->lines, mr_buf_slice(b));
}

/* Of failures of ours alone, so that what a visitor tells can be found. */
static void
put_id(struct mr_http_loop *l, char id[24])
{
	uint64_t key[3] = { l->h->salt, (uint64_t)l->number,
	    (uint64_t)l->answers };

	snprintf(id, 24, "%016llx", (unsigned long long)mr_hash64(key,
	    sizeof key));
}

static void
tell(struct mr_http_loop *l, const struct mr_http_conn *c,
    const struct mr_http_visit *v, struct outcome *x)
{
	if (!l->h->o.o->metrics && !l->h->o.journal)
		return;
	x->us = v->begun_us ? mr_figures_now_us() - v->begun_us : 0;
	mr_figures_add(l->figures, v->route ? (int)(v->route - mr_routes) : -1,
	    x->status, x->us);
	if (l->h->o.journal)
		put_line(l, c, v, x);
}

/* Has the client what he asks for? */
static bool
is_same(const struct mr_http_visit *v, const char *etag)
{
	return etag[0] && mr_gate_has_tag(&v->q.if_none_match, etag, false);
}

/* May an answer to v be one that others were given? */
static bool
is_shared(const struct mr_http_loop *l, const struct mr_http_conn *c,
    const struct mr_http_visit *v)
{
	return v->route && !v->q.post && v->q.cookie.n == 0 &&
	    !v->q.if_match.n && !is_last(l, c);
}

bool
mr_http_queue_kept(struct mr_http_loop *l, struct MHD_Connection *c,
    struct mr_http_visit *v, enum MHD_Result *rc)
{
	const struct mr_http_conn *conn = mr_http_conn(c);
	struct outcome x = { .status = 200, .id = "", .cache = "hit" };
	struct mr_http_kept *k = is_shared(l, conn, v) ?
	    mr_http_cache_find(&l->cache, v->q.target) : NULL;

	if (!k)
		return false;
	l->figures->hits++;
	if (is_same(v, k->etag))
		x.status = 304;
	else
		x.bytes = k->bytes;
	*rc = MHD_queue_response(c, (unsigned)x.status, k->response);
	tell(l, conn, v, &x);
	return true;
}

enum MHD_Result
mr_http_queue(struct mr_http_loop *l, struct MHD_Connection *c,
    struct mr_http_visit *v, struct mr_reply *r)
{
	const struct mr_http_conn *conn = mr_http_conn(c);
	bool share = r->status == 200 && r->keep == MR_KEEP_MINUTE &&
	    !r->fixed && r->body.b.n && is_shared(l, conn, v);
	struct mr_slice body = mr_buf_slice(&r->body.b);
	char id[24] = "";
	struct outcome x = { .status = r->status, .bytes = r->fixed ?
	    r->n_fixed : body.n, .id = id, .cache = share ? "miss" : "" };
	struct MHD_Response *m = make(r);
	enum MHD_Result rc;

	if (!m) {
		mr_reply_free(r);
		return MHD_NO;
	}
	l->answers++;
	/* With the whole answer queued its length is told, and no body sent. */
	if (x.status == 200 && is_same(v, r->etag)) {
		x.status = 304;
		x.bytes = 0;
	}
	if (x.status >= 500) {
		put_id(l, id);
		MHD_add_response_header(m, "X-Request-Id", id);
	}
	if (is_last(l, conn))
		MHD_add_response_header(m, "Connection", "close");
	rc = MHD_queue_response(c, (unsigned)x.status, m);
	if (!share || !mr_http_cache_put(&l->cache, v->q.target, m, body,
	    r->etag))
		MHD_destroy_response(m);
	tell(l, conn, v, &x);
	mr_reply_free(r);
	return rc;
}
