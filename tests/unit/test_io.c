/* Bytes in and out: short reads, errors that stick, files whole or absent.
 * SPDX-License-Identifier: MIT */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/hash.h"
#include "stream/io.h"

static char dir[256];

static const char *
in_dir(const char *name, char path[320])
{
	snprintf(path, 320, "%s/%s", dir, name);
	return path;
}

static int
make_dir(void **state)
{
	const char *tmp = getenv("TMPDIR");

	(void)state;
	snprintf(dir, sizeof dir, "%s/mr-io-XXXXXX", tmp ? tmp : "/tmp");
	return mkdtemp(dir) ? 0 : -1;
}

static int
count_files(void)
{
	DIR *d = opendir(dir);
	int n = 0;

	assert_non_null(d);
	while (readdir(d))
		n++;
	closedir(d);
	return n - 2;
}

static int
drop_dir(void **state)
{
	(void)state;
	return rmdir(dir);
}

static void
assert_content(const char *path, const char *want)
{
	char got[64] = "";
	int fd = open(path, O_RDONLY);
	ssize_t n;

	assert_true(fd >= 0);
	n = read(fd, got, sizeof got - 1);
	close(fd);
	assert_int_equal(n, (ssize_t)strlen(want));
	assert_string_equal(got, want);
}

static void
named_file_is_whole_or_absent(void **state)
{
	char path[320];
	struct mr_out out;
	struct mr_err err = { 0 };
	struct stat st;

	(void)state;
	in_dir("out", path);
	assert_int_equal(mr_out_open(&out, path, &err), MR_OK);
	mr_out_text(&out, "first");
	mr_out_flush(&out);
	assert_int_equal(access(path, F_OK), -1);
	mr_out_abandon(&out);
	assert_int_equal(count_files(), 0);
	assert_int_equal(mr_out_open(&out, path, &err), MR_OK);
	mr_out_text(&out, "first");
	assert_int_equal(mr_out_close(&out, &err), MR_OK);
	assert_content(path, "first");
	/* The old content stays until the new one is complete; so does the
	 * mode. */
	assert_int_equal(chmod(path, 0640), 0);
	assert_int_equal(mr_out_open(&out, path, &err), MR_OK);
	mr_out_text(&out, "second");
	mr_out_flush(&out);
	assert_content(path, "first");
	mr_out_abandon(&out);
	assert_content(path, "first");
	assert_int_equal(mr_out_open(&out, path, &err), MR_OK);
	mr_out_printf(&out, "%s-%d", "third", 3);
	assert_int_equal(mr_out_close(&out, &err), MR_OK);
	assert_content(path, "third-3");
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0640);
	assert_int_equal(count_files(), 1);
	assert_int_equal(unlink(path), 0);
}

static void
link_stays_a_link(void **state)
{
	char path[320], link_path[320];
	struct mr_out out;
	struct mr_err err = { 0 };
	struct stat st;

	(void)state;
	in_dir("target", path);
	in_dir("link", link_path);
	assert_int_equal(mr_out_open(&out, path, &err), MR_OK);
	assert_int_equal(mr_out_close(&out, &err), MR_OK);
	assert_int_equal(symlink("target", link_path), 0);
	assert_int_equal(mr_out_open(&out, link_path, &err), MR_OK);
	mr_out_text(&out, "new");
	assert_int_equal(mr_out_close(&out, &err), MR_OK);
	assert_int_equal(lstat(link_path, &st), 0);
	assert_true(S_ISLNK(st.st_mode));
	assert_content(path, "new");
	unlink(path);
	unlink(link_path);
}

static void
write_errors_stick(void **state)
{
	struct mr_out out;
	struct mr_err err = { 0 };

	(void)state;
	assert_int_equal(mr_out_open(&out, "/dev/full", &err), MR_OK);
	for (int i = 0; i < 100000; i++)
		mr_out_text(&out, "0123456789");
	assert_int_equal(mr_out_close(&out, &err), MR_EIO);
	assert_string_equal(err.msg,
	    "/dev/full: write error: No space left on device");
	memset(&err, 0, sizeof err);
	assert_int_equal(mr_out_open(&out, dir, &err), MR_EIO);
	assert_non_null(strstr(err.msg, "is a directory"));
	memset(&err, 0, sizeof err);
	assert_int_equal(mr_out_open(&out, "/nowhere/x", &err), MR_EIO);
	assert_non_null(strstr(err.msg, "/nowhere/x: cannot create: No such"));
}

