/* Tests of stream/encoding: UTF-16 by its definition, every character; pieces
 * of any size; what is not of the encoding; names.
 * SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "stream/encoding.h"
#include "stream/io.h"

static struct mr_err err;

/* The UTF-8 of text, given in pieces of step bytes. */
static struct mr_buf
decode(const char *name, struct mr_slice text, size_t step, size_t room,
    int64_t *n_bad)
{
	struct mr_slice from = { text.p, 0 };
	struct mr_buf out = { 0 };
	struct mr_decoder *d;
	char to[64];

	assert_int_equal(mr_decoder_open(&d, name, &err), MR_OK);
	for (;;) {
		size_t left = (size_t)(text.p + text.n - from.p), was = from.n,
		    got = mr_decoder_step(d, &from, was == left, to, room);

		assert_true(got <= room);
		assert_int_equal(mr_buf_add(&out, to, got, &err), MR_OK);
		if (was == left && got == 0 && from.n == was)
			break;
		if (got == 0 && from.n == was) {
			from.n += left - was < step ? left - was : step;
		}
	}
	assert_int_equal(from.n, 0);
	*n_bad = mr_decoder_bad(d);
	mr_decoder_close(d);
	return out;
}

/* text in that encoding is want, however it comes. */
static void
is(const char *name, const char *text, size_t n, const char *want,
    int64_t n_bad)
{
	for (size_t step = 1; step < 9; step++) {
		int64_t bad;
		struct mr_buf got = decode(name, (struct mr_slice){ text, n },
		    step, step & 1 ? 16 : 64, &bad);

		assert_true(mr_slice_is(mr_buf_slice(&got), want));
		assert_int_equal(bad, n_bad);
		mr_buf_free(&got);
	}
}
#define IS(name, text, want, n_bad) \
	is(name, text, sizeof text - 1, want, n_bad)

static void
utf16(void **state)
{
	(void)state;
	IS("UTF-16", "\xff\xfe" "a\0\xe9\0\x3d\xd8\x00\xde", "a\xc3\xa9"
	    "\xf0\x9f\x98\x80", 0);
	IS("utf-16", "\xfe\xff\0a\x20\xac", "a\xe2\x82\xac", 0);
	IS("UTF-16", "a\0", "a", 0);
	IS("UTF-16LE", "\xff\xfe" "a\0", "a", 0);
	IS("UTF-16BE", "\0a\0\n", "a\n", 0);
	IS("UTF-16", "", "", 0);
	/* Halves of pairs, and of a unit. */
	IS("UTF-16LE", "\x3d\xd8" "a\0", "\xef\xbf\xbd" "a", 1);
	IS("UTF-16LE", "\x00\xde" "a\0", "\xef\xbf\xbd" "a", 1);
	IS("UTF-16LE", "a\0\x3d\xd8", "a\xef\xbf\xbd", 1);
	IS("UTF-16LE", "a\0b", "a\xef\xbf\xbd", 1);
	IS("UTF-16LE", "\x3d\xd8\x3d\xd8\x00\xde", "\xef\xbf\xbd"
	    "\xf0\x9f\x98\x80", 1);
}

static void
every_character(void **state)
{
	(void)state;
	for (uint32_t c = 1; c <= 0x10ffff; c += c < 0x3000 ? 1 : 101) {
		char text[4];
		size_t n = 2;
		struct mr_buf got;
		int64_t bad;

		if (c >= 0xd800 && c < 0xe000)
			continue;
		if (c >= 0x10000) {
			uint32_t high = 0xd800 + ((c - 0x10000) >> 10),
			    low = 0xdc00 + ((c - 0x10000) & 0x3ff);

			memcpy(text, (char[]){ (char)(high >> 8), (char)high,
			    (char)(low >> 8), (char)low }, 4);
			n = 4;
		} else {
			text[0] = (char)(c >> 8);
			text[1] = (char)c;
		}
		if (c == 0xfeff)
			continue;
		got = decode("UTF-16BE", (struct mr_slice){ text, n }, 4, 64,
		    &bad);
		assert_int_equal(bad, 0);
		assert_int_equal(mr_utf8_bad(mr_buf_slice(&got)), got.n);
		assert_int_equal(got.n, c < 0x80 ? 1 : c < 0x800 ? 2 :
		    c < 0x10000 ? 3 : 4);
		assert_true((unsigned char)got.p[got.n - 1] ==
		    (c < 0x80 ? c : (0x80 | (c & 0x3f))));
		mr_buf_free(&got);
	}
}

static void
others(void **state)
{
	struct mr_decoder *d;

	(void)state;
	IS("KOI8-R", "\xed\xc9\xd2 a", "\xd0\x9c\xd0\xb8\xd1\x80 a", 0);
	IS("Shift_JIS", "\x93\xfa\x96{,1", "\xe6\x97\xa5\xe6\x9c\xac,1", 0);
	IS("UTF-32", "\xff\xfe\0\0a\0\0\0", "a", 0);
	/* No character, and one that is cut off. */
	IS("SHIFT_JIS", "a\xfd" "b", "a\xef\xbf\xbd" "b", 1);
	IS("SHIFT_JIS", "a\x93", "a\xef\xbf\xbd", 1);
	assert_int_equal(mr_decoder_open(&d, "no-such", &err), MR_EARG);
	assert_null(d);
	assert_int_equal(mr_decoder_open(&d, "", &err), MR_EARG);
	assert_int_equal(mr_decoder_open(&d, "ASCII//IGNORE", &err), MR_EARG);
	mr_decoder_close(NULL);
}

static void
inputs_are_decoded(void **state)
{
	static const char text[] = "\xff\xfe" "a\0\r\0\n\0\xe9\0";
	struct mr_in in;
	struct mr_buf line = { 0 };
	bool more;

	(void)state;
	assert_int_equal(mr_in_memory(&in, text, sizeof text - 1, "m", &err),
	    MR_OK);
	assert_int_equal(mr_in_decode(&in, "UTF-16", &err), MR_OK);
	assert_int_equal(mr_in_line(&in, &line, 9, 1, &more, &err), MR_OK);
	assert_true(mr_slice_is(mr_buf_slice(&line), "a"));
	assert_int_equal(mr_in_line(&in, &line, 9, 2, &more, &err), MR_OK);
	assert_true(mr_slice_is(mr_buf_slice(&line), "\xc3\xa9"));
	assert_int_equal(mr_in_line(&in, &line, 9, 3, &more, &err), MR_OK);
	assert_false(more);
	mr_in_close(&in);
	mr_buf_free(&line);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(utf16),
		cmocka_unit_test(every_character),
		cmocka_unit_test(others),
		cmocka_unit_test(inputs_are_decoded)
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
