/* Which requests are heard: each rule, and its border.
 * SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tool/serve/gate.h"
#include "tool/serve/request.h"

/* The verdict on headers "Name: value" by line ends. */
static int
verdict(const char *method, const char *version, const char *headers,
    const char *hosts)
{
	struct mr_gate_line line = { mr_slice_of(method), mr_slice_of("/"),
	    mr_slice_of(version), hosts, .most = 100 };
	struct mr_gate g = { 0 };
	struct mr_slice rest = mr_slice_of(headers);
	const char *detail = NULL;
	int status;

	while (rest.p && rest.n) {
		struct mr_slice value = mr_slice_cut(&rest, '\n');
		struct mr_slice name = mr_slice_cut(&value, ':');

		mr_gate_header(&g, name, mr_slice_trim(value));
	}
	status = mr_gate_verdict(&g, &line, &detail);
	assert_true(status == 0 || (detail && detail[0]));
	return status;
}

static void
headers(void **state)
{
	static const struct {
		const char *method, *headers;
		int status;
	} cases[] = {
		{ "GET", "Host: localhost", 0 },
		{ "GET", "hOST: LOCALHOST:8080", 0 },
		{ "GET", "Host: [::1]:80", 0 },
		{ "GET", "Host: 127.0.0.1", 0 },
		{ "GET", "", 400 },
		{ "GET", "Host: localhost\nHost: localhost", 400 },
		{ "GET", "Host: evil.example", 421 },
		{ "GET", "Host: localhost:x", 421 },
		{ "GET", "Host: localhost:999999", 421 },
		{ "GET", "Host: localhost.evil.example", 421 },
		{ "GET", "Host: [::1", 421 },
		{ "GET", "Host: [::1]x", 421 },
		{ "GET", "Host:", 421 },
		{ "GET", "Host: localhost\nContent-Length: 0", 0 },
		{ "GET", "Host: localhost\nContent-Length: 1", 400 },
		{ "GET", "Host: localhost\nTransfer-Encoding: chunked", 400 },
		{ "GET", "Host: localhost\nContent-Length : 5", 400 },
		{ "GET", "Host: localhost\nA b: 5", 400 },
		{ "GET", "Host: localhost\n: 5", 400 },
		{ "GET", "Host: localhost\nA: b\x01", 400 },
		{ "GET", "Host: localhost\nCookie: a\nCookie: b", 400 },
		{ "HEAD", "Host: localhost\nContent-Length: 1", 400 },
		{ "POST", "Host: localhost\nContent-Length: 1", 415 },
		{ "POST", "Host: localhost", 411 },
		{ "POST", "Host: localhost\nContent-Length: 100\n"
		    "Content-Type: application/x-www-form-urlencoded", 0 },
		{ "POST", "Host: localhost\nContent-Length: 7\nContent-Type: "
		    "Application/X-WWW-Form-Urlencoded; charset=utf-8", 0 },
		{ "POST", "Host: localhost\nContent-Length: 101\n"
		    "Content-Type: application/x-www-form-urlencoded", 413 },
		{ "POST", "Host: localhost\nContent-Length: 7\n"
		    "Content-Type: text/plain", 415 },
		{ "POST", "Host: localhost\nTransfer-Encoding: chunked", 411 },
		{ "POST", "Host: localhost\nContent-Length: 1\n"
		    "Transfer-Encoding: chunked", 411 },
		{ "POST", "Host: localhost\nContent-Length: 7\nContent-Type: "
		    "application/x-www-form-urlencoded\n"
		    "Content-Encoding: gzip", 415 },
		{ "POST", "Host: localhost\nContent-Length: 7\nContent-Type: "
		    "application/x-www-form-urlencoded\n"
		    "Content-Encoding: Identity", 0 },
		{ "POST", "Host: localhost\nContent-Length: 1\n"
		    "Content-Length: 1", 400 },
		{ "POST", "Host: localhost\nContent-Length: -1", 400 },
		{ "POST", "Host: localhost\nContent-Length: 0x1", 400 },
		{ "POST", "Host: localhost\nContent-Length: 1, 1", 400 },
		{ "POST", "Host: localhost\nContent-Length:", 400 },
		{ "POST", "Host: localhost\nContent-Length: "
		    "9999999999999999999999", 413 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		if (verdict(cases[i].method, "HTTP/1.1", cases[i].headers,
		    NULL) != cases[i].status)
			fail_msg("%s, %s: not %d", cases[i].method,
			    cases[i].headers, cases[i].status);
	assert_int_equal(verdict("GET", "HTTP/1.0", "", NULL), 0);
	assert_int_equal(verdict("GET", "HTTP/1.1", "Host: a.example",
	    "b.example, A.example"), 0);
	assert_int_equal(verdict("GET", "HTTP/1.1", "Host: localhost",
	    "a.example"), 421);
	assert_int_equal(verdict("GET", "HTTP/1.1", "Host: any", "*"), 0);
}

static void
counts(void **state)
{
	struct mr_gate_line line = { mr_slice_of("GET"), mr_slice_of("/"),
	    mr_slice_of("HTTP/1.1"), .most = 0 };
	struct mr_gate g = { 0 };
	const char *detail;

	(void)state;
	mr_gate_header(&g, mr_slice_of("Host"), mr_slice_of("localhost"));
	for (int i = 1; i < MR_GATE_HEADERS; i++)
		mr_gate_header(&g, mr_slice_of("A"), mr_slice_of("b"));
	assert_int_equal(mr_gate_verdict(&g, &line, &detail), 0);
	mr_gate_header(&g, mr_slice_of("A"), mr_slice_of("b"));
	assert_int_equal(mr_gate_verdict(&g, &line, &detail), 431);
}

/* Files only where they belong. */
static void
files(void **state)
{
	struct mr_gate_line line = { mr_slice_of("POST"), mr_slice_of("/"),
	    mr_slice_of("HTTP/1.1"), .most = 100 };
	struct mr_gate g = { 0 };
	const char *detail;

	(void)state;
	mr_gate_header(&g, mr_slice_of("Host"), mr_slice_of("localhost"));
	mr_gate_header(&g, mr_slice_of("Content-Length"), mr_slice_of("9"));
	mr_gate_header(&g, mr_slice_of("Content-Type"),
	    mr_slice_of("multipart/form-data; boundary=b"));
	assert_int_equal(mr_gate_verdict(&g, &line, &detail), 415);
	line.files = true;
	assert_int_equal(mr_gate_verdict(&g, &line, &detail), 0);
	/* JSON where it belongs, and nothing else there. */
	line.json = true;
	assert_int_equal(mr_gate_verdict(&g, &line, &detail), 415);
	g.type = mr_slice_of("Application/JSON; charset=utf-8");
	assert_int_equal(mr_gate_verdict(&g, &line, &detail), 0);
	line.json = line.files = false;
	assert_int_equal(mr_gate_verdict(&g, &line, &detail), 415);
}

static int
form(struct mr_slice target, const char *version)
{
	struct mr_gate_line line = { .target = target,
	    .version = mr_slice_of(version) };
	const char *detail;

	return mr_gate_form(&line, &detail);
}

static void
lines(void **state)
{
	static const char *const bad[] = { "", "*", "http://x/", "x:80",
	    "/a b", "/a\tb", "/\x7f", "/\xc3\xa9", "/\"", "/<", "/a#b", NULL };
	char longest[MR_REQUEST_TARGET + 1];

	(void)state;
	assert_int_equal(form(mr_slice_of("/"), "HTTP/1.1"), 0);
	assert_int_equal(form(mr_slice_of("/a?b=%20'&c"), "HTTP/1.0"), 0);
	assert_int_equal(form(mr_slice_of("/"), "HTTP/1.2"), 505);
	assert_int_equal(form(mr_slice_of("/"), "HTTP/2.0"), 505);
	assert_int_equal(form(mr_slice_of("/"), "http/1.1"), 505);
	for (int i = 0; bad[i]; i++)
		assert_int_equal(form(mr_slice_of(bad[i]), "HTTP/1.1"), 400);
	memset(longest, '/', sizeof longest);
	assert_int_equal(form((struct mr_slice){ longest, MR_REQUEST_TARGET },
	    "HTTP/1.1"), 0);
	assert_int_equal(form((struct mr_slice){ longest, sizeof longest },
	    "HTTP/1.1"), 414);
}

static void
codings(void **state)
{
	static const struct {
		const char *list;
		bool gzip;
	} cases[] = {
		{ "gzip", true }, { "GZIP", true }, { "x-gzip", true },
		{ "*", true }, { "br, gzip;q=0.001", true },
		{ " deflate ,\tgzip ; q=1", true }, { "", false },
		{ "identity", false }, { "gzip;q=0", false },
		{ "gzip; q = 0.000", false }, { "*;q=0", false },
		{ "*, gzip;q=0", false }, { "gzip;q=0, *", false },
		{ "*;q=0, gzip", true }, { "gzipped", false },
		{ ",,;", false }, { "gzip;q", true },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct mr_gate g = { 0 };

		mr_gate_header(&g, mr_slice_of("Accept-Encoding"),
		    mr_slice_of(cases[i].list));
		if (mr_gate_gzip(&g) != cases[i].gzip)
			fail_msg("%s: not %d", cases[i].list, cases[i].gzip);
	}
}

static void
tags(void **state)
{
	static const struct {
		const char *list, *tag;
		bool weak, strong;	/* so compared, is it there? */
	} cases[] = {
		{ "*", "\"a\"", true, true },
		{ "\"a\"", "\"a\"", true, true },
		{ "\"b\", \"a\"", "\"a\"", true, true },
		{ "\"b,\",W/\"a\"", "\"a\"", true, false },
		{ "\"a\"", "W/\"a\"", true, false },
		{ "W/\"a\"", "W/\"a\"", true, false },
		{ "W/\"b\", \"a\"", "\"a\"", true, true },
		{ "\"b\"a\"c\"", "\"a\"", false, false },
		{ "a", "\"a\"", false, false },
		{ "\"a", "\"a\"", false, false },
		{ "", "\"a\"", false, false },
		{ "\"a\"", "", false, false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct mr_tags tags = { .line = { mr_slice_of(
		    cases[i].list) }, .n = 1 };

		if (mr_gate_has_tag(&tags, cases[i].tag, false) !=
		    cases[i].weak || mr_gate_has_tag(&tags, cases[i].tag,
		    true) != cases[i].strong)
			fail_msg("%s: %s", cases[i].list, cases[i].tag);
	}
}

/* Lines of one header are one list. */
static void
tag_lines(void **state)
{
	struct mr_gate_line line = { mr_slice_of("GET"), mr_slice_of("/"),
	    mr_slice_of("HTTP/1.1"), NULL, .most = 0 };
	struct mr_gate g = { 0 };
	const char *detail;

	(void)state;
	mr_gate_header(&g, mr_slice_of("Host"), mr_slice_of("localhost"));
	mr_gate_header(&g, mr_slice_of("If-Match"), mr_slice_of("\"a\""));
	mr_gate_header(&g, mr_slice_of("if-match"), mr_slice_of("\"b\""));
	assert_true(mr_gate_has_tag(&g.if_match, "\"a\"", true));
	assert_true(mr_gate_has_tag(&g.if_match, "\"b\"", true));
	assert_false(mr_gate_has_tag(&g.if_match, "\"c\"", true));
	assert_false(mr_gate_has_tag(&g.if_none_match, "\"a\"", false));
	for (int i = 0; i <= MR_GATE_TAGS; i++) {
		assert_int_equal(mr_gate_verdict(&g, &line, &detail), 0);
		mr_gate_header(&g, mr_slice_of("If-None-Match"),
		    mr_slice_of("\"a\""));
	}
	assert_int_equal(mr_gate_verdict(&g, &line, &detail), 431);
}

/* Of two headers, by "|". */
static bool
same(const char *site, const char *origin)
{
	struct mr_gate g = { 0 };

	mr_gate_header(&g, mr_slice_of("Host"), mr_slice_of("a.example:80"));
	if (site)
		mr_gate_header(&g, mr_slice_of("Sec-Fetch-Site"),
		    mr_slice_of(site));
	if (origin)
		mr_gate_header(&g, mr_slice_of("Origin"),
		    mr_slice_of(origin));
	return mr_gate_same_site(&g);
}

static void
origins(void **state)
{
	(void)state;
	assert_true(same("same-origin", NULL));
	assert_true(same("none", "null"));
	assert_false(same("cross-site", "http://a.example:80"));
	assert_false(same("same-site", NULL));
	assert_true(same(NULL, "http://a.example:80"));
	assert_true(same(NULL, "https://a.example:80"));
	assert_false(same(NULL, "http://a.example"));
	assert_false(same(NULL, "http://b.example:80"));
	assert_false(same(NULL, "http://"));
	assert_false(same(NULL, "null"));
	assert_false(same(NULL, NULL));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(headers),
		cmocka_unit_test(counts),
		cmocka_unit_test(files),
		cmocka_unit_test(lines),
		cmocka_unit_test(codings),
		cmocka_unit_test(tags),
		cmocka_unit_test(tag_lines),
		cmocka_unit_test(origins),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
