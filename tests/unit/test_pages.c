/* Pages as a browser's parser sees them: whatever a film, a person or a visitor
 * says, the same tree; and a tree that can be read aloud.
 * SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/escape.h"
#include "text/html_tree.h"
#include "text/json.h"
#include "tool/serve/routes.h"

#define FILMS "test_pages.tsv"
#define LAST "\xf4\x8f\xbf\xbd"	/* an id and genre behind all others */

static struct mr_err err;
static struct mr_serve_opt o = MR_SERVE_OPT_DEFAULT;
static struct mr_report report;
static struct mr_asset assets[MR_ASSET_END];

/* A catalogue of a film whose every text is s, and of one that is plain. */
static void
open_site(struct mr_site *site, struct mr_slice s)
{
	struct mr_buf cell = { 0 };
	FILE *f = fopen(FILMS, "w");

	assert_non_null(f);
	assert_int_equal(mr_escape_add(&cell, s, &err), MR_OK);
	/* | parts genres. */
	for (size_t i = 0; i < cell.n; i++)
		if (cell.p[i] == '|')
			cell.p[i] = '/';
	fprintf(f, "item\ttitle\tyear\tpeople\tgenre\tposter\n");
	for (int i = 0; i < 5; i++)
		fprintf(f, i == 2 ? "1999\t" : "%.*s\t", (int)cell.n, cell.p);
	fprintf(f, "/a.jpg\n" LAST "\tPlain\t1998\tSomebody\t" LAST "\t\n");
	assert_int_equal(fclose(f), 0);
	mr_buf_free(&cell);
	o.movies = FILMS;
	o.posters = "https://a.example/b";
	if (!assets[0].name[0] && mr_assets_open(assets, &err))
		fail_msg("%s", err.msg);
	*site = (struct mr_site){ .o = &o, .asset = assets, .generation = 1 };
	if (mr_site_open(site, 1, &report, &err))
		fail_msg("%s", err.msg);
}

/* The answer to target on a site; body NULL: it is no form. */
static int
ask(const struct mr_site *s, const char *target, const char *cookie,
    const char *body, struct mr_reply *r)
{
	struct mr_clerk c = { 0 };
	struct mr_request q = { .target = mr_slice_of(target), .cookie =
	    mr_slice_of(cookie), .post = body != NULL, .same_site = true,
	    .body = mr_slice_of(body ? body : "") };

	assert_int_equal(mr_clerk_open(&c, s, &err), MR_OK);
	assert_int_equal(mr_request_target(&q, &err), MR_OK);
	mr_routes_answer(s, &c, mr_routes_find(&q), &q, r);
	mr_request_free(&q);
	mr_clerk_close(&c);
	return r->status;
}

/* Elements with their depth and the names of their attributes. */
static void
shape(const struct mr_reply *r, struct mr_buf *out)
{
	struct mr_html_tree *tree;
	const GumboNode *root, *n;

	out->n = 0;
	if (mr_html_tree_open(&tree, &root, mr_buf_slice(&r->body.b), "page",
	    &err))
		fail_msg("%s", err.msg);
	for (n = root; n; n = mr_html_following(n, root, true)) {
		const GumboVector *a = &n->v.element.attributes;
		int depth = 0;

		if (n->type != GUMBO_NODE_ELEMENT)
			continue;
		for (const GumboNode *up = n->parent; up; up = up->parent)
			depth++;
		assert_int_equal(mr_buf_addf(out, &err, "%d %s", depth,
		    gumbo_normalized_tagname(n->v.element.tag)), MR_OK);
		for (unsigned i = 0; i < a->length; i++)
			assert_int_equal(mr_buf_addf(out, &err, " %s",
			    ((GumboAttribute *)a->data[i])->name), MR_OK);
		assert_int_equal(mr_buf_addf(out, &err, "\n"), MR_OK);
	}
	assert_int_equal(mr_buf_add(out, "", 1, &err), MR_OK);
	mr_html_tree_close(tree);
}

/* What is asked for, %s being the string as an address has it. */
static const struct page {
	const char *target, *cookie, *body;
} pages[] = {
	{ "/", "", NULL }, { "/", "mr_i=1", NULL },
	{ "/", "mr_r=1.%s:500", NULL },
	{ "/search", "", NULL }, { "/search?genre=%s&from=1999", "", NULL },
	{ "/film?id=%s", "mr_i=1", NULL }, { "/film?id=%F4%8F%BF%BD", "", NULL },
	{ "/me", "mr_r=1.%F4%8F%BF%BD:500", NULL }, { "/about", "", NULL },
	{ "/me/import", "", NULL },
	{ "/me/import", "", "text=item%09rating%0Azzzz%s%095" },
};
#define N_PAGES (sizeof pages / sizeof *pages)

