/* A request from its first line to its answer; see http.h.
 * SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tool/serve/gate.h"
#include "tool/serve/http_parts.h"

#define PATIENCE_S 60u	/* longer than any list of http_conn.c has */

void
mr_http_on_completed(void *cls, struct MHD_Connection *m, void **con_cls,
    enum MHD_RequestTerminationCode code)
{
	struct mr_http_visit *v = *con_cls;

	(void)cls;
	(void)code;
	mr_http_move(m, MR_HTTP_IDLE);
	if (!v)
		return;
	if (v->files)
		v->files->n_files--;
	mr_request_free(&v->q);
	mr_buf_free(&v->target);
	mr_buf_free(&v->body);
	free(v->words.vector);
	free(v->words.hit);
	free(v);
	*con_cls = NULL;
}

/* The target as it came, before the library cuts it. */
void *
mr_http_on_target(void *cls, const char *uri, struct MHD_Connection *m)
{
	struct mr_http_visit *v = calloc(1, sizeof *v);
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

struct headers {
	struct mr_gate *g;
	const char *end;	/* of the last line */
};

/* A value stands behind its name; it is elsewhere if lines were folded. */
static enum MHD_Result
on_header(void *cls, enum MHD_ValueKind kind, const char *name, size_t n,
    const char *value, size_t value_n)
{
	struct headers *h = cls;
	struct mr_gate *g = h->g;
	const char *p = name + n + 1;

	(void)kind;
	if (!value)
		return MHD_YES;
	while (value > p && (*p == ' ' || *p == '\t'))
		p++;
	h->end = value + value_n;
	while (value_n && (value[value_n - 1] == ' ' ||
	    value[value_n - 1] == '\t'))
		value_n--;
	g->bad_line |= p != value || !is_line_end(h->end);
	mr_gate_header(g, (struct mr_slice){ name, n },
	    (struct mr_slice){ value, value_n });
	return MHD_YES;
}

/* Closes the connection, since it is queued before the body is read. */
static enum MHD_Result
refuse(struct mr_http_loop *l, struct MHD_Connection *c,
    struct mr_http_visit *v, int status, const char *detail)
{
	struct mr_reply r = { 0 };

	mr_figures_refuse(l->figures, status);
	mr_routes_refuse(&l->now->site, &v->q, status, detail, &r);
	if (status == 405)
		r.allow = !v->route ? "GET, HEAD" : v->route->methods ==
		    (MR_ROUTE_GET | MR_ROUTE_POST) ? "GET, HEAD, POST" :
		    v->route->methods == MR_ROUTE_POST ? "POST" : "GET, HEAD";
	mr_http_move(c, MR_HTTP_REPLY);
	return mr_http_queue(l, c, v, &r);
}

/* Where we stand below a path of a proxy's, that goes; is it there? */
static bool
cut_base(struct mr_request *q, const char *base)
{
	size_t n = strlen(base);

	if (q->target.n < n || memcmp(q->target.p, base, n) != 0)
		return false;
	q->target.p += n;
	q->target.n -= n;
	if (q->target.n == 0)
		q->target = mr_slice_of("/");
	return q->target.p[0] == '/';
}

static size_t
most_bytes(const struct mr_route *route)
{
	return !route ? MR_ROUTES_FORM : route->files ? MR_ROUTES_FILES :
	    route->json ? MR_ROUTES_JSON : MR_ROUTES_FORM;
}

/* Bodies as long as these are, so many at a time. */
static bool
take_files(struct mr_http_loop *l, struct mr_http_visit *v)
{
	if (l->n_files == MR_HTTP_FILES)
		return false;
	l->n_files++;
	v->files = l;
	return true;
}

static void
keep_headers(struct mr_http_visit *v, const struct mr_http_conn *conn,
    const struct mr_gate *g)
{
	v->q.cookie = g->cookie;
	v->q.type = g->type;
	v->q.gzip = mr_gate_gzip(g);
	v->q.if_none_match = g->if_none_match;
	v->q.if_match = g->if_match;
	if (conn && conn->trusted) {
		v->forwarded = g->forwarded;
		v->q.https = mr_slice_is(g->proto, "https");
	}
}

/* The target stands right behind the method, and the version behind it, but for
 * more blanks and for zeros in them; the line behind the headers, which end at
 * end, is empty. */
static bool
is_whole(const struct mr_http_visit *v, const char *method,
    const char *version, const char *end)
{
	return method + strlen(method) + 1 == v->uri &&
	    v->uri + v->n + 1 == version &&
	    is_line_end(version + strlen(version)) && is_line_end(end) &&
	    is_line_end(end + 2);
}

static bool
has_body(const struct mr_gate *g)
{
	for (size_t i = 0; i < g->length.n; i++)
		if (g->length.p[i] != '0')
			return true;
	return false;
}

/* The headers are there. */
static enum MHD_Result
begin(struct mr_http_loop *l, struct MHD_Connection *c,
    struct mr_http_visit *v, const char *method, const char *version)
{
	struct mr_gate g = { 0 };
	struct headers h = { &g, version + strlen(version) };
	struct mr_gate_line line = { mr_slice_of(method), v->q.target,
	    mr_slice_of(version), l->h->o.o->hosts, .most = MR_ROUTES_FORM };
	struct mr_err err = { 0 };
	const char *detail;
	unsigned bit;
	int status = mr_gate_form(&line, &detail);

	v->begun = true;
	v->method = method;
	v->begun_us = mr_figures_now_us();
	MHD_get_connection_values_n(c, MHD_HEADER_KIND, on_header, &h);
	g.bad_line |= !is_whole(v, method, version, h.end);
	if (status == 0 && !cut_base(&v->q, l->h->o.o->base)) {
		status = 404;
		detail = "there is no such address";
	}
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
	line.json = v->route && v->route->json;
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
	keep_headers(v, mr_http_conn(c), &g);
	/* The library would tell the client to go on, and wait for what does
	 * not come. */
	v->early = g.expects && !has_body(&g);
	v->q.draining = l->draining;
	mr_http_move(c, v->q.post ? MR_HTTP_BODY : MR_HTTP_REPLY);
	return MHD_YES;
}

static void
answer(struct mr_http_loop *l, struct mr_http_visit *v, struct mr_reply *r)
{
	struct mr_clerk *clerk = &l->now->clerk[l->number];

	clerk->words = &v->words;
	mr_routes_answer(&l->now->site, clerk, v->route, &v->q, r);
	clerk->words = NULL;
}

/* Called by another thread. */
static void
on_done(struct mr_queued *q)
{
	struct mr_http_visit *v = q->ctx;
	struct mr_http_loop *l = v->loop;

	v->next_done = atomic_load(&l->done);
	while (!atomic_compare_exchange_weak(&l->done, &v->next_done, v))
		;
	mr_http_wake(l);
}

/* The connection sleeps until there is a vector; false: too many do. */
static bool
wait_for_words(struct mr_http_loop *l, struct MHD_Connection *c,
    struct mr_http_visit *v)
{
	v->loop = l;
	v->m = c;
	v->queued = (struct mr_queued){ .words = &v->words, .done = on_done,
	    .ctx = v };
	if (!mr_queue_put(l->h->o.queue, &v->queued)) {
		v->words.state = MR_WORDS_BUSY;
		mr_figures_refuse(l->figures, 503);
		return false;
	}
	/* One with a time of its own is answered before it is read from again,
	 * which may find that its client has no more to say: then the library
	 * would close it. */
	MHD_set_connection_option(c, MHD_CONNECTION_OPTION_TIMEOUT, PATIENCE_S);
	MHD_suspend_connection(c);
	l->waiting++;
	return true;
}

enum MHD_Result
mr_http_on_request(void *cls, struct MHD_Connection *c, const char *url,
    const char *method, const char *version, const char *data, size_t *n,
    void **con_cls)
{
	struct mr_http_loop *l = cls;
	struct mr_http_visit *v = *con_cls;
	struct mr_reply r = { 0 };
	struct mr_err err = { 0 };
	enum MHD_Result rc;

	(void)url;
	if (!v)
		return MHD_NO;
	if (!v->begun) {
		rc = begin(l, c, v, method, version);
		if (!v->early)
			return rc;
	}
	if (*n) {
		if (*n > most_bytes(v->route) - v->body.n ||
		    mr_buf_add(&v->body, data, *n, &err))
			return MHD_NO;
		*n = 0;
		return MHD_YES;
	}
	mr_http_move(c, MR_HTTP_REPLY);
	if (v->m)	/* it has waited */
		MHD_set_connection_option(c, MHD_CONNECTION_OPTION_TIMEOUT, 0u);
	v->q.body = mr_buf_slice(&v->body);
	if (mr_http_queue_kept(l, c, v, &rc))
		return rc;
	answer(l, v, &r);
	if (v->words.state == MR_WORDS_WANTED) {
		mr_reply_free(&r);
		if (wait_for_words(l, c, v))
			return MHD_YES;
		answer(l, v, &r);
	}
	return mr_http_queue(l, c, v, &r);
}
