/* Mapped files; see map.h.
 * SPDX-License-Identifier: MIT */
#include "stream/map.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/hash.h"

/* What no change of a file leaves as it is, two within a tick of its clock
 * apart. */
static uint64_t
stamp_of(const struct stat *st)
{
	const int64_t v[] = { st->st_size, st->st_mtim.tv_sec,
	    st->st_mtim.tv_nsec, st->st_ctim.tv_sec, st->st_ctim.tv_nsec };

	return mr_hash64(v, sizeof v);
}

static int
refuse_pipe(const char *path, struct mr_err *err)
{
	return mr_err_set(err, MR_EIO, "%s: not a regular file", path);
}

int
mr_map_fd(struct mr_map *m, int fd, const char *name, struct mr_err *err)
{
	struct stat st;
	void *p;

	*m = (struct mr_map){ 0 };
	if (fstat(fd, &st) != 0)
		return mr_err_sys(err, MR_EIO, "%s: cannot look at it", name);
	if (!S_ISREG(st.st_mode))
		return refuse_pipe(name, err);
	if (st.st_size == 0)
		return mr_err_set(err, MR_EFORMAT, "%s: is empty", name);
	p = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
	if (p == MAP_FAILED)
		return mr_err_sys(err, errno == ENOMEM ? MR_ENOMEM : MR_EIO,
		    "%s: cannot map", name);
	*m = (struct mr_map){ p, (size_t)st.st_size, stamp_of(&st),
	    st.st_ctim.tv_sec };
	return MR_OK;
}

/* A pipe that is opened and closed again is lost to who reads it next. */
int
mr_map_open(struct mr_map *m, const char *path, struct mr_err *err)
{
	struct stat st;
	int fd, rc;

	*m = (struct mr_map){ 0 };
	if (stat(path, &st) == 0 && !S_ISREG(st.st_mode))
		return refuse_pipe(path, err);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return mr_err_sys(err, MR_EIO, "%s: cannot open", path);
	rc = mr_map_fd(m, fd, path, err);
	close(fd);
	return rc;
}

void
mr_map_sparsely(const struct mr_map *m, bool so)
{
	(void)posix_madvise((void *)m->p, m->n, so ? POSIX_MADV_RANDOM :
	    POSIX_MADV_NORMAL);
}

bool
mr_map_absent(const char *path)
{
	return access(path, F_OK) != 0 && errno == ENOENT;
}

void
mr_map_close(struct mr_map *m)
{
	if (m->p)
		munmap((void *)m->p, m->n);
	*m = (struct mr_map){ 0 };
}
