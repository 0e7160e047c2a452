/* Tests of text/utf8_clean: repair, Latin-1, NFC, folding.
 * SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "stream/io.h"
#include "text/utf8_clean.h"

static struct mr_err err;

static void
expect(struct mr_slice got, const char *want, size_t n)
{
	assert_int_equal(got.n, n);
	assert_memory_equal(got.p, want, n);
}

#define EXPECT(buf, want) expect(mr_buf_slice(buf), want, sizeof want - 1)
#define SLICE(s) ((struct mr_slice){ s, sizeof s - 1 })

static void
test_repair(void **state)
{
	struct mr_buf out = { 0 };
	int64_t bad = 0;

	(void)state;
	assert_int_equal(mr_utf8_repair(SLICE("a\xf0\x90\x80" "b\xc3\xa9\xff"),
	    &out, &bad, &err), MR_OK);
	EXPECT(&out, "a\xef\xbf\xbd" "b\xc3\xa9\xef\xbf\xbd");
	assert_int_equal(bad, 2);
	/* A surrogate is three bad bytes, not one bad character. */
	out.n = 0;
	assert_int_equal(mr_utf8_repair(SLICE("\xed\xa0\x80"), &out, &bad,
	    &err), MR_OK);
	EXPECT(&out, "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd");
	assert_int_equal(bad, 5);
	mr_buf_free(&out);
}

static void
test_latin1(void **state)
{
	struct mr_buf out = { 0 };
	char all[256];

	(void)state;
	for (int i = 0; i < 256; i++)
		all[i] = (char)i;
	assert_int_equal(mr_utf8_from_windows1252((struct mr_slice){ all, 256 },
	    &out, &err), MR_OK);
	/* Of 80 to 9f 15 have two bytes and 17 three. */
	assert_int_equal(out.n, 128 + 2 * 15 + 3 * 17 + 2 * 96);
	assert_int_equal(mr_utf8_bad(mr_buf_slice(&out)), out.n);
	assert_memory_equal(out.p + 128, "\xe2\x82\xac\xc2\x81\xe2\x80\x9a", 8);
	assert_memory_equal(out.p + out.n - 2 * 96 - 6,
	    "\xc2\x9d\xc5\xbe\xc5\xb8", 6);
	assert_memory_equal(out.p + out.n - 2 * (0x100 - 0xe9), "\xc3\xa9", 2);
	mr_buf_free(&out);
}

static void
test_nfc(void **state)
{
	struct mr_buf out = { 0 };

	(void)state;
	/* e + acute; Hangul; cedilla and dot below in the wrong order. */
	assert_int_equal(mr_utf8_nfc(SLICE("Ame\xcc\x81lie"), &out, &err),
	    MR_OK);
	EXPECT(&out, "Am\xc3\xa9lie");
	out.n = 0;
	assert_int_equal(mr_utf8_nfc(SLICE("\xe1\x84\x80\xe1\x85\xa1"), &out,
	    &err), MR_OK);
	EXPECT(&out, "\xea\xb0\x80");
	out.n = 0;
	assert_int_equal(mr_utf8_nfc(SLICE("q\xcc\x87\xcc\xa3"), &out, &err),
	    MR_OK);
	EXPECT(&out, "q\xcc\xa3\xcc\x87");
	assert_true(mr_utf8_is_nfc(SLICE("Am\xc3\xa9lie")));
	assert_false(mr_utf8_is_nfc(SLICE("Ame\xcc\x81lie")));
	mr_buf_free(&out);
}

static void
test_fold(void **state)
{
	struct mr_buf a = { 0 }, b = { 0 };

	(void)state;
	assert_int_equal(mr_utf8_fold(SLICE("STRASSE \xc3\x89"), &a, &err),
	    MR_OK);
	assert_int_equal(mr_utf8_fold(SLICE("stra\xc3\x9f" "e e\xcc\x81"),
	    &b, &err), MR_OK);
	assert_true(mr_slice_eq(mr_buf_slice(&a), mr_buf_slice(&b)));
	mr_buf_free(&a);
	mr_buf_free(&b);
}

/* 400,000 marks in the worst order: the time must not be quadratic. */
static void
test_many_marks(void **state)
{
	struct mr_buf in = { 0 }, out = { 0 };
	clock_t start = clock();

	(void)state;
	assert_int_equal(mr_buf_add(&in, "q", 1, &err), MR_OK);
	for (int i = 0; i < 200000; i++)
		assert_int_equal(mr_buf_add(&in, "\xcc\x87\xcc\xa3", 4, &err),
		    MR_OK);
	assert_int_equal(mr_utf8_nfc(mr_buf_slice(&in), &out, &err), MR_OK);
	assert_int_equal(out.n, in.n);
	assert_memory_equal(out.p + 399999, "\xcc\xa3\xcc\x87", 4);
	assert_true(clock() - start < 10 * CLOCKS_PER_SEC);
	mr_buf_free(&in);
	mr_buf_free(&out);
}

static int
open_shared(struct mr_in *in, const char *name)
{
	const char *dir = getenv("MR_SHARED");
	char path[1024];

	snprintf(path, sizeof path, "%s/suites/%s", dir ? dir : "../shared",
	    name);
	return mr_in_open(in, path, &(struct mr_err){ 0 });
}

static bool
raw_line(struct mr_in *in, struct mr_buf *line)
{
	bool any = false;

	line->n = 0;
	for (;;) {
		char c;
		size_t got;

		assert_int_equal(mr_in_read(in, &c, 1, &got, &err), MR_OK);
		if (got == 0 || c == '\n')
			return any || got;
		any = true;
		assert_int_equal(mr_buf_add(line, &c, 1, &err), MR_OK);
	}
}

/* utf8tests: "number:valid|invalid:bytes" and the repaired bytes. */
static void
test_suite(void **state)
{
	struct mr_buf line = { 0 }, want = { 0 }, out = { 0 };
	struct mr_in in, ref;
	int n = 0, n_valid = 0;

	(void)state;
	if (open_shared(&in, "utf8tests/utf8tests.bin") != MR_OK) {
		print_message("skipped: suite utf8tests is not here\n");
		skip();
	}
	assert_int_equal(open_shared(&ref,
	    "utf8tests/artifacts/utf8.replace.ref.txt"), MR_OK);
	while (raw_line(&in, &line)) {
		struct mr_slice rest = mr_buf_slice(&line), kind;
		int64_t bad = 0;

		assert_true(raw_line(&ref, &want));
		if (line.n == 0 || line.p[0] == '#')
			continue;
		mr_slice_cut(&rest, ':');
		kind = mr_slice_cut(&rest, ':');
		assert_non_null(rest.p);
		assert_int_equal(mr_utf8_bad(rest) == rest.n,
		    mr_slice_is(kind, "valid"));
		out.n = 0;
		assert_int_equal(mr_utf8_repair(mr_buf_slice(&line), &out,
		    &bad, &err), MR_OK);
		expect(mr_buf_slice(&out), want.p, want.n);
		assert_int_equal(bad > 0, mr_slice_is(kind, "invalid"));
		n_valid += mr_slice_is(kind, "valid");
		n++;
	}
	print_message("utf8tests: %d of %d cases, %d valid\n", n, n, n_valid);
	assert_true(n >= 222);
	mr_in_close(&in);
	mr_in_close(&ref);
	mr_buf_free(&line);
	mr_buf_free(&want);
	mr_buf_free(&out);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_repair),
		cmocka_unit_test(test_latin1),
		cmocka_unit_test(test_nfc),
		cmocka_unit_test(test_fold),
		cmocka_unit_test(test_many_marks),
		cmocka_unit_test(test_suite),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
