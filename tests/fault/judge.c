/* Did a run survive the fault?  tests/README.md says what that is.
 * SPDX-License-Identifier: MIT */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "drive.h"

#define BOTH (1 << ONCE | 1 << EVER)
#define ALL (BOTH | 1 << ONCE_NAMED)
#define IO_ERROR { "Input/output error", NULL }

const char *const names[N_KINDS] = { FAULT_KINDS };
const struct kind kinds[] = {
	/* What the loader says of a library it has no memory for differs. */
	{ BOTH, false, { "memory", "cannot load OpenBLAS" } },
	{ BOTH, false, { "memory", NULL } },
	{ BOTH, true, { 0 } },
	{ BOTH, false, { "Too many open files", NULL } },
	{ 1 << EVER, true, { 0 } },		/* tmpfile */
	{ BOTH, false, IO_ERROR },		/* read */
	{ BOTH, true, { 0 } },
	{ 1 << ONCE, true, { 0 } },
	{ ALL, false, { "No space left", NULL } },	/* write */
	{ BOTH, true, { 0 } },
	{ 1 << ONCE, true, { 0 } },
	{ ALL, false, IO_ERROR },		/* sync */
	{ ALL, false, IO_ERROR },		/* name */
	{ ALL, false, IO_ERROR },		/* stat */
	{ ALL, false, { "not permitted", NULL } },
	{ ALL, false, IO_ERROR },		/* close */
	{ ALL, false, { 0 } },			/* signal */
};

void
die(const char *what)
{
	fprintf(stderr, "drive: %s: %s\n", what, strerror(errno));
	exit(2);
}

struct bytes
load(const char *path)
{
	struct bytes b = { 0 };
	struct stat st;
	int fd = open(path, O_RDONLY);
	ssize_t got;

	if (fd < 0)
		return b;
	if (fstat(fd, &st) != 0 || !(b.p = malloc((size_t)st.st_size + 1)) ||
	    (got = read(fd, b.p, (size_t)st.st_size)) != st.st_size)
		die(path);
	close(fd);
	b.n = (size_t)got;
	b.p[b.n] = '\0';
	b.mode = st.st_mode & 07777;
	b.there = true;
	return b;
}

static bool
same(const struct bytes *a, const struct bytes *b)
{
	return a->there == b->there && a->n == b->n && a->mode == b->mode &&
	    (a->n == 0 || memcmp(a->p, b->p, a->n) == 0);
}

/* As it was before the run. */
static bool
untouched(const struct bytes *b, bool old)
{
	return old ? b->there && b->mode == OLD_MODE && b->n == strlen(OLD) &&
	    memcmp(b->p, OLD, b->n) == 0 : !b->there;
}

/* Lines "TOOL: ..", the last one the error, the others warnings. */
static const char *
wrong_message(const struct test *t, const struct kind *k, const struct bytes *e)
{
	size_t n = strlen(t->tool);
	const char *line = e->p, *next;
	int errors = 0;

	if (!e->n)
		return "no message";
	if (e->p[e->n - 1] != '\n')
		return "the message is cut";
	for (; *line; line = next + 1) {
		next = strchr(line, '\n');
		if (strncmp(line, t->tool, n) != 0 ||
		    strncmp(line + n, ": ", 2) != 0)
			return "a line that is not the tool's";
		errors += strncmp(line + n, ": warning: ", 11) != 0;
	}
	if (errors != 1)
		return "not one message";
	if (strstr(e->p, "out of memory: 0 bytes") || strstr(e->p, " TiB "))
		return "an amount that was not asked for";
	for (int i = 0; i < 2 && k->words[i]; i++)
		if (strstr(e->p, k->words[i]))
			return NULL;
	return k->words[0] ? "the message hides the cause" : NULL;
}

/* NULL: it survived. */
const char *
judge(const struct test *t, int kind, int mode, const struct run *r)
{
	const struct kind *k = &kinds[kind];
	bool whole = true, none = true, told;

	if (r->status == -1)
		return "hangs";
	if (r->stray[0])
		return "a file is left behind";
	/* What went to standard output before a failure is there. */
	for (int i = 0; i < t->n_outs; i++) {
		if (i > 0 || r->status == 0)
			whole &= same(&r->out[i], &t->want[mode][i]);
		if (i > 0)
			none &= untouched(&r->out[i], mode != ONCE);
	}
	if (strcmp(names[kind], "signal") == 0)
		return !WIFSIGNALED(r->status) || WTERMSIG(r->status) !=
		    SIGTERM ? "not ended by the signal" : r->err.n ?
		    "a message" : whole || none ? NULL : "some outputs";
	if (WIFSIGNALED(r->status))
		return strsignal(WTERMSIG(r->status));
	if (WEXITSTATUS(r->status) == 0)
		return whole ? NULL : "status 0 with other output";
	if (WEXITSTATUS(r->status) != 1)
		return "status neither 0 nor 1";
	if (k->harmless)
		return "it need not have failed";
	/* All outputs, when the message says so; else none.  Where every
	 * renaming fails from one on, what came before it cannot go back. */
	told = strstr(r->err.p, "in place, but") != NULL;
	if (told && !whole)
		return "told to be in place, and is not";
	none |= mode == EVER && strstr(r->err.p, "cannot be taken back");
	if (!told && !none)
		return "status 1 with an output";
	return wrong_message(t, k, &r->err);
}
