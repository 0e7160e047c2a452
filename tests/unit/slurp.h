/* Whole files for tests.
 * SPDX-License-Identifier: MIT */
#ifndef MR_TESTS_SLURP_H
#define MR_TESTS_SLURP_H

#include <stdio.h>
#include <stdlib.h>

#include "core/str.h"

/* The bytes of dir/name, or an empty buffer with p NULL. */
static inline struct mr_buf
slurp(const char *dir, const char *name)
{
	struct mr_buf b = { 0 };
	struct mr_err err = { 0 };
	char path[4096], part[65536];
	size_t n;
	FILE *f;

	snprintf(path, sizeof path, "%s/%s", dir, name);
	f = fopen(path, "rb");
	if (!f) {
		printf("skipped: %s is not there\n", path);
		return b;
	}
	while ((n = fread(part, 1, sizeof part, f)) > 0)
		assert_int_equal(mr_buf_add(&b, part, n, &err), MR_OK);
	fclose(f);
	return b;
}

/* A file of the reference data that may lie beside the project. */
static inline struct mr_buf
shared(const char *name)
{
	const char *dir = getenv("MR_SHARED");

	return slurp(dir ? dir : "../shared", name);
}

#endif
