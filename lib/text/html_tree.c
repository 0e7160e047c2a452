/* The tree of a page by gumbo; see html_tree.h.
 * SPDX-License-Identifier: MIT */
#include "text/html_tree.h"

#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core/mem.h"
#include "text/html.h"

#define TREE_MAX ((size_t)1 << 30)
#define CHUNK ((size_t)1 << 20)

/* ---- the memory of gumbo, which takes each allocation for granted and frees
 * its tree by recursion: chunks that go all at once, and a way out ---- */

struct chunk {
	struct chunk *next;
	size_t used, size;
	max_align_t bytes[];
};

struct mr_html_tree {
	struct chunk *head;
	size_t total;
	bool too_large;
	jmp_buf give_up;
};

static void *
arena_take(void *ctx, size_t n)
{
	struct mr_html_tree *a = ctx;
	struct chunk *c = a->head;
	size_t size;
	void *p;

	n = (n + sizeof(max_align_t) - 1) / sizeof(max_align_t) *
	    sizeof(max_align_t);
	if (!c || c->size - c->used < n) {
		size = n > CHUNK / 4 ? n : CHUNK;
		a->too_large = a->total + size > TREE_MAX;
		c = a->too_large ? NULL : malloc(sizeof *c + size);
		if (!c)
			longjmp(a->give_up, 1);
		*c = (struct chunk){ .next = a->head, .size = size };
		a->total += size;
		/* What is left of a common chunk is used on. */
		if (a->head && size != CHUNK) {
			c->next = a->head->next;
			a->head->next = c;
		} else {
			a->head = c;
		}
	}
	p = (char *)c->bytes + c->used;
	c->used += n;
	return p;
}

static void
arena_leave(void *ctx, void *p)
{
	(void)ctx;
	(void)p;
}

/* NULL: memory is short, or the page is too involved. */
static GumboOutput *
parse(struct mr_html_tree *a, struct mr_slice s)
{
	GumboOptions o = kGumboDefaultOptions;

	o.allocator = arena_take;
	o.deallocator = arena_leave;
	o.userdata = a;
	o.max_errors = 0;
	if (setjmp(a->give_up))
		return NULL;
	return gumbo_parse_with_options(&o, s.p, s.n);
}

static bool
is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/*
 * Are more than MR_HTML_DEEP elements open at one place?  Gumbo looks through
 * all that are open for each that opens: 20,000 lists in lists take it ten
 * seconds.  Told by names, more or less: what is never closed counts.
 */
static bool
too_deep(struct mr_slice s)
{
	static const char never[] = " area base br col embed hr img input link "
	    "meta source track wbr ";
	int64_t open[256] = { 0 }, n = 0;

	for (size_t i = 0; i + 1 < s.n && n <= MR_HTML_DEEP; i++) {
		bool ends = s.p[i] == '<' && s.p[i + 1] == '/';
		size_t at = i + 1 + ends, key = 0, len = 0;
		char name[16] = " ";

		if (s.p[i] != '<' || at >= s.n || !is_letter(s.p[at]))
			continue;
		for (; at < s.n && is_letter(s.p[at]); at++) {
			char c = (char)(s.p[at] | 32);

			key = key * 31 + (unsigned char)c;
			if (++len < sizeof name - 2)
				name[len] = c;
		}
		if (len < sizeof name - 2) {
			name[len + 1] = ' ';
			if (strstr(never, name))
				continue;
		}
		key %= 256;
		if (ends && open[key] == 0)
			continue;
		open[key] += ends ? -1 : 1;
		n += ends ? -1 : 1;
	}
	return n > MR_HTML_DEEP;
}

