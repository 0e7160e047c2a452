/* The gate; see gate.h.
 * SPDX-License-Identifier: MIT */
#include "tool/serve/gate.h"

#include <string.h>
#include <strings.h>

#include "tool/serve/request.h"

static bool
is(struct mr_slice s, const char *word)
{
	return s.n == strlen(word) && strncasecmp(s.p, word, s.n) == 0;
}

/* RFC 9110, 5.6.2. */
static bool
is_token(struct mr_slice s)
{
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];

		if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
		    (c >= '0' && c <= '9') ||
		    (c && strchr("!#$%&'*+-.^_`|~", c))))
			return false;
	}
	return s.n > 0;
}

static bool
is_value(struct mr_slice s)
{
	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];

		if ((c < 0x20 && c != '\t') || c == 0x7f)
			return false;
	}
	return true;
}

/* Is it a weight of 0?  RFC 9110, 12.4.2. */
static bool
is_zero(struct mr_slice weight)
{
	struct mr_slice name = mr_slice_trim(mr_slice_cut(&weight, '='));

	weight = mr_slice_trim(weight);
	if (!is(name, "q") || weight.n == 0)
		return false;
	for (size_t i = 0; i < weight.n; i++)
		if (weight.p[i] != '0' && weight.p[i] != '.')
			return false;
	return true;
}

/* Codings in a list, each with its weight; by its name no other one's weight
 * counts.  RFC 9110, 12.5.3. */
static void
take_codings(struct mr_gate *g, struct mr_slice list)
{
	while (list.p) {
		struct mr_slice weight = mr_slice_cut(&list, ',');
		struct mr_slice name = mr_slice_trim(mr_slice_cut(&weight,
		    ';'));
		bool none = weight.p && is_zero(weight);

		if (is(name, "gzip") || is(name, "x-gzip"))
			*(none ? &g->no_gzip : &g->takes_gzip) = true;
		else if (is(name, "*") && !none)
			g->takes_gzip = true;
	}
}

bool
mr_gate_gzip(const struct mr_gate *g)
{
	return g->takes_gzip && !g->no_gzip;
}

static void
take_tags(struct mr_tags *t, struct mr_slice list)
{
	if (t->n < MR_GATE_TAGS)
		t->line[t->n] = list;
	t->n++;
}

void
mr_gate_header(struct mr_gate *g, struct mr_slice name,
    struct mr_slice value)
{
	g->n_headers++;
	g->bad_name |= !is_token(name);
	g->bad_line |= !is_value(value);
	if (is(name, "Host")) {
		g->n_hosts++;
		g->host = value;
	} else if (is(name, "Content-Length")) {
		g->n_lengths++;
		g->length = value;
	} else if (is(name, "Transfer-Encoding")) {
		g->encoded = true;
	} else if (is(name, "Content-Type")) {
		g->n_types++;
		g->type = value;
	} else if (is(name, "Cookie")) {
		g->n_cookies++;
		g->cookie = value;
	} else if (is(name, "Content-Encoding")) {
		g->coded |= !is(value, "identity");
	} else if (is(name, "Expect")) {
		g->expects |= is(value, "100-continue");
	} else if (is(name, "Accept-Encoding")) {
		take_codings(g, value);
	} else if (is(name, "Origin")) {
		g->origin = value;
	} else if (is(name, "Sec-Fetch-Site")) {
		g->site = value;
	} else if (is(name, "If-None-Match")) {
		take_tags(&g->if_none_match, value);
	} else if (is(name, "If-Match")) {
		take_tags(&g->if_match, value);
	} else if (is(name, "X-Forwarded-For")) {
		g->forwarded = value;
	} else if (is(name, "X-Forwarded-Proto")) {
		g->proto = value;
	}
}

/* The name of a Host, without its port; n 0: it is none. */
static struct mr_slice
host_name(struct mr_slice host)
{
	struct mr_slice none = { "", 0 }, port = host, name;
	int64_t number = 0;

	if (host.n && host.p[0] == '[') {
		const char *end = memchr(host.p, ']', host.n);

		if (!end)
			return none;
		name = (struct mr_slice){ host.p, (size_t)(end + 1 - host.p) };
		port.p += name.n;
		port.n -= name.n;
		if (port.n && port.p[0] != ':')
			return none;
		if (port.n) {
			port.p++;
			port.n--;
		}
	} else {
		name = mr_slice_cut(&port, ':');
		if (!port.p)
			port = none;
	}
	for (size_t i = 0; i < port.n; i++)
		if (port.p[i] < '0' || port.p[i] > '9')
			return none;
	return port.n && (!mr_parse_i64(port, &number) || number > 65535) ?
	    none : name;
}

static bool
is_our_host(struct mr_slice host, const char *hosts)
{
	struct mr_slice name = host_name(host), rest = mr_slice_of(hosts ?
	    hosts : "localhost,127.0.0.1,[::1]");

	while (rest.p && name.n) {
		struct mr_slice h = mr_slice_trim(mr_slice_cut(&rest, ','));

		if (mr_slice_is(h, "*") || (h.n == name.n &&
		    strncasecmp(h.p, name.p, h.n) == 0))
			return true;
	}
	return false;
}

