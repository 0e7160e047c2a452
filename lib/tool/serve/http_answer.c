/* A request from its first line to its answer; see http.h.
 * SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "tool/serve/gate.h"
#include "tool/serve/http_parts.h"
#include "tool/serve/routes.h"

/* A request while it comes. */
struct visit {
	const char *uri;	/* in the library's memory, unchanged */
	size_t n;
	bool begun;
	struct mr_http_loop *loop;	/* whose n_files counts it; NULL */
	struct mr_request q;
	struct mr_buf target, body;
	const struct mr_route *route;
};

static bool
is_last(const struct mr_http_loop *l, struct MHD_Connection *m)
{
	const union MHD_ConnectionInfo *i = MHD_get_connection_info(m,
	    MHD_CONNECTION_INFO_SOCKET_CONTEXT);
	const struct mr_http_conn *c = i ? i->socket_context : NULL;

	return l->draining || !c || c->requests + 1 >= MR_HTTP_REQUESTS;
}

void
mr_http_on_completed(void *cls, struct MHD_Connection *m, void **con_cls,
    enum MHD_RequestTerminationCode code)
{
	struct visit *v = *con_cls;

	(void)cls;
	(void)code;
	mr_http_move(m, MR_HTTP_IDLE);
	if (!v)
		return;
	if (v->loop)
		v->loop->n_files--;
	mr_request_free(&v->q);
	mr_buf_free(&v->target);
	mr_buf_free(&v->body);
	free(v);
	*con_cls = NULL;
}

/* The target as it came, before the library cuts it. */
void *
mr_http_on_target(void *cls, const char *uri, struct MHD_Connection *m)
{
	struct visit *v = calloc(1, sizeof *v);
	struct mr_err err = { 0 };

	(void)cls;
	(void)m;
	if (!v)
		return NULL;
	v->uri = uri;
	v->n = strlen(uri);
	if (mr_buf_add(&v->target, uri, v->n, &err)) {
		free(v);
		return NULL;
	}
	v->q.target = mr_buf_slice(&v->target);
	return v;
}

size_t
mr_http_keep_escapes(void *cls, struct MHD_Connection *m, char *s)
{
	(void)cls;
	(void)m;
	return strlen(s);
}

/* Where a line ends in the library's memory there are two zeros for CR LF: one
 * is a bare LF, or a zero inside the line. */
static bool
is_line_end(const char *end)
{
	return end[0] == '\0' && end[1] == '\0';
}

/* A value stands behind its name; it is elsewhere if lines were folded. */
static enum MHD_Result
on_header(void *cls, enum MHD_ValueKind kind, const char *name, size_t n,
    const char *value, size_t value_n)
{
	struct mr_gate *g = cls;
	const char *p = name + n + 1;

	(void)kind;
	if (!value)
		return MHD_YES;
	while (value > p && (*p == ' ' || *p == '\t'))
		p++;
	g->bad_line |= p != value || !is_line_end(value + value_n);
	mr_gate_header(g, (struct mr_slice){ name, n },
	    (struct mr_slice){ value, value_n });
	return MHD_YES;
}

static void
add_headers(struct MHD_Response *m, const struct mr_reply *r, bool last)
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
	if (last)
		MHD_add_response_header(m, "Connection", "close");
}

/* Hand r over; its body belongs to the library then. */
static enum MHD_Result
queue(struct mr_http_loop *l, struct MHD_Connection *c, const struct visit *v,
    struct mr_reply *r)
{
	struct mr_buf *b = &r->body.b;
	struct MHD_Response *m;
	struct mr_slice tags = v ? v->q.if_none_match : (struct mr_slice){ 0 };
	int status = r->status;
	enum MHD_Result rc;

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
	if (!m) {
		mr_reply_free(r);
		return MHD_NO;
	}
	add_headers(m, r, is_last(l, c));
	/* With the whole answer queued its length is told, and no body sent. */
	if (status == 200 && r->etag[0] && tags.n &&
	    (mr_slice_is(tags, "*") ||
	    memmem(tags.p, tags.n, r->etag, strlen(r->etag))))
		status = 304;
	rc = MHD_queue_response(c, (unsigned)status, m);
	MHD_destroy_response(m);
	mr_reply_free(r);
	return rc;
}

