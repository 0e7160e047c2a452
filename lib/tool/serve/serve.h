/* The work of mr-serve: a page and a JSON API over films, vectors and a model.
 * SPDX-License-Identifier: MIT */
#ifndef MR_TOOL_SERVE_SERVE_H
#define MR_TOOL_SERVE_SERVE_H

#include "stream/run.h"

struct mr_serve_opt {
	const char *movies;	/* film TSV */
	const char *items;	/* vectors of films, or NULL */
	const char *folder;	/* the transformer that makes vectors of
				 * words */
	const char *model;	/* or NULL */
	const char *address;	/* numeric, IPv4 or IPv6 */
	const char *hosts;	/* names that Host may have, by commas; NULL:
				 * those of this machine itself; "*": any */
	const char *title;	/* of the pages */
	const char *posters;	/* https prefix of the column poster, or NULL */
	const char *socket;	/* a Unix socket's path, in the place of
				 * address and port; or NULL */
	int listening;		/* a socket that listens, in the place of
				 * these; -1: none */
	const char *base;	/* the path before ours, as /films; / is none */
	const char *proxies;	/* addresses, or "unix", by commas, whose
				 * X-Forwarded-For and -Proto count; NULL:
				 * none */
	const char *measures;	/* of the models, TSV; or NULL */
	const char *log;	/* of answers, "-": standard error; or NULL */
	bool log_queries, log_clients;	/* what was searched for, by whom */
	bool metrics;		/* at /metrics */
	int64_t port;		/* 0: any */
	bool no_users;		/* nothing of the users of the ratings */
	bool check;		/* load all, tell what there is, and end */
	/* Called, if not NULL, when the run's report has something to tell while
	 * it serves, always by one thread; state is what a service manager is
	 * told, as sd_notify(3) has it. */
	void (*tell)(void *ctx, const char *state);
	void *tell_ctx;
};

#define MR_SERVE_OPT_DEFAULT { .address = "127.0.0.1", .port = 8080, \
	.title = "mr films", .listening = -1, .base = "/" }

struct mr_serve;

/*
 * mr_serve_open - load everything, and listen, unless o->check; run and o's
 * strings are borrowed.  What has to be told before others can connect is in
 * the report then.  *s is closed by mr_serve_close, also after a failure: MR_EIO where the
 * port is taken, MR_EARG where the address is none, and those of the files.
 * mr_serve_run - write the address to the run's output, one line, and answer
 * until SIGTERM or SIGINT; those who wait then get their answers, for at most
 * five seconds.  A second signal ends the process.  With o->check, write what
 * was loaded, as TSV.
 *
 * At SIGHUP all files are loaded again, beside what answers meanwhile, and then
 * taken in its place; where that fails the report says why, and what was there
 * stays.  Files are to be replaced by renaming, as -o does.
 *
 * run->threads loops.  Memory: the films, vectors and model, and for each
 * thread the work of one search and of one list; 24 KiB a connection; all twice
 * during a reload.
 */
int mr_serve_open(struct mr_serve **s, const struct mr_serve_opt *o,
    struct mr_run *run, struct mr_err *err) MR_CHECKED;
void mr_serve_run(struct mr_serve *s);
void mr_serve_close(struct mr_serve *s);
/* mr_serve_openapi - the API's document, JSON, to the run's output. */
int mr_serve_openapi(struct mr_run *run, struct mr_err *err) MR_CHECKED;

#endif
