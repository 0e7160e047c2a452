/* Escaping, masking, and what a message quotes.
 * SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "core/escape.h"

static void
escapes_there_and_back(void **state)
{
	char all[256];
	struct mr_buf b = { 0 };
	struct mr_err err = { 0 };
	size_t n;

	(void)state;
	for (int i = 0; i < 256; i++)
		all[i] = (char)i;
	assert_int_equal(mr_escape_add(&b, (struct mr_slice){ all, 256 },
	    &err), MR_OK);
	assert_int_equal(b.n, 256 + 4);
	assert_null(memchr(b.p, '\t', b.n));
	assert_null(memchr(b.p, '\n', b.n));
	assert_null(memchr(b.p, '\r', b.n));
	n = b.n;
	assert_true(mr_unescape(b.p, &n));
	assert_int_equal(n, 256);
	assert_memory_equal(b.p, all, 256);
	mr_buf_free(&b);
}

static void
bad_escapes(void **state)
{
	char *bad[] = { (char[]){ "a\\" }, (char[]){ "\\x" },
	    (char[]){ "\\\\\\" } };

	(void)state;
	for (int i = 0; i < 3; i++) {
		size_t n = strlen(bad[i]);

		assert_false(mr_unescape(bad[i], &n));
	}
}

static void
masks(void **state)
{
	char s[] = "a\x1b[2J\x7f\xc2\x9b" "1m \xc2\xa0\xc3\xa9 \xc2";
	char lone[] = "\xc2\x20";

	(void)state;
	mr_mask_text(s);
	assert_string_equal(s, "a?[2J??1m \xc2\xa0\xc3\xa9 \xc2");
	mr_mask_text(lone);
	assert_string_equal(lone, "\xc2\x20");
}

/* Quoted: 40 bytes, less where the 41st goes on with a character. */
static void
quotes(void **state)
{
	char text[64];
	struct mr_slice s = { text, 0 };

	(void)state;
	memset(text, 'x', sizeof text);
	for (s.n = 0; s.n < sizeof text; s.n++)
		assert_int_equal(mr_slice_shown(s), s.n < 40 ? s.n : 40);
	memcpy(text + 38, "\xf0\x9f\x8e\xac", 4);	/* 38 .. 41 */
	assert_int_equal(mr_slice_shown(s), 38);
	memcpy(text + 36, "\xf0\x9f\x8e\xac", 4);	/* 36 .. 39 */
	text[40] = 'x';
	assert_int_equal(mr_slice_shown(s), 40);
	s.n = 40;
	assert_int_equal(mr_slice_shown(s), 40);
}

/* Each way against its table, byte by byte. */
static void
web(void **state)
{
	static const struct {
		int (*add)(struct mr_buf *, struct mr_slice, struct mr_err *);
		const char *in, *out;
	} cases[] = {
		{ mr_escape_html, "a&b<c>\"d\"'e'\t\n\r\x01\x7f\xc3\xa9",
		    "a&amp;b&lt;c&gt;&quot;d&quot;&#39;e&#39;\t\n&#13;"
		    "\xef\xbf\xbd\xef\xbf\xbd\xc3\xa9" },
		{ mr_escape_html, "", "" },
		{ mr_escape_json, "a\"b\\c\n\r\t\x01\x7f</x>\xc3\xa9",
		    "\"a\\\"b\\\\c\\n\\r\\t\\u0001\\u007f\\u003c/x"
		    "\\u003e\xc3\xa9\"" },
		{ mr_escape_json, "", "\"\"" },
		{ mr_escape_url, "aZ0-._~ /?&=+%\xc3\xa9",
		    "aZ0-._~%20%2F%3F%26%3D%2B%25%C3%A9" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct mr_buf b = { 0 };
		struct mr_err err = { 0 };

		assert_int_equal(cases[i].add(&b, mr_slice_of(cases[i].in),
		    &err), MR_OK);
		assert_int_equal(b.n, strlen(cases[i].out));
		if (b.n)
			assert_memory_equal(b.p, cases[i].out, b.n);
		mr_buf_free(&b);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(escapes_there_and_back),
		cmocka_unit_test(bad_escapes),
		cmocka_unit_test(masks),
		cmocka_unit_test(quotes),
		cmocka_unit_test(web),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
