/* Files to be removed when a signal ends the process; see leftover.h.
 * SPDX-License-Identifier: MIT */
#include "stream/leftover.h"

#include <limits.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

#define MAX_FILES 8	/* a run has five outputs */

/* used is set when the path is whole, and cleared before it is written. */
static struct {
	atomic_bool used;
	char path[PATH_MAX];
} file[MAX_FILES];

void
mr_leftover_hold(sigset_t *before)
{
	sigset_t all;

	sigfillset(&all);
	sigprocmask(SIG_BLOCK, &all, before);
}

void
mr_leftover_release(const sigset_t *before)
{
	sigprocmask(SIG_SETMASK, before, NULL);
}

void
mr_leftover_add(const char *path)
{
	size_t n = strlen(path) + 1;

	for (int i = 0; n <= PATH_MAX && i < MAX_FILES; i++)
		if (!file[i].used) {
			memcpy(file[i].path, path, n);
			file[i].used = true;
			return;
		}
}

void
mr_leftover_drop(const char *path)
{
	for (int i = 0; i < MAX_FILES; i++)
		if (file[i].used && strcmp(file[i].path, path) == 0)
			file[i].used = false;
}

void
mr_leftover_remove(void)
{
	for (int i = 0; i < MAX_FILES; i++)
		if (file[i].used)
			unlink(file[i].path);
}

void
mr_leftover_first(void)
{
	static atomic_flag asked = ATOMIC_FLAG_INIT;

	while (atomic_flag_test_and_set(&asked))
		pause();
}
