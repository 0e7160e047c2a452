/* Made to be loaded before a tool: lets the n-th call of a kind fail.
 *
 *     MR_FAULT=KIND:N:once|ever MR_FAULT_SEEN=FILE LD_PRELOAD=.. TOOL ..
 *
 * KIND is a word of FAULT_KINDS, or another one to count only.  FILE, as large
 * as struct fault_seen, takes the counts.  With MR_FAULT_KILL the signal is
 * SIGKILL, not SIGTERM.  With MR_FAULT_NO_TMPFILE no file system has nameless
 * files.  Calls that OpenBLAS and libgfortran
 * make for themselves are let through: they end the process when they are
 * refused, and nothing that is not theirs can help it.
 * SPDX-License-Identifier: MIT */
#include <dlfcn.h>
#include <errno.h>
#include <execinfo.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "shared.h"

/* As in FAULT_KINDS. */
enum kind { ALLOC, MAP, THREAD, OPEN, TMPFILE, READ, SHORTREAD, INTRREAD,
	WRITE, SHORTWRITE, INTRWRITE, SYNC, NAME, STAT, CHMOD, CLOSE, SIGNAL, NONE };
static const char *const kinds[] = { FAULT_KINDS };

/* glibc's own, under the names that are not replaced here. */
void *__libc_malloc(size_t n);
void *__libc_calloc(size_t n, size_t size);
void *__libc_realloc(void *p, size_t n);
void *__libc_memalign(size_t align, size_t n);

static enum kind kind = NONE;
static int64_t target;
static bool ever, no_tmpfile, kills;
static struct fault_seen *seen;
static _Thread_local bool inside;

/* The next definition of a function, into *slot: C has no cast for it. */
static void
find(const char *name, void *slot)
{
	void *p = dlsym(RTLD_NEXT, name);

	memcpy(slot, &p, sizeof p);
}
#define REAL(name, type, ...) \
	static type (*real)(__VA_ARGS__); \
	if (!real) \
		find(name, &real)

/* Remember where this happened; false when it is another library's call. */
static bool
ours(void)
{
	static const char *const foreign[] = { "libopenblas", "libgfortran",
		"libquadmath" };
	void *at[32];
	int n = backtrace(at, 32);
	bool first = seen->hits == 0;

	for (int i = 3, k = 0; i < n; i++) {
		Dl_info info;
		const char *name;

		if (!dladdr(at[i], &info) || !info.dli_fname)
			continue;
		name = strrchr(info.dli_fname, '/');
		name = name ? name + 1 : info.dli_fname;
		for (int j = 0; j < 3; j++)
			if (strncmp(name, foreign[j], strlen(foreign[j])) == 0)
				return false;
		if (!first || k == SITE_DEPTH)
			continue;
		snprintf(seen->site[k].object, sizeof seen->site[k].object,
		    "%s", name);
		seen->site[k++].offset = (uint64_t)((char *)at[i] -
		    (char *)info.dli_fbase);
	}
	return true;
}

/* Shall this call of kind k fail? */
static bool
strike(enum kind k)
{
	int64_t n;
	bool mine;

	if (!seen || inside)
		return false;
	n = ++seen->calls[k];
	if (k != kind || n < target || (n > target && !ever))
		return false;
	inside = true;
	mine = ours();
	inside = false;
	if (mine)
		seen->hits++;
	else
		seen->spared++;
	return mine;
}

/* SIGNAL comes before a call that writes, syncs, names or closes. */
static bool
fails(enum kind k, int error)
{
	if ((k == WRITE || k == SYNC || k == NAME || k == CLOSE) &&
	    strike(SIGNAL))
		raise(kills ? SIGKILL : SIGTERM);
	if (!strike(k))
		return false;
	errno = error;
	return true;
}

void *
malloc(size_t n)
{
	return fails(ALLOC, ENOMEM) ? NULL : __libc_malloc(n);
}

void *
calloc(size_t n, size_t size)
{
	return fails(ALLOC, ENOMEM) ? NULL : __libc_calloc(n, size);
}

void *
realloc(void *p, size_t n)
{
	return fails(ALLOC, ENOMEM) ? NULL : __libc_realloc(p, n);
}

int
posix_memalign(void **p, size_t align, size_t n)
{
	void *got;

	if (strike(ALLOC) || !(got = __libc_memalign(align, n)))
		return ENOMEM;
	*p = got;
	return 0;
}

void *
aligned_alloc(size_t align, size_t n)
{
	return fails(ALLOC, ENOMEM) ? NULL : __libc_memalign(align, n);
}

void *
mmap(void *at, size_t n, int protection, int flags, int fd, off_t offset)
{
	REAL("mmap", void *, void *, size_t, int, int, int, off_t);
	return fails(MAP, ENOMEM) ? MAP_FAILED :
	    real(at, n, protection, flags, fd, offset);
}