int
mr_gate_form(const struct mr_gate_line *line, const char **detail)
{
	if (line->target.n > MR_REQUEST_TARGET) {
		*detail = "the address is longer than 2048 bytes";
		return 414;
	}
	*detail = "the request does not ask for a path";
	if (line->target.n == 0 || line->target.p[0] != '/')
		return 400;
	for (size_t i = 0; i < line->target.n; i++) {
		unsigned char c = (unsigned char)line->target.p[i];

		if (c <= 0x20 || c >= 0x7f || strchr("\"<>\\^`{|}#", c))
			return 400;
	}
	*detail = "only HTTP/1.1 and HTTP/1.0 are spoken here";
	return mr_slice_is(line->version, "HTTP/1.1") ||
	    mr_slice_is(line->version, "HTTP/1.0") ? 0 : 505;
}

static int
body_verdict(const struct mr_gate *g, const struct mr_gate_line *line,
    const char **detail)
{
	bool form = is(line->method, "POST");
	struct mr_slice type = g->type;
	int64_t n = 0;

	*detail = "Transfer-Encoding is not taken";
	if (g->encoded)
		return form ? 411 : 400;
	*detail = "Content-Length is not one number";
	if (g->n_lengths > 1)
		return 400;
	for (size_t i = 0; i < g->length.n; i++)
		if (g->length.p[i] < '0' || g->length.p[i] > '9')
			return 400;
	if (g->n_lengths && (g->length.n == 0 || g->length.n > 18 ||
	    !mr_parse_i64(g->length, &n)))
		return g->length.n > 18 ? 413 : 400;
	if (!form) {
		*detail = "the request has a body where none belongs";
		return n ? 400 : 0;
	}
	*detail = "Content-Length is missing";
	if (!g->n_lengths)
		return 411;
	*detail = "the body is too long";
	if ((uint64_t)n > line->most)
		return 413;
	*detail = "the body is coded";
	if (g->coded)
		return 415;
	*detail = line->json ? "the body is not application/json" :
	    "the body is no form";
	type = mr_slice_trim(mr_slice_cut(&type, ';'));
	return g->n_types == 1 && (line->json ? is(type, "application/json") :
	    is(type, "application/x-www-form-urlencoded") || (line->files &&
	    is(type, "multipart/form-data"))) ? 0 : 415;
}

int
mr_gate_verdict(const struct mr_gate *g, const struct mr_gate_line *line,
    const char **detail)
{
	bool old = mr_slice_is(line->version, "HTTP/1.0");

	*detail = "a header line is not well-formed";
	if (g->bad_name || g->bad_line)
		return 400;
	*detail = "there are too many headers";
	if (g->n_headers > MR_GATE_HEADERS || g->if_match.n > MR_GATE_TAGS ||
	    g->if_none_match.n > MR_GATE_TAGS)
		return 431;
	*detail = "there is not one Host";
	if (g->n_hosts > 1 || (g->n_hosts == 0 && !old))
		return 400;
	*detail = "this server does not answer under that name";
	if (g->n_hosts && !is_our_host(g->host, line->hosts))
		return 421;
	*detail = "there is more than one Cookie header";
	if (g->n_cookies > 1)
		return 400;
	return body_verdict(g, line, detail);
}

bool
mr_gate_same_site(const struct mr_gate *g)
{
	static const char scheme[] = "http://", tls[] = "https://";
	struct mr_slice o = g->origin;

	if (g->site.p)
		return is(g->site, "same-origin") || is(g->site, "none");
	if (o.n > sizeof scheme - 1 &&
	    strncasecmp(o.p, scheme, sizeof scheme - 1) == 0) {
		o.p += sizeof scheme - 1;
		o.n -= sizeof scheme - 1;
	} else if (o.n > sizeof tls - 1 &&
	    strncasecmp(o.p, tls, sizeof tls - 1) == 0) {
		o.p += sizeof tls - 1;
		o.n -= sizeof tls - 1;
	} else {
		return false;
	}
	return o.n == g->host.n && strncasecmp(o.p, g->host.p, o.n) == 0;
}

static bool
has_tag(struct mr_slice list, const char *etag, bool strong)
{
	struct mr_slice tag = mr_slice_of(etag);
	bool weak = tag.n > 2 && tag.p[0] == 'W';

	if (mr_slice_is(list, "*"))
		return true;
	if (weak)
		tag = (struct mr_slice){ tag.p + 2, tag.n - 2 };
	while (list.n && !(weak && strong)) {
		const char *all = list.p, *p = memchr(all, '"', list.n);
		size_t left = p ? (size_t)(all + list.n - p) : 0;
		const char *end = left > 1 ? memchr(p + 1, '"', left - 1) :
		    NULL;

		if (!end)
			break;
		if (!(strong && p - all > 1 && p[-2] == 'W') && mr_slice_eq(
		    tag, (struct mr_slice){ p, (size_t)(end + 1 - p) }))
			return true;
		list = (struct mr_slice){ end + 1, (size_t)(all + list.n -
		    end) - 1 };
	}
	return false;
}

bool
mr_gate_has_tag(const struct mr_tags *tags, const char *etag, bool strong)
{
	for (int i = 0; i < tags->n; i++)
		if (has_tag(tags->line[i], etag, strong))
			return true;
	return false;
}
