/* Connections, and how long each may wait; see http_parts.h.
 * SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>

#include "tool/serve/http_parts.h"

static const int64_t may_take_ms[MR_HTTP_PHASES] = { 5000, 10000, 20000,
    15000 };

int64_t
mr_http_now_ms(void)
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

	c->due_ms = mr_http_now_ms() + may_take_ms[phase];
	c->next = head;
	c->prev = head->prev;
	head->prev->next = c;
	head->prev = c;
}

struct mr_http_conn *
mr_http_conn(struct MHD_Connection *m)
{
	const union MHD_ConnectionInfo *i = MHD_get_connection_info(m,
	    MHD_CONNECTION_INFO_SOCKET_CONTEXT);

	return i ? i->socket_context : NULL;
}

void
mr_http_move(struct MHD_Connection *m, enum mr_http_phase phase)
{
	struct mr_http_conn *c = mr_http_conn(m);

	if (!c)
		return;
	leave(c);
	enter(c->loop, c, phase);
	c->requests += phase == MR_HTTP_IDLE;
}

void
mr_http_on_connection(void *cls, struct MHD_Connection *m, void **context,
    enum MHD_ConnectionNotificationCode code)
{
	struct mr_http_loop *l = cls;
	struct mr_http_conn *c = *context;
	const union MHD_ConnectionInfo *i;

	if (code == MHD_CONNECTION_NOTIFY_CLOSED) {
		l->figures->connections = --l->n;
		if (c)
			leave(c);
		free(c);
		return;
	}
	l->figures->connections = ++l->n;
	i = MHD_get_connection_info(m, MHD_CONNECTION_INFO_CONNECTION_FD);
	c = calloc(1, sizeof *c);
	if (!c) {
		shutdown(i->connect_fd, SHUT_RDWR);
		return;
	}
	*context = c;
	c->fd = i->connect_fd;
	c->loop = l;
	i = MHD_get_connection_info(m, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
	mr_http_peer(l->h, i ? i->client_addr : NULL, c);
	enter(l, c, MR_HTTP_FIRST);
}

void
mr_http_close_list(struct mr_http_loop *l, enum mr_http_phase phase, bool due)
{
	struct mr_http_conn *head = &l->list[phase], *c;
	int64_t now = mr_http_now_ms();

	for (c = head->next; c != head && (!due || c->due_ms <= now);
	    c = c->next)
		shutdown(c->fd, SHUT_RDWR);
}
