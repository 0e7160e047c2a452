/* Runs command lines again and again, each time with another call failing,
 * and judges how they end.
 * SPDX-License-Identifier: MIT
 *
 *     drive [-k MOST] PRELOAD.so BIN CASES [NAME...]
 *
 * In the folder with the cases' inputs; BIN has the tools.  A line of CASES is
 * a name, the most calls of a kind to let fail (0: each), and a command: @FILE
 * is an output, <FILE the standard input.  -k MOST: no more than so many calls
 * of a kind, spread evenly.  NAME: only these cases.
 * On stdout, for each case and kind: case, tool, kind, injected, survived; and
 * a line "FAULT .." for each run that did not survive.  See tests/README.md for
 * what surviving is. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "../child.h"
#include "drive.h"

static const char *preload, *bin;
static struct fault_seen *seen;
static char seen_path[] = "/tmp/mr-fault-XXXXXX";
static int most_calls;
static char folder[64];	/* of the outputs, in the current one */

static void
free_run(struct run *r)
{
	for (int i = 0; i < MAX_OUTS; i++)
		free(r->out[i].p);
	free(r->err.p);
	memset(r, 0, sizeof *r);
}

static void
prepare(const struct test *t, bool old)
{
	for (int i = 1; i < t->n_outs; i++) {
		int fd;

		unlink(t->out[i]);
		if (!old)
			continue;
		fd = open(t->out[i], O_WRONLY | O_CREAT, OLD_MODE);
		if (fd < 0 || fchmod(fd, OLD_MODE) != 0 ||
		    write(fd, OLD, strlen(OLD)) != (ssize_t)strlen(OLD))
			die(t->out[i]);
		close(fd);
	}
}

static void
become(const struct test *t, const char *kind, int64_t n, int mode)
{
	char what[64], path[4096], err[80];

	snprintf(err, sizeof err, "%s/stderr", folder);
	to_file(0, t->in ? t->in : "/dev/null", O_RDONLY);
	to_file(1, t->out[0], O_WRONLY | O_CREAT | O_TRUNC);
	to_file(2, err, O_WRONLY | O_CREAT | O_TRUNC);
	snprintf(what, sizeof what, "%s:%lld:%s", kind, (long long)n,
	    mode == EVER ? "ever" : "once");
	setenv("MR_FAULT", what, 1);
	setenv("MR_FAULT_SEEN", seen_path, 1);
	if (mode == ONCE_NAMED)
		setenv("MR_FAULT_NO_TMPFILE", "1", 1);
	setenv("LD_PRELOAD", preload, 1);
	snprintf(path, sizeof path, "%s/%s", bin, t->tool);
	execv(path, t->argv);
	_exit(127);
}

/* The status, or -1 when it had to be stopped. */
static int
wait_for(pid_t child)
{
	const struct timespec limit = { LIMIT_S, 0 };
	sigset_t set;
	int status;

	sigemptyset(&set);
	sigaddset(&set, SIGCHLD);
	if (sigtimedwait(&set, NULL, &limit) < 0) {
		kill(child, SIGKILL);
		waitpid(child, &status, 0);
		sigtimedwait(&set, NULL, &limit);
		return -1;
	}
	return waitpid(child, &status, 0) == child ? status : -1;
}

static bool
is_output(const struct test *t, const char *path)
{
	for (int i = 0; i < t->n_outs; i++)
		if (strcmp(path, t->out[i]) == 0)
			return true;
	return false;
}

static void
collect(const struct test *t, struct run *r)
{
	char path[400];
	struct dirent *e;
	DIR *d = opendir(folder);

	if (!d)
		die(folder);
	while ((e = readdir(d))) {
		snprintf(path, sizeof path, "%s/%s", folder, e->d_name);
		if (strcmp(e->d_name, ".") == 0 ||
		    strcmp(e->d_name, "..") == 0 || is_output(t, path))
			continue;
		if (strcmp(e->d_name, "stderr") == 0) {
			r->err = load(path);
			continue;
		}
		snprintf(r->stray, sizeof r->stray, "%s", e->d_name);
		unlink(path);
	}
	closedir(d);
	for (int i = 0; i < t->n_outs; i++)
		r->out[i] = load(t->out[i]);
}

static void
run(const struct test *t, const char *kind, int64_t n, int mode,
    struct run *r)
{
	pid_t child;

	memset(seen, 0, sizeof *seen);
	prepare(t, mode != ONCE);
	child = fork();
	if (child == 0)
		become(t, kind, n, mode);
	if (child < 0)
		die("fork");
	r->status = wait_for(child);
	r->hits = seen->hits;
	collect(t, r);
}

static void
tell(const struct test *t, const char *kind, int64_t n, int mode,
    const struct run *r, const char *what)
{
	printf("FAULT\t%s\t%s:%lld:%s\t%s\t%s\t%.*s\t%s\n", t->name, kind,
	    (long long)n, mode == ONCE ? "once" : mode == EVER ? "ever" :
	    "named", what, r->stray, r->err.p ?
	    (int)strcspn(r->err.p, "\n") : 0, r->err.p ? r->err.p : "",
	    t->line);
	for (int i = 0; i < SITE_DEPTH && seen->site[i].object[0]; i++)
		printf("SITE\t%s\t0x%llx\n", seen->site[i].object,
		    (unsigned long long)seen->site[i].offset);
}

