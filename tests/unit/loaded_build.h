/* Ratings as a filter loads them, from a text in memory.
 * SPDX-License-Identifier: MIT */
#ifndef MR_TESTS_LOADED_BUILD_H
#define MR_TESTS_LOADED_BUILD_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>

#include "store/ratings.h"

static inline void
load_text(struct mr_ratings *r, const char *text, size_t n, unsigned keep)
{
	int fd = memfd_create("ratings", 0);
	struct mr_report report = { 0 };
	struct mr_err err = { 0 };
	char path[64];

	assert_int_equal(write(fd, text, n), n);
	snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
	if (mr_ratings_load(r, path, true, keep, &report, &err) != MR_OK)
		fail_msg("%s", err.msg);
	mr_report_free(&report);
	close(fd);
}

/* What of a pair, as "\t4\t17", NULL: not there. */
typedef const char *text_of(int u, int i, char *room, size_t n);

/* Users u0, u1, .. and items i0, i1, .. below the header. */
static inline void
load_pairs(struct mr_ratings *r, const char *header, int users, int items,
    text_of *pair, unsigned keep)
{
	struct mr_buf b = { 0 };
	struct mr_err err = { 0 };
	char room[64];

	assert_int_equal(mr_buf_addf(&b, &err, "%s\n", header), MR_OK);
	for (int u = 0; u < users; u++)
		for (int i = 0; i < items; i++) {
			const char *text = pair(u, i, room, sizeof room);

			if (text)
				assert_int_equal(mr_buf_addf(&b, &err,
				    "u%d\ti%d%s\n", u, i, text), MR_OK);
		}
	load_text(r, b.p, b.n, keep);
	mr_buf_free(&b);
}

#endif
