/* Names of files that must not outlive the process, also when a signal ends
 * it.  The one thing here that is global and changes: a signal's handler has
 * no other way to know them.
 * SPDX-License-Identifier: MIT */
#ifndef MR_STREAM_LEFTOVER_H
#define MR_STREAM_LEFTOVER_H

#include <signal.h>

/* mr_leftover_hold - no signal of this thread is delivered until
 * mr_leftover_release: while a file and its entry here, or several names, must
 * change together. */
void mr_leftover_hold(sigset_t *before);
void mr_leftover_release(const sigset_t *before);
/* mr_leftover_add - the file is there.  Of more than 8, or a name of PATH_MAX
 * bytes, nothing is known. */
void mr_leftover_add(const char *path);
/* mr_leftover_drop - it has another name now, or is gone. */
void mr_leftover_drop(const char *path);
/* mr_leftover_remove - unlink them all; may be called by a handler. */
void mr_leftover_remove(void);
/* mr_leftover_first - comes back to the first thread that asks, whose handler
 * ends the process; others wait for that. */
void mr_leftover_first(void);

#endif