/* One kind, one mode: adds to the counts. */
static void
try_kind(const struct test *t, int kind, int mode, int64_t *injected,
    int64_t *survived)
{
	int64_t calls = t->calls[mode][kind], most = calls, last = 0;
	struct run r = { 0 };

	if (t->most && t->most < most)
		most = t->most;
	if (most_calls && most_calls < most)
		most = most_calls;
	for (int64_t i = 0; i < most; i++) {
		int64_t n = most == 1 ? 1 : 1 + i * (calls - 1) / (most - 1);
		const char *what;

		if (n == last)
			continue;
		last = n;
		run(t, names[kind], n, mode, &r);
		what = judge(t, kind, mode, &r);
		*injected += r.hits > 0;
		*survived += r.hits > 0 && !what;
		if (what && r.hits > 0)
			tell(t, names[kind], n, mode, &r, what);
		free_run(&r);
	}
}

static void
run_undisturbed(struct test *t)
{
	for (int mode = 0; mode < N_MODES; mode++) {
		struct run r = { 0 };

		run(t, "none", 0, mode, &r);
		if (r.status != 0 || r.stray[0]) {
			fprintf(stderr, "drive: %s: the undisturbed run "
			    "failed: %s", t->line, r.err.p);
			exit(2);
		}
		for (int i = 0; i < t->n_outs; i++) {
			t->want[mode][i] = r.out[i];
			r.out[i].p = NULL;
		}
		for (int k = 0; k < N_KINDS; k++)
			t->calls[mode][k] = seen->calls[k];
		free_run(&r);
	}
}

static void
try_test(struct test *t)
{
	run_undisturbed(t);
	for (int k = 0; k < N_KINDS; k++) {
		int64_t injected = 0, survived = 0;

		for (int mode = 0; mode < N_MODES; mode++)
			if (kinds[k].modes >> mode & 1 &&
			    (mode != ONCE_NAMED || t->n_outs > 1))
				try_kind(t, k, mode, &injected, &survived);
		printf("COUNT\t%s\t%s\t%s\t%lld\t%lld\n", t->name, t->tool,
		    names[k], (long long)injected, (long long)survived);
	}
	prepare(t, false);
	unlink(t->out[0]);
	for (int i = 0; i < t->n_outs; i++) {
		for (int mode = 0; mode < N_MODES; mode++)
			free(t->want[mode][i].p);
		free(t->out[i]);
	}
	free(t->line);
}

static char *
in_folder(const char *name)
{
	char path[400];

	snprintf(path, sizeof path, "%s/%s", folder, name);
	return strdup(path);
}

/* Cut the line, which stays as it is for messages. */
static void
parse(struct test *t, char *line)
{
	int n = 0;
	char *word;

	line[strcspn(line, "\n")] = '\0';
	t->line = strdup(line);
	t->out[t->n_outs++] = in_folder("stdout");
	t->name = strtok(line, " \t");
	t->most = (int)strtol(strtok(NULL, " \t"), NULL, 10);
	while ((word = strtok(NULL, " \t")) && n < MAX_WORDS - 1) {
		if (word[0] == '<') {
			t->in = word + 1;
		} else if (word[0] == '@' && t->n_outs < MAX_OUTS) {
			t->out[t->n_outs] = in_folder(word + 1);
			t->argv[n++] = t->out[t->n_outs++];
		} else {
			t->argv[n++] = word;
		}
	}
	t->tool = t->argv[0];
}

static bool
wanted(const char *name, char *const *list)
{
	if (!*list)
		return true;
	for (; *list; list++)
		if (strcmp(name, *list) == 0)
			return true;
	return false;
}

static void
start(void)
{
	sigset_t set;
	int fd = mkstemp(seen_path);

	if (fd < 0 || ftruncate(fd, sizeof *seen) != 0)
		die(seen_path);
	seen = mmap(NULL, sizeof *seen, PROT_READ | PROT_WRITE, MAP_SHARED,
	    fd, 0);
	if (seen == MAP_FAILED)
		die("mmap");
	close(fd);
	snprintf(folder, sizeof folder, "out-%ld", (long)getpid());
	if (mkdir(folder, 0700) != 0)
		die(folder);
	sigemptyset(&set);
	sigaddset(&set, SIGCHLD);
	sigprocmask(SIG_BLOCK, &set, NULL);
	umask(022);
}

static void
finish(void)
{
	char err[80];

	snprintf(err, sizeof err, "%s/stderr", folder);
	unlink(err);
	rmdir(folder);
	unlink(seen_path);
}

int
main(int argc, char *argv[])
{
	char line[4096];
	FILE *f;
	int c;

	while ((c = getopt(argc, argv, "k:")) != -1)
		if (c == 'k')
			most_calls = atoi(optarg);
		else
			return 2;
	if (argc - optind < 3) {
		fputs("usage: drive [-k MOST] PRELOAD.so BIN CASES [NAME...]\n",
		    stderr);
		return 2;
	}
	preload = argv[optind];
	bin = argv[optind + 1];
	f = fopen(argv[optind + 2], "r");
	start();
	while (f && fgets(line, sizeof line, f)) {
		struct test t = { 0 };
		char first[64];

		if (line[0] == '#' || sscanf(line, "%63s", first) != 1 ||
		    !wanted(first, argv + optind + 3))
			continue;
		parse(&t, line);
		try_test(&t);
	}
	finish();
	if (!f || fclose(f) != 0)
		die(argv[optind + 2]);
	return 0;
}