static void
fill(const char *pattern, const struct mr_buf *s, char out[8192])
{
	const char *at = strstr(pattern, "%s");

	if (at)
		snprintf(out, 8192, "%.*s%.*s%s", (int)(at - pattern),
		    pattern, (int)s->n, s->p, at + 2);
	else
		snprintf(out, 8192, "%s", pattern);
}

static void
shapes_of(struct mr_slice s, struct mr_buf out[N_PAGES])
{
	struct mr_site site;
	struct mr_buf u = { 0 };
	char target[8192], cookie[8192], body[8192];

	open_site(&site, s);
	s = mr_site_id(&site, 0);
	/* As the cookie has it, which is one way for addresses, too. */
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];
		bool letter = (c >= '0' && c <= '9') || (c >= 'A' &&
		    c <= 'Z') || (c >= 'a' && c <= 'z');

		assert_int_equal(mr_buf_addf(&u, &err, letter ? "%c" :
		    "%%%02X", (unsigned char)c), MR_OK);
	}
	for (size_t i = 0; i < N_PAGES; i++) {
		struct mr_reply r = { 0 };

		fill(pages[i].target, &u, target);
		fill(pages[i].cookie, &u, cookie);
		fill(pages[i].body ? pages[i].body : "", &u, body);
		if (ask(&site, target, cookie, pages[i].body ? body : NULL,
		    &r) != 200)
			fail_msg("%s: %d", target, r.status);
		shape(&r, &out[i]);
		mr_reply_free(&r);
	}
	mr_buf_free(&u);
	mr_site_close(&site);
}

static struct mr_buf plain[N_PAGES];

static void
check_string(struct mr_slice s)
{
	struct mr_buf got[N_PAGES] = { { 0 } };

	shapes_of(s, got);
	for (size_t i = 0; i < N_PAGES; i++) {
		if (strcmp(plain[i].p, got[i].p) != 0)
			fail_msg("%s: another tree with %.*s",
			    pages[i].target, (int)s.n, s.p);
		mr_buf_free(&got[i]);
	}
}

/* Those of a suite, too, where it is. */
static void
whatever_is_said(void **state)
{
	static const char *const own[] = { "<script>alert(1)</script>",
	    "\"><img src=x onerror=y>", "'onload='x", "</title><b>", "&lt;&amp",
	    "--><!--", "c\\d", "<", "\"", "'", "]]>", "<!doctype x>",
	    "\xef\xbf\xbf<b", "\xe2\x80\xae\"><i>" };
	const char *shared = getenv("MR_SHARED");
	char path[4096];
	json_t *all = NULL;
	const json_t *one;
	size_t i, n = 0;

	(void)state;
	shapes_of(mr_slice_of("x"), plain);
	for (i = 0; i < sizeof own / sizeof *own; i++)
		check_string(mr_slice_of(own[i]));
	snprintf(path, sizeof path, "%s/suites/blns/blns.json", shared ?
	    shared : "../shared");
	all = json_load_file(path, JSON_ALLOW_NUL, NULL);
	json_array_foreach(all, i, one) {
		struct mr_slice s = { json_string_value(one),
		    json_string_length(one) };

		/* No field of ours has a NUL, and an id 1 to 256 bytes. */
		if (s.n == 0 || s.n > 256 || memchr(s.p, '\0', s.n) ||
		    mr_utf8_bad(s) < s.n)
			continue;
		for (size_t k = 0; k < s.n; k++)
			if ((unsigned char)s.p[k] < 0x20 || s.p[k] == 0x7f)
				s.n = 0;
		if (s.n == 0)
			continue;
		check_string(s);
		n++;
	}
	print_message(all ? "strings of the suite: %zu\n" :
	    "skipped: no suite blns\n", n);
	json_decref(all);
	for (i = 0; i < N_PAGES; i++)
		mr_buf_free(&plain[i]);
	unlink(FILMS);
}

