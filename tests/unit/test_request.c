/* Targets and forms: decoded once, or refused.
 * SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tool/serve/request.h"

/* "a|b?n=v&.." as a request comes apart; "!": it is refused. */
static void
take(const char *target, char out[256])
{
	struct mr_request q = { .target = mr_slice_of(target) };
	struct mr_err err = { 0 };
	struct mr_buf b = { 0 };
	int rc = mr_request_target(&q, &err);

	for (int i = 0; i < q.n_parts && rc == MR_OK; i++)
		rc = mr_buf_addf(&b, &err, "%s%.*s", i ? "|" : "",
		    (int)q.part[i].n, q.part[i].p);
	for (int i = 0; i < q.n_values && rc == MR_OK; i++)
		rc = mr_buf_addf(&b, &err, "%c%.*s=%.*s", i ? '&' : '?',
		    (int)q.value[i].name.n, q.value[i].name.p,
		    (int)q.value[i].value.n, q.value[i].value.p);
	assert_true(rc == MR_OK || (rc == MR_EARG && err.msg[0]));
	assert_true(b.n < 256);
	memset(out, 0, 256);
	memcpy(out, rc ? "!" : b.n ? b.p : "", rc ? 1 : b.n);
	mr_buf_free(&b);
	mr_request_free(&q);
	mr_request_free(&q);
}

static void
targets(void **state)
{
	static const char *const cases[] = {
		"/", "",
		"/film/f1", "film|f1",
		"/film/", "film|",
		"//a", "|a",
		"/film/a%2Fb%3f", "film|a/b?",
		"/a+b?c+d=e+f%2B", "a+b?c d=e f+",
		"/film/%c3%a9", "film|\xc3\xa9",
		"/s?q=%2525", "s?q=%25",
		"/s?q", "s?q=",
		"/s?&&q=1&", "s?q=1",
		"/s?=x", "s?=x",
		"/s?q=a=b?c", "s?q=a=b?c",
		"/%", "!", "/%4", "!", "/%4g", "!", "/%zz", "!",
		"/%00", "!", "/s?q=%0a", "!", "/%7f", "!", "/\x01", "!",
		"/%c3", "!", "/%c0%af", "!", "/%ed%a0%80", "!", "/\xff", "!",
		"", "!", "x", "!", "*", "!", "http://x/", "!",
		"/a/b/c/d/e/f", "a|b|c|d|e|f",
		"/a/b/c/d/e/f/g", "a|b|c|d|e|g",
		NULL
	};
	char out[256];

	(void)state;
	for (int i = 0; cases[i]; i += 2) {
		take(cases[i], out);
		assert_string_equal(out, cases[i + 1]);
	}
}

/* As many values as fit, and one more. */
static void
limits(void **state)
{
	char target[256] = "/?", out[256];

	(void)state;
	for (int i = 0; i < MR_REQUEST_VALUES; i++)
		strcat(target, "a&");
	take(target, out);
	assert_string_not_equal(out, "!");
	strcat(target, "a");
	take(target, out);
	assert_string_equal(out, "!");
}

/* A form has lines; its values take the place of those of the query. */
static void
forms(void **state)
{
	struct mr_request q = { .target = mr_slice_of("/rate?item=x"),
	    .body = mr_slice_of("item=a%20b&rating=&text=1%0A2") };
	struct mr_err err = { 0 };

	(void)state;
	assert_int_equal(mr_request_target(&q, &err), MR_OK);
	assert_int_equal(mr_request_form(&q, &err), MR_OK);
	assert_int_equal(q.n_values, 3);
	assert_true(mr_slice_is(mr_request_value(&q, "item"), "a b"));
	assert_true(mr_slice_is(mr_request_value(&q, "rating"), ""));
	assert_true(mr_slice_is(mr_request_value(&q, "text"), "1\n2"));
	assert_null(mr_request_value(&q, "back").p);
	q.body = mr_slice_of("a=%00");
	assert_int_equal(mr_request_form(&q, &err), MR_EARG);
	mr_request_free(&q);
}

