/* Where a named output goes: a new file beside it, then its name; see
 * out_place.h.
 * SPDX-License-Identifier: MIT */
#include "stream/out_place.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/mem.h"
#include "stream/leftover.h"

/* "DIR/" of path, or "./"; malloc'd, with room for extra bytes more. */
static char *
folder_of(const char *path, size_t extra, struct mr_err *err)
{
	const char *slash = strrchr(path, '/');
	size_t n = slash ? (size_t)(slash - path) + 1 : 2;
	char *dir = mr_alloc(n + extra + 1, 1, "file name", err);

	if (dir)
		memcpy(dir, slash ? path : "./", n);
	return dir;
}

/* A new file with a name: in out->temp, which is dir, given away. */
static int
make_named(struct mr_out *out, char *dir)
{
	sigset_t before;

	memcpy(dir + strlen(dir), ".mr-XXXXXX", sizeof ".mr-XXXXXX");
	mr_leftover_hold(&before);
	out->fd = mkstemp(dir);
	if (out->fd >= 0)
		mr_leftover_add(dir);
	mr_leftover_release(&before);
	if (out->fd < 0)
		return -1;
	out->temp = dir;
	return out->fd;
}

/* A new file beside the target: nameless where the file system can, so that
 * not even kill -9 leaves it behind. */
