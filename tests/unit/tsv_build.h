/* Small texts as files: read by what is tested, written by it.
 * SPDX-License-Identifier: MIT */
#ifndef MR_TSV_BUILD_H
#define MR_TSV_BUILD_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>

#include "stream/io.h"

/* A file in memory and the name it is opened by. */
struct text_file {
	int fd;
	char path[32];
};

static inline struct text_file
text_file(const char *text)
{
	struct text_file f = { .fd = memfd_create("text", 0) };

	assert_true(f.fd >= 0);
	assert_int_equal(write(f.fd, text, strlen(text)), strlen(text));
	snprintf(f.path, sizeof f.path, "/proc/self/fd/%d", f.fd);
	return f;
}

/* An output to a file in memory, in *f. */
static inline struct mr_out
text_out(struct text_file *f)
{
	struct mr_out out;
	struct mr_err err = { 0 };

	*f = text_file("");
	assert_int_equal(mr_out_open(&out, f->path, &err), MR_OK);
	return out;
}

/* Close the output and compare what is in its file. */
static inline void
text_is(struct mr_out *out, struct text_file *f, const char *want)
{
	struct mr_err err = { 0 };
	char got[1000];
	ssize_t n;

	assert_int_equal(mr_out_close(out, &err), MR_OK);
	n = pread(f->fd, got, sizeof got - 1, 0);
	assert_true(n >= 0);
	got[n] = '\0';
	assert_string_equal(got, want);
	close(f->fd);
}

#endif
