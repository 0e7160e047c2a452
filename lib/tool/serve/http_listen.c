/* The socket that is listened on, and who connects to it; see http_parts.h.
 * SPDX-License-Identifier: MIT */
#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>
#include <sys/un.h>

#include "stream/socket.h"
#include "tool/serve/http_parts.h"

static bool
is_local(const char *address)
{
	return strncmp(address, "127.", 4) == 0 || strcmp(address, "::1") == 0;
}

/* The socket's own address, as a URL. */
static int
put_url(struct mr_http *h, struct mr_err *err)
{
	union {
		struct sockaddr any;
		struct sockaddr_in v4;
		struct sockaddr_in6 v6;
		struct sockaddr_un un;
	} a = { 0 };
	char text[INET6_ADDRSTRLEN] = "";
	socklen_t n = sizeof a;

	if (getsockname(h->listen, &a.any, &n))
		return mr_err_sys(err, MR_EIO, "the socket");
	if (a.any.sa_family == AF_UNIX) {
		snprintf(h->url, sizeof h->url, "unix:%.*s",
		    (int)sizeof a.un.sun_path, a.un.sun_path);
		h->alone = true;
		return MR_OK;
	}
	h->six = a.any.sa_family == AF_INET6;
	if (h->six)
		inet_ntop(AF_INET6, &a.v6.sin6_addr, text, sizeof text);
	else
		inet_ntop(AF_INET, &a.v4.sin_addr, text, sizeof text);
	h->alone = is_local(text);
	snprintf(h->url, sizeof h->url, h->six ? "http://[%s]:%d%s/" :
	    "http://%s:%d%s/", text, h->six ? ntohs(a.v6.sin6_port) :
	    ntohs(a.v4.sin_port), h->o.o->base);
	return MR_OK;
}

