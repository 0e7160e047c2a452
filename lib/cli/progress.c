/* How far a run is, on a terminal or for a program; see cli_private.h.
 * SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cli/cli_private.h"

/* The time left as people say it. */
static void
say_left(char *p, size_t n, double s)
{
	if (s < 120)
		snprintf(p, n, "%.0f s", s);
	else if (s < 7200)
		snprintf(p, n, "%.0f min", s / 60);
	else
		snprintf(p, n, "%.1f h", s / 3600);
}

static void
show_line(struct mr_cli *c, int64_t done, int64_t total, double rate)
{
	char left[32];

	c->progress_shown = true;
	if (total <= 0 || done <= 0) {
		fprintf(stderr, "\r%s: %s %lld, %.3g a second\033[K",
		    c->name, c->work, (long long)done, rate);
		return;
	}
	say_left(left, sizeof left, (double)(total - done) / rate);
	fprintf(stderr, "\r%s: %s %lld of about %lld, %.3g a second, "
	    "%s left\033[K", c->name, c->work, (long long)done,
	    (long long)total, rate, left);
}

/* Names are ours and need no escape. */
static void
show_json(const struct mr_cli *c, int64_t done, int64_t total, double rate,
    double now)
{
	char of[32] = "null", left[32] = "null";

	if (total > 0)
		snprintf(of, sizeof of, "%lld", (long long)total);
	if (total > 0 && done > 0)
		snprintf(left, sizeof left, "%.1f",
		    (double)(total - done) / rate);
	fprintf(stderr, "{\"tool\":\"%s\",\"work\":\"%s\",\"done\":%lld,"
	    "\"total\":%s,\"seconds\":%.1f,\"seconds_left\":%s}\n", c->name,
	    c->work, (long long)done, of, now - c->start_s, left);
}

/* After a second, twice a second.  A step that is told is work done; the first
 * of another kind of work began when the last of the one before ended. */
static void
take_step(void *ctx, const char *what, int64_t done, int64_t total)
{
	struct mr_cli *c = ctx;
	double t = mr_cli_now_s(), rate;

	if (!c->work || strcmp(c->work, what) != 0) {
		c->work = what;
		c->work_s = c->step_s > 0 ? c->step_s : c->start_s;
	}
	c->step_s = t;
	if (t - c->start_s < 1 || t - c->shown_s < 0.5 || t <= c->work_s)
		return;
	c->shown_s = t;
	rate = (double)done / (t - c->work_s);
	if (total > 0 && total < done)
		total = done;
	if (c->common.progress == MR_PROGRESS_JSON)
		show_json(c, done, total, rate, t);
	else
		show_line(c, done, total, rate);
}

void
mr_cli_show_progress(struct mr_cli *c)
{
	const struct mr_common *m = &c->common;

	if (m->quiet || m->progress == MR_PROGRESS_NONE ||
	    (m->progress == MR_PROGRESS_AUTO && !isatty(STDERR_FILENO)))
		return;
	c->run.report.progress = take_step;
	c->run.report.progress_ctx = c;
}
