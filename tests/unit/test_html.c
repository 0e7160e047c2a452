/* Tests of text/html: spans, text, links, broken pages.
 * SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "text/html.h"

static struct mr_err err;

/* The tables of a page: cells by '|', rows by '/', tables by '#'; '-' where
 * there is none, and "text>link". */
static char *
shown(const char *page)
{
	struct mr_html h;
	struct mr_buf out = { 0 };
	size_t row = 0;

	assert_int_equal(mr_html_read(&h, mr_slice_of(page), "page", &err),
	    MR_OK);
	for (size_t t = 0; t < h.n_tables; t++) {
		for (; row < h.table_end[t]; row++) {
			size_t from = row ? h.row_end[row - 1] : 0;

			for (size_t c = 0; c < h.row_end[row] - from; c++) {
				const struct mr_html_cell *x =
				    mr_html_at(&h, row, c);

				assert_int_equal(mr_buf_addf(&out, &err,
				    "%s%.*s%s%.*s", c ? "|" : "",
				    x ? (int)x->n_text : 1,
				    x ? mr_html_text(&h, x).p : "-",
				    x && x->n_link ? ">" : "",
				    x ? (int)x->n_link : 0,
				    x ? mr_html_link(&h, x).p : ""), MR_OK);
			}
			assert_null(mr_html_at(&h, row, h.row_end[row] -
			    from));
			assert_int_equal(mr_buf_add(&out, "/", 1, &err),
			    MR_OK);
		}
		assert_int_equal(mr_buf_add(&out, "#", 1, &err), MR_OK);
	}
	assert_int_equal(mr_buf_add(&out, "", 1, &err), MR_OK);
	mr_html_free(&h);
	return out.p;
}

static void
test_spans(void **state)
{
	static const struct {
		const char *page, *is;
	} t[] = {
		{ "<table><tr><td>a<td>b<tr><td>c</table>", "a|b/c/#" },
		{ "<table><tr><td colspan=2>a<td>b</table>", "a|a|b/#" },
		{ "<table><tr><td rowspan=2>a<td>b<tr><td>c<tr><td>d</table>",
		    "a|b/a|c/d/#" },
		/* As met: 1, 2, 1, 2, 1. */
		{ "<table><tr><td rowspan=q>a<td>b<tr><td>c</table>",
		    "a|b/c/#" },
		{ "<table><tr><td rowspan='2;'>a<td>b<tr><td>c</table>",
		    "a|b/a|c/#" },
		{ "<table><tr><td rowspan='\"2\"'>a<td>b<tr><td>c</table>",
		    "a|b/c/#" },
		{ "<table><tr><td rowspan=' +2'>a<td>b<tr><td>c</table>",
		    "a|b/a|c/#" },
		{ "<table><tr><td colspan=-2>a<td colspan=0>b</table>",
		    "a|b/#" },
		/* To the end of the group, and no further. */
		{ "<table><tr><td rowspan=0>a<td>b<tr><td>c<tr><td>d<tbody><tr>"
		    "<td>e</table>", "a|b/a|c/a|d/e/#" },
		{ "<table><thead><tr><th rowspan=9>a<tbody><tr><td>b</table>",
		    "a/b/#" },
		/* Between two that reach down. */
		{ "<table><tr><td rowspan=2>a<td>b<td rowspan=2>c<tr><td>d"
		    "<td>e</table>", "a|b|c/a|d|c|e/#" },
		/* Two at one place: the first stays. */
		{ "<table><tr><td>a<td rowspan=2>b<tr><td colspan=3>c</table>",
		    "a|b/c|b|c/#" },
		{ "<table><tr><td>a<td rowspan=2>b<tr></tr></table>",
		    "a|b/-|b/#" },
		{ "<table></table><table><tr></table>", "#/#" },
		/* A table in a cell is one of its own. */
		{ "<table><tr><td>a<table><tr><td>b</table>c</table>",
		    "ac/#b/#" },
		{ "no table", "" },
		{ "", "" }
	};

	(void)state;
	for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
		char *is = shown(t[i].page);

		assert_string_equal(is, t[i].is);
		free(is);
	}
}

#define CELL(s) "<table><tr><td>" s "</table>"