static int
listen_on_port(struct mr_http *h, struct mr_err *err)
{
	const struct mr_serve_opt *o = h->o.o;
	struct sockaddr_in6 a6 = { .sin6_family = AF_INET6,
	    .sin6_port = htons((uint16_t)o->port) };
	struct sockaddr_in a4 = { .sin_family = AF_INET,
	    .sin_port = htons((uint16_t)o->port) };
	bool six = strchr(o->address, ':') != NULL;
	struct sockaddr *a = six ? (struct sockaddr *)&a6 :
	    (struct sockaddr *)&a4;
	socklen_t n = six ? sizeof a6 : sizeof a4;
	int yes = 1;

	if (inet_pton(six ? AF_INET6 : AF_INET, o->address, six ?
	    (void *)&a6.sin6_addr : (void *)&a4.sin_addr) != 1)
		return mr_err_set(err, MR_EARG, "--address %s: expected an "
		    "address in numbers, as 127.0.0.1 or ::1", o->address);
	h->listen = socket(a->sa_family, SOCK_STREAM | SOCK_NONBLOCK |
	    SOCK_CLOEXEC, 0);
	if (h->listen < 0)
		return mr_err_sys(err, MR_EIO, "a socket");
	setsockopt(h->listen, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
	if (bind(h->listen, a, n) || listen(h->listen, 511))
		return mr_err_sys(err, MR_EIO, "%s port %lld", o->address,
		    (long long)o->port);
	return MR_OK;
}

int
mr_http_listen(struct mr_http *h, struct mr_err *err)
{
	const struct mr_serve_opt *o = h->o.o;
	int rc = MR_OK;

	if (o->listening >= 0) {
		h->listen = o->listening;
	} else if (o->socket) {
		rc = mr_socket_listen(o->socket, &h->listen, err);
		h->named = rc == MR_OK;
	} else {
		rc = listen_on_port(h, err);
	}
	return rc ? rc : put_url(h, err);
}

static struct in6_addr
mapped(const struct in_addr *four)
{
	struct in6_addr six = { 0 };

	six.s6_addr[10] = six.s6_addr[11] = 0xff;
	memcpy(six.s6_addr + 12, four, 4);
	return six;
}

/* An address as one of IPv6, so that there is one kind; all zero is none. */
static struct in6_addr
as_six(const struct sockaddr *a)
{
	struct in6_addr none = { 0 };

	if (a && a->sa_family == AF_INET6)
		return ((const struct sockaddr_in6 *)(const void *)a)->
		    sin6_addr;
	if (a && a->sa_family == AF_INET)
		return mapped(&((const struct sockaddr_in *)(const void *)a)->
		    sin_addr);
	return none;
}

static bool
parse(struct mr_slice s, struct in6_addr *six)
{
	struct in_addr four;
	char text[INET6_ADDRSTRLEN];

	if (s.n >= sizeof text)
		return false;
	memcpy(text, s.p, s.n);
	text[s.n] = '\0';
	if (inet_pton(AF_INET6, text, six) == 1)
		return true;
	if (inet_pton(AF_INET, text, &four) != 1)
		return false;
	*six = mapped(&four);
	return true;
}

int
mr_http_proxies(struct mr_http *h, struct mr_err *err)
{
	struct mr_slice rest = mr_slice_of(h->o.o->proxies ? h->o.o->proxies :
	    "");

	while (rest.n) {
		struct mr_slice one = mr_slice_trim(mr_slice_cut(&rest, ','));

		if (mr_slice_is(one, "unix"))
			h->unix_proxy = true;
		else if (h->n_proxies == MR_HTTP_PROXIES ||
		    !parse(one, &h->proxy[h->n_proxies++]))
			return mr_err_set(err, MR_EARG, "--trust-proxy %.*s: "
			    "expected at most %d addresses in numbers, or unix",
			    MR_SHOWN(one), MR_HTTP_PROXIES);
	}
	return MR_OK;
}

static bool
is_proxy(const struct mr_http *h, const struct in6_addr *a)
{
	for (int i = 0; i < h->n_proxies; i++)
		if (memcmp(a, &h->proxy[i], sizeof *a) == 0)
			return true;
	return false;
}

void
mr_http_peer(const struct mr_http *h, const struct sockaddr *a,
    struct mr_http_conn *c)
{
	c->peer = as_six(a);
	c->is_unix = !a || a->sa_family == AF_UNIX;
	c->trusted = c->is_unix ? h->unix_proxy : is_proxy(h, &c->peer);
}

struct mr_slice
mr_http_client(const struct mr_http *h, const struct mr_http_conn *c,
    struct mr_slice forwarded, char text[INET6_ADDRSTRLEN])
{
	struct in6_addr a = c->peer, next;

	while (c->trusted && forwarded.n) {
		size_t from = forwarded.n;

		while (from && forwarded.p[from - 1] != ',')
			from--;
		if (!parse(mr_slice_trim((struct mr_slice){ forwarded.p + from,
		    forwarded.n - from }), &next))
			break;
		a = next;
		if (!is_proxy(h, &a))
			break;
		forwarded.n = from ? from - 1 : 0;
	}
	if (IN6_IS_ADDR_V4MAPPED(&a))
		inet_ntop(AF_INET, a.s6_addr + 12, text, INET6_ADDRSTRLEN);
	else
		inet_ntop(AF_INET6, &a, text, INET6_ADDRSTRLEN);
	return mr_slice_of(text);
}

/* The library asks before it takes a connection. */
enum MHD_Result
mr_http_on_accept(void *cls, const struct sockaddr *a, socklen_t n)
{
	struct mr_http_loop *l = cls;
	struct mr_http_conn one = { .fd = -1 };
	int same = 0;

	(void)n;
	mr_http_peer(l->h, a, &one);
	if (l->h->alone || one.is_unix || one.trusted)
		return MHD_YES;
	for (int p = 0; p < MR_HTTP_PHASES; p++)
		for (const struct mr_http_conn *c = l->list[p].next;
		    c != &l->list[p]; c = c->next)
			same += memcmp(&c->peer, &one.peer, sizeof c->peer) ==
			    0;
	if (same < MR_HTTP_PER_ADDRESS)
		return MHD_YES;
	mr_figures_refuse(l->figures, 0);
	return MHD_NO;
}