static bool
is_space(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

/* Behind what is at p and up to the next of ends, or the end. */
static const char *
pass(const char *p, const char *end, const char *ends)
{
	while (p < end && !(*p && strchr(ends, *p)))
		p++;
	return p;
}

/* Behind the attributes of the tag whose name p is in; *n of them, more or
 * less. */
static const char *
pass_tag(const char *p, const char *end, int64_t *n)
{
	p = pass(p, end, " \t\n\v\f\r/>");
	for (*n = 0; p < end && *p != '>';) {
		if (is_space(*p) || *p == '/') {
			p++;
			continue;
		}
		++*n;
		p = pass(p + 1, end, " \t\n\v\f\r/>=");
		while (p < end && is_space(*p))
			p++;
		if (p == end || *p != '=')
			continue;
		for (p++; p < end && is_space(*p);)
			p++;
		if (p < end && (*p == '"' || *p == '\''))
			p = memchr(p + 1, *p, (size_t)(end - p) - 1);
		else
			p = pass(p, end, " \t\n\v\f\r>");
		p = !p ? end : p < end && *p != '>' ? p + 1 : p;
	}
	return p;
}

/*
 * Do the squares of the numbers of attributes add up to more than
 * MR_HTML_PAIRS?  For each attribute gumbo looks through those before it in its
 * tag.  Scripts are taken for tags, too, so that none is missed.
 */
static bool
too_many(struct mr_slice s)
{
	const char *p = s.p, *end = s.p + s.n;
	int64_t pairs = 0;

	while (p < end && pairs <= MR_HTML_PAIRS &&
	    (p = memchr(p, '<', (size_t)(end - p))) != NULL) {
		int64_t n = 0;

		p = end - p > 1 && is_letter(p[1]) ? pass_tag(p + 1, end, &n) :
		    p + 1;
		pairs += n * n;
	}
	return pairs > MR_HTML_PAIRS;
}

int
mr_html_tree_open(struct mr_html_tree **tree, const GumboNode **root,
    struct mr_slice s, const char *name, struct mr_err *err)
{
	struct mr_html_tree *a;
	GumboOutput *page;

	*tree = NULL;
	if (s.n > MR_HTML_MAX)
		return mr_err_set(err, MR_EFORMAT, "%s: a page of more than "
		    "%zu MiB", name, MR_HTML_MAX >> 20);
	if (too_deep(s))
		return mr_err_set(err, MR_EFORMAT, "%s: more than %d elements "
		    "are not closed", name, MR_HTML_DEEP);
	if (too_many(s))
		return mr_err_set(err, MR_EFORMAT, "%s: too many "
		    "attributes in one element", name);
	*tree = a = mr_alloc(1, sizeof *a, "a page", err);
	if (!a)
		return MR_ENOMEM;
	page = parse(a, s);
	if (page)
		*root = page->document;
	else if (a->too_large)
		return mr_err_set(err, MR_EFORMAT, "%s: its elements take more "
		    "than %zu MiB", name, TREE_MAX >> 20);
	else
		return mr_err_nomem(err, (double)s.n, "elements of a page");
	return MR_OK;
}

void
mr_html_tree_close(struct mr_html_tree *tree)
{
	for (struct chunk *c = tree ? tree->head : NULL, *next; c; c = next) {
		next = c->next;
		free(c);
	}
	free(tree);
}

const GumboVector *
mr_html_children(const GumboNode *n)
{
	switch (n->type) {
	case GUMBO_NODE_DOCUMENT:
		return &n->v.document.children;
	case GUMBO_NODE_ELEMENT:
	case GUMBO_NODE_TEMPLATE:
		return &n->v.element.children;
	default:
		return &kGumboEmptyVector;
	}
}

bool
mr_html_is(const GumboNode *n, GumboTag tag)
{
	return n->type == GUMBO_NODE_ELEMENT && n->v.element.tag == tag;
}

const char *
mr_html_attribute(const GumboNode *n, const char *name)
{
	const GumboAttribute *a = gumbo_get_attribute(
	    &n->v.element.attributes, name);

	return a ? a->value : NULL;
}

const GumboNode *
mr_html_following(const GumboNode *n, const GumboNode *root, bool inside)
{
	const GumboVector *in = mr_html_children(n);

	if (inside && in->length)
		return in->data[0];
	while (n != root && n->parent) {
		in = mr_html_children(n->parent);
		if (n->index_within_parent + 1 < in->length)
			return in->data[n->index_within_parent + 1];
		n = n->parent;
	}
	return NULL;
}
