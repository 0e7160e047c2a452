/* Tests of stream/json: values one after another in every form, whatever pieces
 * they come in, and their values by paths.
 * SPDX-License-Identifier: MIT */
#include "tsv_build.h"

#include "stream/json.h"
#include "stream/literal.h"

static struct mr_err err;

/* Each value in <..>, then the line of the last; the error, too. */
static void
is(const char *text, const char *want)
{
	struct mr_buf got = { 0 };
	struct mr_json j = { 0 };
	struct mr_in in;
	bool more = true;
	int rc;

	err = (struct mr_err){ 0 };
	rc = mr_in_memory(&in, text, strlen(text), "f", &err);
	assert_int_equal(rc, MR_OK);
	rc = mr_json_open(&j, &in, &err);
	while (rc == MR_OK && more) {
		rc = mr_json_next(&j, &more, &err);
		if (rc == MR_OK && more)
			assert_int_equal(mr_buf_addf(&got, &err, "%lld<%.*s>",
			    (long long)j.line_no, (int)j.raw.n, j.raw.p),
			    MR_OK);
	}
	if (rc)
		assert_int_equal(mr_buf_add(&got, err.msg, strlen(err.msg),
		    &(struct mr_err){ 0 }), MR_OK);
	if (!mr_slice_is(mr_buf_slice(&got), want))
		print_message("%.*s\n", (int)got.n, got.p ? got.p : "");
	assert_true(mr_slice_is(mr_buf_slice(&got), want));
	mr_json_close(&j);
	mr_in_close(&in);
	mr_buf_free(&got);
}

static void
values_in_a_row(void **state)
{
	(void)state;
	is("", "");
	is(" \n\n", "");
	is("{\"a\":\"}\"}\n\n {\"b\":2} \r\nx{\n", "1<{\"a\":\"}\"}>"
	    "3<{\"b\":2}>4<x{>");
	is("{\"a\":\n1}\n{\"b\":2}{\"c\":3}", "1<{\"a\":\n1}>3<{\"b\":2}>"
	    "3<{\"c\":3}>");
	is("{\"a\":1}{\"b\":2}\n", "1<{\"a\":1}>1<{\"b\":2}>");
	is("{'a': '\"\\'}'}\n{'b': 1}", "1<{'a': '\"\\'}'}>2<{'b': 1}>");
	is("{\"a\":\n1", "f:1: the value that begins here has no end");
	is("[]", "");
	is(" [ ]\n", "");
	is("[{\"a\":[1,{}]},\n {\"b\":\"]\"} , 5,null,\"x,]\"]\n",
	    "1<{\"a\":[1,{}]}>2<{\"b\":\"]\"}>2<5>2<null>2<\"x,]\">");
	is("[{},]", "1<{}>");
	is("[{} {}]", "1<{}>f:1: expected ',' or ']'");
	is("[{}\n", "1<{}>f:2: expected a value or ']'");
	is("[{}] x", "1<{}>f:1: expected nothing behind the array");
	is("[{\"a\"", "f:1: the value that begins here has no end");
	is("[,{}]", "f:1: expected a value or ']'");
}

/* The values of the paths, by commas, each with | behind it. */
static void
found(const char *paths, const char *text, const char *want)
{
	struct mr_json_paths p = { 0 };
	struct mr_slice rest = mr_slice_of(paths);
	struct mr_buf got = { 0 };
	bool ok;

	err = (struct mr_err){ 0 };
	while (rest.p)
		assert_int_equal(mr_json_paths_add(&p, mr_slice_cut(&rest,
		    ','), false, &err), MR_OK);
	/* Twice: nothing is left of the first. */
	for (int k = 0; k < 2; k++)
		assert_int_equal(mr_json_paths_read(&p, mr_slice_of(text), &ok,
		    &err), MR_OK);
	for (int i = 0; ok && i < p.n; i++)
		assert_int_equal(mr_buf_addf(&got, &err, "%.*s;",
		    (int)p.value[i].n, p.value[i].p ? p.value[i].p : ""),
		    MR_OK);
	if (!ok)
		assert_int_equal(mr_buf_add(&got, "no", 2, &err), MR_OK);
	if (!mr_slice_is(mr_buf_slice(&got), want))
		print_message("%.*s\n", (int)got.n, got.p ? got.p : "");
	assert_true(mr_slice_is(mr_buf_slice(&got), want));
	mr_json_paths_free(&p);
	mr_buf_free(&got);
}

