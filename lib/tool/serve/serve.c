/* The work of mr-serve; see serve.h.
 * SPDX-License-Identifier: MIT */
#include "tool/serve/serve.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/mem.h"
#include "core/par.h"
#include "stream/io.h"
#include "stream/journal.h"
#include "tool/serve/figures.h"
#include "tool/serve/http.h"
#include "tool/serve/queue.h"
#include "tool/serve/routes.h"

#define LOOPS 100	/* at most */

struct mr_serve {
	struct mr_serve_opt o;
	struct mr_run *run;
	struct mr_asset asset[MR_ASSET_END];
	struct mr_served served;
	struct mr_figures_all figures;
	struct mr_journal journal;	/* path NULL: none */
	char first[160];		/* line of it */
	struct mr_queue *queue;
	int loops;
	struct mr_http *http;
};

static void
tell_site(const struct mr_site *x, struct mr_report *report)
{
	mr_report_fact(report, "generation %lld: films: %d, genres: %d",
	    (long long)x->generation, x->n, x->genres.n);
	if (x->recommender)
		mr_report_fact(report, "users: %d, ratings: %lld, films of "
		    "the model: %d", mr_recommender_kept(x->recommender)->n,
		    (long long)mr_csr_nnz(&x->raters),
		    mr_recommender_items(x->recommender)->n);
	if (x->searcher)
		mr_report_fact(report, "films with a vector: %d",
		    mr_searcher_names(x->searcher)->n);
}

static const struct mr_site *
site_of(const struct mr_serve *s)
{
	return &atomic_load(&s->served.now)->site;
}

static void
tell_exposed(const struct mr_serve *s, struct mr_report *report)
{
	bool port = !s->o.socket && s->o.listening < 0;

	if (port && (strncmp(s->o.address, "127.", 4) == 0 ||
	    strcmp(s->o.address, "::1") == 0))
		return;
	if (getuid() == 0)
		mr_report_warn(report, "it runs as root, which it does not "
		    "need");
	if (port)
		mr_report_warn(report, "--address %s: whoever reaches it can "
		    "read the films%s", s->o.address, site_of(s)->recommender &&
		    !s->o.no_users ? " and the ratings and lists of all users "
		    "(--no-users hides them)" : "");
}

/* The files once more, for all who answer. */
static int
load(struct mr_serve *s, int64_t generation, int threads,
    struct mr_snapshot **out, struct mr_err *err)
{
	const struct mr_site like = { .o = &s->o, .asset = s->asset,
	    .figures = s->o.metrics ? &s->figures : NULL,
	    .generation = generation };
	int64_t begin = mr_figures_now_us();
	int rc = mr_snapshot_open(out, &like, s->loops, MR_QUEUE_TOGETHER,
	    threads, &s->run->report, err);

	s->figures.load_us = mr_figures_now_us() - begin;
	return rc;
}

