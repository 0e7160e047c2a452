/* Small models with a neighbourhood term as streams in files without names.
 * SPDX-License-Identifier: MIT */
#ifndef MR_TESTS_NEAR_STREAM_H
#define MR_TESTS_NEAR_STREAM_H

#include "matrix_build.h"
#include "near_build.h"

#include "store/model_file.h"

/* The n bytes at p, times over, in a file; its name to path.  The caller
 * closes it. */
static inline int
near_file(const void *p, size_t n, int times, char path[64])
{
	int fd = memfd_create("file", 0);

	assert_true(fd >= 0);
	for (int i = 0; i < times; i++)
		assert_int_equal(write(fd, p, n), (ssize_t)n);
	snprintf(path, 64, "/proc/self/fd/%d", fd);
	return fd;
}

/* An output to a file without a name, which is returned. */
static inline int
near_out(struct mr_out *out)
{
	struct mr_err err = { 0 };
	int fd = memfd_create("out", 0);

	assert_true(fd >= 0);
	assert_int_equal(mr_out_open(out, "/dev/null", &err), MR_OK);
	assert_true(dup2(fd, out->fd) >= 0);
	return fd;
}

/* Close both; what was written, terminated, *n (may be NULL) bytes. */
static inline char *
near_bytes(struct mr_out *out, int fd, size_t *n)
{
	struct mr_err err = { 0 };
	off_t size;
	char *p;

	assert_int_equal(mr_out_close(out, &err), MR_OK);
	size = lseek(fd, 0, SEEK_END);
	p = malloc((size_t)size + 1);
	assert_non_null(p);
	assert_int_equal(pread(fd, p, (size_t)size, 0), size);
	p[size] = '\0';
	close(fd);
	if (n)
		*n = (size_t)size;
	return p;
}

static inline char *
near_text(struct mr_out *out, int fd)
{
	return near_bytes(out, fd, NULL);
}

static inline void
near_ids(struct mr_ids *ids, const char *prefix, int n)
{
	struct mr_err err = { 0 };
	char name[32];
	int32_t k;

	for (int i = 0; i < n; i++) {
		snprintf(name, sizeof name, "%s%d", prefix, i);
		assert_int_equal(mr_ids_add(ids, mr_slice_of(name), &k, NULL,
		    &err), MR_OK);
	}
}

/* The model c, users u0 .., items i0 .., times over, in a file. */
static inline int
near_write(const struct near_case *c, int times, char path[64])
{
	struct mr_ids users = { 0 }, items = { 0 };
	struct mr_meta meta = { 0 };
	struct mr_err err = { 0 };
	struct mr_out out;
	int to = near_out(&out), fd;
	size_t n;
	char *p;

	near_ids(&users, "u", c->users);
	near_ids(&items, "i", c->items);
	assert_int_equal(mr_meta_put(&meta, &err, "model", "knn"), MR_OK);
	assert_int_equal(mr_model_write(&out, &meta, &c->m, &users, &items,
	    &c->R, NULL, &err), MR_OK);
	p = near_bytes(&out, to, &n);
	fd = near_file(p, n, times, path);
	free(p);
	mr_meta_free(&meta);
	mr_ids_free(&users);
	mr_ids_free(&items);
	return fd;
}

#endif
