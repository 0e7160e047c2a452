/* A file as bytes in memory, mapped and not copied.
 * SPDX-License-Identifier: MIT */
#ifndef MR_STREAM_MAP_H
#define MR_STREAM_MAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/err.h"

/* n read-only bytes; all zero is nothing; released by mr_map_close.  Pages
 * come from the file as they are touched and are shared between processes.
 * Whoever reads past the end of a file that was cut meanwhile gets a SIGBUS,
 * which cli tells of before it ends the process: files of ours are replaced,
 * never cut. */
struct mr_map {
	const void *p;
	size_t n;
	uint64_t stamp;		/* of its length and when it was changed */
	int64_t changed_s;	/* the latter, since 1970 */
};

/* mr_map_open - map path.  MR_EIO when it cannot be opened or is no regular
 * file, as a pipe, which is not opened; MR_EFORMAT when it is empty,
 * MR_ENOMEM. */
int mr_map_open(struct mr_map *m, const char *path, struct mr_err *err)
    MR_CHECKED;
/* mr_map_fd - the same of an open file, which name stands for in messages. */
int mr_map_fd(struct mr_map *m, int fd, const char *name, struct mr_err *err)
    MR_CHECKED;
/* mr_map_sparsely - from now on it is read at places far apart, and what is
 * around them is not to be fetched; or no longer so. */
void mr_map_sparsely(const struct mr_map *m, bool so);
/* mr_map_absent - there is no file of that name, not: it cannot be read. */
bool mr_map_absent(const char *path);
void mr_map_close(struct mr_map *m);

#endif
