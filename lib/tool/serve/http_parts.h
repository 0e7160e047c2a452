/* What is between clients and answers; only http*.c know it.
 * SPDX-License-Identifier: MIT */
#ifndef MR_TOOL_SERVE_HTTP_PARTS_H
#define MR_TOOL_SERVE_HTTP_PARTS_H

#include <microhttpd.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>

#include "stream/journal.h"
#include "tool/serve/figures.h"
#include "tool/serve/http.h"
#include "tool/serve/http_cache.h"
#include "tool/serve/queue.h"
#include "tool/serve/routes.h"

#define MR_HTTP_REQUESTS 10000	/* on one connection */
#define MR_HTTP_FILES 8	/* forms with files that a loop reads at a time */
#define MR_HTTP_PER_ADDRESS 64	/* connections of a loop, where others than
				 * ourselves can connect */
#define MR_HTTP_PROXIES 16

/* What a connection waits for: a list for each, so that the one that is due
 * first is at its head. */
enum mr_http_phase {
	MR_HTTP_FIRST, MR_HTTP_BODY, MR_HTTP_REPLY, MR_HTTP_IDLE, MR_HTTP_PHASES
};

struct mr_http_conn {
	struct mr_http_conn *next, *prev;
	struct mr_http_loop *loop;
	int fd;
	int64_t due_ms, requests;
	struct in6_addr peer;	/* zero for Unix sockets */
	bool is_unix, trusted;	/* a proxy: what it says of its clients counts */
};

/* A request while it comes. */
struct mr_http_visit {
	const char *uri;	/* in the library's memory, unchanged */
	size_t n;
	bool begun;
	bool early;		/* it is answered before its body is read, as
				 * there is none */
	struct mr_request q;
	struct mr_buf target, body;
	const struct mr_route *route;
	const char *method;
	struct mr_slice forwarded;	/* who a proxy says the client is */
	int64_t begun_us;
	struct mr_http_loop *files;	/* whose n_files counts it; NULL */
	/* Of one that waits for the vector of its words. */
	struct mr_http_loop *loop;
	struct MHD_Connection *m;
	struct mr_words words;
	struct mr_queued queued;
	struct mr_http_visit *next_done;
};

struct mr_http_loop {
	struct mr_http *h;
	struct MHD_Daemon *daemon;
	int number;
	int poll, wake;
	struct mr_http_conn list[MR_HTTP_PHASES];	/* heads of rings */
	int n;			/* connections */
	int n_files;		/* forms with files under way */
	bool draining;
	int64_t end_ms;		/* of draining */
	struct mr_snapshot *now;	/* during a turn */
	struct mr_figures *figures;
	struct mr_http_cache cache;
	struct mr_http_visit *_Atomic done;	/* that need not wait longer, the
				 * last first */
	struct mr_http_visit *ready, *last_ready;	/* the same, in their
				 * order */
	int waiting;		/* of suspended connections */
	struct mr_journal_lines lines;
	struct mr_buf line;
	int64_t answers;
};

struct mr_http {
	struct mr_http_opt o;
	int listen, ends, hup;	/* descriptors: of signals the last two */
	int over;		/* readable once all loops are to end */
	char url[160];
	bool six;		/* of IPv6 */
	bool alone;		/* only this machine can connect */
	bool named;		/* the socket has a file's name, which goes */
	struct in6_addr proxy[MR_HTTP_PROXIES];
	int n_proxies;
	bool unix_proxy;
	sigset_t end_signals;
	struct mr_http_loop *loop;
	int n_loops;
	uint64_t salt;		/* of the numbers of answers */
	_Atomic int stop, cut, ended;
};

/* mr_http_listen - the socket, and its url; mr_http_proxies - read the option. */
int mr_http_listen(struct mr_http *h, struct mr_err *err) MR_CHECKED;
int mr_http_proxies(struct mr_http *h, struct mr_err *err) MR_CHECKED;
/* mr_http_peer - who is at the other end. */
void mr_http_peer(const struct mr_http *h, const struct sockaddr *a,
    struct mr_http_conn *c);
/* mr_http_client - the address of the client, in text: of the peer, or, where
 * that is a proxy, the last one forwarded that is none. */
struct mr_slice mr_http_client(const struct mr_http *h,
    const struct mr_http_conn *c, struct mr_slice forwarded,
    char text[INET6_ADDRSTRLEN]);
/* mr_http_move - the connection waits for that from now on. */
void mr_http_move(struct MHD_Connection *m, enum mr_http_phase phase);
/* mr_http_conn - ours of the library's, or NULL. */
struct mr_http_conn *mr_http_conn(struct MHD_Connection *m);
/* mr_http_close_list - all that wait for that, or those alone that are due. */
void mr_http_close_list(struct mr_http_loop *l, enum mr_http_phase phase,
    bool due);
int64_t mr_http_now_ms(void);	/* coarse */
/* mr_http_wake - the loop takes a turn. */
void mr_http_wake(const struct mr_http_loop *l);
/* mr_http_queue - hand the answer over, count it and put it in the log; r is
 * freed.  Others may be given the same.  mr_http_queue_kept - hand over one that
 * was made already, if there is one; false: none. */
bool mr_http_queue_kept(struct mr_http_loop *l, struct MHD_Connection *c,
    struct mr_http_visit *v, enum MHD_Result *rc);
enum MHD_Result mr_http_queue(struct mr_http_loop *l,
    struct MHD_Connection *c, struct mr_http_visit *v, struct mr_reply *r);

/* The library's callbacks, with a loop. */
enum MHD_Result mr_http_on_accept(void *cls, const struct sockaddr *a,
    socklen_t n);
void mr_http_on_connection(void *cls, struct MHD_Connection *m,
    void **context, enum MHD_ConnectionNotificationCode code);
void mr_http_on_completed(void *cls, struct MHD_Connection *m, void **con_cls,
    enum MHD_RequestTerminationCode code);
void *mr_http_on_target(void *cls, const char *uri, struct MHD_Connection *m);
size_t mr_http_keep_escapes(void *cls, struct MHD_Connection *m, char *s);
enum MHD_Result mr_http_on_request(void *cls, struct MHD_Connection *c,
    const char *url, const char *method, const char *version,
    const char *data, size_t *n, void **con_cls);

#endif
