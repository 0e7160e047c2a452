/* Sockets and HTTP/1.1, by libmicrohttpd: what a client may send, how long he
 * may take, and no word of what is answered.
 * SPDX-License-Identifier: MIT */
#ifndef MR_TOOL_SERVE_HTTP_H
#define MR_TOOL_SERVE_HTTP_H

#include "tool/serve/snapshot.h"

struct mr_figures_all;
struct mr_http;
struct mr_journal;
struct mr_queue;

/* All borrowed. */
struct mr_http_opt {
	const struct mr_serve_opt *o;
	struct mr_served *served;
	struct mr_figures_all *figures;	/* of so many loops */
	struct mr_journal *journal;	/* the log, NULL: none */
	struct mr_queue *queue;	/* of words */
	int loops;
};

/*
 * mr_http_open - listen.  MR_EIO: the port is taken, there is no such address,
 * no permission.  From here on SIGTERM, SIGINT, SIGHUP and SIGPIPE are blocked.
 * *h is closed by mr_http_close, also after a failure.
 * mr_http_url - where, as "http://127.0.0.1:8080/".
 * mr_http_loop - answer until SIGTERM or SIGINT, then drain: loop i, in a thread
 * of its own, as number i of those of served.
 * mr_http_wait - wait for SIGHUP; false: all loops are to end.
 * mr_http_cut - how many connections had to be closed in the middle.
 *
 * A loop of its own for each thread, on libmicrohttpd's epoll descriptor and
 * never waiting inside the library, whose own epoll thread stalls when 128
 * events are ready; connections stand in lists by what they wait for, so that
 * the late ones are closed, whatever they send meanwhile.
 *
 * Refused before an answer is sought, and the connection closed: another form
 * of target than a path, methods that the route does not have, a Host that is
 * not ours, bodies where none belongs or of unknown length, headers twice that
 * say how long, header lines that proxies read in other ways (names that are
 * no tokens, NUL, bare line feeds, folded lines).
 */
int mr_http_open(struct mr_http **h, const struct mr_http_opt *o,
    struct mr_err *err) MR_CHECKED;
const char *mr_http_url(const struct mr_http *h);
void mr_http_loop(struct mr_http *h, int i);
bool mr_http_wait(struct mr_http *h);
int mr_http_cut(const struct mr_http *h);
void mr_http_close(struct mr_http *h);

#endif
