/* Tests of stream/csv: rows, raw text, errors, pieces of any
 * size, prefixes.
 * SPDX-License-Identifier: MIT */
#include <fcntl.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "stream/csv.h"
#include "stream/tsv.h"

/* All rows of an input as "[a|b]" text, and what stopped it. */
struct result {
	struct mr_buf text, raw;
	int rc, n_rows;
	int64_t last_line;
	struct mr_err err;
};

static void
add(struct mr_buf *b, const void *p, size_t n)
{
	assert_int_equal(mr_buf_add(b, p, n, &(struct mr_err){ 0 }), MR_OK);
}

static void
read_rows(struct mr_in *in, char delim, struct result *r)
{
	struct mr_csv c;
	bool more = true;

	r->rc = mr_in_begin_text(in, &r->err);
	if (r->rc == MR_OK)
		r->rc = mr_csv_open(&c, in, delim, 1, &r->err);
	if (r->rc)
		return;
	while (r->rc == MR_OK) {
		r->rc = mr_csv_next(&c, &more, &r->err);
		if (r->rc || !more)
			break;
		for (int i = 0; i < c.n; i++) {
			add(&r->text, i ? "|" : "[", 1);
			add(&r->text, c.field[i].p, c.field[i].n);
		}
		add(&r->text, "]", 1);
		add(&r->raw, c.raw.p, c.raw.n);
		add(&r->raw, ";", 1);
		r->last_line = c.line_no;
		r->n_rows++;
	}
	mr_csv_close(&c);
}

struct writer {
	int fd;
	const char *p;
	size_t n, step;
};

/* Hand out the bytes, until they are all read or nobody reads on. */
static void *
write_steps(void *arg)
{
	const struct writer *w = arg;

	for (size_t i = 0; i < w->n; i += w->step)
		if (write(w->fd, w->p + i, w->step < w->n - i ? w->step :
		    w->n - i) < 0)
			break;
	close(w->fd);
	return NULL;
}

/* Read n bytes of p, step at a time: through a pipe that keeps pieces apart.
 * By a thread, since a process of a sanitizer is dear to fork. */
static void
run(const char *p, size_t n, size_t step, char delim, struct result *r)
{
	struct writer w = { .p = p, .n = n, .step = step };
	struct mr_in in;
	int fd[2], saved;
	pthread_t thread;

	*r = (struct result){ 0 };
	if (step >= n) {
		assert_int_equal(mr_in_memory(&in, p, n, "<stdin>", &r->err),
		    MR_OK);
		read_rows(&in, delim, r);
		mr_in_close(&in);
		return;
	}
	saved = dup(0);
	assert_int_equal(pipe2(fd, O_DIRECT), 0);
	w.fd = fd[1];
	assert_int_equal(pthread_create(&thread, NULL, write_steps, &w), 0);
	dup2(fd[0], 0);
	close(fd[0]);
	assert_int_equal(mr_in_open(&in, NULL, &r->err), MR_OK);
	read_rows(&in, delim, r);
	mr_in_close(&in);
	dup2(saved, 0);
	close(saved);
	pthread_join(thread, NULL);
}

static void
done(struct result *r)
{
	mr_buf_free(&r->text);
	mr_buf_free(&r->raw);
}

static void
expect_text(const struct mr_buf *got, const char *want)
{
	assert_int_equal(got->n, strlen(want));
	assert_memory_equal(got->p, want, got->n);
}

static void
expect_rows(const char *csv, const char *rows, const char *raw, int64_t line)
{
	struct result r;

	for (size_t step = 1; step <= 4096; step *= 8) {
		run(csv, strlen(csv), step, ',', &r);
		assert_int_equal(r.rc, MR_OK);
		expect_text(&r.text, rows);
		expect_text(&r.raw, raw);
		assert_int_equal(r.last_line, line);
		done(&r);
	}
}

static void
expect_bad(const char *csv, size_t n, const char *msg)
{
	struct result r;

	for (size_t step = 1; step <= 4096; step *= 4096) {
		run(csv, n, step, ',', &r);
		assert_int_equal(r.rc, MR_EFORMAT);
		assert_string_equal(r.err.msg, msg);
		done(&r);
	}
}

static void
test_rows(void **state)
{
	(void)state;
	expect_rows("a,b\n1,\n", "[a|b][1|]", "a,b;1,;", 2);
	expect_rows("a,b\r\n1,2", "[a|b][1|2]", "a,b;1,2;", 2);
	expect_rows("a,b\r1,2\r\r3,4\r", "[a|b][1|2][][3|4]",
	    "a,b;1,2;;3,4;", 4);
	expect_rows("\n \n\"\"\n", "[][ ][]", "; ;\"\";", 3);
	expect_rows("a\r\n\r\nb\r\n", "[a][][b]", "a;;b;", 3);
	expect_rows("\"a\"\"b\",\"c,\r\nd\"\r\n\"e\nf\"\nx",
	    "[a\"b|c,\r\nd][e\nf][x]",
	    "\"a\"\"b\",\"c,\r\nd\";\"e\nf\";x;", 5);
	expect_rows("\xef\xbb\xbf\"id\",b\n", "[id|b]", "\"id\",b;", 1);
	expect_rows("", "", "", 0);
	expect_rows(",,\n\"\",\"\"", "[||][|]", ",,;\"\",\"\";", 2);
}

