/* Of test programs that run the tools: what a child does before exec.
 * SPDX-License-Identifier: MIT */
#ifndef MR_TESTS_CHILD_H
#define MR_TESTS_CHILD_H

#include <fcntl.h>
#include <unistd.h>

/* The file at path as descriptor fd. */
static inline void
to_file(int fd, const char *path, int flags)
{
	int got = open(path, flags, 0600);

	if (got < 0 || dup2(got, fd) != fd)
		_exit(127);
	close(got);
}

#endif