/* Two files: synced both before either has its name. */
static void
synced_is_complete_but_nameless(void **state)
{
	char path[2][320];
	struct mr_out out[2], full;
	struct mr_err err = { 0 };

	(void)state;
	in_dir("one", path[0]);
	in_dir("two", path[1]);
	for (int i = 0; i < 2; i++) {
		assert_int_equal(mr_out_open(&out[i], path[i], &err), MR_OK);
		mr_out_text(&out[i], i ? "second" : "first");
	}
	assert_int_equal(mr_out_open(&full, "/dev/full", &err), MR_OK);
	mr_out_text(&full, "x");
	assert_int_equal(mr_out_sync(&out[0], &err), MR_OK);
	assert_int_equal(mr_out_sync(&out[1], &err), MR_OK);
	assert_int_equal(mr_out_sync(&full, &err), MR_EIO);
	assert_string_equal(err.msg,
	    "/dev/full: write error: No space left on device");
	mr_out_abandon(&full);
	assert_int_equal(access(path[0], F_OK), -1);
	assert_int_equal(access(path[1], F_OK), -1);
	assert_int_equal(mr_out_close(&out[0], &err), MR_OK);
	assert_content(path[0], "first");
	mr_out_abandon(&out[1]);
	assert_int_equal(count_files(), 1);
	assert_int_equal(unlink(path[0]), 0);
	assert_int_equal(mr_out_sync(&out[0], &err), MR_OK);
}

/* By whatever names; devices may be shared. */
static void
outputs_of_one_file_are_found(void **state)
{
	static const struct {
		const char *a, *b;
		int rc;
	} pairs[] = {
		{ "new", "./new", MR_EARG }, { "new", "new2", MR_OK },
		{ "new", "sub/new", MR_OK }, { "new", "sub/../new", MR_EARG },
		{ "new", "/dev/null", MR_OK },
	};
	char path[2][320], sub[320];
	struct mr_err err = { 0 };
	struct mr_out out[3];

	(void)state;
	assert_int_equal(mkdir(in_dir("sub", sub), 0700), 0);
	assert_int_equal(mr_out_open(&out[2], "/dev/null", &err), MR_OK);
	for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++) {
		in_dir(pairs[i].a, path[0]);
		in_dir(pairs[i].b, path[1]);
		assert_int_equal(mr_out_open(&out[0], path[0], &err), MR_OK);
		assert_int_equal(mr_out_open(&out[1], pairs[i].b[0] == '/' ?
		    pairs[i].b : path[1], &err), MR_OK);
		assert_int_equal(mr_out_apart(&out[0], &out[1], &err),
		    pairs[i].rc);
		assert_int_equal(mr_out_apart(&out[1], &out[2], &err), MR_OK);
		mr_out_abandon(&out[0]);
		mr_out_abandon(&out[1]);
	}
	mr_out_abandon(&out[2]);
	assert_int_equal(rmdir(sub), 0);
	assert_int_equal(count_files(), 0);
}

static void
what_cannot_be_read(void **state)
{
	struct mr_in in;
	struct mr_err err = { 0 };
	int keep = dup(0), fd;

	(void)state;
	assert_int_equal(mr_in_open(&in, "/nowhere/x", &err), MR_EIO);
	assert_string_equal(err.msg,
	    "/nowhere/x: cannot open: No such file or directory");
	memset(&err, 0, sizeof err);
	assert_int_equal(mr_in_open(&in, "/", &err), MR_EIO);
	assert_string_equal(err.msg, "/: is a directory, expected a file");
	/* Also when it is standard input. */
	memset(&err, 0, sizeof err);
	fd = open("/", O_RDONLY);
	dup2(fd, 0);
	close(fd);
	assert_int_equal(mr_in_open(&in, NULL, &err), MR_EIO);
	assert_string_equal(err.msg,
	    "<stdin>: is a directory, expected a file");
	dup2(keep, 0);
	close(keep);
}

/* A tenth of a file holds a tenth of its rows; a pipe has no end yet. */
static void
rows_are_estimated(void **state)
{
	char path[] = "/tmp/mr-test-XXXXXX", some[1000];
	struct mr_err err = { 0 };
	struct mr_in in = { .fd = -1 };
	int fd = mkstemp(path), ends[2];
	size_t got;

	(void)state;
	assert_int_equal(ftruncate(fd, 100000), 0);
	close(fd);
	assert_int_equal(mr_in_open(&in, path, &err), MR_OK);
	assert_int_equal(mr_in_total(&in, 7), 0);
	assert_int_equal(mr_in_read(&in, some, 1000, &got, &err), MR_OK);
	assert_int_equal(mr_in_total(&in, 7), 700);
	mr_in_close(&in);
	unlink(path);
	assert_int_equal(pipe(ends), 0);
	assert_int_equal(write(ends[1], some, 1000), 1000);
	close(ends[1]);
	snprintf(some, sizeof some, "/proc/self/fd/%d", ends[0]);
	assert_int_equal(mr_in_open(&in, some, &err), MR_OK);
	assert_int_equal(mr_in_read(&in, some, 10, &got, &err), MR_OK);
	assert_int_equal(mr_in_total(&in, 7), 0);
	mr_in_close(&in);
	close(ends[0]);
}

/* A child writes n bytes, i % 251 each, in steps; both ways of reading give
 * them all and the same digest. */