static void
test_text(void **state)
{
	static const struct {
		const char *page, *is;
	} t[] = {
		{ CELL(" a \n\t b&nbsp;&nbsp;c "), "a b c/#" },
		{ CELL("J<br/>A<br>N"), "J A N/#" },
		{ CELL("a &amp; <b>b</b>&lt;c&gt;"), "a & b<c>/#" },
		{ CELL("a<sup class='x reference'>[2]</sup>b"), "ab/#" },
		{ CELL("x<sup>2</sup>"), "x2/#" },
		{ CELL("a<span class=noprint>[es]</span>"), "a/#" },
		{ CELL("<span style='display:none'>00</span>a<i class=sortkey>z"
		    "</i>"), "a/#" },
		{ CELL("<style>p{}</style><script>1</script><!-- c -->a"),
		    "a/#" },
		{ CELL("<ul><li>a<li>b (c)<li>d;<li>e</ul>"),
		    "a, b (c), d; e/#" },
		{ CELL("<p>a<p>b<div>c</div>d"), "a b c d/#" },
		{ CELL("<a href='/w/i.php?title=X&amp;action=edit&amp;redlink="
		    "1'>X</a>"), "X/#" },
		{ CELL("<a href='#n'>n</a><i><a href='/wiki/A_b'>A</a></i>"
		    "<a href=c>c</a>"), "nAc>/wiki/A_b/#" },
		{ CELL("<sup class=reference><a href=n>1</a></sup>a"), "a/#" },
		{ CELL("a\xff" "b\xc3"), "a\xef\xbf\xbd" "b\xef\xbf\xbd/#" },
		/* What has no place in a table stands before it. */
		{ "<table><tr><b>x<td>a</b></table>", "a/#" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
		char *is = shown(t[i].page);

		assert_string_equal(is, t[i].is);
		free(is);
	}
}

static void
test_title(void **state)
{
	struct mr_html h;

	(void)state;
	assert_int_equal(mr_html_read(&h, mr_slice_of("<!DOCTYPE html><title>"
	    " A\nof 1999 </title><p><table><tr><th>x<td>y</table><svg><title>"
	    "b</title></svg>"), "page", &err), MR_OK);
	assert_int_equal(h.n_title, 9);
	assert_memory_equal(h.text.p + h.title, "A of 1999", 9);
	assert_true(mr_html_at(&h, 0, 0)->header);
	assert_false(mr_html_at(&h, 0, 1)->header);
	mr_html_free(&h);
	mr_html_free(&h);
}

/* n times what, between two texts. */
static int
many(const char *before, const char *what, size_t n, const char *behind)
{
	size_t len = strlen(what), at = strlen(before);
	char *page = malloc(at + n * len + strlen(behind) + 1);
	struct mr_html h;
	int rc;

	assert_non_null(page);
	strcpy(page, before);
	for (size_t i = 0; i < n; i++, at += len)
		memcpy(page + at, what, len);
	strcpy(page + at, behind);
	err = (struct mr_err){ .code = 0 };
	rc = mr_html_read(&h, mr_slice_of(page), "page", &err);
	mr_html_free(&h);
	free(page);
	return rc;
}

static void
test_limits(void **state)
{
	(void)state;
	/* As deep as may be, and deeper. */
	assert_int_equal(many(CELL("a"), "<b>", 9900, ""), MR_OK);
	assert_int_equal(many("<table><tr><td>", "<table><tr><td>", 3000, ""),
	    MR_OK);
	assert_int_equal(many("", "<div>", 100000, ""), MR_EFORMAT);
	assert_string_equal(err.msg, "page: more than 10000 elements are not "
	    "closed");
	assert_int_equal(many("", "<ul><li></x></y>", 100000, ""), MR_EFORMAT);
	/* Many, but closed. */
	assert_int_equal(many("", "<div></div><br>", 100000, ""), MR_OK);
	/* Attributes of one element, and of many. */
	assert_int_equal(many("", "<i a b=\"c d\" e = 'f>' g/></i>", 20000, ""),
	    MR_OK);
	assert_int_equal(many("<i", " b=\"c d e f\"", 10000, ">"), MR_OK);
	assert_int_equal(many("<i", " a b=\"c d\" e = 'f'", 20000, ">"),
	    MR_EFORMAT);
	assert_string_equal(err.msg, "page: too many attributes in one "
	    "element");
	assert_int_equal(many("<table>", "<tr><td rowspan=0 colspan=1000>a</td>"
	    "</tr>", 9000, ""), MR_EFORMAT);
	assert_string_equal(err.msg, "page: its tables have more than 4194304 "
	    "cells");
	assert_int_equal(many("", "0123456789abcdef", MR_HTML_MAX / 16, "x"),
	    MR_EFORMAT);
	assert_string_equal(err.msg, "page: a page of more than 16 MiB");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_spans),
		cmocka_unit_test(test_text),
		cmocka_unit_test(test_title),
		cmocka_unit_test(test_limits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