static void
values_by_paths(void **state)
{
	(void)state;
	found("a,b.c,b.d,l[],o[].n,o", "{\"a\": 1.10, \"b\": {\"c\": \"x\\ty\","
	    "\"e\": {}}, \"l\": [1, null, \"z\"], \"o\": [{\"n\": \"p\"}, {}, "
	    "{\"n\": 2}]}",
	    "1.10;x\ty;;1|z;p|2;[{\"n\": \"p\"}, {}, {\"n\": 2}];");
	found("a", "{\"a\": 76561197970982479123, \"a\": \"last\"}", "last;");
	found("a", "{\"a\": 1, \"a\": null}", ";");
	found("a,b", "{'a': u'x', \"b\": True, 'c': (1)}", "no");
	found("a,b,c", "{'a': u'it\\'s', \"b\": True, 'c': None}",
	    "it's;true;;");
	found("a.b", "{\"a\": [1]}", ";");
	found("a[]", "{\"a\": {\"b\": 1}}", ";");
	found("[].n", "[{\"n\": 1}, {\"n\": 2}]", "1|2;");
	found("c[job=D].n,c[].n,c[:2].n,c[job=W].n,c[:1]",
	    "{\"c\": [{\"n\": \"a\", \"job\": \"D\"}, {\"job\": \"W\", "
	    "\"n\": \"b\"}, {\"n\": [{\"job\": \"D\"}], \"job\": \"\\u0044\"},"
	    " {\"n\": \"d\", \"job\": 5}, {\"n\": \"e\"}, 7]}",
	    "a|[{\"job\": \"D\"}];a|b|[{\"job\": \"D\"}]|d|e;a|b;b;"
	    "{\"n\": \"a\", \"job\": \"D\"};");
	found("c[job=D].n", "{\"c\": {\"job\": \"D\", \"n\": 1}}", ";");
	found("c[job=D].n", "{\"c\": [{\"job\": \"D\" 1}]}", "no");
	found("c[job=D].n,c[:1].n", "{\"c\": [{\"n\": 1}, {\"n\": 2}]}",
	    ";1;");
	found("a", "[{\"a\": 1}]", "no");
	found("a", "{\"a\": 1}x", "no");
	found("a", "{\"a\": 1,}", "no");
	found("a", "{a: 1}", "no");
	found("a", "{\"a\": \"x}", "no");
	found("a", "5", "no");
	found("a", "", "no");
	found("a", "{}", ";");
	/* No NUL comes out. */
	found("a", "{\"a\": \"x\\u0000y\"}", "x\xef\xbf\xbdy;");
	found("a", "{\"a\": \"\\ud83d\\ude00 \\ud83d\"}",
	    "\xf0\x9f\x98\x80 \xef\xbf\xbd;");
}

/* Many paths, the same names under two objects, each in the order in which they
 * were added and in the other; names that are none among them. */
static void
names_in_any_order(void **state)
{
	struct mr_buf paths = { 0 }, text = { 0 }, want = { 0 };

	(void)state;
	for (int backward = 0; backward < 2; backward++) {
		paths.n = text.n = want.n = 0;
		for (int k = 0; k < 600; k++)
			assert_int_equal(mr_buf_addf(&paths, &err,
			    "%s%c.n%d", k ? "," : "", 'a' + k % 2, k / 2),
			    MR_OK);
		for (int o = 0; o < 2; o++)
			for (int i = 0; i < 300; i++) {
				int k = backward ? 299 - i : i;

				assert_int_equal(mr_buf_addf(&text, &err,
				    "%s\"x%d\": {}, \"n%d\": \"%c%d\"%s",
				    i ? ", " : o ? ", \"b\": {" :
				    "{\"a\": {", k, k, 'a' + o, k,
				    i < 299 ? "" : o ? "}}" : "}"), MR_OK);
			}
		for (int k = 0; k < 600; k++)
			assert_int_equal(mr_buf_addf(&want, &err, "%c%d;",
			    'a' + k % 2, k / 2), MR_OK);
		assert_int_equal(mr_buf_add(&paths, "", 1, &err), MR_OK);
		assert_int_equal(mr_buf_add(&text, "", 1, &err), MR_OK);
		assert_int_equal(mr_buf_add(&want, "", 1, &err), MR_OK);
		found(paths.p, text.p, want.p);
	}
	mr_buf_free(&paths);
	mr_buf_free(&text);
	mr_buf_free(&want);
}

static void
depth_is_limited(void **state)
{
	char text[400];

	(void)state;
	for (int n = MR_LITERAL_DEPTH - 2; n <= MR_LITERAL_DEPTH; n++) {
		int at = snprintf(text, sizeof text, "{\"a\":1,\"b\":");

		memset(text + at, '[', (size_t)n);
		memset(text + at + n, ']', (size_t)n);
		snprintf(text + at + 2 * n, 2, "}");
		found("a", text, n < MR_LITERAL_DEPTH ? "1;" : "no");
	}
}

static void
wrong_paths(void **state)
{
	static const char *const wrong[] = { "", ".", "a.", "a..b", ".a",
	    "a[", "a]", "a[]b", "a[0]", "a[:0]", "a[:x]", "a[=b]", "a[b",
	    "a[b[c=d]]" };

	(void)state;
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
		struct mr_json_paths p = { 0 };

		err = (struct mr_err){ 0 };
		assert_int_equal(mr_json_paths_add(&p, mr_slice_of(wrong[i]),
		    false, &err), MR_EARG);
		mr_json_paths_free(&p);
	}
}

static int
add_name(void *ctx, struct mr_slice name, struct mr_err *e)
{
	return mr_buf_addf(ctx, e, "%.*s;", (int)name.n, name.p);
}

static void
names_of_an_object(void **state)
{
	struct mr_buf got = { 0 };

	(void)state;
	assert_int_equal(mr_json_names(mr_slice_of(" {\"a\": {\"x\": 1}, "
	    "\"b\\n\": [2], \"c\": 3, \"d\": [1,"), add_name, &got, &err),
	    MR_OK);
	assert_true(mr_slice_is(mr_buf_slice(&got), "a;b\n;c;d;"));
	mr_buf_free(&got);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(values_in_a_row),
		cmocka_unit_test(values_by_paths),
		cmocka_unit_test(names_in_any_order),
		cmocka_unit_test(depth_is_limited),
		cmocka_unit_test(wrong_paths),
		cmocka_unit_test(names_of_an_object)
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