/* Closes the connection, since it is queued before the body is read. */
static enum MHD_Result
refuse(struct mr_http_loop *l, struct MHD_Connection *c, struct visit *v, int status,
    const char *detail)
{
	struct mr_reply r = { 0 };

	mr_routes_refuse(l->h->o.site, &v->q, status, detail, &r);
	if (status == 405)
		r.allow = !v->route ? "GET, HEAD" : v->route->methods ==
		    (MR_ROUTE_GET | MR_ROUTE_POST) ? "GET, HEAD, POST" :
		    v->route->methods == MR_ROUTE_POST ? "POST" : "GET, HEAD";
	mr_http_move(c, MR_HTTP_REPLY);
	return queue(l, c, v, &r);
}

static size_t
most_bytes(const struct mr_route *route)
{
	return route && route->files ? MR_ROUTES_FILES : MR_ROUTES_FORM;
}

/* Bodies as long as these are, so many at a time. */
static bool
take_files(struct mr_http_loop *l, struct visit *v)
{
	if (l->n_files == MR_HTTP_FILES)
		return false;
	l->n_files++;
	v->loop = l;
	return true;
}

/* The headers are there. */
static enum MHD_Result
begin(struct mr_http_loop *l, struct MHD_Connection *c, struct visit *v,
    const char *method, const char *version)
{
	struct mr_gate g = { 0 };
	struct mr_gate_line line = { mr_slice_of(method), v->q.target,
	    mr_slice_of(version), l->h->o.hosts, MR_ROUTES_FORM, false };
	struct mr_err err = { 0 };
	const char *detail;
	unsigned bit;
	int status = mr_gate_form(&line, &detail);

	v->begun = true;
	MHD_get_connection_values_n(c, MHD_HEADER_KIND, on_header, &g);
	/* The version stands right behind the target, but for a zero in it. */
	g.bad_line |= v->uri + v->n + 1 != version ||
	    !is_line_end(version + strlen(version));
	if (status == 0 && mr_request_target(&v->q, &err)) {
		status = err.code == MR_ENOMEM ? 503 : 400;
		detail = err.msg;
	}
	if (status)
		return refuse(l, c, v, status, detail);
	v->route = mr_routes_find(&v->q);
	v->q.post = strcmp(method, "POST") == 0;
	bit = v->q.post ? MR_ROUTE_POST : strcmp(method, "GET") == 0 ||
	    strcmp(method, "HEAD") == 0 ? MR_ROUTE_GET : 0;
	if (!bit || (v->route && !(v->route->methods & bit)))
		return refuse(l, c, v, 405,
		    "the method is not one of those of this address");
	line.files = v->route && v->route->files;
	line.most = most_bytes(v->route);
	status = mr_gate_verdict(&g, &line, &detail);
	/* Not read to its end for nothing. */
	v->q.same_site = mr_gate_same_site(&g) || (v->route && v->route->api
	    && !g.site.p && !g.origin.p);	/* a program asks */
	if (status == 0 && v->q.post && line.files && !v->q.same_site) {
		status = 403;
		detail = "the form is not one of ours";
	}
	if (status == 0 && v->q.post && line.files && !take_files(l, v)) {
		status = 503;
		detail = "too many files are being read";
	}
	if (status == 0 && !v->route && v->q.post) {
		status = 404;
		detail = "there is no such address";
	}
	if (status)
		return refuse(l, c, v, status, detail);
	v->q.cookie = g.cookie;
	v->q.type = g.type;
	v->q.if_none_match = g.if_none_match;
	mr_http_move(c, v->q.post ? MR_HTTP_BODY : MR_HTTP_REPLY);
	return MHD_YES;
}

enum MHD_Result
mr_http_on_request(void *cls, struct MHD_Connection *c, const char *url,
    const char *method, const char *version, const char *data, size_t *n,
    void **con_cls)
{
	struct mr_http_loop *l = cls;
	struct visit *v = *con_cls;
	struct mr_reply r = { 0 };
	struct mr_err err = { 0 };

	(void)url;
	if (!v)
		return MHD_NO;
	if (!v->begun)
		return begin(l, c, v, method, version);
	if (*n) {
		if (*n > most_bytes(v->route) - v->body.n ||
		    mr_buf_add(&v->body, data, *n, &err))
			return MHD_NO;
		*n = 0;
		return MHD_YES;
	}
	mr_http_move(c, MR_HTTP_REPLY);
	v->q.body = mr_buf_slice(&v->body);
	mr_routes_answer(l->h->o.site, &l->clerk, v->route, &v->q, &r);
	return queue(l, c, v, &r);
}
