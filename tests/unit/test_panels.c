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

#include "core/hash.h"
#include "store/panels.h"

#define N (MR_PANELS_LEAST + 64)

static char path[64];
static char *bytes;
static struct mr_map source = { "weights", 7, 11, 0 };

static void
write_it(void)
{
	mr_panels_write(path, 7, &source, mr_hash64(source.p, source.n),
	    (struct mr_slice){ bytes, N });
	assert_int_equal(access(path, R_OK), 0);
}

static bool
reads(uint64_t key)
{
	struct mr_panels p;
	uint64_t digest = 0;
	bool found = mr_panels_open(&p, path, key, &source, &digest);

	assert_true(digest == mr_hash64(source.p, source.n));
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

/* Whether the file is found, with the digest of was, and whether it is old. */
static bool
of_source(const struct mr_map *is, const char *was, bool *old)
{
	struct mr_panels p;
	uint64_t digest = 0;
	bool found = mr_panels_open(&p, path, 7, is, &digest);

	*old = p.old;
	assert_true(digest == mr_hash64(was, strlen(was)));
	mr_panels_close(&p);
	return found;
}

static void
the_source_is_read_when_its_stamp_is_another(void **state)
{
	struct mr_map other = source;
	struct mr_panels p;
	uint64_t digest;
	bool old;

	(void)state;
	write_it();
	/* Not read: its bytes are others, and nobody sees it. */
	other.p = "wEIGHTS";
	assert_true(of_source(&other, "weights", &old));
	assert_false(old);
	other.stamp++;
	assert_false(of_source(&other, "wEIGHTS", &old));
	assert_false(old);
	/* The same bytes, changed since: found, to be written again. */
	other.p = "weights";
	assert_true(of_source(&other, "weights", &old));
	assert_true(old);
	/* Changed so shortly before that the stamp says nothing. */
	assert_true(mr_panels_open(&p, path, 7, &source, &digest));
	other = source;
	other.changed_s = p.map.changed_s - MR_PANELS_REST;
	mr_panels_close(&p);
	assert_true(of_source(&other, "weights", &old));
	assert_true(old);
	other.p = "wEIGHTS";
	assert_false(of_source(&other, "wEIGHTS", &old));
	other.changed_s--;
	assert_true(of_source(&other, "weights", &old));
	assert_false(old);
}

/* Too little for a file, or none that can be made: silence. */
static void
none_is_written(void **state)
{
	char whole[64];

	(void)state;
	unlink(path);
	mr_panels_write(path, 7, &source, 1, (struct mr_slice){ bytes,
	    MR_PANELS_LEAST - 1 });
	assert_int_not_equal(access(path, F_OK), 0);
	memcpy(whole, path, sizeof whole);
	snprintf(path, sizeof path, "%s", "/nonexistent/packed");
	mr_panels_write(path, 7, &source, 1, (struct mr_slice){ bytes, N });
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
		cmocka_unit_test(the_source_is_read_when_its_stamp_is_another),
		cmocka_unit_test(none_is_written),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