static int
open_temp(struct mr_out *out, mode_t mode, struct mr_err *err)
{
	char *dir = folder_of(out->path, 32, err);

	if (!dir)
		return MR_ENOMEM;
	out->fd = open(dir, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
	if (out->fd < 0)
		make_named(out, dir);
	if (out->fd < 0)
		mr_err_sys(err, MR_EIO, "%s: cannot create", out->name);
	if (!out->temp)
		free(dir);
	if (out->fd < 0)
		return MR_EIO;
	if (fchmod(out->fd, mode) != 0)
		return mr_err_sys(err, MR_EIO, "%s: cannot set its mode",
		    out->name);
	return MR_OK;
}

/* The descriptor that a name of the system stands for, or -1. */
static int
standing_for(const char *path)
{
	static const char *const folders[] = { "/dev/fd/", "/proc/self/fd/" };
	int64_t fd;

	if (strcmp(path, "/dev/stdout") == 0)
		return STDOUT_FILENO;
	if (strcmp(path, "/dev/stderr") == 0)
		return STDERR_FILENO;
	for (int i = 0; i < 2; i++) {
		size_t n = strlen(folders[i]);

		if (strncmp(path, folders[i], n) == 0 &&
		    mr_parse_i64(mr_slice_of(path + n), &fd) && fd >= 0 &&
		    fd <= INT_MAX)
			return (int)fd;
	}
	return -1;
}

/* The file that a symbolic link to nothing yet leads to, malloc'd; NULL with
 * errno.  A link in a folder is relative to that folder. */
static char *
follow(const char *link)
{
	char *at = strdup(link);

	for (int hops = 0; at && hops < 40; hops++) {
		const char *slash = strrchr(at, '/');
		size_t dir = slash ? (size_t)(slash - at) + 1 : 0;
		char target[PATH_MAX];
		ssize_t n = readlink(at, target, sizeof target);
		char *next;

		if (n < 0 && (errno == EINVAL || errno == ENOENT))
			return at;	/* no link: that is its name */
		if (n < 0 || n == sizeof target)
			break;
		if (target[0] == '/')
			dir = 0;
		next = malloc(dir + (size_t)n + 1);
		if (next) {
			memcpy(next, at, dir);
			memcpy(next + dir, target, (size_t)n);
			next[dir + (size_t)n] = '\0';
		}
		free(at);
		at = next;
	}
	if (at)
		errno = ELOOP;
	free(at);
	return NULL;
}

int
mr_out_open_named(struct mr_out *out, const char *path, struct mr_err *err)
{
	struct stat st;
	mode_t mask = umask(0), mode = 0666 & ~mask;
	int fd = standing_for(path);

	umask(mask);
	/* What is open already is written in place: its name is no file's. */
	if (fd >= 0) {
		out->fd = fcntl(fd, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
		return out->fd >= 0 ? MR_OK : mr_err_sys(err, MR_EIO,
		    "%s: cannot open", path);
	}
	if (stat(path, &st) == 0) {
		if (S_ISDIR(st.st_mode))
			return mr_err_set(err, MR_EIO, "%s: is a directory",
			    path);
		if (!S_ISREG(st.st_mode)) {
			/* A device or a FIFO is written in place. */
			out->fd = open(path, O_WRONLY | O_CLOEXEC);
			return out->fd >= 0 ? MR_OK : mr_err_sys(err, MR_EIO,
			    "%s: cannot open", path);
		}
		mode = st.st_mode & 07777;
		/* Through a symbolic link the file behind it is replaced. */
		out->path = realpath(path, NULL);
	} else if (errno == ENOENT) {
		out->path = follow(path);
	}
	if (!out->path)
		return mr_err_sys(err, MR_EIO, "%s: cannot find its place",
		    path);
	return open_temp(out, mode, err);
}

/* Give the nameless file a name that can be renamed over the target. */
static int
name_temp(struct mr_out *out, struct mr_err *err)
{
	char self[64];

	snprintf(self, sizeof self, "/proc/self/fd/%d", out->fd);
	for (unsigned try = 0; try < 100; try++) {
		char *name = folder_of(out->path, 48, err);
		size_t n;

		if (!name)
			return MR_ENOMEM;
		n = strlen(name);
		snprintf(name + n, 48, ".mr-%ld-%u", (long)getpid(), try);
		if (linkat(AT_FDCWD, self, AT_FDCWD, name,
		    AT_SYMLINK_FOLLOW) == 0) {
			out->temp = name;
			mr_leftover_add(name);
			return MR_OK;
		}
		if (errno != EEXIST) {
			mr_err_sys(err, MR_EIO, "%s: cannot name the new file",
			    out->name);
			free(name);
			return MR_EIO;
		}
		free(name);
	}
	return mr_err_sys(err, MR_EIO, "%s: cannot name the new file",
	    out->name);
}

/* A renaming is on disk only when its folder is.  Who may write to a folder
 * but not read it cannot sync it. */
static int
open_folder(struct mr_out *out, struct mr_err *err)
{
	char *dir = folder_of(out->path, 0, err);

	if (!dir)
		return MR_ENOMEM;
	out->folder = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	free(dir);
	return out->folder >= 0 || errno == EACCES ? MR_OK : mr_err_sys(err,
	    MR_EIO, "%s: cannot open its folder", out->name);
}

int
mr_out_ready(struct mr_out *out, struct mr_err *err)
{
	int rc = MR_OK, fd = out->fd;

	if (fd < 0)
		return MR_OK;
	if (out->path && !out->temp)
		rc = name_temp(out, err);
	if (rc == MR_OK && out->path)
		rc = open_folder(out, err);
	/* Network file systems report a full disk at close. */
	out->fd = -1;
	if (close(fd) != 0 && rc == MR_OK)
		rc = mr_err_sys(err, MR_EIO, "%s: write error", out->name);
	return rc;
}

/* The two names change over; false where there is no file to keep, or the
 * system or the file system cannot do that. */
static bool
exchange(const struct mr_out *out)
{
	struct stat st;

	return lstat(out->path, &st) == 0 && S_ISREG(st.st_mode) &&
	    renameat2(AT_FDCWD, out->temp, AT_FDCWD, out->path,
	    RENAME_EXCHANGE) == 0;
}

int
mr_out_place(struct mr_out *out, bool keep, struct mr_err *err)
{
	if (!out->path)
		return MR_OK;
	if (keep && exchange(out)) {
		out->placed = MR_OUT_EXCHANGED;
		return MR_OK;
	}
	if (rename(out->temp, out->path) != 0)
		return mr_err_sys(err, MR_EIO, "%s: cannot rename into place",
		    out->name);
	out->placed = MR_OUT_RENAMED;
	mr_leftover_drop(out->temp);
	free(out->temp);
	out->temp = NULL;
	return MR_OK;
}

bool
mr_out_take_back(struct mr_out *out)
{
	bool done = true;

	if (out->placed == MR_OUT_EXCHANGED)
		done = exchange(out);
	else if (out->placed == MR_OUT_RENAMED)
		done = unlink(out->path) == 0;
	out->placed = MR_OUT_NOWHERE;
	return done;
}

int
mr_out_sync_folder(struct mr_out *out, struct mr_err *err)
{
	/* Some file systems cannot sync a folder and say EINVAL. */
	if (out->folder > 0 && fsync(out->folder) != 0 && errno != EINVAL)
		return mr_err_sys(err, MR_EIO, "%s: the new file is in place, "
		    "but its folder cannot be synced", out->name);
	return MR_OK;
}

/* The file need not exist: its folder and its name in there. */
static int
find_folder(const struct mr_out *out, struct stat *st, const char **base,
    struct mr_err *err)
{
	const char *slash = strrchr(out->path, '/');
	char *dir = folder_of(out->path, 0, err);
	int rc;

	if (!dir)
		return MR_ENOMEM;
	*base = slash ? slash + 1 : out->path;
	rc = stat(dir, st) == 0 ? MR_OK : mr_err_sys(err, MR_EIO,
	    "%s: cannot look at its folder", out->name);
	free(dir);
	return rc;
}

int
mr_out_apart(const struct mr_out *a, const struct mr_out *b,
    struct mr_err *err)
{
	const char *base[2];
	struct stat x, y;
	bool same = true;
	int rc;

	if (a->path && b->path) {
		rc = find_folder(a, &x, &base[0], err);
		if (rc == MR_OK)
			rc = find_folder(b, &y, &base[1], err);
		if (rc)
			return rc;
		same = strcmp(base[0], base[1]) == 0;
	} else {
		/* A name that is not there yet is no open file's. */
		if ((a->path ? stat(a->path, &x) : fstat(a->fd, &x)) != 0 ||
		    (b->path ? stat(b->path, &y) : fstat(b->fd, &y)) != 0)
			return MR_OK;
		same = !S_ISCHR(x.st_mode);
	}
	if (!same || x.st_dev != y.st_dev || x.st_ino != y.st_ino)
		return MR_OK;
	return mr_err_set(err, MR_EARG, "outputs '%s' and '%s' are the same "
	    "file", a->name, b->name);
}

bool
mr_out_replaces(const struct mr_out *out, const struct mr_in *in)
{
	struct stat x, y;

	return out->path && stat(out->path, &x) == 0 &&
	    fstat(in->fd, &y) == 0 && x.st_dev == y.st_dev &&
	    x.st_ino == y.st_ino;
}
