/* A socket with a name among files.
 * SPDX-License-Identifier: MIT */
#ifndef MR_STREAM_SOCKET_H
#define MR_STREAM_SOCKET_H

#include "core/err.h"

/*
 * mr_socket_listen - a Unix stream socket at path, mode 0660, that listens,
 * closed on exec and never blocking, in *fd.  Where nobody listens to what is
 * there any more it is put in its place; MR_EIO where somebody does, or it is
 * no socket; MR_EARG where the path is too long for one.
 * mr_socket_remove - the name goes.
 */
int mr_socket_listen(const char *path, int *fd, struct mr_err *err) MR_CHECKED;
void mr_socket_remove(const char *path);

#endif