/* "n=v&.." of a multipart form; "!": it is refused. */
static void
parts(void **state)
{
#define PART(x) "--b\r\nContent-Disposition: form-data; " x
	static const char *const cases[] = {
		"b", PART("name=\"a\"\r\n\r\n1\r\n--b--\r\n"), "a=1&",
		"\"b\"", PART("name=a\r\nX: y\r\n\r\n1\r\n--b--"), "a=1&",
		"b", PART("name=\"a\"\r\n\r\n\r\n--b--"), "a=&",
		"b", PART("name=\"a;b\"\r\n\r\n1\r\n--bc\r\n\r\n") PART(
		    "name=\"c\"\r\n\r\n2\r\n--b--"), "a;b=1\r\n--bc\r\n&c=2&",
		"b", PART("filename=\"f\"; name=\"a\"\r\n\r\n\xff\x01\r\n--b--"),
		    "a=\xff\x01&",
		"b", PART("name=\"a\"\r\n\r\n\xff\r\n--b--"), "!",
		"b", PART("name=\"a\"\r\n\r\n\x01\r\n--b--"), "!",
		"b", "for letters\r\n--bc\r\n\r\n" PART("name=\"a\"\r\n\r\n1"
		    "\r\n--b--\r\nmore"), "a=1&",
		"b", "\r\n" PART("name=\"a\"\r\n\r\n1\r\n--b \t\r\nContent-"
		    "Disposition: form-data; name=c\r\n\r\n2\r\n--b-- \r\n"),
		    "a=1&c=2&",
		"b", "letters" PART("name=\"a\"\r\n\r\n1\r\n--b--"), "",
		"b", "--b--", "",
		"b", "", "!", "b", "x", "!", "b", "--b", "!", "b", "--bx", "!",
		"b", "--b\r\n\r\n1\r\n--b--", "!",
		"b", PART("name=\"a\"\r\n\r\n1"), "!",
		"b", PART("name=\"a\"\r\n\r\n1\r\n--b"), "!",
		"b", PART("name=\"a\"\r\n"), "!",
		/* Headers of another part are none of this one. */
		"b", "--b\r\n\r\n1\r\n" PART("name=\"a\"\r\n\r\n1\r\n--b--"),
		    "!",
		"b", "--b\r\nX: y\r\n" PART("name=\"a\"\r\n\r\n1\r\n--b--"),
		    "!",
		"b", PART("name=\"a\"\nX: y\r\n\r\n1\r\n--b--"), "!",
		"b", "--b\r\nContent-Disposition: attachment; name=\"a\"\r\n"
		    "\r\n1\r\n--b--", "!",
		"b", PART("name=\"a\r\n\r\n1\r\n--b--"), "!",
		"b", PART("filename=\"a\"\r\n\r\n1\r\n--b--"), "!",
		NULL
	};

	(void)state;
	for (int i = 0; cases[i]; i += 3) {
		struct mr_buf type = { 0 }, b = { 0 };
		struct mr_err err = { 0 };
		struct mr_request q = { .body = mr_slice_of(cases[i + 1]) };
		int rc;

		assert_int_equal(mr_buf_addf(&type, &err,
		    "multipart/form-data; boundary=%s", cases[i]), MR_OK);
		q.type = mr_buf_slice(&type);
		rc = mr_request_form(&q, &err);
		for (int k = 0; k < q.n_values && rc == MR_OK; k++)
			assert_int_equal(mr_buf_addf(&b, &err, "%.*s=%.*s&",
			    (int)q.value[k].name.n, q.value[k].name.p,
			    (int)q.value[k].value.n, q.value[k].value.p),
			    MR_OK);
		assert_int_equal(mr_buf_add(&b, "", 1, &err), MR_OK);
		if (rc == MR_OK)
			assert_string_equal(b.p, cases[i + 2]);
		else
			assert_string_equal("!", cases[i + 2]);
		mr_buf_free(&type);
		mr_buf_free(&b);
		mr_request_free(&q);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(targets),
		cmocka_unit_test(limits),
		cmocka_unit_test(forms),
		cmocka_unit_test(parts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
