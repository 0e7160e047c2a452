/* Files that stand beside a file: their names, and a lock for writers.
 * SPDX-License-Identifier: MIT */
#ifndef MR_STREAM_BESIDE_H
#define MR_STREAM_BESIDE_H

#include "core/err.h"

/* mr_beside - malloc'd: the file that path leads to, with the ending behind
 * its name; of what is not there path itself.  NULL with err. */
char *mr_beside(const char *path, const char *ending, struct mr_err *err)
    MR_CHECKED;

/* mr_lock - wait until nobody else holds the lock file at path, made where it
 * is not there; *fd holds it until mr_unlock or the end of the process.  The
 * file stays: whoever removed it would split those who wait. */
int mr_lock(const char *path, int *fd, struct mr_err *err) MR_CHECKED;
void mr_unlock(int fd);

#endif