/* A path: /a/b, of what needs no escape. */
static bool
is_base(const char *base)
{
	size_t n = strlen(base);

	return n == 0 || (base[0] == '/' && n < 64 && base[n - 1] != '/' &&
	    !strstr(base, "//") && strspn(base, "abcdefghijklmnopqrstuvwxyz"
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._~/-") == n);
}

/* What is there before the files are loaded. */
static int
prepare(struct mr_serve *s, struct mr_err *err)
{
	struct mr_serve_opt *o = &s->o;
	int n = s->run->threads < LOOPS ? s->run->threads : LOOPS;
	int rc = mr_queue_new(&s->queue, &s->figures.waiting, err);

	if (strcmp(o->base, "/") == 0)
		o->base = "";
	if (rc)
		return rc;
	if (!is_base(o->base))
		return mr_err_set(err, MR_EARG, "--base-path %s: expected a "
		    "path as /films, of letters, digits and ._~-", o->base);
	s->loops = s->figures.n = n;
	s->served.n = 2 * n;
	s->served.holds = mr_alloc((size_t)s->served.n,
	    sizeof *s->served.holds, "state", err);
	s->figures.loop = s->served.holds ? mr_alloc((size_t)n,
	    sizeof *s->figures.loop, "state", err) : NULL;
	if (!s->figures.loop)
		return MR_ENOMEM;
	snprintf(s->first, sizeof s->first, "time\tid\tmethod\troute\tstatus\t"
	    "bytes\tus\tcache\tgeneration%s%s\n", o->log_queries ? "\tquery" :
	    "", o->log_clients ? "\tclient" : "");
	return mr_assets_open(s->asset, err);
}

/* Listen, once it is known what is answered. */
static int
begin(struct mr_serve *s, struct mr_err *err)
{
	int rc = s->o.log ? mr_journal_open(&s->journal, s->o.log, s->first,
	    err) : MR_OK;

	s->figures.lost = s->o.log ? &s->journal.lost : NULL;
	return rc ? rc : mr_http_open(&s->http, &(struct mr_http_opt){
	    .o = &s->o, .served = &s->served, .figures = &s->figures,
	    .journal = s->o.log ? &s->journal : NULL,
	    .queue = s->queue, .loops = s->loops }, err);
}

int
mr_serve_open(struct mr_serve **out, const struct mr_serve_opt *o,
    struct mr_run *run, struct mr_err *err)
{
	struct mr_serve *s = *out = mr_alloc(1, sizeof *s, "state", err);
	struct mr_snapshot *first = NULL;
	int rc;

	if (!s)
		return MR_ENOMEM;
	s->o = *o;
	s->run = run;
	s->journal.fd = -1;
	rc = prepare(s, err);
	if (rc == MR_OK)
		rc = load(s, 1, run->threads, &first, err);
	atomic_store(&s->served.now, first);
	atomic_store(&s->served.generation, 1);
	if (rc == MR_OK && !o->check)
		rc = begin(s, err);
	if (rc)
		return rc;
	tell_site(&first->site, &run->report);
	tell_exposed(s, &run->report);
	return MR_OK;
}

static void
tell(const struct mr_serve *s, const char *state)
{
	if (s->o.tell)
		s->o.tell(s->o.tell_ctx, state);
}

static void
tell_ready(const struct mr_serve *s)
{
	char state[80];

	snprintf(state, sizeof state, "READY=1\nSTATUS=generation %lld, "
	    "%d films", (long long)site_of(s)->generation, site_of(s)->n);
	tell(s, state);
}

/* Whoever waits for a pipe could not be told to end either. */
static int
check_again(const struct mr_serve_opt *o, struct mr_err *err)
{
	const char *const path[] = { o->movies, o->items, o->model,
	    o->measures };

	for (int i = 0; i < 4; i++)
		if (path[i] && mr_in_once(path[i]))
			return mr_err_set(err, MR_EIO, "%s: no regular file, "
			    "and so not read again", path[i]);
	return MR_OK;
}

/* With one thread, since others answer meanwhile. */
static void
reload(struct mr_serve *s)
{
	const struct mr_site *old = site_of(s);
	struct mr_snapshot *new = NULL;
	struct mr_err err = { 0 };
	size_t warnings, facts;
	char state[64];
	int rc;

	snprintf(state, sizeof state, "RELOADING=1\nMONOTONIC_USEC=%lld",
	    (long long)mr_figures_now_us());
	tell(s, state);
	warnings = s->run->report.warnings.n;
	facts = s->run->report.facts.n;
	rc = check_again(&s->o, &err);
	if (rc == MR_OK)
		rc = load(s, old->generation + 1, 1, &new, &err);
	/* Most likely it is being written, in its place. */
	if (rc == MR_OK && new->site.n == 0 && old->n)
		rc = mr_err_set(&err, MR_EFORMAT, "%s has no films",
		    s->o.movies);
	if (rc == MR_OK) {
		mr_snapshot_close(mr_served_change(&s->served, new));
		s->figures.reloads++;
		tell_site(&new->site, &s->run->report);
	} else {
		mr_snapshot_close(new);
		s->run->report.warnings.n = warnings;
		s->run->report.facts.n = facts;
		s->figures.reloads_failed++;
		mr_report_warn(&s->run->report, "not reloaded, what was there "
		    "is served on: %s", err.msg);
	}
	tell_ready(s);
}

/* Somebody may have given the file another name. */
static void
reopen_log(struct mr_serve *s)
{
	struct mr_err err = { 0 };

	if (s->journal.path && mr_journal_again(&s->journal, &err) != MR_OK)
		mr_report_warn(&s->run->report, "the log goes on where it was: "
		    "%s", err.msg);
}

/* What is to be done beside the loops. */
static void
keep(struct mr_serve *s)
{
	while (mr_http_wait(s->http)) {
		reopen_log(s);
		reload(s);
	}
	tell(s, "STOPPING=1");
}

static void
tell_lost(struct mr_serve *s)
{
	int64_t n = s->journal.lost;

	if (n)
		mr_report_warn(&s->run->report, "%lld lines of the log are "
		    "lost: %s", (long long)n, strerror(s->journal.failed));
}

static void
run_task(void *ctx, int64_t task, int worker)
{
	struct mr_serve *s = ctx;

	(void)worker;
	if (task < s->loops)
		mr_http_loop(s->http, (int)task);
	else if (task == s->loops)
		keep(s);
	else
		mr_queue_work(s->queue, &s->served, (int)task - 1);
}

static void
write_counts(const struct mr_site *x, struct mr_out *out)
{
	mr_out_printf(out, "films\t%d\nusers\t%d\nvectors\t%d\n", x->n,
	    x->recommender ? mr_recommender_kept(x->recommender)->n : 0,
	    x->searcher ? mr_searcher_names(x->searcher)->n : 0);
}

void
mr_serve_run(struct mr_serve *s)
{
	struct mr_run *run = s->run;
	/* Without vectors no words are compared. */
	int n = s->loops + 1 + (s->o.items ? s->loops : 0), cut;

	if (s->o.check) {
		write_counts(site_of(s), &run->out);
		return;
	}
	mr_out_printf(&run->out, "%s\n", mr_http_url(s->http));
	mr_out_flush(&run->out);
	if (run->out.failed)
		return;		/* mr_out_close tells why */
	tell_ready(s);
	mr_par_run(n, n, run_task, s);
	cut = mr_http_cut(s->http);
	if (cut)
		mr_report_warn(&run->report, "%d connections were closed in "
		    "the middle of a request", cut);
	tell_lost(s);
}

void
mr_serve_close(struct mr_serve *s)
{
	if (!s)
		return;
	mr_http_close(s->http);
	mr_journal_close(&s->journal);
	mr_queue_free(s->queue);
	mr_snapshot_close(atomic_load(&s->served.now));
	free((void *)(uintptr_t)s->served.holds);
	free(s->figures.loop);
	mr_assets_close(s->asset);
	free(s);
}

int
mr_serve_openapi(struct mr_run *run, struct mr_err *err)
{
	struct mr_write w = { 0 };

	mr_routes_openapi(&w, NULL);
	if (w.rc == MR_OK)
		mr_out_slice(&run->out, mr_buf_slice(&w.b));
	else
		mr_err_nomem(err, 65536, "a document");
	mr_write_free(&w);
	return err->code;
}
