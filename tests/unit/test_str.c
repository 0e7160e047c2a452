/* Slices, strict numbers and UTF-8 validity.
 * SPDX-License-Identifier: MIT */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/rng.h"
#include "core/str.h"

static void
slices_are_cut(void **state)
{
	struct mr_slice rest = mr_slice_of("a,,bc,");
	const char *want[] = { "a", "", "bc", "" };
	int n = 0;

	(void)state;
	while (rest.p) {
		assert_true(n < 4);
		assert_true(mr_slice_is(mr_slice_cut(&rest, ','), want[n++]));
	}
	assert_int_equal(n, 4);
	assert_true(mr_slice_is(mr_slice_trim(mr_slice_of(" \t a b\r\n")),
	    "a b"));
	assert_int_equal(mr_slice_trim(mr_slice_of(" \n ")).n, 0);
}

static void
order_is_of_bytes(void **state)
{
	const char *rising[] = { "", "A", "a", "aa", "ab", "b", "\x7f",
	    "\xc3\xa9", "\xff" };

	(void)state;
	for (int i = 0; i < 9; i++)
		for (int j = 0; j < 9; j++) {
			int c = mr_slice_cmp(mr_slice_of(rising[i]),
			    mr_slice_of(rising[j]));

			assert_int_equal((c > 0) - (c < 0),
			    (i > j) - (i < j));
			assert_int_equal(mr_slice_eq(mr_slice_of(rising[i]),
			    mr_slice_of(rising[j])), i == j);
		}
}

static void
numbers_are_read_as_strtod_does(void **state)
{
	char text[64];

	(void)state;
	for (uint64_t k = 0; k < 20000; k++) {
		uint64_t bits = mr_rng_u64(3, 1, k);
		double want, got = 0;

		memcpy(&want, &bits, sizeof want);
		if (!isfinite(want))
			continue;
		snprintf(text, sizeof text, "%.17g", want);
		assert_true(mr_parse_f64(mr_slice_of(text), &got));
		assert_memory_equal(&got, &want, sizeof got);
		/* Short decimals take the quick way. */
		snprintf(text, sizeof text, "%.*f", (int)(k % 10),
		    (mr_rng_uniform(3, 2, k) - 0.5) * 2000);
		want = strtod(text, NULL);
		assert_true(mr_parse_f64(mr_slice_of(text), &got));
		assert_memory_equal(&got, &want, sizeof got);
	}
}

/* A float printed with %.9g is the same float when read back. */
static void
floats_make_the_round_trip(void **state)
{
	char text[64];

	(void)state;
	for (uint64_t k = 0; k < 100000; k++) {
		uint32_t bits = (uint32_t)mr_rng_u64(4, 1, k);
		float want, got;
		double d;

		if (k < 2000)	/* zeros and the smallest denormals */
			bits = (uint32_t)(k / 2) | (uint32_t)(k % 2) << 31;
		memcpy(&want, &bits, sizeof want);
		if (!isfinite(want))
			continue;
		snprintf(text, sizeof text, "%.9g", (double)want);
		assert_true(mr_parse_f64(mr_slice_of(text), &d));
		got = (float)d;
		assert_memory_equal(&got, &want, sizeof got);
	}
}

static void
what_is_no_number(void **state)
{
	const char *bad[] = { "", " ", " 1", "1 ", "+", "-", ".", "e5", "1e",
	    "1e+", "--1", "1.2.3", "0x10", "0x1p3", "nan", "NaN", "inf",
	    "-inf", "infinity", "1e400", "-1e400", "4,5", "1_0", "1f", "1\n",
	    "\xd9\xa1" };
	const char *good[] = { "0", "-0", "+1", "1.", ".5", "-.5e-3", "1e5",
	    "1E+05", "00012", "1e-400", "123456789012345678901234567890" };
	double v;

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		if (mr_parse_f64(mr_slice_of(bad[i]), &v))
			fail_msg("'%s' read as %g", bad[i], v);
	for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
		assert_true(mr_parse_f64(mr_slice_of(good[i]), &v));
		assert_true(v == strtod(good[i], NULL));
	}
	assert_false(mr_parse_f64((struct mr_slice){ "1\0", 2 }, &v));
	/* Only the slice counts, not what stands behind it. */
	assert_true(mr_parse_f64((struct mr_slice){ "15", 1 }, &v));
	assert_true(v == 1);
}

