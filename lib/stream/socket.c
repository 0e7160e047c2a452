/* Sockets by name; see socket.h.
 * SPDX-License-Identifier: MIT */
#include "stream/socket.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#define WAITING 511	/* connections that nobody took yet */

/* Did a server leave it behind? */
static bool
is_stale(const struct sockaddr_un *a)
{
	struct stat st;
	int fd, error;

	if (lstat(a->sun_path, &st) || !S_ISSOCK(st.st_mode))
		return false;
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return false;
	error = connect(fd, (const struct sockaddr *)a, sizeof *a) ? errno : 0;
	close(fd);
	return error == ECONNREFUSED;
}

int
mr_socket_listen(const char *path, int *fd, struct mr_err *err)
{
	struct sockaddr_un a = { .sun_family = AF_UNIX };
	const struct sockaddr *at = (const struct sockaddr *)&a;
	int rc;

	if (strlen(path) == 0 || strlen(path) >= sizeof a.sun_path)
		return mr_err_set(err, MR_EARG, "%s: a socket's path has 1 to "
		    "%zu bytes", path, sizeof a.sun_path - 1);
	memcpy(a.sun_path, path, strlen(path));
	*fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (*fd < 0)
		return mr_err_sys(err, MR_EIO, "a socket");
	rc = bind(*fd, at, sizeof a);
	if (rc && errno == EADDRINUSE && is_stale(&a)) {
		unlink(path);
		rc = bind(*fd, at, sizeof a);
	} else if (rc && errno != EADDRINUSE) {
		return mr_err_sys(err, MR_EIO, "%s", path);
	}
	if (rc)
		return mr_err_set(err, MR_EIO, "%s: somebody listens there, "
		    "or it is no socket", path);
	if (chmod(path, 0660) || listen(*fd, WAITING))
		return mr_err_sys(err, MR_EIO, "%s", path);
	return MR_OK;
}

void
mr_socket_remove(const char *path)
{
	unlink(path);
}
