/* How a tool ends: output closed and checked, messages, exit status.
 * SPDX-License-Identifier: MIT */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "cli/cli_private.h"
#include "core/simd.h"
#include "stream/leftover.h"

double
mr_cli_now_s(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* End as the signal says, but leave no file behind. */
static void
end_by_signal(int number)
{
	mr_leftover_remove();
	raise(number);	/* its handler is the default one again */
}

/* A file that is mapped was cut: no reader expects that, and none can go on.
 * Of threads that find it at once the first tells. */
static void
end_by_cut(int number)
{
	static const char why[] = ": a file was cut short by another program "
	    "while it was read\n";
	const char *name = program_invocation_short_name;

	(void)number;
	mr_leftover_first();
	mr_leftover_remove();
	(void)!write(STDERR_FILENO, name, strlen(name));
	(void)!write(STDERR_FILENO, why, sizeof why - 1);
	_exit(1);
}

static void
catch_signals(void)
{
	static const int ends[] = { SIGHUP, SIGINT, SIGQUIT, SIGPIPE, SIGTERM,
		SIGXCPU, SIGXFSZ };
	struct sigaction is, ours = { .sa_handler = end_by_signal,
	    .sa_flags = (int)SA_RESETHAND | SA_NODEFER };

	for (size_t i = 0; i < sizeof ends / sizeof *ends; i++)
		if (sigaction(ends[i], NULL, &is) == 0 &&
		    is.sa_handler == SIG_DFL)
			sigaction(ends[i], &ours, NULL);
	ours.sa_handler = end_by_cut;
	ours.sa_flags = 0;
	if (sigaction(SIGBUS, NULL, &is) == 0 && is.sa_handler == SIG_DFL)
		sigaction(SIGBUS, &ours, NULL);
}

void
mr_cli_start(struct mr_cli *c)
{
	c->start_s = mr_cli_now_s();
	catch_signals();
}

int
mr_cli_out(struct mr_cli *c, struct mr_err *err)
{
	return mr_out_open(&c->run.out, c->common.out_path, err);
}

static void
print_lines(const struct mr_cli *c, const char *kind, const struct mr_buf *b)
{
	struct mr_slice rest = { b->p, b->n };

	while (rest.n) {
		struct mr_slice line = mr_slice_cut(&rest, '\n');

		fprintf(stderr, "%s: %s%.*s\n", c->name, kind, (int)line.n,
		    line.p);
	}
}

static void
print_run(const struct mr_cli *c)
{
	struct rusage u;

	fprintf(stderr, "%s: version %s:", c->name, MR_VERSION);
	for (int i = 0; i < c->argc; i++)
		fprintf(stderr, " %s", c->argv[i]);
	getrusage(RUSAGE_SELF, &u);
	fprintf(stderr, "\n%s: instructions: %s\n", c->name,
	    mr_simd_words[mr_simd_level()]);
	fprintf(stderr, "%s: %.3f s, CPU %.3f s, peak %.1f MiB\n", c->name,
	    mr_cli_now_s() - c->start_s,
	    (double)(u.ru_utime.tv_sec + u.ru_stime.tv_sec) +
	    1e-6 * (double)(u.ru_utime.tv_usec + u.ru_stime.tv_usec),
	    (double)u.ru_maxrss / 1024);
}

void
mr_cli_tell(struct mr_cli *c)
{
	if (!c->common.quiet)
		print_lines(c, "warning: ", &c->run.report.warnings);
	if (c->common.verbose)
		print_lines(c, "", &c->run.report.facts);
	mr_report_free(&c->run.report);
}

int
mr_cli_finish(struct mr_cli *c, int rc, struct mr_err *err)
{
	struct mr_buf result;

	if (rc == MR_OK)
		rc = mr_run_publish(&c->run, err);
	else
		mr_run_abandon(&c->run);
	if (c->progress_shown)
		fprintf(stderr, "\r\033[K");
	result = c->run.report.result;
	c->run.report.result = (struct mr_buf){ 0 };
	mr_cli_tell(c);
	if (rc)
		fprintf(stderr, "%s: %s\n", c->name, err->msg);
	if (c->common.verbose)
		print_run(c);
	if (rc == MR_OK && result.n && !c->common.quiet)
		fwrite(result.p, 1, result.n, stderr);
	mr_buf_free(&result);
	while (c->texts) {
		struct mr_cli_text *next = c->texts->next;

		free(c->texts);
		c->texts = next;
	}
	return rc == MR_OK ? 0 : rc == MR_EARG ? 2 : 1;
}