static void
whole_numbers_have_a_range(void **state)
{
	const struct { const char *s; int64_t v; bool ok; } t[] = {
		{ "0", 0, true }, { "-0", 0, true }, { "+7", 7, true },
		{ "007", 7, true },
		{ "9223372036854775807", INT64_MAX, true },
		{ "9223372036854775808", 0, false },
		{ "-9223372036854775808", INT64_MIN, true },
		{ "-9223372036854775809", 0, false },
		{ "99999999999999999999", 0, false },
		{ "", 0, false }, { "-", 0, false }, { "+", 0, false },
		{ "1.0", 0, false }, { "1e3", 0, false }, { " 1", 0, false },
		{ "1 ", 0, false }, { "0x1", 0, false },
	};
	int64_t v;

	(void)state;
	for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
		assert_int_equal(mr_parse_i64(mr_slice_of(t[i].s), &v),
		    t[i].ok);
		if (t[i].ok)
			assert_true(v == t[i].v);
	}
}

/* Encode c by the definition, with no test of its validity. */
static size_t
encode(uint32_t c, char *p)
{
	size_t n = c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
	const unsigned lead[] = { 0, 0, 0xc0, 0xe0, 0xf0 };

	for (size_t i = n - 1; i > 0; i--, c >>= 6)
		p[i] = (char)(0x80 | (c & 0x3f));
	p[0] = (char)(lead[n] | c);
	return n;
}

static void
every_code_point_is_judged(void **state)
{
	(void)state;
	for (uint32_t c = 0; c < 0x120000; c++) {
		char text[12] = "abcdefghij";
		size_t n = encode(c, text + 3);
		bool good = c < 0xd800 || (c > 0xdfff && c < 0x110000);

		assert_int_equal(mr_utf8_bad((struct mr_slice){ text,
		    3 + n }), good ? 3 + n : 3);
		/* And cut short. */
		if (n > 1)
			assert_int_equal(mr_utf8_bad((struct mr_slice){ text,
			    3 + n - 1 }), 3);
	}
}

static void
overlong_and_stray_bytes(void **state)
{
	const char *bad[] = { "\x80", "\xbf", "\xc0\x80", "\xc1\xbf",
	    "\xe0\x80\x80", "\xe0\x9f\xbf", "\xf0\x80\x80\x80",
	    "\xf0\x8f\xbf\xbf", "\xf8\x88\x80\x80\x80", "\xfe", "\xff",
	    "\xc3\xc3", "\xe2\x82\x41" };

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		assert_int_equal(mr_utf8_bad(mr_slice_of(bad[i])), 0);
	assert_int_equal(mr_utf8_bad((struct mr_slice){ NULL, 0 }), 0);
	assert_int_equal(mr_utf8_bad(mr_slice_of("12345678\xff")), 8);
}

static void
buffers_grow(void **state)
{
	struct mr_buf b = { 0 };
	struct mr_err err = { 0 };
	char big[3000];

	(void)state;
	memset(big, 'x', sizeof big - 1);
	big[sizeof big - 1] = '\0';
	assert_int_equal(mr_buf_add(&b, NULL, 0, &err), MR_OK);
	for (int i = 0; i < 100; i++)
		assert_int_equal(mr_buf_addf(&b, &err, "%d:%s\n", i, big),
		    MR_OK);
	assert_int_equal(b.n, 10 * (2 + 3000) + 90 * (3 + 3000));
	assert_memory_equal(b.p + b.n - 5, "xxxx\n", 5);
	mr_buf_free(&b);
	assert_null(b.p);
	assert_int_equal(mr_buf_add(&b, "a", 1, &err), MR_OK);
	assert_int_equal(mr_buf_add(&b, "b", SIZE_MAX, &err), MR_ENOMEM);
	assert_int_equal(b.n, 1);
	mr_buf_free(&b);
}

