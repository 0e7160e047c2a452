/* Tests of store/panels: what was written, and nothing else, is read.
 * SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "store/panels.h"

#define N (MR_PANELS_LEAST + 64)

static char path[64];
static char *bytes;

static void
write_it(void)
{
	mr_panels_write(path, 7, (struct mr_slice){ bytes, N });
	assert_int_equal(access(path, R_OK), 0);
}

static bool
reads(uint64_t key)
{
	struct mr_panels p;
	bool found = mr_panels_open(&p, path, key);

	assert_true(found == (p.bytes.p != NULL));
	if (found) {
		assert_int_equal(p.bytes.n, N);
		assert_memory_equal(p.bytes.p, bytes, N);
		assert_true((uintptr_t)p.bytes.p % 64 == 0);
	}
	mr_panels_close(&p);
	return found;
}

static void
what_was_written_is_read(void **state)
{
	(void)state;
	assert_false(reads(7));
	write_it();
	assert_true(reads(7));
	assert_false(reads(8));
	write_it();
	assert_true(reads(7));
}

static void
flip(long at)
{
	FILE *f = fopen(path, "r+");
	int c;

	assert_non_null(f);
	assert_int_equal(fseek(f, at, SEEK_SET), 0);
	c = fgetc(f);
	assert_int_equal(fseek(f, at, SEEK_SET), 0);
	assert_int_equal(fputc(c ^ 16, f), c ^ 16);
	assert_int_equal(fclose(f), 0);
}

static void
damage_is_seen(void **state)
{
	static const long length[] = { 0, 1, 63, 64, 65, N, N + 63, N + 65 };

	(void)state;
	write_it();
	for (long at = 0; at < 64; at++) {
		flip(at);
		assert_false(reads(7));
		flip(at);
	}
	for (long at = 64; at < (long)N + 64; at += 524287) {
		flip(at);
		assert_false(reads(7));
		flip(at);
	}
	assert_true(reads(7));
	for (size_t i = 0; i < sizeof length / sizeof *length; i++) {
		assert_int_equal(truncate(path, length[i]), 0);
		assert_false(reads(7));
		write_it();
	}
}

/* Too little for a file, or none that can be made: silence. */
static void
none_is_written(void **state)
{
	char whole[64];

	(void)state;
	unlink(path);
	mr_panels_write(path, 7, (struct mr_slice){ bytes,
	    MR_PANELS_LEAST - 1 });
	assert_int_not_equal(access(path, F_OK), 0);
	memcpy(whole, path, sizeof whole);
	snprintf(path, sizeof path, "%s", "/nonexistent/packed");
	mr_panels_write(path, 7, (struct mr_slice){ bytes, N });
	assert_false(reads(7));
	memcpy(path, whole, sizeof whole);
}

static int
setup(void **state)
{
	int fd;

	(void)state;
	snprintf(path, sizeof path, "/tmp/mr-panels-XXXXXX");
	fd = mkstemp(path);
	bytes = malloc(N);
	if (fd < 0 || !bytes)
		return -1;
	close(fd);
	for (size_t i = 0; i < N; i++)
		bytes[i] = (char)(i * 2654435761U >> 13);
	return unlink(path);
}

static int
teardown(void **state)
{
	(void)state;
	free(bytes);
	unlink(path);
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_was_written_is_read),
		cmocka_unit_test(damage_is_seen),
		cmocka_unit_test(none_is_written),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
