/* Sockets and loops; see http.h.
 * SPDX-License-Identifier: MIT */
#include "tool/serve/http.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include "core/mem.h"
#include "stream/socket.h"
#include "tool/serve/http_parts.h"

#define DRAIN_MS 5000
#define CONNECTIONS 512	/* of a loop */
#define KEPT 4096	/* answers that may be given again, of all loops */
#define KEPT_BYTES ((size_t)32 << 20)
#define POOL_BYTES 32768	/* of a connection, for the headers */

/* Blocked from here on, in all threads to come; a write to a connection that
 * is gone must not end the process. */
static int
take_signals(struct mr_http *h, struct mr_err *err)
{
	sigset_t all, hup;

	sigemptyset(&hup);
	sigaddset(&hup, SIGHUP);
	sigemptyset(&h->end_signals);
	sigaddset(&h->end_signals, SIGTERM);
	sigaddset(&h->end_signals, SIGINT);
	all = h->end_signals;
	sigaddset(&all, SIGPIPE);
	sigaddset(&all, SIGHUP);
	pthread_sigmask(SIG_BLOCK, &all, NULL);
	h->ends = signalfd(-1, &h->end_signals, SFD_NONBLOCK | SFD_CLOEXEC);
	h->hup = signalfd(-1, &hup, SFD_NONBLOCK | SFD_CLOEXEC);
	h->over = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	return h->ends < 0 || h->hup < 0 || h->over < 0 ? mr_err_sys(err,
	    MR_EIO, "descriptors for signals") : MR_OK;
}

static bool
watch(const struct mr_http_loop *l, int fd)
{
	struct epoll_event e = { .events = EPOLLIN, .data.fd = fd };

	return epoll_ctl(l->poll, EPOLL_CTL_ADD, fd, &e) == 0;
}

/* A loop's daemon owns a descriptor of its own for the one socket. */
static int
open_loop(struct mr_http *h, struct mr_http_loop *l, struct mr_err *err)
{
	int fd = fcntl(h->listen, F_DUPFD_CLOEXEC, 3);
	unsigned six = h->six ? MHD_USE_IPv6 : 0;
	const union MHD_DaemonInfo *i;

	l->h = h;
	if (mr_http_cache_new(&l->cache, KEPT / h->o.loops + 1, KEPT_BYTES /
	    (size_t)h->o.loops, err)) {
		if (fd >= 0)
			close(fd);
		return MR_ENOMEM;
	}
	l->figures = &h->o.figures->loop[l->number];
	for (int p = 0; p < MR_HTTP_PHASES; p++)
		l->list[p].next = l->list[p].prev = &l->list[p];
	if (fd >= 0)
		l->daemon = MHD_start_daemon(MHD_USE_EPOLL |
		    MHD_ALLOW_SUSPEND_RESUME | six, 0,
		    mr_http_on_accept, l, mr_http_on_request, l,
		    MHD_OPTION_LISTEN_SOCKET, fd,
		    MHD_OPTION_STRICT_FOR_CLIENT, 0,
		    MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)POOL_BYTES,
		    MHD_OPTION_CONNECTION_LIMIT, (unsigned)CONNECTIONS,
		    MHD_OPTION_UNESCAPE_CALLBACK, mr_http_keep_escapes, NULL,
		    MHD_OPTION_URI_LOG_CALLBACK, mr_http_on_target, l,
		    MHD_OPTION_NOTIFY_CONNECTION, mr_http_on_connection, l,
		    MHD_OPTION_NOTIFY_COMPLETED, mr_http_on_completed, l,
		    MHD_OPTION_END);
	if (!l->daemon) {
		if (fd >= 0)
			close(fd);
		return mr_err_set(err, MR_EIO,
		    "libmicrohttpd does not start");
	}
	l->poll = epoll_create1(EPOLL_CLOEXEC);
	l->wake = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	i = MHD_get_daemon_info(l->daemon, MHD_DAEMON_INFO_EPOLL_FD);
	return l->poll >= 0 && i && watch(l, i->epoll_fd) &&
	    watch(l, h->ends) && watch(l, l->wake) ? MR_OK :
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
	h->listen = h->ends = h->hup = h->over = -1;
	h->loop = mr_alloc((size_t)o->loops, sizeof *h->loop, "loops", err);
	h->salt = (uint64_t)mr_figures_now_us();
	rc = h->loop ? mr_http_proxies(h, err) : MR_ENOMEM;
	if (rc == MR_OK)
		rc = mr_http_listen(h, err);
	if (rc == MR_OK)
		rc = take_signals(h, err);
	while (rc == MR_OK && h->n_loops < o->loops) {
		struct mr_http_loop *l = &h->loop[h->n_loops];

		l->poll = l->wake = -1;
		l->number = h->n_loops++;
		rc = open_loop(h, l, err);
	}
	return rc;
}

const char *
mr_http_url(const struct mr_http *h)
{
	return h->url;
}

/* No new connections, and none that waits for nothing. */
static void
begin_drain(struct mr_http_loop *l)
{
	int fd = MHD_quiesce_daemon(l->daemon);

	if (fd >= 0)
		close(fd);
	l->draining = true;
	l->end_ms = mr_http_now_ms() + DRAIN_MS;
	epoll_ctl(l->poll, EPOLL_CTL_DEL, l->h->ends, NULL);
}