static void
shortest_numbers_read_back(void **state)
{
	static const struct { double v; const char *text; } c[] = {
		{ 0.8, "0.8" }, { 0.1 + 0.2, "0.30000000000000004" },
		{ 0, "0" }, { -2.5, "-2.5" }, { 1e300, "1e+300" },
		{ 1. / 3, "0.3333333333333333" }, { 4096, "4096" },
	};
	char text[32];

	(void)state;
	for (size_t i = 0; i < sizeof c / sizeof *c; i++)
		assert_string_equal(mr_f64_text(c[i].v, text), c[i].text);
	for (uint64_t i = 1; i < 20000; i++) {
		double v = (double)(i * 0x9e3779b97f4a7c15u) / 1e17, back;

		assert_true(mr_parse_f64(mr_slice_of(mr_f64_text(v, text)),
		    &back));
		assert_true(back == v);
	}
}

static void
try_float(float v)
{
	char want[64], text[24];
	struct mr_slice s = mr_f32_text(v, text);

	snprintf(want, sizeof want, "%.9g", (double)v);
	assert_string_equal(text, want);
	assert_int_equal(s.n, strlen(want));
	assert_ptr_equal(s.p, text);
}

/* All bit patterns by turns, what is next to the powers of ten, and numbers
 * whose tenth digit is a 5 with nothing behind. */
static void
floats_as_printf_writes_them(void **state)
{
	const float some[] = { 0, 1, 0.5F, 9.99999999e8F, 1e9F, 12345678,
	    100000000, 123456792, 0.1F, 1e-4F, 9.99999975e-5F, 3.4e38F,
	    1e-45F, 999999.9F, 0.000100000005F, HUGE_VALF, 1.0000001F };

	(void)state;
	for (size_t i = 0; i < sizeof some / sizeof *some; i++) {
		try_float(some[i]);
		try_float(-some[i]);
	}
	for (uint32_t i = 0; i < 300000; i++) {
		uint32_t bits = i * 2654435761u;
		float v;

		memcpy(&v, &bits, sizeof v);
		if (!isnan(v))
			try_float(v);
	}
	for (float ten = 1e-6F; ten < 1e11F; ten *= 10) {
		float down = ten, up = ten;

		for (int i = 0; i < 200; i++) {
			try_float(up);
			try_float(down);
			up = nextafterf(up, HUGE_VALF);
			down = nextafterf(down, 0);
		}
	}
	for (int i = 1; i < 60000; i++)	/* i / 2^k: ties are among these */
		for (int k = 0; k < 22; k += 3)
			try_float(ldexpf((float)i, -k));
}

static void
whole_numbers_as_text(void **state)
{
	const int64_t some[] = { 0, 7, -1, 10, 99, 1000, INT64_MAX, INT64_MIN };
	char want[64], text[24];

	(void)state;
	for (size_t i = 0; i < sizeof some / sizeof *some; i++) {
		snprintf(want, sizeof want, "%lld", (long long)some[i]);
		assert_int_equal(mr_i64_text(some[i], text).n, strlen(want));
		assert_string_equal(text, want);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(shortest_numbers_read_back),
		cmocka_unit_test(slices_are_cut),
		cmocka_unit_test(order_is_of_bytes),
		cmocka_unit_test(numbers_are_read_as_strtod_does),
		cmocka_unit_test(floats_make_the_round_trip),
		cmocka_unit_test(what_is_no_number),
		cmocka_unit_test(whole_numbers_have_a_range),
		cmocka_unit_test(every_code_point_is_judged),
		cmocka_unit_test(overlong_and_stray_bytes),
		cmocka_unit_test(buffers_grow),
		cmocka_unit_test(floats_as_printf_writes_them),
		cmocka_unit_test(whole_numbers_as_text),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
