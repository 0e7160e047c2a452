/* The TSV reader and writer: every row as it was, every fault with its line.
 * SPDX-License-Identifier: MIT */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/rng.h"
#include "stream/tsv.h"

/* Rows read, each as "a|b|c;", until the end or an error. */
static int
rows_of(const char *path, const char *names, struct mr_buf *all,
    struct mr_err *err)
{
	struct mr_tsv t;
	int rc = mr_tsv_open(&t, path, names, err);
	bool more = rc == MR_OK;

	all->n = 0;
	while (rc == MR_OK && more) {
		rc = mr_tsv_next(&t, &more, err);
		for (int i = 0; rc == MR_OK && more && i < t.n_cols; i++) {
			assert_int_equal(mr_buf_add(all, t.field[i].p,
			    t.field[i].n, err), MR_OK);
			assert_int_equal(mr_buf_add(all, i == t.n_cols - 1 ?
			    ";" : "|", 1, err), MR_OK);
		}
	}
	mr_tsv_close(&t);
	return rc;
}

static int
rows_of_bytes(const void *p, size_t n, const char *names, struct mr_buf *all,
    struct mr_err *err)
{
	char path[64];
	int fd = memfd_create("tsv", 0), rc;

	memset(err, 0, sizeof *err);
	assert_int_equal(write(fd, p, n), (ssize_t)n);
	snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
	rc = rows_of(path, names, all, err);
	close(fd);
	return rc;
}

static void
expect(const char *text, const char *names, const char *rows)
{
	struct mr_buf all = { 0 };
	struct mr_err err;
	int rc = rows_of_bytes(text, strlen(text), names, &all, &err);

	if (rc || !mr_slice_is(mr_buf_slice(&all), rows))
		fail_msg("'%s': status %d '%s', rows '%.*s', expected '%s'",
		    text, rc, err.msg, (int)all.n, all.p ? all.p : "", rows);
	mr_buf_free(&all);
}

/* Refused with a message that ends so, behind the file's name. */
static void
refuse(const void *p, size_t n, const char *names, const char *what)
{
	struct mr_buf all = { 0 };
	struct mr_err err;
	int rc = rows_of_bytes(p, n, names, &all, &err);

	if (rc != MR_EFORMAT || !strstr(err.msg, what))
		fail_msg("status %d '%s', expected '%s'", rc, err.msg, what);
	mr_buf_free(&all);
}

static void
rows_as_they_are(void **state)
{
	(void)state;
	expect("", NULL, "");
	expect("a\tb\n", NULL, "");
	expect("a\tb", NULL, "");
	expect("a\tb\n1\t2\n3\t\n\t\n", NULL, "1|2;3|;|;");
	expect("a\tb\n1\t2", NULL, "1|2;");
	expect("a\tb\r\n1\t2\r\n", NULL, "1|2;");
	expect("a\tb\n1\t2\r", NULL, "1|2;");
	expect("\xef\xbb\xbf" "a\tb\n1\t2\n", NULL, "1|2;");
	expect("a\tb\n\n1\t2\n\n\r\n3\t4\n\n", NULL, "1|2;3|4;");
	expect("a\n\n1\n", NULL, ";1;");
	expect("a\tb\n\\t\\n\t\\r\\\\x\n", NULL, "\t\n|\r\\x;");
	expect("a\tb\n\"q\t q \n", NULL, "\"q| q ;");
	expect("1\t2\n3\n", "a,b", "1|2;3|;");
	expect("", "a,b", "");
	expect("\xc3\xa9\t\xf0\x9f\x8e\xac\n\xe2\x82\xac\tx\n", NULL,
	    "\xe2\x82\xac|x;");
}