static void
add_one(int fd)
{
	uint64_t one = 1;
	ssize_t n = write(fd, &one, sizeof one);

	(void)n;	/* full: then it is readable, which is what is wanted */
}

void
mr_http_wake(const struct mr_http_loop *l)
{
	add_one(l->wake);
}

/* The first signal ends all loops; a second one the process.  Who connects to
 * our port from then on is refused, where he would wait for nothing else; a
 * socket that was handed to us, or has a name, others may listen on next. */
static void
take_signal(struct mr_http *h)
{
	struct signalfd_siginfo x;

	if (read(h->ends, &x, sizeof x) != (ssize_t)sizeof x)
		return;
	h->stop = 1;
	if (h->o.o->listening < 0 && !h->named)
		shutdown(h->listen, SHUT_RDWR);
	pthread_sigmask(SIG_UNBLOCK, &h->end_signals, NULL);
	for (int i = 0; i < h->n_loops; i++)
		add_one(h->loop[i].wake);
	add_one(h->over);
}

/* How long may be waited. */
static int
patience(const struct mr_http_loop *l)
{
	MHD_UNSIGNED_LONG_LONG ms;
	int64_t now = mr_http_now_ms(), least = l->draining ? l->end_ms - now : 60000;

	if (l->ready)
		return 0;
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

/* What has woken the loop, but for the library's own. */
static void
take_events(struct mr_http_loop *l, const struct epoll_event *e, int n)
{
	uint64_t count;

	for (int i = 0; i < n; i++)
		if (e[i].data.fd == l->h->ends)
			take_signal(l->h);
		else if (e[i].data.fd == l->wake && read(l->wake, &count,
		    sizeof count) < 0)
			continue;	/* another turn has read it */
}

/* Those whose words have their vectors stand behind those that do already. */
static void
take_done(struct mr_http_loop *l)
{
	struct mr_http_visit *v = atomic_exchange(&l->done, NULL), *next;
	struct mr_http_visit *first = NULL, *last = v;

	for (; v; v = next) {
		next = v->next_done;
		v->next_done = first;
		first = v;
	}
	if (!first)
		return;
	if (l->ready)
		l->last_ready->next_done = first;
	else
		l->ready = first;
	l->last_ready = last;
}

/* The one that is ready longest goes on; one a turn, since its rows are yet to
 * be found, and whoever asks for a page that is there need not wait for all of
 * them. */
static void
resume(struct mr_http_loop *l)
{
	struct mr_http_visit *v;

	take_done(l);
	v = l->ready;
	if (!v)
		return;
	l->ready = v->next_done;
	l->waiting--;
	MHD_resume_connection(v->m);
}

void
mr_http_loop(struct mr_http *h, int i)
{
	struct mr_http_loop *l = &h->loop[i];
	struct epoll_event e[4];

	while (!l->draining || l->waiting || (l->n > 0 && mr_http_now_ms() <
	    l->end_ms)) {
		int n = epoll_wait(l->poll, e, 4, patience(l));

		take_events(l, e, n);
		if (h->stop && !l->draining)
			begin_drain(l);
		for (int p = 0; p < MR_HTTP_PHASES; p++)
			mr_http_close_list(l, (enum mr_http_phase)p, p != MR_HTTP_IDLE
			    || !l->draining);
		l->now = mr_served_take(h->o.served, i);
		mr_http_cache_at(&l->cache, l->now->site.generation);
		resume(l);
		MHD_run(l->daemon);
		mr_served_leave(h->o.served, i);
		if (h->o.journal)
			mr_journal_write(h->o.journal, &l->lines);
	}
	h->cut += l->n;
	if (++h->ended == h->n_loops)
		mr_queue_end(h->o.queue);
}

bool
mr_http_wait(struct mr_http *h)
{
	struct pollfd p[2] = { { .fd = h->hup, .events = POLLIN },
	    { .fd = h->over, .events = POLLIN } };
	struct signalfd_siginfo x;

	for (;;) {
		poll(p, 2, -1);
		if (p[1].revents)
			return false;
		if (read(h->hup, &x, sizeof x) == (ssize_t)sizeof x)
			return true;
	}
}

int
mr_http_cut(const struct mr_http *h)
{
	return h->cut;
}

static void
shut(int fd)
{
	if (fd >= 0)
		close(fd);
}

void
mr_http_close(struct mr_http *h)
{
	if (!h)
		return;
	for (int i = 0; i < h->n_loops; i++) {
		if (h->loop[i].daemon)
			MHD_stop_daemon(h->loop[i].daemon);
		shut(h->loop[i].poll);
		shut(h->loop[i].wake);
		mr_buf_free(&h->loop[i].lines.b);
		mr_buf_free(&h->loop[i].line);
		mr_http_cache_free(&h->loop[i].cache);
	}
	free(h->loop);
	shut(h->listen);
	if (h->named)
		mr_socket_remove(h->o.o->socket);
	shut(h->ends);
	shut(h->hup);
	shut(h->over);
	free(h);
}
