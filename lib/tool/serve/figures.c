/* Counting and telling; see figures.h.
 * SPDX-License-Identifier: MIT */
#include "tool/serve/figures.h"

#include <time.h>

#include "tool/serve/routes.h"

/* The last one stands for all others. */
static const int statuses[MR_FIGURES_STATUSES] = { 200, 303, 304, 400, 403, 404,
	405, 411, 412, 413, 414, 415, 421, 431, 503, 505, 500 };
static const double steps_s[MR_FIGURES_STEPS] = { .0005, .001, .0025, .005, .01,
	.025, .05, .1, .25, 1 };

static int
status_number(int status)
{
	int i = 0;

	while (statuses[i] != 500 && statuses[i] != status)
		i++;
	return i;
}

static void
add(_Atomic int64_t *a, int64_t n)
{
	atomic_fetch_add_explicit(a, n, memory_order_relaxed);
}

int64_t
mr_figures_now_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

void
mr_figures_add(struct mr_figures *f, int route, int status, int64_t us)
{
	int r = route < 0 ? MR_FIGURES_ROUTES - 1 : route, step = 0;

	while (step < MR_FIGURES_STEPS && (double)us > steps_s[step] * 1e6)
		step++;
	add(&f->requests[r][status_number(status)], 1);
	add(&f->took[r][step], 1);
	add(&f->took_us[r], us);
}

/* Statuses of one reason stand together; the last one stands for all others. */
static const struct {
	int status;
	int reason;
} refusals[] = {
	{ 0, 0 }, { 400, 1 }, { 403, 2 }, { 404, 3 }, { 405, 4 }, { 411, 5 },
	{ 413, 6 }, { 414, 6 }, { 431, 6 }, { 415, 7 }, { 421, 8 }, { 505, 9 },
	{ 503, 10 },
};
static const char *const reasons[MR_FIGURES_REASONS] = { "address", "form",
	"origin", "not-found", "method", "length", "too-large", "media-type",
	"host", "version", "busy" };

void
mr_figures_refuse(struct mr_figures *f, int status)
{
	size_t i = 0, last = sizeof refusals / sizeof *refusals - 1;

	while (i < last && refusals[i].status != status)
		i++;
	add(&f->refused[refusals[i].reason], 1);
}

enum part { REQUESTS, TOOK, TOOK_US, CONNECTIONS, REFUSED, HITS };

/* Over all loops; i and j are places of what part is. */
static int64_t
sum(const struct mr_figures_all *all, enum part part, int i, int j)
{
	int64_t n = 0;

	for (int k = 0; k < all->n; k++) {
		const struct mr_figures *f = &all->loop[k];

		n += part == REQUESTS ? f->requests[i][j] : part == TOOK ?
		    f->took[i][j] : part == TOOK_US ? f->took_us[i] :
		    part == CONNECTIONS ? f->connections : part == REFUSED ?
		    f->refused[i] : f->hits;
	}
	return n;
}

/* A label's value has no quotes, since patterns have none. */
static const char *
label(int route)
{
	return route == MR_FIGURES_ROUTES - 1 ? "none" :
	    mr_routes[route].pattern;
}

static bool
is_used(const struct mr_figures_all *all, int route)
{
	for (int k = 0; k <= MR_FIGURES_STEPS; k++)
		if (sum(all, TOOK, route, k))
			return true;
	return false;
}

static void
write_requests(struct mr_write *w, const struct mr_figures_all *all)
{
	mr_write_raw(w, "# TYPE mr_requests counter\n");
	for (int r = 0; r < MR_FIGURES_ROUTES; r++)
		for (int s = 0; is_used(all, r) && s < MR_FIGURES_STATUSES;
		    s++) {
			int64_t n = sum(all, REQUESTS, r, s);

			if (!n)
				continue;
			mr_write_raw(w, "mr_requests_total{route=\"");
			mr_write_raw(w, label(r));
			mr_write_html(w, "\",status=\"%d\"} %d\n",
			    (int64_t)statuses[s], n);
		}
}

static void
write_step(struct mr_write *w, int route, const char *name)
{
	mr_write_raw(w, "mr_request_seconds_");
	mr_write_raw(w, name);
	mr_write_raw(w, "{route=\"");
	mr_write_raw(w, label(route));
	mr_write_raw(w, "\"");
}

static void
write_took(struct mr_write *w, const struct mr_figures_all *all)
{
	mr_write_raw(w, "# TYPE mr_request_seconds histogram\n"
	    "# UNIT mr_request_seconds seconds\n");
	for (int r = 0; r < MR_FIGURES_ROUTES; r++) {
		int64_t n = 0;

		if (!is_used(all, r))
			continue;
		for (int k = 0; k <= MR_FIGURES_STEPS; k++) {
			n += sum(all, TOOK, r, k);
			write_step(w, r, "bucket");
			if (k < MR_FIGURES_STEPS)
				mr_write_html(w, ",le=\"%g\"} %d\n",
				    steps_s[k], n);
			else
				mr_write_html(w, ",le=\"+Inf\"} %d\n", n);
		}
		write_step(w, r, "count");
		mr_write_html(w, "} %d\n", n);
		write_step(w, r, "sum");
		mr_write_html(w, "} %g\n", (double)sum(all, TOOK_US, r, 0) /
		    1e6);
	}
}

static void
write_refused(struct mr_write *w, const struct mr_figures_all *all)
{
	mr_write_raw(w, "# TYPE mr_refused counter\n");
	for (int i = 0; i < MR_FIGURES_REASONS; i++)
		mr_write_html(w, "mr_refused_total{reason=\"%s\"} %d\n",
		    reasons[i], sum(all, REFUSED, i, 0));
}

void
mr_figures_write(struct mr_write *w, const struct mr_figures_all *all,
    int64_t generation, int64_t resident)
{
	write_requests(w, all);
	write_took(w, all);
	write_refused(w, all);
	mr_write_html(w, "# TYPE mr_connections gauge\nmr_connections %d\n"
	    "# TYPE mr_queue_length gauge\nmr_queue_length %d\n"
	    "# TYPE mr_cache_hits counter\nmr_cache_hits_total %d\n"
	    "# TYPE mr_log_lost_lines counter\nmr_log_lost_lines_total %d\n",
	    sum(all, CONNECTIONS, 0, 0), (int64_t)all->waiting,
	    sum(all, HITS, 0, 0), all->lost ? (int64_t)*all->lost : 0);
	mr_write_html(w, "# TYPE mr_generation gauge\nmr_generation %d\n"
	    "# TYPE mr_reload counter\n"
	    "mr_reload_total{result=\"taken\"} %d\n"
	    "mr_reload_total{result=\"failed\"} %d\n"
	    "# TYPE mr_load_seconds gauge\n# UNIT mr_load_seconds seconds\n"
	    "mr_load_seconds %g\n", generation, (int64_t)all->reloads,
	    (int64_t)all->reloads_failed, (double)all->load_us / 1e6);
	if (resident)
		mr_write_html(w, "# TYPE process_resident_memory_bytes gauge\n"
		    "# UNIT process_resident_memory_bytes bytes\n"
		    "process_resident_memory_bytes %d\n", resident);
	mr_write_html(w, "# TYPE mr_build info\nmr_build_info{version=\"%s\"} "
	    "1\n# EOF\n", MR_VERSION);
}