static void
faults_name_their_line(void **state)
{
	const struct { const char *text, *names, *what; } t[] = {
		{ "a\tb\n1\n", NULL, ":2: 1 fields, expected 2" },
		{ "a\tb\n1\t2\n1\t2\t3\n", NULL, ":3: 3 fields, expected 2" },
		{ "1\t2\t3\n", "a,b", ":1: 3 fields, expected 2" },
		{ "a\ta\n", NULL, ":1: column 'a' stands twice" },
		{ "\xef\xbb\xbf\xef\xbb\xbf" "a\n", NULL,
		    ":1: a second byte order mark" },
		{ "a\t\tb\n", NULL, ":1: column 2 has no name" },
		{ "\n1\n", NULL, ":1: column 1 has no name" },
		{ "a\tb\n1\t\\x\n", NULL, ":2: field 2 has a backslash" },
		{ "a\tb\n1\t\\\n", NULL, ":2: field 2 has a backslash" },
		{ "a\\q\n", NULL, ":1: field 1 has a backslash" },
		{ "a\tb\n\n1\t\xff\n", NULL, ":3: byte 3 is not UTF-8" },
		{ "a\tb\r1\t2\r3\t4\r", NULL, ":1: a carriage return inside, "
		    "expected LF line ends" },
		{ "a\tb\n1\r2\t3\n", NULL, ":2: a carriage return inside" },
		{ "a\tb\n1\t2\r\r\n", NULL, ":2: a carriage return inside" },
		{ "1\t2\r3\t4", "a,b", ":1: a carriage return inside" },
		{ "a\xff\n", NULL, ":1: byte 2 is not UTF-8" },
		{ "\xff\xfe" "a\n", NULL, ":1: starts with a UTF-16 mark" },
		{ "\xfe\xff" "a\n", NULL, ":1: starts with a UTF-16 mark" },
		{ "\x89MRM\r\n\x1a\n", NULL, ": is a matrix stream" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof t / sizeof *t; i++)
		refuse(t[i].text, strlen(t[i].text), t[i].names, t[i].what);
	refuse("a\tb\n1\t2\0\n", 9, NULL, ":2: NUL byte");
	refuse("a\0\n", 3, NULL, ":1: NUL byte");
}

static void
sizes_have_limits(void **state)
{
	struct mr_buf b = { 0 };
	struct mr_err err = { 0 };
	char *big = malloc(MR_LINE_MAX + 8);
	size_t n = 4;

	(void)state;
	assert_non_null(big);
	memcpy(big, "a\tb\n", 4);
	memset(big + n, 'x', MR_LINE_MAX + 4);
	big[n + MR_FIELD_MAX] = '\t';
	big[n + MR_FIELD_MAX + 1] = '\n';
	assert_int_equal(rows_of_bytes(big, n + MR_FIELD_MAX + 2, NULL, &b,
	    &err), MR_OK);
	assert_int_equal(b.n, MR_FIELD_MAX + 2);
	big[n + MR_FIELD_MAX] = 'x';
	big[n + MR_FIELD_MAX + 1] = '\t';
	refuse(big, n + MR_FIELD_MAX + 2, NULL, ":2: field 1 has 1048577");
	big[n + MR_FIELD_MAX + 1] = 'x';
	refuse(big, n + MR_LINE_MAX + 4, NULL, ":2: line is longer than");
	/* Columns: as many as may be, and one more. */
	for (int i = 0; i < MR_COLS_MAX + 1; i++) {
		if (i == MR_COLS_MAX)
			assert_int_equal(rows_of_bytes(big, n - 1, NULL, &b,
			    &err), MR_OK);
		n = i ? n : 0;
		n += (size_t)sprintf(big + n, "c%d\t", i);
	}
	refuse(big, n - 1, NULL, ":1: 4097 columns, expected at most 4096");
	free(big);
	mr_buf_free(&b);
}

static void
columns_are_found_by_name(void **state)
{
	struct mr_tsv t;
	struct mr_err err = { 0 };
	char path[64];
	int fd = memfd_create("tsv", 0), col;

	(void)state;
	assert_int_equal(write(fd, "item\ttitle\n", 11), 11);
	snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
	assert_int_equal(mr_tsv_open(&t, path, NULL, &err), MR_OK);
	t.in.name = "f";
	assert_int_equal(mr_tsv_find(&t, "title"), 1);
	assert_int_equal(mr_tsv_find(&t, "Title"), -1);
	assert_int_equal(mr_tsv_need(&t, "item", &col, &err), MR_OK);
	assert_int_equal(col, 0);
	assert_int_equal(mr_tsv_need(&t, "user", &col, &err), MR_EFORMAT);
	assert_string_equal(err.msg,
	    "f:1: no column 'user', found item title");
	mr_tsv_close(&t);
	close(fd);
}

/* What the header looks like where a column is not there. */
static void
missing_columns(void **state)
{
	static const char *const head[][2] = {
		{ "user,item\n", "user,item (CSV? expected tabs; "
		    "mr-ingest makes TSV of films, ratings and tables)" },
		{ "user;item\n",
		    "user;item (parted by ';'? expected tabs; "
		    "mr-ingest makes TSV of films, ratings and tables)" },
		{ "user item rating\n", "'user item rating' (one column; "
		    "blanks in place of tabs?)" },
		{ "the user\titem\n", "'the user' item" },
		{ "User\titem\n", "User item (upper and lower case differ)" },
		{ "ann\tjaws\t4.5\n", "ann jaws 4.5 (no header line?)" },
		{ "who\twhat\n", "who what" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof head / sizeof *head; i++) {
		struct mr_tsv t;
		struct mr_in in;
		struct mr_err err = { 0 };
		char want[200];
		int col;

		assert_int_equal(mr_in_memory(&in, head[i][0],
		    strlen(head[i][0]), "f", &err), MR_OK);
		assert_int_equal(mr_tsv_begin(&t, &in, NULL, &err), MR_OK);
		assert_int_equal(mr_tsv_need(&t, "user", &col, &err),
		    MR_EFORMAT);
		snprintf(want, sizeof want, "f:1: no column 'user', found %s",
		    head[i][1]);
		assert_string_equal(err.msg, want);
		mr_tsv_close(&t);
	}
}

/* A first row that is the header line which was said not to be there. */
static void
header_for_a_row(void **state)
{
	static const struct { const char *text, *names; bool told; } try[] = {
		{ "user\titem\n", "user,item", true },
		{ "User_ID\tx\n", "user,item", true },
		{ "movieId\ttitle\n", "item,title", true },
		{ "users\titem\n", "user,item", false },
		{ "id\titem\n", "user,item", false },
		{ "ann\tuser\n", "user,item", false },
		{ "ann\tx\nuser\titem\n", "user,item", false },
		{ "user\titem\nuser\tx\n", NULL, false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof try / sizeof *try; i++) {
		struct mr_report report = { 0 };
		struct mr_tsv t;
		struct mr_in in;
		struct mr_err err = { 0 };
		bool more = true;

		assert_int_equal(mr_in_memory(&in, try[i].text,
		    strlen(try[i].text), "f", &err), MR_OK);
		assert_int_equal(mr_tsv_begin(&t, &in, try[i].names, &err),
		    MR_OK);
		t.report = &report;
		while (mr_tsv_next(&t, &more, &err) == MR_OK && more)
			;
		if ((report.warnings.n > 0) != try[i].told)
			fail_msg("'%s'", try[i].text);
		mr_tsv_close(&t);
		mr_report_free(&report);
	}
}

/* The bytes of rows, whatever unescaping does to them. */
static void
raw_rows_are_kept(void **state)
{
	const char *const row[] = { "1\tx", "\\\\\ta\\tb", "\\n\t\\r\\n", "2\t",
	    "3\t\\\\" };
	struct mr_buf text = { 0 };
	struct mr_tsv t;
	struct mr_err err = { 0 };
	char path[64];
	int fd = memfd_create("tsv", 0);
	bool more;

	(void)state;
	assert_int_equal(mr_buf_add(&text, "a\tb\r\n", 5, &err), MR_OK);
	for (size_t i = 0; i < 5; i++)
		assert_int_equal(mr_buf_addf(&text, &err, "%s%s\n", row[i],
		    i % 2 ? "\r" : ""), MR_OK);
	assert_int_equal(write(fd, text.p, text.n), (ssize_t)text.n);
	snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
	assert_int_equal(mr_tsv_open(&t, path, NULL, &err), MR_OK);
	t.keep_raw = true;
	for (size_t i = 0; i < 5; i++) {
		assert_int_equal(mr_tsv_next(&t, &more, &err), MR_OK);
		assert_true(more);
		assert_true(mr_slice_is(mr_tsv_raw(&t), row[i]));
	}
	assert_true(mr_slice_is(t.field[1], "\\"));
	mr_tsv_close(&t);
	mr_buf_free(&text);
	close(fd);
}

/* What mr_tsv_put writes, the reader reads: any bytes of valid text. */
static void
fields_make_the_round_trip(void **state)
{
	const char alphabet[] = "\t\n\r\\tnr ab\"";
	char path[64], field[64][24];
	size_t len[64];
	int fd = memfd_create("tsv", 0);
	struct mr_out out;
	struct mr_tsv t;
	struct mr_err err = { 0 };
	bool more;

	(void)state;
	snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
	assert_int_equal(mr_out_open(&out, "/dev/null", &err), MR_OK);
	assert_true(dup2(fd, out.fd) >= 0);
	mr_out_text(&out, "a\tb\n");
	for (uint64_t i = 0; i < 64; i++) {
		len[i] = (size_t)(mr_rng_u64(5, 1, i) % sizeof field[i]);
		for (uint64_t k = 0; k < len[i]; k++)
			field[i][k] = alphabet[mr_rng_u64(5, 2, i * 64 + k) %
			    (sizeof alphabet - 1)];
		mr_tsv_put(&out, (struct mr_slice){ field[i], len[i] });
		mr_out_byte(&out, i % 2 ? '\n' : '\t');
	}
	assert_int_equal(mr_out_close(&out, &err), MR_OK);
	assert_int_equal(mr_tsv_open(&t, path, NULL, &err), MR_OK);
	for (int i = 0; i < 64; i++) {
		if (i % 2 == 0)
			assert_int_equal(mr_tsv_next(&t, &more, &err), MR_OK);
		assert_true(more);
		assert_true(mr_slice_eq(t.field[i % 2],
		    (struct mr_slice){ field[i], len[i] }));
	}
	mr_tsv_close(&t);
	close(fd);
}

/* Every prefix is read or refused, and what is read is a prefix but for the
 * line cut through. */
static void
every_prefix(void **state)
{
	const char text[] = "\xef\xbb\xbfid\tname\r\n1\ta\\tb\r\n\r\n"
	    "2\t\xc3\xa9\n3\tx\n";
	struct mr_buf whole = { 0 }, part = { 0 };
	struct mr_err err;
	size_t read = 0;

	(void)state;
	assert_int_equal(rows_of_bytes(text, sizeof text - 1, NULL, &whole,
	    &err), MR_OK);
	for (size_t n = 0; n < sizeof text; n++) {
		int rc = rows_of_bytes(text, n, NULL, &part, &err);
		size_t same = part.n;

		assert_true(rc == MR_OK || rc == MR_EFORMAT);
		read += rc == MR_OK;
		/* The last row may be short of its end. */
		while (same && (part.p[same - 1] == ';'))
			same--;
		assert_true(same <= whole.n);
		if (same)
			assert_memory_equal(part.p, whole.p, same);
	}
	assert_true(read > sizeof text / 2);
	mr_buf_free(&whole);
	mr_buf_free(&part);
}

static void
pipe_of_single_bytes(void **state)
{
	const char text[] = "\xef\xbb\xbf" "a\tb\r\n1\t2\r\n\n"
	    "\\n\t\xe2\x82\xac";
	struct mr_buf all = { 0 };
	struct mr_err err = { 0 };
	int fd[2], status;
	char path[64];
	pid_t child;

	(void)state;
	assert_int_equal(pipe(fd), 0);
	child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		for (size_t i = 0; i < sizeof text - 1; i++) {
			if (write(fd[1], text + i, 1) != 1)
				_exit(1);
			usleep(200);
		}
		_exit(0);
	}
	close(fd[1]);
	snprintf(path, sizeof path, "/proc/self/fd/%d", fd[0]);
	assert_int_equal(rows_of(path, NULL, &all, &err), MR_OK);
	assert_true(mr_slice_is(mr_buf_slice(&all),
	    "1|2;\n|\xe2\x82\xac;"));
	close(fd[0]);
	waitpid(child, &status, 0);
	mr_buf_free(&all);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rows_as_they_are),
		cmocka_unit_test(faults_name_their_line),
		cmocka_unit_test(sizes_have_limits),
		cmocka_unit_test(columns_are_found_by_name),
		cmocka_unit_test(missing_columns),
		cmocka_unit_test(header_for_a_row),
		cmocka_unit_test(raw_rows_are_kept),
		cmocka_unit_test(fields_make_the_round_trip),
		cmocka_unit_test(every_prefix),
		cmocka_unit_test(pipe_of_single_bytes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
