/* Names beside a file, and a lock; see beside.h.
 * SPDX-License-Identifier: MIT */
#include "stream/beside.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "core/mem.h"

char *
mr_beside(const char *path, const char *ending, struct mr_err *err)
{
	char *real = realpath(path, NULL), *all;
	const char *name = real ? real : path;
	size_t n = strlen(name) + strlen(ending) + 1;

	all = mr_alloc(n, 1, "file name", err);
	if (all)
		snprintf(all, n, "%s%s", name, ending);
	free(real);
	return all;
}

int
mr_lock(const char *path, int *fd, struct mr_err *err)
{
	int rc;

	*fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
	if (*fd < 0)
		return mr_err_sys(err, MR_EIO, "%s: cannot open", path);
	do
		rc = flock(*fd, LOCK_EX);
	while (rc != 0 && errno == EINTR);
	if (rc == 0)
		return MR_OK;
	mr_err_sys(err, MR_EIO, "%s: cannot lock", path);
	mr_unlock(*fd);
	*fd = -1;
	return MR_EIO;
}

void
mr_unlock(int fd)
{
	if (fd >= 0)
		close(fd);
}