/* Does an element of the page have that id, and is it the only one? */
static int
with(const GumboNode *root, const char *name, const char *value,
    GumboTag tag)
{
	int n = 0;

	for (const GumboNode *x = root; x; x = mr_html_following(x, root,
	    true)) {
		const char *has = x->type == GUMBO_NODE_ELEMENT ?
		    mr_html_attribute(x, name) : NULL;

		n += has && strcmp(has, value) == 0 &&
		    (tag == GUMBO_TAG_UNKNOWN || mr_html_is(x, tag));
	}
	return n;
}

static void
check_element(const GumboNode *x, const GumboNode *root, const char *page)
{
	static const char *const refers[] = { "aria-labelledby",
	    "aria-describedby", "for" };
	const char *id = mr_html_attribute(x, "id");
	const char *type = mr_html_attribute(x, "type");

	if (id && with(root, "id", id, GUMBO_TAG_UNKNOWN) != 1)
		fail_msg("%s: the id %s stands twice", page, id);
	for (int i = 0; i < 3; i++) {
		const char *to = mr_html_attribute(x, refers[i]);

		if (to && with(root, "id", to, GUMBO_TAG_UNKNOWN) != 1)
			fail_msg("%s: %s=%s leads nowhere", page, refers[i],
			    to);
	}
	assert_null(mr_html_attribute(x, "style"));
	if (mr_html_is(x, GUMBO_TAG_IMG))
		assert_non_null(mr_html_attribute(x, "alt"));
	if ((mr_html_is(x, GUMBO_TAG_INPUT) || mr_html_is(x,
	    GUMBO_TAG_SELECT) || mr_html_is(x, GUMBO_TAG_TEXTAREA)) &&
	    !(type && strcmp(type, "hidden") == 0) &&
	    !(id && with(root, "for", id, GUMBO_TAG_LABEL) == 1))
		fail_msg("%s: a field without a label", page);
}

/* Unique ids, labels, one h1, no heading level passed over. */
static void
check_page(const struct mr_reply *r, const char *page)
{
	static const GumboTag heads[] = { GUMBO_TAG_H1, GUMBO_TAG_H2,
	    GUMBO_TAG_H3, GUMBO_TAG_H4 };
	struct mr_html_tree *tree;
	const GumboNode *root, *x;
	int level = 0, n_h1 = 0;

	if (mr_html_tree_open(&tree, &root, mr_buf_slice(&r->body.b), page,
	    &err))
		fail_msg("%s", err.msg);
	for (x = root; x; x = mr_html_following(x, root, true)) {
		if (x->type != GUMBO_NODE_ELEMENT)
			continue;
		check_element(x, root, page);
		for (int k = 1; k <= 4; k++) {
			if (!mr_html_is(x, heads[k - 1]))
				continue;
			if (k > level + 1)
				fail_msg("%s: h%d behind h%d", page, k,
				    level);
			level = k;
			n_h1 += k == 1;
		}
	}
	if (n_h1 != 1)
		fail_msg("%s: %d of h1", page, n_h1);
	mr_html_tree_close(tree);
}

static void
reads_aloud(void **state)
{
	static const struct page all[] = {
		{ "/", "", NULL }, { "/", "mr_i=1", NULL },
		{ "/search?q=plain", "", NULL }, { "/search?q=zz", "", NULL },
		{ "/search?from=3", "", NULL }, { "/film?id=%F4%8F%BF%BD", "", NULL },
		{ "/me", "", NULL }, { "/me", "mr_r=1.%F4%8F%BF%BD:500.no:100", NULL },
		{ "/me", "mr_r=broken", NULL }, { "/about", "", NULL },
		{ "/nope", "", NULL }, { "/me/import", "", NULL },
		{ "/me/import", "", "text=Plain%0Azz" },
		{ "/me/import", "", "text=PK%03" }, { "/me/import", "", "" },
		{ "/night", "", NULL },
	};
	struct mr_site site;

	(void)state;
	open_site(&site, mr_slice_of("x"));
	for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
		struct mr_reply r = { 0 };

		ask(&site, all[i].target, all[i].cookie, all[i].body, &r);
		assert_true(r.body.b.n > 0);
		check_page(&r, all[i].target);
		mr_reply_free(&r);
	}
	mr_site_close(&site);
	unlink(FILMS);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_aloud),
		cmocka_unit_test(whatever_is_said),
	};
	int rc = cmocka_run_group_tests(tests, NULL, NULL);

	mr_assets_close(assets);
	mr_report_free(&report);
	return rc;
}
