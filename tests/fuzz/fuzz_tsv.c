/* Fuzz target: the TSV reader; what it accepts must come back the same after
 * being written again.
 * SPDX-License-Identifier: MIT */
#include <assert.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "stream/tsv.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Read fd as TSV; write what was read to fd to, if it is not -1. */
static int
copy_rows(int fd, int to, int64_t *rows)
{
	struct mr_tsv t;
	struct mr_out out = { .fd = -1 };
	struct mr_err err = { 0 };
	char path[64];
	bool more = true;
	int rc;

	snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
	rc = mr_tsv_open(&t, path, NULL, &err);
	if (rc == MR_OK)
		rc = mr_out_open(&out, "/dev/null", &err);
	if (rc == MR_OK && to >= 0)
		dup2(to, out.fd);
	*rows = -1;
	while (rc == MR_OK && more) {
		struct mr_slice *s = *rows < 0 ? t.name : t.field;

		for (int i = 0; i < t.n_cols; i++) {
			assert(mr_utf8_bad(s[i]) == s[i].n);
			assert(s[i].n <= MR_FIELD_MAX);
			mr_tsv_put(&out, s[i]);
			mr_out_byte(&out, i < t.n_cols - 1 ? '\t' : '\n');
		}
		++*rows;
		rc = mr_tsv_next(&t, &more, &err);
	}
	assert(rc == MR_OK || (rc == err.code && err.msg[0]));
	if (rc == MR_OK)
		rc = mr_out_close(&out, &err);
	else
		mr_out_abandon(&out);
	mr_tsv_close(&t);
	return rc;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	int fd = memfd_create("fuzz", 0), copy = memfd_create("copy", 0);
	int64_t rows, again;

	if (fd < 0 || copy < 0 || write(fd, data, size) != (ssize_t)size)
		abort();
	if (copy_rows(fd, copy, &rows) == MR_OK) {
		int rc = copy_rows(copy, -1, &again);

		assert(rc == MR_OK && again == rows);
	}
	close(fd);
	close(copy);
	return 0;
}
