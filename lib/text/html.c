/* The tables of a page; see html.h.
 * SPDX-License-Identifier: MIT */
#include "text/html.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "core/mem.h"
#include "text/html_tree.h"

#define COLS_MAX 1000
#define ROWSPAN_MAX 65534

/* ---- text ---- */

static bool
has_class(const GumboNode *n, const char *name)
{
	struct mr_slice rest = mr_slice_of("");
	const char *class = mr_html_attribute(n, "class");

	if (class)
		rest = mr_slice_of(class);
	while (rest.p)
		if (mr_slice_is(mr_slice_cut(&rest, ' '), name))
			return true;
	return false;
}

/* An element whose text is not the cell's. */
static bool
is_left_out(const GumboNode *n)
{
	const char *style;

	if (n->type == GUMBO_NODE_TEMPLATE)
		return true;
	if (n->type != GUMBO_NODE_ELEMENT)
		return false;
	if (mr_html_is(n, GUMBO_TAG_STYLE) || mr_html_is(n, GUMBO_TAG_SCRIPT) ||
	    mr_html_is(n, GUMBO_TAG_TABLE) || has_class(n, "noprint") ||
	    has_class(n, "sortkey") || (mr_html_is(n, GUMBO_TAG_SUP) &&
	    has_class(n, "reference")))
		return true;
	style = mr_html_attribute(n, "style");
	return style && (strcasestr(style, "display:none") ||
	    strcasestr(style, "display: none"));
}

/* Text with its blanks squeezed; *gap: one is due. */
static int
add_text(struct mr_buf *out, size_t from, const char *p, bool *gap,
    struct mr_err *err)
{
	int rc = MR_OK;

	for (; *p && rc == MR_OK; p++) {
		bool wide = p[0] == '\xc2' && p[1] == '\xa0';

		if (wide || strchr(" \t\n\r\f", *p)) {
			*gap = true;
			p += wide;
			continue;
		}
		if (*gap && out->n > from)
			rc = mr_buf_add(out, " ", 1, err);
		*gap = false;
		if (rc == MR_OK)
			rc = mr_buf_add(out, p, 1, err);
	}
	return rc;
}

/* Does n stand on lines of its own? */
static bool
is_block(const GumboNode *n)
{
	static const GumboTag block[] = { GUMBO_TAG_BR, GUMBO_TAG_P,
		GUMBO_TAG_DIV, GUMBO_TAG_UL, GUMBO_TAG_OL, GUMBO_TAG_LI,
		GUMBO_TAG_DL, GUMBO_TAG_DT, GUMBO_TAG_DD, GUMBO_TAG_HR };

	for (size_t i = 0; i < sizeof block / sizeof *block; i++)
		if (mr_html_is(n, block[i]))
			return true;
	return false;
}

/* What n, and the end of what stands before it, are for the text around. */
static int
add_break(struct mr_buf *out, size_t from, const GumboNode *n, bool *gap,
    struct mr_err *err)
{
	if (is_block(n) || (n->index_within_parent > 0 &&
	    is_block(mr_html_children(n->parent)->data[
	    n->index_within_parent - 1])))
		*gap = true;
	if (mr_html_is(n, GUMBO_TAG_LI) && out->n > from &&
	    !strchr(",;:(", out->p[out->n - 1]))
		return mr_buf_add(out, ",", 1, err);
	return MR_OK;
}

/* Is n a link to a page that is there?  Red links offer to write it. */
static const char *
article(const GumboNode *n)
{
	const char *href = mr_html_is(n, GUMBO_TAG_A) ? mr_html_attribute(n, "href") :
	    NULL;

	return href && *href && *href != '#' && !strstr(href, "action=edit") &&
	    !strstr(href, "redlink=1") ? href : NULL;
}

/* The text in root, and its first link where link is not NULL. */
static int
take_text(struct mr_buf *out, const GumboNode *root, const char **link,
    struct mr_err *err)
{
	const GumboNode *n = mr_html_following(root, root, true);
	size_t from = out->n;
	bool gap = false;
	int rc = MR_OK;