static void
test_delimiter(void **state)
{
	struct result r;

	(void)state;
	run("a;\"b;c\"\n", 8, 3, ';', &r);
	expect_text(&r.text, "[a|b;c]");
	done(&r);
	/* Whether char is signed (-fsigned-char) or not (-funsigned-char). */
	for (const char *bad = "\"\r\n\x80\xe9\xff"; ; bad++) {
		run("a", 1, 1, *bad, &r);
		assert_int_equal(r.rc, MR_EARG);
		done(&r);
		if (*bad == '\0')
			break;
	}
}

#define BAD(csv, msg) expect_bad(csv, sizeof csv - 1, "<stdin>:" msg)

static void
test_bad(void **state)
{
	(void)state;
	BAD("a,b\n\"x\ny\",\"open\nmore\n", "3: the quote that opens here "
	    "is never closed");
	BAD("a,b\n1,\"x\ny\"z\n", "2: text behind the quote that closes on "
	    "line 3, expected ',' or the end of the line (a quote inside is "
	    "doubled)");
	BAD("a,b\n1,x\"y\n", "2: quote inside a field, expected the whole "
	    "field in quotes and this one doubled");
	BAD("a,b\n1,\0\n", "2: NUL byte, expected text");
	BAD("a,b\n\"1\0\",2\n", "2: NUL byte, expected text");
	/* Of two faults the first, in one piece or in many. */
	BAD("a,b\n1,x\"y\0\n", "2: quote inside a field, expected the whole "
	    "field in quotes and this one doubled");
	BAD("a,b\n1,\0x\"y\n", "2: NUL byte, expected text");
	BAD("a,b\n\"1\"x\0\n", "2: text behind the quote that closes on line "
	    "2, expected ',' or the end of the line (a quote inside is "
	    "doubled)");
	BAD("a,b\n\"1\"\0x\n", "2: NUL byte, expected text");
	BAD("\xff\xfe" "a\0", "1: starts with a UTF-16 mark, expected UTF-8");
}

static void
test_limits(void **state)
{
	size_t n = MR_FIELD_MAX + 16;
	char *p = malloc(n);
	struct result r;

	(void)state;
	assert_non_null(p);
	/* The longest field there may be, bare and in quotes. */
	memset(p, 'x', n);
	memcpy(p + MR_FIELD_MAX, ",b\n", 3);
	run(p, MR_FIELD_MAX + 3, 65536, ',', &r);
	assert_int_equal(r.rc, MR_OK);
	assert_int_equal(r.text.n, MR_FIELD_MAX + 4);
	done(&r);
	memset(p, 'x', n);
	p[0] = '"';
	memcpy(p + 1 + MR_FIELD_MAX, "\",b\n", 4);
	run(p, MR_FIELD_MAX + 5, 65536, ',', &r);
	assert_int_equal(r.rc, MR_OK);
	assert_int_equal(r.text.n, MR_FIELD_MAX + 4);
	done(&r);
	/* One byte more. */
	memset(p, 'x', n);
	p[0] = '\n';
	run(p, MR_FIELD_MAX + 2, 65536, ',', &r);
	assert_int_equal(r.rc, MR_EFORMAT);
	assert_string_equal(r.err.msg, "<stdin>:2: the field that begins "
	    "here has more than 1048576 bytes; is a quote not closed?");
	done(&r);
	p[1] = '"';
	memset(p + 5, '\n', n - 5);
	run(p, n, 65536, ',', &r);
	assert_int_equal(r.rc, MR_EFORMAT);
	assert_string_equal(r.err.msg, "<stdin>:2: the field that begins "
	    "here has more than 1048576 bytes; is a quote not closed?");
	done(&r);
	memset(p, ',', n);
	run(p, n, 65536, ',', &r);
	assert_int_equal(r.rc, MR_EFORMAT);
	assert_string_equal(r.err.msg, "<stdin>:1: more than 4096 fields");
	done(&r);
	free(p);
}

/* Every prefix of a file gives rows of the whole, and maybe a last one cut
 * short; and an error only for an open quote. */
static void
test_prefixes(void **state)
{
	struct mr_buf all = { 0 };
	struct result whole, part;

	(void)state;
	for (int i = 0; all.n < 4096; i++) {
		char line[128];
		int n = snprintf(line, sizeof line, i % 3 ?
		    "%d,title %d,%d\r\n" : "%d,\"The \"\"%d\"\",\n%d\"\n", i,
		    i * 7, i * 31);

		add(&all, line, (size_t)n);
	}
	run(all.p, all.n, all.n, ',', &whole);
	assert_int_equal(whole.rc, MR_OK);
	for (size_t n = 0; n <= all.n; n++) {
		size_t sure;

		run(all.p, n, n ? n : 1, ',', &part);
		assert_true(part.rc == MR_OK || part.rc == MR_EFORMAT);
		/* All but the last row stand in the whole. */
		sure = part.text.n;
		while (sure && part.text.p[sure - 1] != '[')
			sure--;
		sure -= sure > 0;
		assert_true(sure <= whole.text.n);
		assert_memory_equal(part.text.p, whole.text.p, sure);
		if (part.rc)
			assert_non_null(strstr(part.err.msg,
			    "never closed"));
		done(&part);
	}
	done(&whole);
	mr_buf_free(&all);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_delimiter),
		cmocka_unit_test(test_bad),
		cmocka_unit_test(test_limits),
		cmocka_unit_test(test_prefixes),
	};

	signal(SIGPIPE, SIG_IGN);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
