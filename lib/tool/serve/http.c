/* Sockets and loops; see http.h.
 * SPDX-License-Identifier: MIT */
#include "tool/serve/http.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <time.h>
#include <unistd.h>

#include "core/mem.h"
#include "core/par.h"
#include "tool/serve/http_parts.h"

#define DRAIN_MS 5000
#define CONNECTIONS 512	/* of a loop */
#define PER_ADDRESS 64	/* of them, where others than ourselves can connect */
#define POOL_BYTES 16384	/* of a connection, for the headers */

static const int64_t may_take_ms[MR_HTTP_PHASES] = { 5000, 10000, 20000,
    15000 };

static int64_t
now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC_COARSE, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static void
leave(struct mr_http_conn *c)
{
	c->prev->next = c->next;
	c->next->prev = c->prev;
}

/* c waits in that list from now on. */
static void
enter(struct mr_http_loop *l, struct mr_http_conn *c, enum mr_http_phase phase)
{
	struct mr_http_conn *head = &l->list[phase];

	c->due_ms = now_ms() + may_take_ms[phase];
	c->next = head;
	c->prev = head->prev;
	head->prev->next = c;
	head->prev = c;
}

void
mr_http_move(struct MHD_Connection *m, enum mr_http_phase phase)
{
	const union MHD_ConnectionInfo *i = MHD_get_connection_info(m,
	    MHD_CONNECTION_INFO_SOCKET_CONTEXT);
	struct mr_http_conn *c = i ? i->socket_context : NULL;

	if (!c)
		return;
	leave(c);
	enter(c->loop, c, phase);
	c->requests += phase == MR_HTTP_IDLE;
}

static void
on_connection(void *cls, struct MHD_Connection *m, void **context,
    enum MHD_ConnectionNotificationCode code)
{
	struct mr_http_loop *l = cls;
	struct mr_http_conn *c = *context;
	const union MHD_ConnectionInfo *i;

	if (code == MHD_CONNECTION_NOTIFY_CLOSED) {
		l->n--;
		if (c)
			leave(c);
		free(c);
		return;
	}
	l->n++;
	i = MHD_get_connection_info(m, MHD_CONNECTION_INFO_CONNECTION_FD);
	c = calloc(1, sizeof *c);
	if (!c) {
		shutdown(i->connect_fd, SHUT_RDWR);
		return;
	}
	*context = c;
	c->fd = i->connect_fd;
	c->loop = l;
	enter(l, c, MR_HTTP_FIRST);
}


static int
listen_on(struct mr_http *h, struct mr_err *err)
{
	const struct mr_http_opt *o = &h->o;
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
	if (bind(h->listen, a, n) || listen(h->listen, 511) ||
	    getsockname(h->listen, a, &n))
		return mr_err_sys(err, MR_EIO, "%s port %lld", o->address,
		    (long long)o->port);
	snprintf(h->url, sizeof h->url, six ? "http://[%s]:%d/" :
	    "http://%s:%d/", o->address, six ? ntohs(a6.sin6_port) :
	    ntohs(a4.sin_port));
	return MR_OK;
}

/* Blocked from here on, in all threads to come; a write to a connection that
 * is gone must not end the process. */
static int
take_signals(struct mr_http *h, struct mr_err *err)
{
	sigset_t all;

	sigemptyset(&h->ends);
	sigaddset(&h->ends, SIGTERM);
	sigaddset(&h->ends, SIGINT);
	all = h->ends;
	sigaddset(&all, SIGPIPE);
	pthread_sigmask(SIG_BLOCK, &all, NULL);
	h->signals = signalfd(-1, &h->ends, SFD_NONBLOCK | SFD_CLOEXEC);
	h->wake = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	return h->signals < 0 || h->wake < 0 ? mr_err_sys(err, MR_EIO,
	    "descriptors for signals") : MR_OK;
}

static bool
watch(const struct mr_http_loop *l, int fd)
{
	struct epoll_event e = { .events = EPOLLIN, .data.fd = fd };

	return epoll_ctl(l->poll, EPOLL_CTL_ADD, fd, &e) == 0;
}

static bool
is_local(const char *address)
{
	return strncmp(address, "127.", 4) == 0 || strcmp(address, "::1") == 0;
}

/* A loop's daemon owns a descriptor of its own for the one socket. */
static int
open_loop(struct mr_http *h, struct mr_http_loop *l, struct mr_err *err)
{
	int fd = fcntl(h->listen, F_DUPFD_CLOEXEC, 3);
	int rc = mr_clerk_open(&l->clerk, h->o.site, err);
	unsigned six = strchr(h->o.address, ':') ? MHD_USE_IPv6 : 0;
	const union MHD_DaemonInfo *i;

	l->h = h;
	for (int p = 0; p < MR_HTTP_PHASES; p++)
		l->list[p].next = l->list[p].prev = &l->list[p];
	if (rc == MR_OK && fd >= 0)
		l->daemon = MHD_start_daemon(MHD_USE_EPOLL | six, 0, NULL,
		    NULL, mr_http_on_request, l,
		    MHD_OPTION_LISTEN_SOCKET, fd,
		    MHD_OPTION_STRICT_FOR_CLIENT, 1,
		    MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)POOL_BYTES,
		    MHD_OPTION_CONNECTION_LIMIT, (unsigned)CONNECTIONS,
		    MHD_OPTION_PER_IP_CONNECTION_LIMIT,
		    is_local(h->o.address) ? 0U : (unsigned)PER_ADDRESS,
		    MHD_OPTION_UNESCAPE_CALLBACK, mr_http_keep_escapes, NULL,
		    MHD_OPTION_URI_LOG_CALLBACK, mr_http_on_target, l,
		    MHD_OPTION_NOTIFY_CONNECTION, on_connection, l,
		    MHD_OPTION_NOTIFY_COMPLETED, mr_http_on_completed, l,
		    MHD_OPTION_END);
	if (!l->daemon) {
		if (fd >= 0)
			close(fd);
		return rc ? rc : mr_err_set(err, MR_EIO,
		    "libmicrohttpd does not start");
	}
	l->poll = epoll_create1(EPOLL_CLOEXEC);
	i = MHD_get_daemon_info(l->daemon, MHD_DAEMON_INFO_EPOLL_FD);
	return l->poll >= 0 && i && watch(l, i->epoll_fd) &&
	    watch(l, h->signals) && watch(l, h->wake) ? MR_OK :
	    mr_err_sys(err, MR_EIO, "epoll");
}