	while (n && rc == MR_OK) {
		bool inside = !is_left_out(n);

		if (inside)
			rc = add_break(out, from, n, &gap, err);
		if (rc == MR_OK && (n->type == GUMBO_NODE_TEXT ||
		    n->type == GUMBO_NODE_WHITESPACE ||
		    n->type == GUMBO_NODE_CDATA))
			rc = add_text(out, from, n->v.text.text, &gap, err);
		if (inside && link && !*link)
			*link = article(n);
		n = mr_html_following(n, root, inside);
	}
	return rc;
}

/* ---- tables ---- */

/* The rows of a group so far: who still reaches down, by column. */
struct grid {
	int32_t cell[COLS_MAX];
	int64_t rows[COLS_MAX];	/* left, INT64_MAX: to the end */
	size_t n;		/* columns in use */
};

/* A span as HTML's rules for non-negative integers read it. */
static int64_t
span(const GumboNode *n, const char *name, int64_t most)
{
	const char *p = mr_html_attribute(n, name);
	int64_t v = 0;

	if (!p)
		return 1;
	p += strspn(p, " \t\n\r\f");
	p += *p == '+';
	if (*p < '0' || *p > '9')
		return 1;
	while (*p >= '0' && *p <= '9' && v <= most)
		v = v * 10 + (*p++ - '0');
	return v < most ? v : most;
}

static int
add_cell(struct mr_html *h, const GumboNode *n, struct mr_err *err)
{
	const char *link = NULL;
	struct mr_html_cell c = { .header = mr_html_is(n, GUMBO_TAG_TH),
	    .text = h->text.n };
	int rc = mr_grow(&h->cell, &h->cell_cap, h->n_cells + 1,
	    sizeof *h->cell, "cells of tables", err);

	if (rc == MR_OK)
		rc = take_text(&h->text, n, &link, err);
	c.n_text = h->text.n - c.text;
	c.link = h->text.n;
	if (rc == MR_OK && link)
		rc = mr_buf_add(&h->text, link, strlen(link), err);
	c.n_link = h->text.n - c.link;
	if (rc == MR_OK)
		h->cell[h->n_cells++] = c;
	return rc;
}

/* The cell n, number cell, takes the first free places of the row. */
static size_t
place(struct grid *g, const GumboNode *n, int32_t cell, size_t at)
{
	int64_t cols = span(n, "colspan", COLS_MAX), rows = span(n,
	    "rowspan", ROWSPAN_MAX);

	cols = cols ? cols : 1;
	while (at < COLS_MAX && at < g->n && g->rows[at])
		at++;
	for (; cols > 0 && at < COLS_MAX; cols--, at++) {
		if (at < g->n && g->rows[at])
			continue;
		for (; g->n <= at; g->n++)
			g->rows[g->n] = 0;
		g->cell[at] = cell;
		g->rows[at] = rows ? rows : INT64_MAX;
	}
	return at;
}

/* One row is laid out: to h. */
static int
end_row(struct mr_html *h, struct grid *g, const char *name,
    struct mr_err *err)
{
	int rc = mr_grow(&h->slot, &h->slot_cap, h->n_slots + g->n,
	    sizeof *h->slot, "places of tables", err);

	if (rc == MR_OK)
		rc = mr_grow(&h->row_end, &h->row_cap, h->n_rows + 1,
		    sizeof *h->row_end, "rows of tables", err);
	if (rc)
		return rc;
	if (h->n_slots + g->n > MR_HTML_SLOTS)
		return mr_err_set(err, MR_EFORMAT, "%s: its tables have more "
		    "than %zu cells", name, MR_HTML_SLOTS);
	for (size_t c = 0; c < g->n; c++) {
		h->slot[h->n_slots++] = g->rows[c] ? g->cell[c] : -1;
		if (g->rows[c] && g->rows[c] != INT64_MAX)
			g->rows[c]--;
	}
	while (g->n && !g->rows[g->n - 1])
		g->n--;
	h->row_end[h->n_rows++] = h->n_slots;
	return MR_OK;
}

