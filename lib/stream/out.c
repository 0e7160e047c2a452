/* Buffered output; see io.h.  Where a named file goes is out_place.c's.
 * SPDX-License-Identifier: MIT */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/mem.h"
#include "stream/leftover.h"
#include "stream/out_place.h"

#define BUF_BYTES (256 * 1024)

int
mr_out_open(struct mr_out *out, const char *path, struct mr_err *err)
{
	bool std = !path || strcmp(path, "-") == 0;
	int rc = MR_OK;

	*out = (struct mr_out){ .fd = -1, .name = std ? "<stdout>" : path };
	out->buf = mr_alloc_unset(BUF_BYTES, "output buffer", err);
	if (!out->buf)
		return MR_ENOMEM;
	if (std)
		out->fd = STDOUT_FILENO;
	else
		rc = mr_out_open_named(out, path, err);
	if (rc)
		mr_out_abandon(out);
	return rc;
}

int
mr_out_append(struct mr_out *out, const char *path, int64_t at,
    struct mr_err *err)
{
	*out = (struct mr_out){ .fd = -1, .name = path, .kept = true };
	out->buf = mr_alloc_unset(BUF_BYTES, "output buffer", err);
	if (!out->buf)
		return MR_ENOMEM;
	out->fd = open(path, O_WRONLY | O_CLOEXEC);
	if (out->fd >= 0 && ftruncate(out->fd, (off_t)at) == 0 &&
	    lseek(out->fd, (off_t)at, SEEK_SET) == (off_t)at)
		return MR_OK;
	mr_err_sys(err, MR_EIO, "%s: cannot write", path);
	mr_out_abandon(out);
	return MR_EIO;
}

int
mr_out_private(struct mr_out *out, struct mr_err *err)
{
	if (out->path && fchmod(out->fd, 0600) != 0)
		return mr_err_sys(err, MR_EIO, "%s: cannot set its mode",
		    out->name);
	return MR_OK;
}

int
mr_out_not_terminal(const struct mr_out *out, const char *why,
    struct mr_err *err)
{
	if (isatty(out->fd))
		return mr_err_set(err, MR_EARG, "standard output is a "
		    "terminal and %s", why);
	return MR_OK;
}

static void
write_all(struct mr_out *out, const char *p, size_t n)
{
	while (n && !out->failed) {
		ssize_t w = write(out->fd, p, n);

		if (w >= 0) {
			p += w;
			n -= (size_t)w;
		} else if (errno == EAGAIN) {
			poll(&(struct pollfd){ out->fd, POLLOUT, 0 }, 1, -1);
		} else if (errno != EINTR) {
			out->failed = errno;
		}
	}
}

void
mr_out_flush(struct mr_out *out)
{
	write_all(out, out->buf, out->n);
	out->n = 0;
}

void
mr_out_write(struct mr_out *out, const void *p, size_t n)
{
	if (n > BUF_BYTES - out->n)
		mr_out_flush(out);
	if (n > BUF_BYTES) {
		write_all(out, p, n);
	} else if (n) {
		memcpy(out->buf + out->n, p, n);
		out->n += n;
	}
}

void
mr_out_byte(struct mr_out *out, char c)
{
	mr_out_write(out, &c, 1);
}

void
mr_out_text(struct mr_out *out, const char *cstr)
{
	mr_out_write(out, cstr, strlen(cstr));
}

void
mr_out_slice(struct mr_out *out, struct mr_slice s)
{
	mr_out_write(out, s.p, s.n);
}

void
mr_out_printf(struct mr_out *out, const char *fmt, ...)
{
	struct mr_buf line = { 0 };
	struct mr_err err = { 0 };
	char text[256];
	va_list ap, again;
	int n;

	va_start(ap, fmt);
	va_copy(again, ap);
	n = vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	if (n >= 0 && (size_t)n < sizeof text) {
		mr_out_write(out, text, (size_t)n);
	} else if (n >= 0 &&
	    mr_grow(&line.p, &line.cap, (size_t)n + 1, 1, "text", &err) ==
	    MR_OK) {
		vsnprintf(line.p, (size_t)n + 1, fmt, again);
		mr_out_write(out, line.p, (size_t)n);
	} else if (!out->failed) {
		out->failed = ENOMEM;
	}
	va_end(again);
	mr_buf_free(&line);
}

int
mr_out_sync(struct mr_out *out, struct mr_err *err)
{
	if (out->fd < 0)
		return MR_OK;
	mr_out_flush(out);
	if (out->failed) {
		errno = out->failed;
		return mr_err_sys(err, MR_EIO, "%s: write error", out->name);
	}
	if ((out->path || out->kept) && fsync(out->fd) != 0)
		return mr_err_sys(err, MR_EIO, "%s: cannot sync", out->name);
	return MR_OK;
}

int
mr_out_close(struct mr_out *out, struct mr_err *err)
{
	int rc = mr_out_sync(out, err);

	if (rc == MR_OK)
		rc = mr_out_ready(out, err);
	if (rc == MR_OK)
		rc = mr_out_place(out, false, err);
	if (rc == MR_OK)
		rc = mr_out_sync_folder(out, err);
	mr_out_abandon(out);
	return rc;
}

void
mr_out_abandon(struct mr_out *out)
{
	if (out->temp) {
		unlink(out->temp);
		mr_leftover_drop(out->temp);
	}
	if (out->fd > STDERR_FILENO)
		close(out->fd);
	if (out->folder > 0)
		close(out->folder);
	free(out->temp);
	free(out->path);
	free(out->buf);
	*out = (struct mr_out){ .fd = -1 };
}
