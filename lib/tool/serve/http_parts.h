/* What is between clients and answers; only http*.c know it.
 * SPDX-License-Identifier: MIT */
#ifndef MR_TOOL_SERVE_HTTP_PARTS_H
#define MR_TOOL_SERVE_HTTP_PARTS_H

#include <microhttpd.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>

#include "tool/serve/http.h"
#include "tool/serve/site.h"

#define MR_HTTP_REQUESTS 10000	/* on one connection */
#define MR_HTTP_FILES 8	/* forms with files that a loop reads at a time */

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
};

struct mr_http_loop {
	struct mr_http *h;
	struct MHD_Daemon *daemon;
	int poll;
	struct mr_http_conn list[MR_HTTP_PHASES];	/* heads of rings */
	int n;			/* connections */
	int n_files;		/* forms with files under way */
	bool draining;
	int64_t end_ms;		/* of draining */
	struct mr_clerk clerk;
};

struct mr_http {
	struct mr_http_opt o;
	int listen, signals, wake;
	char url[80];
	sigset_t ends;
	struct mr_http_loop *loop;
	int n_loops;
	_Atomic int stop, cut;
};

/* mr_http_move - the connection waits for that from now on. */
void mr_http_move(struct MHD_Connection *m, enum mr_http_phase phase);
/* The library's callbacks, with a loop. */
void mr_http_on_completed(void *cls, struct MHD_Connection *m, void **con_cls,
    enum MHD_RequestTerminationCode code);
void *mr_http_on_target(void *cls, const char *uri, struct MHD_Connection *m);
size_t mr_http_keep_escapes(void *cls, struct MHD_Connection *m, char *s);
enum MHD_Result mr_http_on_request(void *cls, struct MHD_Connection *c,
    const char *url, const char *method, const char *version,
    const char *data, size_t *n, void **con_cls);

#endif
