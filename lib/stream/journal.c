/* Lines appended; see journal.h.
 * SPDX-License-Identifier: MIT */
#include "stream/journal.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define AT_ONCE 4096	/* bytes that a pipe takes whole, if any */

static int
open_at(struct mr_journal *j)
{
	struct stat st;
	int fd;

	if (strcmp(j->path, "-") == 0)
		return fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3);
	fd = open(j->path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC |
	    O_NOCTTY | O_NONBLOCK, 0640);
	if (fd >= 0 && fstat(fd, &st) == 0 && st.st_size == 0 &&
	    write(fd, j->first, strlen(j->first)) < 0) {
		atomic_store(&j->failed, errno);
		atomic_fetch_add(&j->lost, 1);
	}
	return fd;
}

int
mr_journal_open(struct mr_journal *j, const char *path, const char *first,
    struct mr_err *err)
{
	*j = (struct mr_journal){ .path = path, .first = first };
	j->fd = open_at(j);
	return j->fd < 0 ? mr_err_sys(err, MR_EIO, "%s", path) : MR_OK;
}

/* By its number, which those who write know, it is another file at once. */
int
mr_journal_again(struct mr_journal *j, struct mr_err *err)
{
	int fd = open_at(j);

	if (fd < 0 || dup3(fd, j->fd, O_CLOEXEC) < 0) {
		mr_err_sys(err, MR_EIO, "%s", j->path);
		if (fd >= 0)
			close(fd);
		return err->code;
	}
	close(fd);
	return MR_OK;
}

void
mr_journal_close(struct mr_journal *j)
{
	if (j->path)
		close(j->fd);
	*j = (struct mr_journal){ .fd = -1 };
}

void
mr_journal_put(struct mr_journal *j, struct mr_journal_lines *l,
    struct mr_slice line)
{
	struct mr_err err = { 0 };
	size_t before = l->b.n;

	if (l->b.n + line.n + 1 <= MR_JOURNAL_BYTES && line.n < AT_ONCE - 1 &&
	    mr_buf_add(&l->b, line.p, line.n, &err) == MR_OK &&
	    mr_buf_add(&l->b, "\n", 1, &err) == MR_OK)
		return;
	l->b.n = before;
	atomic_fetch_add(&j->lost, 1);
}

/* Whole lines, as many as are taken at once. */
static size_t
portion(struct mr_slice rest)
{
	size_t n = rest.n < AT_ONCE ? rest.n : AT_ONCE;

	while (n && rest.p[n - 1] != '\n')
		n--;
	return n;
}

static int64_t
count_lines(struct mr_slice s)
{
	int64_t n = 0;

	for (size_t i = 0; i < s.n; i++)
		n += s.p[i] == '\n';
	return n;
}

void
mr_journal_write(struct mr_journal *j, struct mr_journal_lines *l)
{
	struct mr_slice rest = mr_buf_slice(&l->b);

	while (rest.n) {
		struct pollfd p = { .fd = j->fd, .events = POLLOUT };
		size_t n = portion(rest);
		ssize_t put;

		if (poll(&p, 1, 0) != 1 || (l->torn && write(j->fd, "\n",
		    1) != 1)) {
			atomic_store(&j->failed, errno ? errno : EAGAIN);
			break;
		}
		l->torn = false;
		put = write(j->fd, rest.p, n);
		if (put != (ssize_t)n) {
			atomic_store(&j->failed, put < 0 ? errno : ENOSPC);
			l->torn = put > 0;
			break;
		}
		rest.p += n;
		rest.n -= n;
	}
	atomic_fetch_add(&j->lost, count_lines(rest));
	l->b.n = 0;
}
