/* Between drive.c, which runs the tools, and judge.c, which says how they ended.
 * SPDX-License-Identifier: MIT */
#ifndef MR_FAULT_DRIVE_H
#define MR_FAULT_DRIVE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "shared.h"

#define N_KINDS ((int)(sizeof (const char *[]){ FAULT_KINDS } / \
	sizeof(char *)))
#define MAX_WORDS 40
#define MAX_OUTS 6	/* standard output is the first */
#define LIMIT_S 30	/* seconds for a run */
#define OLD "what was there before\n"
#define OLD_MODE 0640

/* How the call fails, and what stands under the outputs' names before. */
enum { ONCE, EVER, ONCE_NAMED, N_MODES };	/* _NAMED: no O_TMPFILE */

struct kind {
	int modes;		/* bits */
	bool harmless;		/* the run must succeed */
	const char *words[2];	/* one of them must be in the message */
};

struct bytes {
	char *p;
	size_t n;
	mode_t mode;
	bool there;
};

struct test {
	char *name, *line, *tool;
	char *argv[MAX_WORDS];
	char *in;
	int most, n_outs;
	char *out[MAX_OUTS];
	/* undisturbed, by mode */
	struct bytes want[N_MODES][MAX_OUTS];
	int64_t calls[N_MODES][MAX_KINDS];
};

struct run {
	int status;		/* of waitpid; -1: it hung */
	struct bytes out[MAX_OUTS], err;
	char stray[256];	/* a file that nobody named */
	int64_t hits;
};

/* In the order of FAULT_KINDS. */
extern const char *const names[];
extern const struct kind kinds[];

/* An error of the driver's own: it exits. */
_Noreturn void die(const char *what);
struct bytes load(const char *path);
/* judge - what is wrong with how a run ended; NULL: it survived. */
const char *judge(const struct test *t, int kind, int mode,
    const struct run *r);

#endif