int
pthread_create(pthread_t *thread, const pthread_attr_t *attr,
    void *(*run)(void *), void *arg)
{
	REAL("pthread_create", int, pthread_t *, const pthread_attr_t *,
	    void *(*)(void *), void *);
	return strike(THREAD) ? EAGAIN : real(thread, attr, run, arg);
}

int
open(const char *path, int flags, ...)
{
	REAL("open", int, const char *, int, ...);
	mode_t mode = 0;
	va_list ap;

	if (flags & (O_CREAT | __O_TMPFILE)) {
		va_start(ap, flags);
		mode = va_arg(ap, mode_t);
		va_end(ap);
	}
	if (fails(OPEN, EMFILE))
		return -1;
	if ((flags & O_TMPFILE) == O_TMPFILE &&
	    (no_tmpfile || fails(TMPFILE, EOPNOTSUPP))) {
		errno = EOPNOTSUPP;
		return -1;
	}
	return real(path, flags, mode);
}

int
mkstemp(char *template)
{
	REAL("mkstemp", int, char *);
	return fails(OPEN, EMFILE) ? -1 : real(template);
}

/* At least one byte: none would be the end of the file. */
static size_t
half(size_t n)
{
	return n > 1 ? n / 2 : n;
}

ssize_t
read(int fd, void *p, size_t n)
{
	REAL("read", ssize_t, int, void *, size_t);
	if (fails(READ, EIO) || fails(INTRREAD, EINTR))
		return -1;
	return real(fd, p, strike(SHORTREAD) ? half(n) : n);
}

ssize_t
pread(int fd, void *p, size_t n, off_t offset)
{
	REAL("pread", ssize_t, int, void *, size_t, off_t);
	if (fails(READ, EIO) || fails(INTRREAD, EINTR))
		return -1;
	return real(fd, p, strike(SHORTREAD) ? half(n) : n, offset);
}

ssize_t
write(int fd, const void *p, size_t n)
{
	REAL("write", ssize_t, int, const void *, size_t);
	if (fails(WRITE, ENOSPC) || fails(INTRWRITE, EINTR))
		return -1;
	return real(fd, p, strike(SHORTWRITE) ? half(n) : n);
}

int
fsync(int fd)
{
	REAL("fsync", int, int);
	return fails(SYNC, EIO) ? -1 : real(fd);
}

int
rename(const char *from, const char *to)
{
	REAL("rename", int, const char *, const char *);
	return fails(NAME, EIO) ? -1 : real(from, to);
}

int
renameat2(int from_dir, const char *from, int to_dir, const char *to,
    unsigned flags)
{
	REAL("renameat2", int, int, const char *, int, const char *, unsigned);
	return fails(NAME, EIO) ? -1 : real(from_dir, from, to_dir, to, flags);
}

int
linkat(int from_dir, const char *from, int to_dir, const char *to, int flags)
{
	REAL("linkat", int, int, const char *, int, const char *, int);
	return fails(NAME, EIO) ? -1 : real(from_dir, from, to_dir, to, flags);
}

int
stat(const char *path, struct stat *st)
{
	REAL("stat", int, const char *, struct stat *);
	return fails(STAT, EIO) ? -1 : real(path, st);
}

int
lstat(const char *path, struct stat *st)
{
	REAL("lstat", int, const char *, struct stat *);
	return fails(STAT, EIO) ? -1 : real(path, st);
}

int
fstat(int fd, struct stat *st)
{
	REAL("fstat", int, int, struct stat *);
	return fails(STAT, EIO) ? -1 : real(fd, st);
}

int
fchmod(int fd, mode_t mode)
{
	REAL("fchmod", int, int, mode_t);
	return fails(CHMOD, EPERM) ? -1 : real(fd, mode);
}

/* As Linux does it: the descriptor is gone all the same. */
int
close(int fd)
{
	REAL("close", int, int);
	int rc = real(fd);

	return fails(CLOSE, EIO) ? -1 : rc;
}

/* The last thing before main: the loader's own calls are not counted. */
__attribute__((constructor)) static void
arm(void)
{
	const char *what = getenv("MR_FAULT"), *file = getenv("MR_FAULT_SEEN");
	char word[16], when[8];
	long long n;
	void *p, *warm[4];
	int fd;

	if (!what || !file ||
	    sscanf(what, "%15[a-z]:%lld:%7s", word, &n, when) != 3)
		return;
	/* Its first call loads a library. */
	backtrace(warm, 4);
	fd = open(file, O_RDWR | O_CLOEXEC);
	p = mmap(NULL, sizeof *seen, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (fd < 0 || p == MAP_FAILED)
		_exit(126);
	close(fd);
	target = n;
	ever = strcmp(when, "ever") == 0;
	kills = getenv("MR_FAULT_KILL") != NULL;
	no_tmpfile = getenv("MR_FAULT_NO_TMPFILE") != NULL;
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
		if (strcmp(kinds[i], word) == 0)
			kind = (enum kind)i;
	seen = p;
}
