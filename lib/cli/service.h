/* A tool that goes on, under a service manager: what systemd tells by the
 * environment, and is told, without its library.
 * SPDX-License-Identifier: MIT */
#ifndef MR_CLI_SERVICE_H
#define MR_CLI_SERVICE_H

#include "core/err.h"

/*
 * mr_service_listen - *fd (out) the one socket that was handed over
 * (sd_listen_fds(3): LISTEN_PID is ours, LISTEN_FDS 1), a stream socket that
 * listens, now closed on exec and never blocking; -1: none was.  MR_EARG for
 * several or for what is no such socket.
 */
int mr_service_listen(int *fd, struct mr_err *err) MR_CHECKED;

/* mr_service_notify - state, lines as sd_notify(3) has them, to NOTIFY_SOCKET;
 * nothing happens where there is none, or where nobody hears. */
void mr_service_notify(const char *state);

#endif
