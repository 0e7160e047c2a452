/* The service manager's side; see service.h.
 * SPDX-License-Identifier: MIT */
#include "cli/service.h"

#include <fcntl.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "core/str.h"

#define FIRST 3		/* descriptor, of those handed over */

static int64_t
number(const char *name)
{
	const char *text = getenv(name);
	int64_t n;

	return text && mr_parse_i64(mr_slice_of(text), &n) ? n : 0;
}

static bool
is_listening(int fd)
{
	int yes = 0, type = 0;
	socklen_t n = sizeof yes, m = sizeof type;

	return getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &yes, &n) == 0 &&
	    yes && getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &m) == 0 &&
	    type == SOCK_STREAM;
}

int
mr_service_listen(int *fd, struct mr_err *err)
{
	int64_t n = number("LISTEN_FDS");

	*fd = -1;
	if (n == 0 || number("LISTEN_PID") != getpid())
		return MR_OK;
	if (n != 1)
		return mr_err_set(err, MR_EARG, "%lld sockets were handed "
		    "over, expected one", (long long)n);
	if (!is_listening(FIRST))
		return mr_err_set(err, MR_EARG, "what was handed over is no "
		    "stream socket that listens");
	if (fcntl(FIRST, F_SETFD, FD_CLOEXEC) ||
	    fcntl(FIRST, F_SETFL, O_NONBLOCK))
		return mr_err_sys(err, MR_EIO, "the socket handed over");
	*fd = FIRST;
	return MR_OK;
}

void
mr_service_notify(const char *state)
{
	const char *path = getenv("NOTIFY_SOCKET");
	struct sockaddr_un a = { .sun_family = AF_UNIX };
	size_t n = path ? strlen(path) : 0;
	ssize_t sent = 0;
	int fd;

	if (n == 0 || n >= sizeof a.sun_path || !strchr("/@", path[0]))
		return;
	memcpy(a.sun_path, path, n);
	if (path[0] == '@')	/* a name that is no file's */
		a.sun_path[0] = '\0';
	fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return;
	sent = sendto(fd, state, strlen(state), MSG_NOSIGNAL, (struct
	    sockaddr *)&a, (socklen_t)(offsetof(struct sockaddr_un, sun_path) +
	    n));
	(void)sent;	/* nobody hears: then nobody waits for it */
	close(fd);
}