static int
take_group(struct mr_html *h, const GumboNode *group, const char *name,
    struct mr_err *err)
{
	const GumboVector *rows = mr_html_children(group);
	struct grid g = { .n = 0 };
	int rc = MR_OK;

	for (unsigned r = 0; r < rows->length && rc == MR_OK; r++) {
		const GumboNode *row = rows->data[r];
		const GumboVector *cells = mr_html_children(row);
		size_t at = 0;

		if (!mr_html_is(row, GUMBO_TAG_TR))
			continue;
		for (unsigned c = 0; c < cells->length && rc == MR_OK; c++) {
			const GumboNode *n = cells->data[c];

			if (!mr_html_is(n, GUMBO_TAG_TD) &&
			    !mr_html_is(n, GUMBO_TAG_TH))
				continue;
			rc = add_cell(h, n, err);
			if (rc == MR_OK)
				at = place(&g, n, (int32_t)h->n_cells - 1, at);
		}
		if (rc == MR_OK)
			rc = end_row(h, &g, name, err);
	}
	return rc;
}

static int
take_table(struct mr_html *h, const GumboNode *table, const char *name,
    struct mr_err *err)
{
	const GumboVector *groups = mr_html_children(table);
	int rc = MR_OK;

	for (unsigned i = 0; i < groups->length && rc == MR_OK; i++) {
		const GumboNode *n = groups->data[i];

		if (mr_html_is(n, GUMBO_TAG_THEAD) || mr_html_is(n, GUMBO_TAG_TBODY) ||
		    mr_html_is(n, GUMBO_TAG_TFOOT))
			rc = take_group(h, n, name, err);
	}
	if (rc == MR_OK)
		rc = mr_grow(&h->table_end, &h->table_cap, h->n_tables + 1,
		    sizeof *h->table_end, "tables", err);
	if (rc == MR_OK)
		h->table_end[h->n_tables++] = h->n_rows;
	return rc;
}

/* The tables, and the title. */
static int
take_page(struct mr_html *h, const GumboNode *root, const char *name,
    struct mr_err *err)
{
	int rc = MR_OK;

	for (const GumboNode *n = root; n && rc == MR_OK;
	    n = mr_html_following(n, root, true)) {
		if (mr_html_is(n, GUMBO_TAG_TABLE)) {
			rc = take_table(h, n, name, err);
		} else if (mr_html_is(n, GUMBO_TAG_TITLE) && !h->n_title) {
			h->title = h->text.n;
			rc = take_text(&h->text, n, NULL, err);
			h->n_title = h->text.n - h->title;
		}
	}
	return rc;
}

int
mr_html_read(struct mr_html *h, struct mr_slice s, const char *name,
    struct mr_err *err)
{
	struct mr_html_tree *tree;
	const GumboNode *root;
	int rc = mr_html_tree_open(&tree, &root, s, name, err);

	*h = (struct mr_html){ .n_title = 0 };
	if (rc == MR_OK)
		rc = take_page(h, root, name, err);
	mr_html_tree_close(tree);
	return rc;
}

const struct mr_html_cell *
mr_html_at(const struct mr_html *h, size_t row, size_t column)
{
	size_t from = row ? h->row_end[row - 1] : 0;
	int32_t c = column < h->row_end[row] - from ?
	    h->slot[from + column] : -1;

	return c < 0 ? NULL : &h->cell[c];
}

static struct mr_slice
part(const struct mr_html *h, size_t at, size_t n)
{
	return (struct mr_slice){ n ? h->text.p + at : "", n };
}

struct mr_slice
mr_html_title(const struct mr_html *h)
{
	return part(h, h->title, h->n_title);
}

struct mr_slice
mr_html_text(const struct mr_html *h, const struct mr_html_cell *c)
{
	return part(h, c->text, c->n_text);
}

struct mr_slice
mr_html_link(const struct mr_html *h, const struct mr_html_cell *c)
{
	return part(h, c->link, c->n_link);
}

void
mr_html_free(struct mr_html *h)
{
	mr_buf_free(&h->text);
	free(h->cell);
	free(h->slot);
	free(h->row_end);
	free(h->table_end);
	*h = (struct mr_html){ .n_title = 0 };
}