int
mr_http_open(struct mr_http **out, const struct mr_http_opt *o,
    struct mr_err *err)
{
	struct mr_http *h = *out = mr_alloc(1, sizeof *h, "state", err);
	int rc;

	if (!h)
		return MR_ENOMEM;
	h->o = *o;
	h->listen = h->signals = h->wake = -1;
	h->loop = mr_alloc((size_t)o->threads, sizeof *h->loop, "loops", err);
	rc = h->loop ? listen_on(h, err) : MR_ENOMEM;
	if (rc == MR_OK)
		rc = take_signals(h, err);
	while (rc == MR_OK && h->n_loops < o->threads) {
		h->loop[h->n_loops].poll = -1;
		rc = open_loop(h, &h->loop[h->n_loops++], err);
	}
	return rc;
}

const char *
mr_http_url(const struct mr_http *h)
{
	return h->url;
}

/* All that wait in that list are closed; from what is due only, if so. */
static void
close_list(struct mr_http_loop *l, enum mr_http_phase phase, bool due)
{
	struct mr_http_conn *head = &l->list[phase], *c;
	int64_t now = now_ms();

	for (c = head->next; c != head && (!due || c->due_ms <= now);
	    c = c->next)
		shutdown(c->fd, SHUT_RDWR);
}

/* No new connections, and none that waits for nothing. */
static void
begin_drain(struct mr_http_loop *l)
{
	int fd = MHD_quiesce_daemon(l->daemon);

	if (fd >= 0)
		close(fd);
	l->draining = true;
	l->end_ms = now_ms() + DRAIN_MS;
	epoll_ctl(l->poll, EPOLL_CTL_DEL, l->h->wake, NULL);
	epoll_ctl(l->poll, EPOLL_CTL_DEL, l->h->signals, NULL);
}

/* The first signal wakes all loops; a second one ends the process. */
static void
take_signal(struct mr_http *h)
{
	struct signalfd_siginfo x;
	uint64_t one = 1;

	if (read(h->signals, &x, sizeof x) != (ssize_t)sizeof x)
		return;
	h->stop = 1;
	if (write(h->wake, &one, sizeof one) == (ssize_t)sizeof one)
		pthread_sigmask(SIG_UNBLOCK, &h->ends, NULL);
}

/* How long may be waited. */
static int
patience(const struct mr_http_loop *l)
{
	MHD_UNSIGNED_LONG_LONG ms;
	int64_t now = now_ms(), least = l->draining ? l->end_ms - now : 60000;

	for (int p = 0; p < MR_HTTP_PHASES; p++) {
		const struct mr_http_conn *c = l->list[p].next;

		if (c != &l->list[p] && c->due_ms - now < least)
			least = c->due_ms - now;
	}
	if (MHD_get_timeout(l->daemon, &ms) == MHD_YES && ms < 60000 &&
	    (int64_t)ms < least)
		least = (int64_t)ms;
	return least < 0 ? 0 : (int)least;
}

static void
run_loop(void *ctx, int64_t task, int worker)
{
	struct mr_http *h = ctx;
	struct mr_http_loop *l = &h->loop[task];
	struct epoll_event e[4];

	(void)worker;
	while (!l->draining || (l->n > 0 && now_ms() < l->end_ms)) {
		int n = epoll_wait(l->poll, e, 4, patience(l));

		for (int i = 0; i < n; i++)
			if (e[i].data.fd == h->signals)
				take_signal(h);
		if (h->stop && !l->draining)
			begin_drain(l);
		for (int p = 0; p < MR_HTTP_PHASES; p++)
			close_list(l, (enum mr_http_phase)p, p != MR_HTTP_IDLE
			    || !l->draining);
		MHD_run(l->daemon);
	}
	h->cut += l->n;
}

int
mr_http_run(struct mr_http *h)
{
	mr_par_run(h->n_loops, h->n_loops, run_loop, h);
	return h->cut;
}

void
mr_http_close(struct mr_http *h)
{
	if (!h)
		return;
	for (int i = 0; i < h->n_loops; i++) {
		if (h->loop[i].daemon)
			MHD_stop_daemon(h->loop[i].daemon);
		if (h->loop[i].poll >= 0)
			close(h->loop[i].poll);
		mr_clerk_close(&h->loop[i].clerk);
	}
	free(h->loop);
	if (h->listen >= 0)
		close(h->listen);
	if (h->signals >= 0)
		close(h->signals);
	if (h->wake >= 0)
		close(h->wake);
	free(h);
}