static void
read_from_pipe(size_t n, size_t step, size_t ask)
{
	unsigned char *want = malloc(n + 1), *got = malloc(n + 1000);
	struct mr_in in;
	struct mr_err err = { 0 };
	struct mr_digest *d = mr_digest_open();
	size_t have = 0, part = 1;
	int fd[2], status;
	char path[64];
	pid_t child;

	for (size_t i = 0; i < n; i++)
		want[i] = (unsigned char)(i % 251);
	mr_digest_add(d, want, n);
	assert_int_equal(pipe(fd), 0);
	child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		for (size_t at = 0; at < n; at += step)
			if (write(fd[1], want + at, n - at < step ? n - at :
			    step) < 0)
				_exit(1);
		_exit(0);
	}
	close(fd[1]);
	snprintf(path, sizeof path, "/proc/self/fd/%d", fd[0]);
	assert_int_equal(mr_in_open(&in, path, &err), MR_OK);
	while (part > 0) {
		assert_int_equal(mr_in_read(&in, got + have,
		    ask < n + 1000 - have ? ask : n + 1000 - have, &part,
		    &err), MR_OK);
		have += part;
		assert_true(have <= n);
	}
	assert_true(in.eof);
	assert_int_equal(have, n);
	assert_memory_equal(got, want, n);
	assert_int_equal(in.n_bytes, n);
	assert_true(mr_in_digest(&in) == mr_digest_value(d));
	mr_in_close(&in);
	close(fd[0]);
	waitpid(child, &status, 0);
	mr_digest_close(d);
	free(want);
	free(got);
}

static void
pipes_bring_all(void **state)
{
	(void)state;
	read_from_pipe(0, 1, 10);
	read_from_pipe(3000, 1, 7);
	read_from_pipe(700000, 4093, 64);
	read_from_pipe(700000, 65536, 300000);
	read_from_pipe(262144, 262144, 262144);
	read_from_pipe(262145, 65536, 262144);
}

static void
memory_is_read_in_place(void **state)
{
	static const char text[] = "\xef\xbb\xbf" "ab\r\n\nlast";
	const char *want[] = { "ab", "", "last" };
	struct mr_digest *d = mr_digest_open();
	struct mr_buf line = { 0 };
	struct mr_in in;
	struct mr_err err = { 0 };
	bool more;

	(void)state;
	mr_digest_add(d, text, sizeof text - 1);
	assert_int_equal(mr_in_memory(&in, text, sizeof text - 1, "text",
	    &err), MR_OK);
	assert_true(mr_in_digest(&in) == mr_digest_value(d));
	assert_int_equal(mr_in_begin_text(&in, &err), MR_OK);
	for (int i = 0; i < 3; i++) {
		assert_int_equal(mr_in_line(&in, &line, 9, i + 1, &more,
		    &err), MR_OK);
		assert_true(more);
		assert_true(mr_slice_is(mr_buf_slice(&line), want[i]));
	}
	assert_int_equal(mr_in_line(&in, &line, 9, 4, &more, &err), MR_OK);
	assert_false(more);
	mr_in_close(&in);
	mr_in_close(&in);
	assert_int_equal(mr_in_memory(&in, NULL, 0, "nothing", &err), MR_OK);
	assert_int_equal(mr_in_begin_text(&in, &err), MR_OK);
	assert_int_equal(mr_in_line(&in, &line, 9, 1, &more, &err), MR_OK);
	assert_false(more);
	mr_in_close(&in);
	mr_buf_free(&line);
	mr_digest_close(d);
}

/* A line of both faults: the one that comes first is told. */
static void
first_fault_of_a_line(void **state)
{
	struct mr_buf line = { 0 };
	struct mr_in in;
	bool more;

	(void)state;
	for (size_t at = 0; at < 10; at++) {
		char text[11] = "xxxxxxxxxx";
		struct mr_err err = { 0 };

		text[at] = '\0';
		assert_int_equal(mr_in_memory(&in, text, 10, "text", &err),
		    MR_OK);
		assert_int_equal(mr_in_line(&in, &line, 5, 1, &more, &err),
		    MR_EFORMAT);
		assert_string_equal(err.msg, at < 5 ?
		    "text:1: NUL byte, expected text" :
		    "text:1: line is longer than 5 bytes");
		mr_in_close(&in);
	}
	mr_buf_free(&line);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(named_file_is_whole_or_absent),
		cmocka_unit_test(link_stays_a_link),
		cmocka_unit_test(write_errors_stick),
		cmocka_unit_test(synced_is_complete_but_nameless),
		cmocka_unit_test(outputs_of_one_file_are_found),
		cmocka_unit_test(what_cannot_be_read),
		cmocka_unit_test(rows_are_estimated),
		cmocka_unit_test(pipes_bring_all),
		cmocka_unit_test(memory_is_read_in_place),
		cmocka_unit_test(first_fault_of_a_line),
	};

	return cmocka_run_group_tests(tests, make_dir, drop_dir);
}
